package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.DataRate;
import dev.mimeo.DismissedException;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageFlag;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.SenderLostException;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.SlowReceiverPolicy;
import dev.mimeo.StartPolicy;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import dev.mimeo.UnicastPolicy;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers that are served alone, beside a class, over the loopback interface. Who is deaf listens to a group where nobody sends. */
@Timeout(90)
class UnicastIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;
    private static final Duration AFTER = Duration.ofMillis(600);

    @TempDir
    Path directory;

    private Classroom room;
    private final List<String> sessions = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        room.close();
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            return socket.getLocalPort();
        }
    }

    private static InetSocketAddress door(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    }

    private ImageReceiver.Builder deaf(int port) throws IOException {
        return new ImageReceiverBuilder(Loopback.group())
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .name("deaf")
                .listener(hearing())
                .unicastFrom(door(port), AFTER);
    }

    private TransferListener hearing() {
        return new TransferListener() {
            @Override
            public void announced(SessionAnnouncement announcement) {
                sessions.add(announcement.sessionName());
            }
        };
    }

    private Transfer<ReceiveReport> receive(ImageReceiver.Builder options, String name) throws IOException {
        return room.receive(room.open(options), name);
    }

    private ImageSession send(ImageSender.Builder options, Path image) throws IOException {
        return room.open(options).send(ImageSource.of(image));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoHearsNothingIsServedAloneBesideTheClass(boolean sealed) throws Exception {
        room = new Classroom(directory);
        Path image = room.image(TestImage.random(3_000_000, 1));
        int port = freePort();
        ImageSender.Builder options = room.sender().sessionName("room 7").unicast(UnicastPolicy.at(port));
        ImageReceiver.Builder class1 = room.receiver().name("hears");
        ImageReceiver.Builder deaf = deaf(port);
        if (sealed) {
            GroupKey key = GroupKey.random();
            options.groupKey(key);
            class1.groupKey(key);
            deaf.groupKey(key);
        }
        Transfer<ReceiveReport> alone = receive(deaf, "deaf");
        ImageSession session = send(options.startWhen(StartPolicy.manual()), image);
        assertThat(alone.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        assertThat(sessions).contains("room 7, unicast").doesNotContain("room 7");
        Eventually.holds(() ->
                session.view().receivers().stream().anyMatch(each -> each.state() == ReceiverStatus.State.VERIFIED));

        Transfer<ReceiveReport> hears = receive(class1, "hears");
        Eventually.holds(() -> session.view().receivers().size() == 2);
        session.startNow();
        assertThat(hears.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        SendReport report = session.await(PATIENCE);
        assertThat(report.verifiedCount()).isEqualTo(2);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(report.sourceBytes()).as("once to the class, once alone").isBetween(6_000_000L, 6_001_000L);
    }

    @Test
    void ifAllAreServedAloneNobodyWaitsForTheClass() throws Exception {
        room = new Classroom(directory);
        Path image = room.image(TestImage.random(1_000_000, 2));
        int port = freePort();
        ImageSession session = send(
                room.sender()
                        .startWhen(StartPolicy.receivers(2))
                        .unicast(UnicastPolicy.at(port).atMost(1)),
                image);
        Transfer<ReceiveReport> one = receive(deaf(port), "one");
        Transfer<ReceiveReport> two = receive(deaf(port), "two");
        assertThat(one.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        assertThat(two.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        assertThat(session.await(PATIENCE).verifiedCount())
                .as("one after the other")
                .isEqualTo(2);
    }

    @Test
    void whoWaitsForASenderThatComesLaterHearsItByMulticast() throws Exception {
        room = new Classroom(directory);
        Path image = room.image(TestImage.random(1_000_000, 3));
        int port = freePort();
        Transfer<ReceiveReport> early =
                receive(room.receiver().listener(hearing()).unicastFrom(door(port), AFTER), "early");
        ImageSession session = send(room.sender().sessionName("room 7").unicast(UnicastPolicy.at(port)), image);
        assertThat(early.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        assertThat(session.await(PATIENCE).sourceBytes()).isBetween(1_000_000L, 1_001_000L);
        assertThat(sessions).containsOnly("room 7");
    }

    @Test
    void whoIsHandedOffGoesOnAloneWithWhatItHas() throws Exception {
        room = new Classroom(directory);
        Path image = room.image(TestImage.random(24_000_000, 4));
        ImageSession session = send(
                room.sender()
                        .rate(DataRate.ofMegabits(80))
                        .fixedRate()
                        .startWhen(StartPolicy.receivers(2))
                        .slowReceivers(SlowReceiverPolicy.handOff(DataRate.ofMegabits(24), Duration.ofSeconds(2)))
                        .unicast(UnicastPolicy.forThoseHandedOff()),
                image);
        Transfer<ReceiveReport> fast = receive(room.receiver().name("fast"), "fast");
        FaultyStorage disk = new FaultyStorage();
        disk.writeNanos = 100_000_000; // A block of 180,224 bytes: 1.8 MB/s.
        ImageReceiverBuilder options =
                (ImageReceiverBuilder) room.receiver().name("slow").memoryLimit(4 << 20);
        ImageReceiver slowReceiver = room.open(options, options.openPort(), disk);
        Transfer<ReceiveReport> slow = room.receive(slowReceiver, "slow");
        assertThat(fast.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        disk.writeNanos = 0;
        assertThat(slow.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        SendReport report = session.await(PATIENCE);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(report.receivers()).hasSize(2);
        assertThat(report.receivers())
                .filteredOn(each -> each.name().equals("slow"))
                .singleElement()
                .satisfies(each -> assertThat(each.presentBytes()).isPositive());
        assertThat(report.sourceBytes()).isBetween(24_001_000L, 48_000_000L);
    }

    @Test
    void theLastGoesOnAloneWhereMulticastIsDear() throws Exception {
        room = new Classroom(directory);
        Path image = room.image(TestImage.random(10_000_000, 5));
        ImageSession session = send(
                room.sender()
                        .rate(DataRate.ofMegabits(80))
                        .fixedRate()
                        .startWhen(StartPolicy.receivers(2))
                        .unicast(UnicastPolicy.forThoseHandedOff().forTheLast(1, 40)),
                image);
        Transfer<ReceiveReport> near = receive(room.receiver().name("near"), "near");
        ImageReceiverBuilder options = (ImageReceiverBuilder) room.receiver().name("far");
        TestPort lossy = room.port(6).loss(0.7);
        ImageReceiver farReceiver = room.open(options.listener(hearing()), lossy, TargetStorage.LOCAL);
        Transfer<ReceiveReport> far = room.receive(farReceiver, "far");
        assertThat(near.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        assertThat(far.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        SendReport report = session.await(PATIENCE);
        assertThat(report.receivers()).extracting(ReceiverStatus::state).containsOnly(ReceiverStatus.State.VERIFIED);
        assertThat(sessions).contains("unicast");
    }

    @Test
    void anImageForMulticastOnlyIsRefused() throws Exception {
        room = new Classroom(directory);
        Path image = room.image(TestImage.random(100_000, 6));
        int port = freePort();
        ImageSession session = room.open(room.sender().unicast(UnicastPolicy.at(port)))
                .send(ImageSource.of(image).flags(Set.of(ImageFlag.ALLOW_MULTICAST, ImageFlag.MULTICAST_ONLY)));
        Transfer<ReceiveReport> alone = receive(deaf(port), "deaf");
        assertThatExceptionOfType(DismissedException.class)
                .isThrownBy(() -> alone.await(PATIENCE))
                .withMessageContaining("must be sent by multicast only");
        session.cancel();
    }

    @Test
    void whereNobodyAnswersThatIsSaid() throws Exception {
        room = new Classroom(directory);
        Transfer<ReceiveReport> alone = receive(deaf(freePort()).waitForSender(Duration.ofSeconds(1)), "deaf");
        assertThatExceptionOfType(SenderLostException.class)
                .isThrownBy(() -> alone.await(PATIENCE))
                .withMessageContaining("Nobody answers at 127.0.0.1");
    }
}
