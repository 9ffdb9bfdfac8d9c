package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.AddressAllocator;
import dev.mimeo.DataRate;
import dev.mimeo.Deployment;
import dev.mimeo.DirectoryEntry;
import dev.mimeo.Dismissal;
import dev.mimeo.DistributionPoint;
import dev.mimeo.DistributionPointListener;
import dev.mimeo.Environment;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.RateSchedule;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.SessionDirectory;
import dev.mimeo.SlowReceiverPolicy;
import dev.mimeo.StartPolicy;
import dev.mimeo.TargetSet;
import dev.mimeo.Transfer;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Distribution points and those who look for them, over real sockets on the loopback interface. */
@Timeout(90)
class DistributionPointIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;

    @TempDir
    Path directory;

    private final MulticastGroup meeting = Loopback.group();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    private <T extends AutoCloseable> T closeLater(T resource) {
        open.push(resource);
        return resource;
    }

    private DistributionPoint.Builder point(String name) {
        MulticastGroup first = Loopback.group();
        return DistributionPoint.on(Loopback.INTERFACE)
                .name(name)
                .timeToLive(0)
                .directory(meeting)
                .addresses(AddressAllocator.range(first, first));
    }

    private SessionDirectory watch() throws IOException {
        return closeLater(SessionDirectory.on(Loopback.INTERFACE)
                .timeToLive(0)
                .group(meeting)
                .open());
    }

    private Path image(String name, int length) throws IOException {
        return Files.write(directory.resolve(name), TestImage.random(length, name.hashCode()));
    }

    private Deployment deployment(Path image) {
        return Deployment.of(ImageSource.of(image)).startWhen(StartPolicy.receivers(1));
    }

    private static ImageReceiverBuilder receiver(MulticastGroup group, String seat) {
        ImageReceiverBuilder options = new ImageReceiverBuilder(group);
        options.networkInterface(Loopback.INTERFACE).timeToLive(0).name(seat);
        return options;
    }

    private Transfer<ReceiveReport> receive(MulticastGroup group, String seat) throws IOException {
        ImageReceiver receiver = closeLater(receiver(group, seat).open());
        return receiver.receive(ImageTarget.of(directory.resolve(seat)));
    }

    @Test
    void aDeploymentIsListedFoundByNameAndEndsWithItsReport() throws Exception {
        Path image = image("lab.img", 2_000_000);
        DistributionPoint point = closeLater(point("east wing").open());
        ImageSession session = point.deploy(deployment(image).name("room 7").startWhen(StartPolicy.receivers(2)));
        assertThat(point.sessions()).containsExactly(session);

        SessionDirectory watcher = watch();
        DirectoryEntry entry = watcher.find("lab.img", PATIENCE);
        assertThat(entry.point()).isEqualTo("east wing");
        assertThat(entry.sessionName()).isEqualTo("room 7");
        assertThat(entry.group()).contains(session.group());
        assertThat(entry.phase()).contains(TransferPhase.WAITING);
        assertThat(entry.expected()).isEqualTo(2);
        assertThat(entry.imageLength()).isEqualTo(2_000_000);
        assertThat(watcher.find(entry.imageId(), PATIENCE).imageName()).isEqualTo("lab.img");
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> watcher.find("other.img", Duration.ofMillis(300)))
                .withMessageContaining("No session of image \"other.img\" was found within 0.3s");

        Transfer<ReceiveReport> first = receive(entry.group().orElseThrow(), "seat 1");
        Transfer<ReceiveReport> second = receive(entry.group().orElseThrow(), "seat 2");
        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(2);
        assertThat(first.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        assertThat(second.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        Eventually.holds(() -> watcher.entries().isEmpty());
        assertThat(point.sessions()).isEmpty();
    }

    @Test
    void anImageThatIsOfferedIsSentToWhoeverAsks() throws Exception {
        Path image = image("win11", 500_000);
        Queue<ImageSession> opened = new ConcurrentLinkedQueue<>();
        DistributionPoint point = closeLater(point("east wing")
                .listener(new DistributionPointListener() {
                    @Override
                    public void sessionOpened(ImageSession session) {
                        opened.add(session);
                    }
                })
                .open());
        ImageDescription description = point.offer(Deployment.of(ImageSource.of(image)));
        SessionDirectory watcher = watch();
        Eventually.holds(() -> watcher.entries().size() == 1);
        assertThat(watcher.entries().get(0).isOffer()).isTrue();
        assertThat(watcher.entries().get(0).imageId()).isEqualTo(description.id());
        assertThat(opened).isEmpty();

        DirectoryEntry entry = watcher.find("win11", PATIENCE);
        assertThat(watch().find(description.id(), PATIENCE).group()).isEqualTo(entry.group());
        assertThat(receive(entry.group().orElseThrow(), "seat 1")
                        .await(PATIENCE)
                        .path())
                .hasSameBinaryContentAs(image);
        assertThat(opened)
                .singleElement()
                .satisfies(session ->
                        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(1));
    }

    @Fault("F25")
    @Test
    void twoPointsNeverUseOneGroup() throws Exception {
        MulticastGroup first = Loopback.group();
        MulticastGroup last = new MulticastGroup(first.address(), first.port() + 1);
        Path image = image("lab.img", 100_000);
        DistributionPoint one = closeLater(
                point("one").addresses(AddressAllocator.range(first, last)).open());
        DistributionPoint two = closeLater(
                point("two").addresses(AddressAllocator.range(first, last)).open());
        Deployment waiting = deployment(image).startWhen(StartPolicy.manual());
        ImageSession ofOne = one.deploy(waiting);
        ImageSession ofTwo = two.deploy(waiting);
        assertThat(Set.of(ofOne.group(), ofTwo.group())).hasSize(2);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> two.deploy(waiting))
                .withMessageContaining("No group is free")
                .withMessageContaining("addresses()");
    }

    @Fault("F25")
    @Test
    void aSenderThatIsInNoDirectoryIsHeard() throws Exception {
        MulticastGroup group = Loopback.group();
        Path image = image("lab.img", 100_000);
        DistributionPoint one = closeLater(point("one")
                .withoutDirectory()
                .addresses(AddressAllocator.fixed(group))
                .open());
        one.deploy(deployment(image));
        DistributionPoint two =
                closeLater(point("two").addresses(AddressAllocator.fixed(group)).open());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> two.deploy(deployment(image)))
                .withMessageContaining("No group is free");
    }

    @Test
    void thoseThatAreIncompleteGetItAgain() throws Exception {
        Path image = image("lab.img", 4_000_000);
        DistributionPoint point =
                closeLater(point("one").rateBudget(DataRate.ofMegabits(40)).open());
        ImageSession session = point.deploy(deployment(image).startWhen(StartPolicy.receivers(2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> point.deployAgain(session))
                .withMessageContaining("has not ended");
        Transfer<ReceiveReport> good = receive(session.group(), "seat 1");
        Transfer<ReceiveReport> bad = receive(session.group(), "seat 2");
        Eventually.holds(() -> bad.progress().bytes() > 0);
        bad.cancel();
        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(1);
        good.await(PATIENCE);
        Eventually.holds(() -> point.sessions().isEmpty());

        ImageSession again = point.deployAgain(session);
        Transfer<ReceiveReport> stranger = receive(again.group(), "seat 1 b");
        assertThatThrownBy(() -> stranger.await(PATIENCE)).hasMessageContaining("not for a machine called");
        Transfer<ReceiveReport> resumed = receive(again.group(), "seat 2");
        SendReport report = again.await(PATIENCE);
        assertThat(report.verifiedCount()).isEqualTo(1);
        assertThat(resumed.await(PATIENCE).presentBytes()).isPositive();
        Eventually.holds(() -> point.sessions().isEmpty());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> point.deployAgain(again))
                .withMessageContaining("nobody needs it again");
    }

    @Test
    void sessionsShareTheBudget() throws Exception {
        Path image = image("lab.img", 6_000_000);
        DistributionPoint point = closeLater(DistributionPoint.on(Loopback.INTERFACE)
                .timeToLive(0)
                .directory(meeting)
                .addresses(ranges())
                .rateBudget(DataRate.ofMegabits(20))
                .open());
        ImageSession one = point.deploy(deployment(image));
        ImageSession two = point.deploy(deployment(image));
        receive(one.group(), "seat 1");
        receive(two.group(), "seat 2");
        Eventually.holds(() -> one.view().sentBytes() > 500_000 && two.view().sentBytes() > 500_000);
        long wireBefore = one.view().wireBytes() + two.view().wireBytes();
        SessionClock clock = new SessionClock();
        Eventually.holds(() -> clock.nanos() > 1_500_000_000L);
        long wire = one.view().wireBytes() + two.view().wireBytes() - wireBefore;
        double seconds = clock.nanos() / 1e9 + 0.25; // A view is that old at most.
        assertThat(wire / seconds).isLessThan(20e6 / 8 * 1.02);
        assertThat(one.view().bitsPerSecond() + two.view().bitsPerSecond()).isLessThanOrEqualTo(20_000_000);
        two.end();
        Eventually.holds(() -> one.view().bitsPerSecond() > 15_000_000);
        one.end();
    }

    @Test
    void whatContradictsItselfIsNotEvenOffered() throws Exception {
        DistributionPoint point = closeLater(point("one").open());
        Deployment deployment = deployment(image("lab.img", 1_000))
                .to(TargetSet.named("one", "two"))
                .maximumReceivers(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> point.offer(deployment))
                .withMessageContaining("raise maximumReceivers()");
    }

    @Test
    void theBudgetGoesByTheTimeOfDay() throws Exception {
        LocalTime noon = LocalTime.NOON;
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-31T11:59:00Z"));
        DistributionPointBuilder options = (DistributionPointBuilder) point("one")
                .rateBudget(RateSchedule.of(DataRate.ofMegabits(40))
                        .between(noon, noon.plusHours(1), DataRate.ofMegabits(4)));
        options.environment(Environment.USUAL.withClock(new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        }));
        DistributionPoint point = closeLater(options.open());
        ImageSession session =
                point.deploy(deployment(image("lab.img", 12_000_000)).with(ImageSender.Builder::fixedRate));
        receive(session.group(), "seat 1");
        Eventually.holds(() -> session.view().bitsPerSecond() == 40_000_000);
        now.set(Instant.parse("2026-01-31T12:00:00Z"));
        Eventually.holds(() -> session.view().bitsPerSecond() == 4_000_000);
        now.set(Instant.parse("2026-01-31T13:00:00Z"));
        Eventually.holds(() -> session.view().bitsPerSecond() == 40_000_000);
        session.end();
    }

    private static AddressAllocator ranges() {
        MulticastGroup first = Loopback.group();
        return AddressAllocator.range(first, new MulticastGroup(first.address(), first.port() + 3));
    }

    @Test
    void limitsAreKeptAndClosingEndsEverything() throws Exception {
        Path image = image("lab.img", 100_000);
        DistributionPoint point =
                closeLater(point("one").addresses(ranges()).maximumSessions(1).open());
        ImageSession session = point.deploy(deployment(image).startWhen(StartPolicy.manual()));
        Transfer<ReceiveReport> received = receive(session.group(), "seat 1");
        Eventually.holds(() -> session.view().receivers().size() == 1);
        session.dismiss(session.view().receivers().get(0).id(), Dismissal.fallBack("the room is closed"));
        assertThatThrownBy(() -> received.await(PATIENCE)).hasMessageContaining("the room is closed");
        Eventually.holds(() -> session.view().count(ReceiverStatus.State.DISMISSED) == 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> point.deploy(deployment(image)))
                .withMessageContaining("raise maximumSessions()");
        assertThatExceptionOfType(ImageRefusedException.class)
                .isThrownBy(
                        () -> point.offer(Deployment.of(ImageSource.of(image).flags(Set.of()))));
        SessionDirectory watcher = watch();
        Eventually.holds(() -> watcher.entries().size() == 1);

        point.close();
        assertThat(session.completion()).isDone();
        Eventually.holds(() -> watcher.entries().isEmpty());
        assertThatIllegalStateException().isThrownBy(() -> point.deploy(deployment(image)));
    }

    @Test
    void aSessionThatFailsIsForgotten() throws Exception {
        DistributionPoint point = closeLater(point("one").open());
        ImageSession session = point.deploy(deployment(directory.resolve("none")));
        assertThatThrownBy(() -> session.await(PATIENCE)).hasMessageContaining("there is no such file");
        Eventually.holds(() -> point.sessions().isEmpty());
        assertThat(List.of(session.view().phase())).isNotEmpty();
    }

    @Test
    void whoCannotKeepUpGoesOnInASecondLaneWithWhatItHas() throws Exception {
        Path image = image("lab.img", 80_000_000);
        GroupKey key = closeLater(GroupKey.random());
        DistributionPoint point = closeLater(point("east wing")
                .groupKey(key)
                .addresses(ranges())
                .rateBudget(DataRate.ofMegabits(160))
                .open());
        ImageSession first = point.deploy(Deployment.of(ImageSource.of(image))
                .name("room 7")
                .startWhen(StartPolicy.receivers(4))
                .slowReceivers(SlowReceiverPolicy.lanes(2)));
        List<Transfer<ReceiveReport>> fast = new ArrayList<>();
        for (String seat : List.of("seat 1", "seat 2", "seat 3")) {
            ImageReceiver receiver =
                    closeLater(receiver(first.group(), seat).groupKey(key).open());
            fast.add(receiver.receive(ImageTarget.of(directory.resolve(seat))));
        }
        FaultyStorage disk = new FaultyStorage();
        disk.writeNanos = 100_000_000; // A block of 180,224 bytes: 1.8 MB/s.
        ImageReceiverBuilder options = receiver(first.group(), "seat 4");
        options.groupKey(key).memoryLimit(4 << 20);
        ImageReceiver slowSeat = closeLater(new DefaultImageReceiver(options, disk, options.openPort()));
        Path stored = directory.resolve("seat 4");
        Files.write(stored, Files.readAllBytes(image)); // Ignored: it is to be received afresh.
        Transfer<ReceiveReport> slow = slowSeat.receive(ImageTarget.of(stored).fresh());

        Eventually.holds(() -> point.sessions().size() == 2);
        ImageSession second = point.sessions().get(1);
        assertThat(second.name()).isEqualTo("room 7, lane 2");
        for (Transfer<ReceiveReport> each : fast) {
            assertThat(each.await(PATIENCE).path()).hasSameBinaryContentAs(image);
        }
        SendReport report = first.await(PATIENCE);
        assertThat(report.verifiedCount()).isEqualTo(3);
        assertThat(report.receivers())
                .filteredOn(each -> each.name().equals("seat 4"))
                .extracting(ReceiverStatus::state)
                .containsExactly(ReceiverStatus.State.MOVED);
        assertThat(slow.completion()).isNotDone();

        disk.writeNanos = 0;
        ReceiveReport slowReport = slow.await(PATIENCE);
        assertThat(slowReport.path()).hasSameBinaryContentAs(image);
        assertThat(slowReport.presentBytes()).isZero();
        SendReport secondReport = second.await(PATIENCE);
        assertThat(secondReport.verifiedCount()).isEqualTo(1);
        assertThat(secondReport.receivers().get(0).presentBytes())
                .as("what it had stored in the first lane")
                .isPositive();
        assertThat(secondReport.sourceBytes()).isLessThan(80_000_000);
        assertThat(slowSeat.group()).isEqualTo(first.group());
    }
}
