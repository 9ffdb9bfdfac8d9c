package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.mimeo.AddressAllocator;
import dev.mimeo.DataRate;
import dev.mimeo.Deployment;
import dev.mimeo.DistributionPoint;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageFlag;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.NoReceiversException;
import dev.mimeo.NormObject;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SendReport;
import dev.mimeo.SenderLostException;
import dev.mimeo.SessionDirectory;
import dev.mimeo.SigningKey;
import dev.mimeo.StartPolicy;
import dev.mimeo.Transfer;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.seal.SealHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers in groups with a key, over real sockets on the loopback interface. */
@Timeout(90)
class SealIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;
    private static final int SEALED_SEGMENT = 1_360;
    private static final int LARGEST_PAYLOAD = 1_472;

    @TempDir
    Path directory;

    private final GroupKey key = GroupKey.random();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<byte[]> recording = Collections.synchronizedList(new ArrayList<>());
    private Classroom room;

    @BeforeEach
    void openRoom() {
        room = new Classroom(directory);
    }

    @AfterEach
    void closeRoom() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        room.close();
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    private <T extends AutoCloseable> T closeLater(T resource) {
        open.push(resource);
        return resource;
    }

    private ImageSender.Builder sender() {
        return room.sender().groupKey(key);
    }

    private ImageReceiver.Builder receiver() {
        return room.receiver().groupKey(key);
    }

    /** A sender with the segments that suit an MTU of 1,500. */
    private ImageSender open(ImageSender.Builder options, MulticastPort port) {
        return closeLater(new DefaultImageSender(
                (ImageSenderBuilder) options, new SenderSettings.SenderPort(port, SEALED_SEGMENT)));
    }

    private void record(ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        recording.add(bytes);
    }

    @Test
    void anImageThatMustBeEncryptedArrivesAndNobodyElseSeesIt() throws Exception {
        byte[] content = new byte[4_000_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) ("secret " + i / 1_000).charAt(i % 7);
        }
        List<Transfer<ReceiveReport>> transfers = new ArrayList<>();
        for (int seat = 0; seat < 3; seat++) {
            TestPort port = room.port(seat).loss(0.03).duplication(0.01).tap(this::record);
            transfers.add(room.receive(
                    room.open(receiver().name("seat " + seat), port, TargetStorage.LOCAL), "copy " + seat));
        }
        TestPort port = room.port(99).loss(0.03).tap(this::record);
        SendReport report = open(sender().startWhen(StartPolicy.receivers(3)), port)
                .send(ImageSource.of(room.image(content)).flags(Set.of(ImageFlag.ALLOW_MULTICAST, ImageFlag.ENCRYPT)))
                .await(PATIENCE);
        assertThat(report.verifiedCount()).isEqualTo(3);
        assertThat(report.nacks()).isPositive();
        for (Transfer<ReceiveReport> transfer : transfers) {
            assertThat(transfer.await(PATIENCE).path()).hasBinaryContent(content);
        }
        assertThat(recording).hasSizeGreaterThan(3_000);
        SealHeader header = new SealHeader();
        for (byte[] datagram : recording) {
            header.read(ByteBuffer.wrap(datagram));
            assertThat(datagram.length).isLessThanOrEqualTo(LARGEST_PAYLOAD);
            assertThat(new String(datagram, java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("secret", "seat ", "image.raw");
        }
    }

    @Test
    void whatIsOpenedAsAUserDoesIsSealed() throws Exception {
        byte[] content = TestImage.random(1_000_000, 2);
        Transfer<ReceiveReport> received = room.receive(room.open(receiver()), "copy");
        ImageSender sender = room.open(sender());
        key.close();
        assertThat(sender.send(ImageSource.of(room.image(content)))
                        .await(PATIENCE)
                        .isVerifiedByAll())
                .isTrue();
        assertThat(received.await(PATIENCE).path()).hasBinaryContent(content);
    }

    // ---------------------------------------------------------------------------------------- who does not fit
    // together

    @Test
    void whoHasAnotherKeyHearsNobodyAndIsToldWhy() throws Exception {
        ImageReceiver receiver =
                room.open(room.receiver().groupKey(GroupKey.random()).waitForSender(Duration.ofSeconds(1)));
        assertNobodyFits(
                room.open(sender().giveUpAfter(Duration.ofSeconds(2))),
                receiver,
                "could not be opened; is the group key the same on both sides?");
    }

    @Test
    void whoHasNoKeyHearsNobodyAndIsToldWhy() throws Exception {
        ImageReceiver receiver = room.open(room.receiver().waitForSender(Duration.ofSeconds(1)));
        assertNobodyFits(
                room.open(sender().giveUpAfter(Duration.ofSeconds(2))), receiver, "were sealed; a group key is needed");
    }

    @Test
    void whoHasAKeyDoesNotHearASenderWithout() throws Exception {
        ImageReceiver receiver = room.open(receiver().waitForSender(Duration.ofSeconds(1)));
        assertNobodyFits(
                room.open(room.sender().giveUpAfter(Duration.ofSeconds(2))),
                receiver,
                "were not sealed; does everybody there have the group key?");
    }

    private void assertNobodyFits(ImageSender sender, ImageReceiver receiver, String why) throws Exception {
        ImageSession session = sender.send(ImageSource.of(room.image(TestImage.random(10_000, 3))));
        Transfer<ReceiveReport> transfer = room.receive(receiver, "copy");
        assertThatExceptionOfType(SenderLostException.class)
                .isThrownBy(() -> transfer.await(PATIENCE))
                .withMessageContaining("No sender was heard on " + room.group())
                .withMessageContaining(why);
        assertThatExceptionOfType(NoReceiversException.class).isThrownBy(() -> session.await(PATIENCE));
        assertThat(room.files()).containsExactly("image.raw");
    }

    // ----------------------------------------------------------------------------------------------- starts and
    // replays

    @Test
    void aSenderThatStartsAnewIsAnotherSessionAndTheReceiverGoesOn() throws Exception {
        byte[] content = TestImage.random(12_000_000, 4);
        Path image = room.image(content);
        Transfer<ReceiveReport> received = room.receive(room.open(receiver()), "copy");
        TestPort wire = room.port(1);
        ImageSession first =
                open(sender().nodeId(7).rate(DataRate.ofMegabits(40)), wire).send(ImageSource.of(image));
        Eventually.holds(() -> received.progress().bytes() > 3_000_000);
        wire.die();
        first.cancel();
        SendReport report =
                room.open(sender().nodeId(7)).send(ImageSource.of(image)).await(PATIENCE);
        assertThat(report.verifiedCount()).isEqualTo(1);
        assertThat(received.await(PATIENCE).path()).hasBinaryContent(content);
    }

    @Test
    void aReceiverThatStartsAnewGoesOnWhereItWas() throws Exception {
        byte[] content = TestImage.random(8_000_000, 5);
        Path image = room.image(content);
        ImageReceiver first = room.open(receiver());
        Transfer<ReceiveReport> begun = room.receive(first, "copy");
        ImageSession session = room.open(sender().rate(DataRate.ofMegabits(40))).send(ImageSource.of(image));
        Eventually.holds(() -> begun.progress().bytes() > 3_000_000);
        first.close();
        ReceiveReport report = room.receive(room.open(receiver()), "copy").await(PATIENCE);
        assertThat(report.presentBytes()).isPositive();
        assertThat(report.path()).hasBinaryContent(content);
        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(1);
    }

    /** Everything that was sent, sent again to the same ends when they are done: nobody takes any notice. */
    @Fault("F35")
    @Test
    void aRecordedSessionPlayedAgainBringsNothingToLife() throws Exception {
        byte[] content = TestImage.random(2_000_000, 6);
        ImageReceiver receiver = room.open(
                receiver().waitForSender(Duration.ofSeconds(2)), room.port(1).tap(this::record), TargetStorage.LOCAL);
        Transfer<ReceiveReport> received = room.receive(receiver, "copy");
        ImageSender sender = open(sender(), room.port(2).tap(this::record));
        assertThat(sender.send(ImageSource.of(room.image(content)))
                        .await(PATIENCE)
                        .verifiedCount())
                .isEqualTo(1);
        assertThat(received.await(PATIENCE).path()).hasBinaryContent(content);

        Transfer<ReceiveReport> again = room.receive(receiver, "ghost");
        replay();
        assertThatExceptionOfType(SenderLostException.class)
                .isThrownBy(() -> again.await(PATIENCE))
                .withMessageContaining("No sender was heard");
        assertThat(room.files()).containsExactly("copy", "image.raw");
    }

    @Test
    void whatWasDroppedStandsInTheReportsAndInTheView() throws Exception {
        byte[] content = TestImage.random(4_000_000, 11);
        Transfer<ReceiveReport> received =
                room.receive(room.open(receiver(), room.port(1).tap(this::record), TargetStorage.LOCAL), "copy");
        ImageSession session = open(
                        sender().rate(DataRate.ofMegabits(20)), room.port(2).tap(this::record))
                .send(ImageSource.of(room.image(content)));
        Eventually.holds(() -> received.progress().bytes() > 500_000);
        try (TestPort attacker = room.port(3)) {
            for (byte[] datagram : List.copyOf(recording)) {
                attacker.send(ByteBuffer.wrap(datagram), NodeId.ANY);
                byte[] forged = datagram.clone();
                forged[forged.length - 1] ^= 1;
                forged[SealHeader.SENDER_OVERHEAD - SealHeader.TAG_LENGTH - 2] ^=
                        0x40; // A counter that is yet to come.
                attacker.send(ByteBuffer.wrap(forged), NodeId.ANY);
                attacker.send(ByteBuffer.wrap(datagram, 0, 10), NodeId.ANY);
            }
            attacker.send(ByteBuffer.wrap(new byte[40]), NodeId.ANY);
        }
        ReceiveReport report = received.await(PATIENCE);
        assertThat(report.path()).hasBinaryContent(content);
        assertThat(report.dropped().replayed()).isPositive();
        assertThat(report.dropped().unauthentic()).isPositive();
        assertThat(report.dropped().malformed()).isPositive();
        assertThat(report.dropped().total()).isGreaterThan(1_000);

        SendReport sent = session.await(PATIENCE);
        assertThat(sent.dropped().replayed()).isPositive();
        assertThat(sent.dropped().malformed()).isPositive();
        assertThat(session.view().dropped()).isEqualTo(sent.dropped());
    }

    /**
     * F35. What a fresh receiver cannot know: that is why images have serial numbers. The recording is authentic, and old.
     */
    @Test
    void aRecordingLooksAliveToWhoNeverHeardItAndIsRefusedByWhoDemandsANewerImage() throws Exception {
        byte[] content = TestImage.random(300_000, 12);
        Transfer<ReceiveReport> received = room.receive(room.open(receiver()), "copy");
        SigningKey maker = SigningKey.generate();
        ImageSource old =
                ImageSource.of(room.image(content)).name("lab").serial(6).signedBy(maker);
        ImageSender sender = open(sender(), room.port(2).tap(this::record));
        sender.send(old).await(PATIENCE);
        received.await(PATIENCE);

        assertThat(replayedTo(receiver(), "believer").await(PATIENCE).path()).hasBinaryContent(content);
        for (ImageReceiver.Builder demanding : List.of(
                receiver().trust(maker.publicKey()).minimumSerial(7), receiver().expect("ab".repeat(32)))) {
            Transfer<ReceiveReport> refusing = replayedTo(demanding.waitForSender(Duration.ofSeconds(2)), "refuser");
            assertThatExceptionOfType(ImageRefusedException.class)
                    .isThrownBy(() -> refusing.await(PATIENCE))
                    .withMessageContaining("is refused");
            assertThat(room.path("refuser")).doesNotExist();
        }
    }

    private void replay() throws IOException {
        try (TestPort attacker = room.port(3)) {
            for (byte[] datagram : List.copyOf(recording)) {
                attacker.send(ByteBuffer.wrap(datagram), NodeId.ANY);
            }
        }
    }

    /** Plays the recording to a receiver that has just been opened. */
    private Transfer<ReceiveReport> replayedTo(ImageReceiver.Builder options, String name) throws Exception {
        Transfer<ReceiveReport> transfer = room.receive(room.open(options), name);
        replay();
        return transfer;
    }

    // --------------------------------------------------------------------------------------- points, lanes, plain NORM

    private DistributionPoint.Builder point(MulticastGroup meeting) {
        MulticastGroup first = Loopback.group();
        return DistributionPoint.on(Loopback.INTERFACE)
                .timeToLive(0)
                .directory(meeting)
                .addresses(AddressAllocator.range(first, new MulticastGroup(first.address(), first.port() + 3)))
                .groupKey(key);
    }

    private static SessionDirectory.Builder directory(MulticastGroup meeting) {
        return SessionDirectory.on(Loopback.INTERFACE).timeToLive(0).group(meeting);
    }

    @Test
    void aPointListsAndSendsToThoseWhoHaveTheKey() throws Exception {
        MulticastGroup meeting = Loopback.group();
        Path image = room.image(TestImage.random(1_000_000, 7));
        DistributionPoint point = closeLater(point(meeting).open());
        point.offer(Deployment.of(ImageSource.of(image).flags(Set.of(ImageFlag.ALLOW_MULTICAST, ImageFlag.ENCRYPT))));
        SessionDirectory outside = closeLater(directory(meeting).open());
        SessionDirectory stranger =
                closeLater(directory(meeting).groupKey(GroupKey.random()).open());
        SessionDirectory inside = closeLater(directory(meeting).groupKey(key).open());
        MulticastGroup group = inside.find("image.raw", PATIENCE).group().orElseThrow();
        assertThat(outside.entries()).isEmpty();
        assertThat(stranger.entries()).isEmpty();
        ImageReceiver receiver = closeLater(ImageReceiver.from(group)
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .groupKey(key)
                .open());
        assertThat(room.receive(receiver, "copy").await(PATIENCE).path()).hasSameBinaryContentAs(image);
    }

    @Test
    void aGroupInWhichOthersSendSealedIsInUse() throws Exception {
        Path image = room.image(TestImage.random(10_000, 8));
        MulticastGroup meeting = Loopback.group();
        DistributionPoint one = closeLater(point(meeting)
                .withoutDirectory()
                .addresses(AddressAllocator.fixed(room.group()))
                .open());
        one.deploy(Deployment.of(ImageSource.of(image)).startWhen(StartPolicy.manual()));
        DistributionPoint two = closeLater(point(meeting)
                .groupKey(GroupKey.random())
                .addresses(AddressAllocator.fixed(room.group()))
                .open());
        assertThatIOException()
                .isThrownBy(() -> two.deploy(Deployment.of(ImageSource.of(image))))
                .withMessageContaining("No group is free");
    }

    private ImageReceiver.Builder options(MulticastGroup group, String name) {
        return new ImageReceiverBuilder(group)
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .groupKey(key)
                .name(name);
    }

    @Test
    void plainNormIsSealedAsWell() throws Exception {
        byte[] content = TestImage.random(500_000, 10);
        Path file = room.image(content);
        Path into = Files.createDirectory(room.path("in"));
        Transfer<NormReceiveReport> received =
                room.open(room.normReceiver().groupKey(key)).receive(NormTarget.directory(into));
        room.open(room.normSender().groupKey(key))
                .send(List.of(NormObject.file(file)))
                .await(PATIENCE);
        assertThat(received.await(PATIENCE).files().get(0).path()).hasBinaryContent(content);
    }
}
