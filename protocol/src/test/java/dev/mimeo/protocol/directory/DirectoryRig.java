package dev.mimeo.protocol.directory;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Participants of one directory, in virtual time, on a network that delivers at once, or loses. */
final class DirectoryRig {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    final List<Participant> participants = new ArrayList<>();
    long nowNanos;
    long bytes;
    int pages;
    int inquiries;
    /** Which datagrams arrive. */
    Predicate<DirectoryMessage> network = message -> true;

    /** What a layer below adds to each datagram. */
    int overhead;

    private final SplittableRandom random = new SplittableRandom(2974);

    /** One machine and what it said to its owner. */
    final class Participant implements DirectoryEvent.Handler {
        final NodeId id;
        final DirectoryMachine machine;
        final List<DirectoryEvent> events = new ArrayList<>();
        private long deadlineNanos;

        private Participant(String name) {
            id = new NodeId(participants.size() + 1);
            machine = new DirectoryMachine(
                    id, 7, name, overhead, group -> group.address().get(1) != 0, random.split());
        }

        @Override
        public void on(DirectoryEvent.Found event) {
            events.add(event);
        }

        @Override
        public void on(DirectoryEvent.Asked event) {
            events.add(event);
        }

        @Override
        public void on(DirectoryEvent.ClaimSettled event) {
            events.add(event);
        }

        @Override
        public void on(DirectoryEvent.Collision event) {
            events.add(event);
        }

        void list(Listing listing) {
            machine.list(listing, nowNanos);
            deadlineNanos = nowNanos;
        }

        void withdraw(Listing listing) {
            machine.withdraw(listing.key(), nowNanos);
            deadlineNanos = nowNanos;
        }

        void claim(GroupAddress group) {
            machine.claim(group, nowNanos);
            deadlineNanos = nowNanos;
        }

        void ask(String image) {
            machine.ask(image, nowNanos);
            deadlineNanos = nowNanos;
        }

        void browse() {
            machine.browse(nowNanos);
            deadlineNanos = nowNanos;
        }

        void hear(ByteBuffer datagram) {
            machine.onDatagram(datagram, Delivery.MULTICAST, nowNanos);
            deadlineNanos = nowNanos;
        }

        List<String> heard() {
            return machine.heard().stream()
                    .map(each -> each.pointName() + ": " + each.listing().imageName() + " "
                            + each.listing().state())
                    .toList();
        }
    }

    Participant join(String name) {
        Participant participant = new Participant(name);
        participants.add(participant);
        return participant;
    }

    void run(long nanos) {
        long end = nowNanos + nanos;
        Outbound outbound = new Outbound(ByteBuffer.allocate(Outbound.LARGEST_DATAGRAM));
        while (true) {
            long next = Machine.NEVER;
            for (Participant each : participants) {
                next = Math.min(next, each.deadlineNanos);
            }
            if (next > end) {
                break;
            }
            nowNanos = Math.max(nowNanos, next);
            for (Participant each : participants) {
                if (each.deadlineNanos <= nowNanos) {
                    turn(each, outbound);
                }
            }
        }
        nowNanos = end;
    }

    private void turn(Participant one, Outbound outbound) {
        one.machine.onTime(nowNanos);
        while (one.machine.pollDatagram(outbound, nowNanos)) {
            deliver(one, outbound.datagram());
        }
        one.machine.drainEvents(one);
        one.deadlineNanos = one.machine.nextDeadlineNanos();
        if (one.deadlineNanos <= nowNanos) {
            throw new AssertionError("a deadline in the past after a drain: " + one.deadlineNanos);
        }
    }

    private void deliver(Participant from, ByteBuffer datagram) {
        DirectoryMessage message = message(datagram);
        bytes += datagram.remaining() + overhead;
        pages += message instanceof DirectoryMessage.Page ? 1 : 0;
        inquiries += message instanceof DirectoryMessage.Inquiry ? 1 : 0;
        if (network.test(message)) {
            for (Participant each : participants) {
                each.machine.onDatagram(datagram, Delivery.MULTICAST, nowNanos);
                if (each != from) {
                    each.deadlineNanos = nowNanos;
                }
            }
        }
    }

    private static DirectoryMessage message(ByteBuffer datagram) {
        try {
            int header = datagram.get(datagram.position() + 1) * Integer.BYTES;
            return DirectoryCodec.decode(datagram.slice(header, datagram.remaining() - header))
                    .orElseThrow();
        } catch (MalformedDatagramException e) {
            throw new AssertionError(e);
        }
    }

    static GroupAddress group(int number) {
        byte[] address = {(byte) 239, (byte) 192, (byte) (number >> 8), (byte) number};
        return new GroupAddress(ByteBuffer.wrap(address), 6_003);
    }

    static Digest image(int number) {
        byte[] digest = new byte[Digest.LENGTH];
        ByteBuffer.wrap(digest).putInt(0, number);
        return Digest.of(digest);
    }

    static Listing session(int number, Listing.State state) {
        return listing(number, state, Optional.of(group(number)));
    }

    static Listing offer(int number) {
        return listing(number, Listing.State.OFFERED, Optional.empty());
    }

    private static Listing listing(int number, Listing.State state, Optional<GroupAddress> group) {
        return new Listing(
                state, "room " + number, "lab-" + number, "7", image(number), 1L << 33, group, 3, 20, -1, 25_000_000);
    }
}
