package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.DataRate;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SendReport;
import dev.mimeo.Transfer;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.seal.SealId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What sealing costs, and what floods do to it: one sender and one receiver in this process, open and sealed by turns, as
 * many rounds as {@code -Dmimeo.cost} says. Prints what each round took. Wall time is worth something on an idle machine
 * only; the time of the protocol threads per datagram on a busy one as well.
 */
@EnabledIfSystemProperty(named = "mimeo.cost", matches = "[1-9][0-9]*")
class SealCostIT {
    private static final int ROUNDS = Integer.getInteger("mimeo.cost", 0);
    private static final int LENGTH = Integer.getInteger("mimeo.cost.megabytes", 128) << 20;
    private static final long RATE = Long.getLong("mimeo.cost.megabits", 0);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int BARE_LENGTH = 1_448;
    private static final int FLOOD_PER_SECOND = 100_000;

    @TempDir
    Path directory;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private Path image;

    /** Who else sends to the group. */
    private enum Flood {
        NONE,
        /** Random bytes. */
        GARBAGE,
        /** Feedback on the session that nobody has sealed, of receivers that nobody is. */
        FEEDBACK,
        /** Data of sessions that nobody has started. */
        SESSIONS
    }

    private record Round(double megabits, double senderNanos, double receiverNanos) {
        static Round median(List<Round> rounds) {
            return new Round(
                    middle(rounds.stream().mapToDouble(Round::megabits).toArray()),
                    middle(rounds.stream().mapToDouble(Round::senderNanos).toArray()),
                    middle(rounds.stream().mapToDouble(Round::receiverNanos).toArray()));
        }

        private static double middle(double... values) {
            Arrays.sort(values);
            return values[values.length / 2];
        }

        @Override
        public String toString() {
            return String.format(
                    "%6.0f Mbit/s, sender %5.0f ns, receiver %5.0f ns for each datagram",
                    megabits, senderNanos, receiverNanos);
        }
    }

    @Test
    void sealing() throws Exception {
        List<Round> open = new ArrayList<>();
        List<Round> sealed = new ArrayList<>();
        for (int i = 0; i <= ROUNDS; i++) {
            Round one = transfer(Optional.empty(), Flood.NONE, i);
            Round other = transfer(Optional.of(GroupKey.random()), Flood.NONE, i);
            System.out.println("open   " + one + "\nsealed " + other);
            if (i > 0) { // The first is for the compiler.
                open.add(one);
                sealed.add(other);
            }
        }
        Round one = Round.median(open);
        Round other = Round.median(sealed);
        System.out.println("MEDIAN open   " + one + "\nMEDIAN sealed " + other);
        System.out.printf("sealed/open %.3f%n", other.megabits() / one.megabits());
    }

    @Test
    void floods() throws Exception {
        for (Flood flood : Flood.values()) {
            List<Round> quiet = new ArrayList<>();
            List<Round> flooded = new ArrayList<>();
            for (int i = 0; flood != Flood.NONE && i <= ROUNDS; i++) {
                Round one = transfer(Optional.of(GroupKey.random()), Flood.NONE, i);
                Round other = transfer(Optional.of(GroupKey.random()), flood, i);
                System.out.println("quiet " + one + "\n" + flood + " " + other);
                if (i > 0) {
                    quiet.add(one);
                    flooded.add(other);
                }
            }
            if (!quiet.isEmpty()) {
                System.out.println(
                        "MEDIAN quiet " + Round.median(quiet) + "\nMEDIAN " + flood + " " + Round.median(flooded));
                System.out.printf(
                        "%s/quiet %.3f%n",
                        flood,
                        Round.median(flooded).megabits() / Round.median(quiet).megabits());
            }
        }
    }

    private Round transfer(Optional<GroupKey> key, Flood flood, int seed) throws Exception {
        try (Classroom room = new Classroom(directory)) {
            if (image == null) {
                image = room.image(TestImage.random(LENGTH, seed));
                ImageSource.of(image).prepare();
            }
            ImageSender.Builder senderOptions = room.sender().rate(DataRate.ofMegabits(RATE == 0 ? 4_000 : RATE));
            if (RATE != 0) {
                senderOptions.fixedRate();
            }
            ImageReceiver.Builder receiverOptions = room.receiver();
            key.ifPresent(each -> {
                senderOptions.groupKey(each);
                receiverOptions.groupKey(each);
            });
            Transfer<ReceiveReport> received = room.receive(room.open(receiverOptions), "copy");
            ImageSender sender = room.open(senderOptions);
            Flooder flooder = new Flooder(room.group(), flood);
            flooder.start();
            SessionClock clock = new SessionClock();
            Transfer<SendReport> sent = sender.send(ImageSource.of(image));
            Thread sending = thread("mimeo-sender-" + room.group());
            Thread receiving = thread("mimeo-receiver-" + room.group());
            long sendingNanos = 0;
            long receivingNanos = 0;
            while (!received.completion().isDone()) {
                sendingNanos = busy(sending, sendingNanos);
                receivingNanos = busy(receiving, receivingNanos);
                LockSupport.parkNanos(5_000_000);
            }
            long elapsed = clock.nanos();
            received.await(PATIENCE);
            double datagrams = sent.await(PATIENCE).wireBytes() / 1_400.0;
            flooder.end();
            assertThat(room.path("copy")).hasSize(LENGTH);
            Files.delete(room.path("copy"));
            return new Round(LENGTH * 8e3 / elapsed, sendingNanos / datagrams, receivingNanos / datagrams);
        }
    }

    /** As fast as an open transfer, the same number of datagrams as long: one loop that sends them, one that receives them. */
    @Test
    void loopsThatDoNothingElse() throws Exception {
        List<Round> open = new ArrayList<>();
        List<Round> bare = new ArrayList<>();
        for (int i = 0; i <= ROUNDS; i++) {
            Round one = transfer(Optional.empty(), Flood.NONE, i);
            Round other = bare(one.megabits());
            System.out.println("open " + one + "\nbare " + other);
            if (i > 0) {
                open.add(one);
                bare.add(other);
            }
        }
        Round one = Round.median(open);
        Round other = Round.median(bare);
        System.out.println("MEDIAN open " + one + "\nMEDIAN bare " + other);
        System.out.printf(
                "open/bare: sender %.2f, receiver %.2f%n",
                one.senderNanos() / other.senderNanos(), one.receiverNanos() / other.receiverNanos());
    }

    private Round bare(double megabits) throws Exception {
        MulticastGroup group = Loopback.group();
        InetSocketAddress to = new InetSocketAddress(group.address(), group.port());
        NetworkInterface loopback = NetworkInterface.getByName(Loopback.INTERFACE);
        int count = LENGTH / BARE_LENGTH;
        long apartNanos = (long) (BARE_LENGTH * 8e3 / megabits);
        try (DatagramChannel in = DatagramChannel.open(StandardProtocolFamily.INET);
                DatagramChannel out = DatagramChannel.open(StandardProtocolFamily.INET)) {
            ReceiveBuffer.enlarge(in, Optional.empty());
            in.bind(to);
            in.join(group.address(), loopback);
            out.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
            out.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
            AtomicLong received = new AtomicLong();
            Thread receiver = new Thread(
                    () -> {
                        ByteBuffer datagram = ByteBuffer.allocateDirect(2_048);
                        try {
                            do {
                                in.receive(datagram.clear());
                            } while (datagram.position() > 1);
                            received.set(threads.getCurrentThreadCpuTime());
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    },
                    "bare receiver");
            receiver.start();
            ByteBuffer datagram = ByteBuffer.allocateDirect(BARE_LENGTH);
            SessionClock clock = new SessionClock();
            long before = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < count; i++) {
                if (i % 16 == 0) {
                    LockSupport.parkNanos(i * apartNanos - clock.nanos());
                }
                out.send(datagram.clear(), to);
            }
            long sent = threads.getCurrentThreadCpuTime() - before;
            double megabitsSent = LENGTH * 8e3 / clock.nanos();
            while (receiver.isAlive()) {
                out.send(ByteBuffer.allocate(1), to);
                receiver.join(10);
            }
            return new Round(megabitsSent, (double) sent / count, (double) received.get() / count);
        }
    }

    /** Returns how long the thread of a transfer was busy, or what is known of it already if it has ended. */
    private long busy(Thread thread, long known) {
        return Math.max(known, threads.getThreadCpuTime(thread.getId()));
    }

    private static Thread thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Sends datagrams of 100 bytes to the group, 100,000 in a second. */
    private static final class Flooder {
        private final MulticastGroup group;
        private final Flood flood;
        private final Thread thread = new Thread(this::run, "flooder");
        private volatile boolean ended;
        private long count;

        Flooder(MulticastGroup group, Flood flood) {
            this.group = group;
            this.flood = flood;
        }

        void start() {
            thread.start();
        }

        void end() throws InterruptedException {
            ended = true;
            thread.join();
            if (flood != Flood.NONE) {
                System.out.println("flooded with " + count + " datagrams");
            }
        }

        private void run() {
            if (flood == Flood.NONE) {
                return;
            }
            try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
                // No member: what it sends is delivered to the two ends, and to nobody else.
                channel.setOption(
                        StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName(Loopback.INTERFACE));
                channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
                InetSocketAddress to = new InetSocketAddress(group.address(), group.port());
                SealId session = flood == Flood.FEEDBACK ? listen() : new SealId(0, 0);
                SplittableRandom random = new SplittableRandom(1);
                SessionClock clock = new SessionClock();
                byte[] bytes = new byte[100];
                for (; !ended; count++) {
                    while (count * 1_000_000_000L / FLOOD_PER_SECOND > clock.nanos() && !ended) {
                        LockSupport.parkNanos(50_000);
                    }
                    random.nextBytes(bytes);
                    ByteBuffer datagram = ByteBuffer.wrap(bytes);
                    SealId stranger = new SealId(random.nextLong(), random.nextLong());
                    switch (flood) {
                        case NONE, GARBAGE -> {}
                        case FEEDBACK -> SealHeader.write(datagram, session, stranger, 0);
                        case SESSIONS -> SealHeader.write(datagram, stranger, 0);
                    }
                    channel.send(datagram, to);
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        /** Returns the id of the session, which everybody can read. */
        private SealId listen() throws Exception {
            InterfaceFacts loopback =
                    new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(Optional.of(Loopback.INTERFACE));
            try (DatagramPort port = DatagramPort.open(group, List.of(loopback), Outlet.of(0))) {
                Inbound inbound = new Inbound();
                while (!port.receive(inbound)) {
                    port.await(1_000_000_000);
                }
                SealHeader header = new SealHeader();
                header.read(inbound.datagram());
                return header.session();
            }
        }
    }
}
