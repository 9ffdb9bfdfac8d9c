package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.Environment;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.ImageSource;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.SigningKey;
import dev.mimeo.StartPolicy;
import dev.mimeo.Transfer;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.kit.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who signed an image, and who takes it then; over real sockets on the loopback interface. */
@Timeout(90)
class SignedTransferIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;
    private static final byte[] CONTENT = TestImage.random(1_234_567, 1);
    private static final byte[] OLD = {'o', 'l', 'd'};

    @TempDir
    Path directory;

    private final SigningKey key = SigningKey.generate();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private Classroom room;
    private ImageSource source;

    @BeforeEach
    void openRoom() throws Exception {
        room = new Classroom(directory);
        source = ImageSource.of(room.image(CONTENT)).name("lab");
        Files.write(room.path("copy"), OLD);
    }

    @AfterEach
    void closeRoom() {
        room.close();
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    @Test
    void whatATrustedKeySignedArrivesAndBothSidesSayWhoSignedIt() throws Exception {
        String id = source.serial(7).signedBy(key).prepare().image().id();
        Transfer<ReceiveReport> received = receive(trusting().minimumSerial(7).expect(id));
        SendReport report = room.open(room.sender()).send(source).await(PATIENCE);

        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(report.image().signedBy()).contains(key.publicKey().fingerprint());
        assertThat(report.image().serial()).isEqualTo(7);
        assertThat(received.await(PATIENCE).image()).isEqualTo(report.image());
        assertThat(room.path("copy")).hasBinaryContent(CONTENT);
        assertThat(heard).isEmpty();
    }

    @Test
    void whoTrustsNobodyTakesASignedImageAndDoesNotCallItVerified() throws Exception {
        Transfer<ReceiveReport> received = receive(room.receiver());
        SendReport report = room.open(room.sender()).send(source.signedBy(key)).await(PATIENCE);
        assertThat(report.image().signedBy()).isPresent();
        assertThat(received.await(PATIENCE).image().signedBy()).isEmpty();
        assertThat(room.path("copy")).hasBinaryContent(CONTENT);
    }

    @Test
    void anImageThatIsNotSignedIsRefused() throws Exception {
        refused(
                trusting(),
                source,
                "is not signed, and this receiver trusts key " + key.publicKey().fingerprint());
    }

    @Test
    void anImageThatSomebodyElseSignedIsRefused() throws Exception {
        SigningKey other = SigningKey.generate();
        refused(
                trusting(),
                source.signedBy(other),
                "is signed by key " + other.publicKey().fingerprint() + ", which this receiver does not trust");
    }

    /** F36. */
    @Fault("F36")
    @Test
    void anOlderImageOfTheSameKeyIsRefused() throws Exception {
        refused(trusting().minimumSerial(8), source.serial(7).signedBy(key), "\"lab\" has serial 7");
    }

    @Test
    void anImageAfterItsEndIsRefusedUnlessEndsAreIgnored() throws Exception {
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        ImageSource ended = source.notAfter(end).signedBy(key);
        refused(after(end, trusting()), ended, "\"lab\" was to be taken until 2027-01-01T00:00:00Z");

        Transfer<ReceiveReport> received = receive(after(end, trusting()).ignoreNotAfter());
        room.open(room.sender()).send(ended).await(PATIENCE);
        assertThat(received.await(PATIENCE).image().notAfter()).contains(end);
    }

    private static ImageReceiver.Builder after(Instant end, ImageReceiver.Builder options) {
        options.environment(Environment.USUAL.withClock(Clock.fixed(end.plusSeconds(1), ZoneOffset.UTC)));
        return options;
    }

    /** Who demands nothing of a sender is not kept waiting for another. */
    @Test
    void whoTrustsNobodyRefusesAnEndedImageAtOnce() throws Exception {
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        Transfer<ReceiveReport> received = receive(after(end, room.receiver()));
        SendReport report = room.open(room.sender()).send(source.notAfter(end)).await(PATIENCE);
        assertThatExceptionOfType(ImageRefusedException.class)
                .isThrownBy(() -> received.await(PATIENCE))
                .withMessageContaining("was to be taken until");
        assertThat(report.receivers())
                .singleElement()
                .satisfies(receiver -> assertThat(receiver.detail()).contains("was to be taken until"));
    }

    @Test
    void anotherImageThanTheExpectedIsRefused() throws Exception {
        refused(room.receiver().expect("ab".repeat(32)), source, "this receiver expects image " + "ab".repeat(32));
    }

    @Test
    void anImageThatIsTooLongIsRefusedAndAnotherAwaited() throws Exception {
        refused(trusting().maximumImageLength(1_000), source.signedBy(key), "this receiver takes at most 1000");
    }

    private void refused(ImageReceiver.Builder options, ImageSource image, String reason) throws Exception {
        Transfer<ReceiveReport> received = receive(options.waitForSender(Duration.ofSeconds(4)));
        SendReport report = room.open(room.sender()).send(image).await(PATIENCE);
        assertThat(report.receivers()).singleElement().satisfies(receiver -> {
            assertThat(receiver.state()).isEqualTo(ReceiverStatus.State.FAILED);
            assertThat(receiver.detail()).contains(reason);
        });
        assertThatExceptionOfType(ImageRefusedException.class)
                .isThrownBy(() -> received.await(PATIENCE))
                .withMessageStartingWith("Image " + report.image().id() + " on " + room.group() + " is refused: ")
                .withMessageContaining(reason)
                .withMessageContaining("No other sender was heard in the time allowed");
        assertThat(heard).singleElement().asString().contains(reason);
        assertThat(room.path("copy")).hasBinaryContent(OLD);
        assertThat(room.files()).containsExactly("copy", "image.raw");
        heard.clear();
    }

    /** T4: the key decides, not who spoke first. */
    @Fault("F24")
    @Test
    void aRogueSenderDoesNotKeepTheRightOneOut() throws Exception {
        Path rogue = TestImage.write(room.path("rogue.raw"), TestImage.random(300_000, 2));
        Transfer<ReceiveReport> received = receive(trusting());
        room.open(room.sender().startWhen(StartPolicy.manual())).send(ImageSource.of(rogue));
        Eventually.holds(() -> !heard.isEmpty());
        SendReport report = room.open(room.sender()).send(source.signedBy(key)).await(PATIENCE);

        assertThat(report.verifiedCount()).isEqualTo(1);
        assertThat(received.await(PATIENCE).image().signedBy())
                .contains(key.publicKey().fingerprint());
        assertThat(room.path("copy")).hasBinaryContent(CONTENT);
        assertThat(heard).hasSize(1);
    }

    @Test
    void aSignedImageThatHasChangedIsNotSent() throws Exception {
        source.signedBy(key).prepare();
        Files.write(room.path("image.raw"), TestImage.random(1_234_568, 3));
        Transfer<SendReport> sent = room.open(room.sender()).send(source);
        assertThatExceptionOfType(ImageRefusedException.class)
                .isThrownBy(() -> sent.await(PATIENCE))
                .withMessageContaining("Prepare and sign the image again");
    }

    private ImageReceiver.Builder trusting() {
        return room.receiver().trust(key.publicKey());
    }

    private Transfer<ReceiveReport> receive(ImageReceiver.Builder options) throws Exception {
        return room.receive(
                room.open(options.listener(new TransferListener() {
                    @Override
                    public void refused(String reason) {
                        heard.add(reason);
                    }
                })),
                "copy");
    }
}
