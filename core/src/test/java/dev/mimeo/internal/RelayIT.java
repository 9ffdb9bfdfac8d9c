package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mimeo.DataRate;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSource;
import dev.mimeo.ReceiveReport;
import dev.mimeo.Relay;
import dev.mimeo.RelayReport;
import dev.mimeo.RepairUnavailableException;
import dev.mimeo.SendReport;
import dev.mimeo.SenderLostException;
import dev.mimeo.SigningKey;
import dev.mimeo.StartPolicy;
import dev.mimeo.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Relays between groups, over real sockets. */
@Timeout(90)
class RelayIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;
    private static final int CHUNK = 1 << 20;
    /** Blocks straddle chunks: two of them at the ends of every run of chunks that is needed. */
    private static final int EDGES = 2 * 128 * Classroom.SEGMENT_LENGTH;

    @TempDir
    Path directory;

    private final byte[] content = TestImage.random(6 * CHUNK - 5, 1);
    private final List<Classroom> rooms = new ArrayList<>();
    private final List<Relay> relays = new ArrayList<>();
    private Classroom near;
    private Classroom far;

    @BeforeEach
    void openRooms() throws IOException {
        near = room("near");
        far = room("far");
    }

    private Classroom room(String name) throws IOException {
        Classroom room = new Classroom(Files.createDirectory(directory.resolve(name)));
        rooms.add(room);
        return room;
    }

    @AfterEach
    void closeEverything() {
        relays.forEach(Relay::close);
        rooms.forEach(Classroom::close);
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    private Path store(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    private Relay open(Relay.Builder options) throws IOException {
        Relay relay = options.open();
        relays.add(relay);
        return relay;
    }

    private Relay.Builder between(Classroom from, Classroom to, String store) throws IOException {
        return Relay.between(from.receiver(), to.sender(), store(store));
    }

    private ImageSource image() throws IOException {
        return ImageSource.of(near.image(content));
    }

    @Test
    void anImageGoesOnWhileItArrivesSignedAsItsOriginHasSignedIt() throws Exception {
        SigningKey key = SigningKey.generate();
        Transfer<RelayReport> relayed = open(Relay.between(
                        near.receiver().trust(key.publicKey()), far.sender(), store("store")))
                .relay();
        Transfer<ReceiveReport> here = near.receive(near.open(near.receiver().trust(key.publicKey())), "copy");
        Transfer<ReceiveReport> there = far.receive(far.open(far.receiver().trust(key.publicKey())), "copy");
        Transfer<SendReport> sent = near.open(
                        near.sender().rate(DataRate.ofMegabits(40)).fixedRate().startWhen(StartPolicy.receivers(2)))
                .send(image().signedBy(key));

        Eventually.holds(() -> there.progress().bytes() >= CHUNK);
        assertThat(sent.completion()).as("the origin is still sending").isNotDone();

        assertThat(there.await(PATIENCE).path()).hasBinaryContent(content);
        RelayReport report = relayed.await(PATIENCE);
        assertThat(there.await().image()).isEqualTo(here.await(PATIENCE).image());
        assertThat(sent.await(PATIENCE).verifiedCount()).isEqualTo(2);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(report.sent()).hasSize(1);
        assertThat(report.received().orElseThrow().path()).hasBinaryContent(content);
        assertThat(report.sent().get(0).sourceBytes()).as("each byte once").isLessThan(content.length + CHUNK / 10);
    }

    @Test
    void aRelayWhoseOriginLeavesFailsAsItsReceiversDoAndServesWhatItHasWhenItStartsAgain() throws Exception {
        Transfer<RelayReport> first = open(between(near, far, "store")).relay();
        Transfer<ReceiveReport> there = far.receive(far.open(far.receiver()), "copy");
        Transfer<SendReport> sent = near.open(
                        near.sender().rate(DataRate.ofMegabits(24)).fixedRate())
                .send(image());
        Eventually.holds(() -> there.progress().bytes() >= 3 * CHUNK);
        sent.cancel();
        assertThatExceptionOfType(RepairUnavailableException.class)
                .isThrownBy(() -> first.await(PATIENCE))
                .withMessageContaining(near.group().toString());
        assertThatExceptionOfType(RepairUnavailableException.class)
                .isThrownBy(() -> there.await(PATIENCE))
                .withMessageContaining(far.group().toString());
        assertThat(files(store("store"))).containsExactly(".image.raw.mimeo-part", ".mimeo-relay");
        relays.remove(0).close();

        Transfer<RelayReport> second = open(between(near, far, "store")).relay();
        Transfer<ReceiveReport> late = far.receive(far.open(far.receiver()), "late");
        Eventually.holds(() -> late.progress().bytes() >= 3 * CHUNK);

        near.open(near.sender()).send(image()).await(PATIENCE);
        ReceiveReport rest = second.await(PATIENCE).received().orElseThrow();
        assertThat(rest.presentBytes()).isGreaterThanOrEqualTo(3 * CHUNK).isLessThan(content.length);
        assertThat(rest.wireBytes()).isLessThan((content.length - rest.presentBytes() + EDGES) * 12 / 10);
        assertThat(late.await(PATIENCE).path()).hasBinaryContent(content);
    }

    @Test
    void threeRelaysInARow() throws Exception {
        Classroom middle = room("middle");
        Classroom last = room("last");
        List<Transfer<RelayReport>> relayed = List.of(
                open(between(near, far, "one")).relay(),
                open(between(far, middle, "two")).relay(),
                open(between(middle, last, "three")).relay());
        Transfer<ReceiveReport> there = last.receive(last.open(last.receiver()), "copy");
        near.open(near.sender()).send(image()).await(PATIENCE);

        assertThat(there.await(PATIENCE).path()).hasBinaryContent(content);
        for (Transfer<RelayReport> each : relayed) {
            assertThat(each.await(PATIENCE).isVerifiedByAll()).isTrue();
        }
    }

    @Test
    void whoComesLateIsServedFromWhatIsKeptAndSoIsWhoComesToARelayThatStartsAgain() throws Exception {
        Transfer<RelayReport> first = open(between(near, far, "store").keepServing(Duration.ofMillis(1_200)))
                .relay();
        Transfer<ReceiveReport> there = far.receive(far.open(far.receiver()), "copy");
        near.open(near.sender()).send(image()).await(PATIENCE);
        there.await(PATIENCE);

        Transfer<ReceiveReport> late = far.receive(far.open(far.receiver()), "late");
        assertThat(late.await(PATIENCE).path()).hasBinaryContent(content);
        assertThat(first.await(PATIENCE).sent()).hasSize(2);
        relays.remove(0).close();

        Transfer<RelayReport> second = open(between(near, far, "store")).relay();
        assertThat(far.receive(far.open(far.receiver()), "later")
                        .await(PATIENCE)
                        .path())
                .hasBinaryContent(content);
        RelayReport report = second.await(PATIENCE);
        assertThat(report.received()).as("nothing was missing").isEmpty();
        assertThat(report.image()).isEqualTo(there.await().image());
        relays.remove(0).close();

        assertNothingIsServed(near.receiver().trust(SigningKey.generate().publicKey()));
        relays.remove(0).close();
        Path manifest = store("store").resolve(".mimeo-relay/manifest");
        byte[] kept = Files.readAllBytes(manifest);
        kept[kept.length / 2] ^= 1;
        Files.write(manifest, kept);
        assertNothingIsServed(near.receiver());
    }

    /** What does not meet what is demanded by now, or is damaged, is not there. */
    private void assertNothingIsServed(ImageReceiver.Builder upstream) throws Exception {
        Transfer<RelayReport> relayed = open(Relay.between(
                        upstream.waitForSender(Duration.ofMillis(400)), far.sender(), store("store")))
                .relay();
        Transfer<ReceiveReport> there =
                far.receive(far.open(far.receiver().waitForSender(Duration.ofMillis(400))), "other");
        assertThatExceptionOfType(SenderLostException.class).isThrownBy(() -> there.await(PATIENCE));
        assertThatExceptionOfType(SenderLostException.class).isThrownBy(() -> relayed.await(PATIENCE));
    }

    private static List<String> files(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aRelayThatNobodyNeedsAnyMoreEndsWhenItIsTold() throws Exception {
        Relay relay = open(between(near, far, "store"));
        Transfer<RelayReport> relayed = relay.relay();
        assertThatIllegalStateException().isThrownBy(relay::relay).withMessageContaining("runs already");

        relayed.cancel();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> relayed.await(PATIENCE));
        relay.close();
        assertThatIllegalStateException().isThrownBy(relay::relay).withMessageContaining("closed");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Relay.between(near.receiver(), far.sender(), directory.resolve("nowhere"))
                        .open())
                .withMessageContaining("no such directory");
    }
}
