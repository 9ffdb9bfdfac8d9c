package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mimeo.DataRate;
import dev.mimeo.Dismissal;
import dev.mimeo.DismissedException;
import dev.mimeo.ImageFlag;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.NoReceiversException;
import dev.mimeo.ReceiveReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.RepairUnavailableException;
import dev.mimeo.SendReport;
import dev.mimeo.SessionView;
import dev.mimeo.SlowReceiverPolicy;
import dev.mimeo.StartPolicy;
import dev.mimeo.TargetSet;
import dev.mimeo.Transfer;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.kit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator does with a session, over real sockets on the loopback interface. */
@Timeout(90)
class SessionControlIT {
    private static final Duration PATIENCE = Classroom.PATIENCE;

    @TempDir
    Path directory;

    private Classroom room;

    @BeforeEach
    void openRoom() {
        room = new Classroom(directory);
    }

    @AfterEach
    void closeRoom() {
        room.close();
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    private Transfer<ReceiveReport> receive(String seat) throws Exception {
        return room.receive(room.open(room.receiver().name(seat)), seat);
    }

    private ImageSession send(ImageSender.Builder options, byte[] content) throws Exception {
        return room.open(options).send(ImageSource.of(room.image(content)));
    }

    @Test
    void aSessionThatIsStartedByHandWaitsAndShowsWhoIsThere() throws Exception {
        byte[] content = TestImage.random(2_000_000, 1);
        ImageSession session = send(room.sender().sessionName("lab").startWhen(StartPolicy.manual()), content);
        Transfer<ReceiveReport> first = receive("seat 1");
        Transfer<ReceiveReport> second = receive("seat 2");
        Eventually.holds(() -> session.view().receivers().size() == 2);

        SessionView waiting = session.view();
        assertThat(waiting.phase()).isEqualTo(TransferPhase.WAITING);
        assertThat(waiting.name()).isEqualTo("lab");
        assertThat(waiting.group()).isEqualTo(room.group());
        assertThat(waiting.startPolicy()).isEqualTo(StartPolicy.manual());
        assertThat(waiting.sentBytes())
                .as("but for the manifest, which receivers get ahead")
                .isLessThan(10_000);
        assertThat(waiting.image()).isPresent();
        assertThat(waiting.receivers()).extracting(ReceiverStatus::name).containsExactlyInAnyOrder("seat 1", "seat 2");
        assertThat(waiting.receivers()).extracting(ReceiverStatus::address).containsOnly("127.0.0.1");

        session.startNow();
        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(2);
        first.await(PATIENCE);
        second.await(PATIENCE);
        SessionView ended = session.view();
        assertThat(ended.phase()).isEqualTo(TransferPhase.FINISHED);
        assertThat(ended.count(ReceiverStatus.State.VERIFIED)).isEqualTo(2);
        assertThat(ended.sentBytes()).isGreaterThanOrEqualTo(content.length);
        assertThat(ended.receivers())
                .allSatisfy(each -> assertThat(each.fraction()).isEqualTo(1));
    }

    @Test
    void thePolicyOfTheStartChangesWhileItWaits() throws Exception {
        ImageSession session = send(room.sender().startWhen(StartPolicy.receivers(5)), TestImage.random(100_000, 2));
        Transfer<ReceiveReport> received = receive("seat 1");
        Eventually.holds(() -> session.view().receivers().size() == 1);
        session.startWhen(StartPolicy.quietFor(Duration.ofMillis(300)));
        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(1);
        received.await(PATIENCE);
        assertThat(session.view().startPolicy()).isEqualTo(StartPolicy.quietFor(Duration.ofMillis(300)));
    }

    @Fault("F26")
    @Test
    void aTimeOfTheWallClockStartsIt() throws Exception {
        Instant soon = Instant.now().plusMillis(900);
        ImageSession session = send(room.sender().startWhen(StartPolicy.at(soon)), TestImage.random(100_000, 3));
        Transfer<ReceiveReport> received = receive("seat 1");
        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(1);
        assertThat(received.await(PATIENCE).image()).isNotNull();
        assertThat(Instant.now()).isAfter(soon);
    }

    @Test
    void aSessionThatIsHeldSendsNoContentUntilItIsResumed() throws Exception {
        byte[] content = TestImage.random(6_000_000, 4);
        ImageSession session = send(room.sender().rate(DataRate.ofMegabits(40)), content);
        Transfer<ReceiveReport> received = receive("seat 1");
        Eventually.holds(() -> session.view().sentBytes() > 500_000);
        session.hold();
        Eventually.holds(() -> session.view().isHeld());
        Duration then = session.view().elapsed();
        Eventually.holds(() -> session.view().elapsed().compareTo(then.plusMillis(400)) > 0);
        long sent = session.view().sentBytes();
        Eventually.holds(() -> session.view().elapsed().compareTo(then.plusMillis(1_500)) > 0);
        assertThat(session.view().sentBytes()).isEqualTo(sent).isLessThan(content.length);
        session.resume();
        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(1);
        received.await(PATIENCE);
    }

    @ParameterizedTest
    @EnumSource
    void whoeverIsDismissedIsToldWhyAndHoldsNobody(Dismissal.Action action) throws Exception {
        ImageSession session = send(room.sender().rate(DataRate.ofMegabits(20)), TestImage.random(5_000_000, 5));
        Transfer<ReceiveReport> kept = receive("seat 1");
        Transfer<ReceiveReport> unwanted = receive("seat 2");
        Eventually.holds(
                () -> session.view().receivers().size() == 2 && session.view().sentBytes() > 0);
        String id = session.view().receivers().stream()
                .filter(each -> each.name().equals("seat 2"))
                .findFirst()
                .orElseThrow()
                .id();
        session.dismiss(id, new Dismissal(action, "another image is for it"));

        assertThatExceptionOfType(DismissedException.class)
                .isThrownBy(() -> unwanted.await(PATIENCE))
                .withMessageContaining("another image is for it")
                .satisfies(e -> assertThat(e.action()).isEqualTo(action))
                .satisfies(e -> assertThat(e.reason()).isEqualTo("another image is for it"));
        SendReport report = session.await(PATIENCE);
        kept.await(PATIENCE);
        assertThat(report.verifiedCount()).isEqualTo(1);
        assertThat(report.isVerifiedByAll()).isFalse();
        assertThat(report.receivers()).anySatisfy(each -> {
            assertThat(each.state()).isEqualTo(ReceiverStatus.State.DISMISSED);
            assertThat(each.detail()).isEqualTo("another image is for it");
        });
    }

    @Test
    void anEndTakesLeaveOfEverybody() throws Exception {
        ImageSession session = send(room.sender().rate(DataRate.ofMegabits(10)), TestImage.random(5_000_000, 6));
        Transfer<ReceiveReport> received = receive("seat 1");
        Eventually.holds(() -> received.progress().bytes() > 0);
        session.end();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> session.await(PATIENCE));
        assertThatExceptionOfType(RepairUnavailableException.class).isThrownBy(() -> received.await(PATIENCE));
        session.startNow();
        session.hold();
    }

    // Who may take part.

    @Test
    void whoeverIsNotMeantIsRefusedWithAReasonAndTheOthersAreDone() throws Exception {
        byte[] content = TestImage.random(1_000_000, 7);
        ImageSession session = send(
                room.sender().targets(TargetSet.named("seat 1")).startWhen(StartPolicy.quietFor(Duration.ofSeconds(1))),
                content);
        Transfer<ReceiveReport> stranger = receive("seat 2");
        assertThatExceptionOfType(DismissedException.class)
                .isThrownBy(() -> stranger.await(PATIENCE))
                .withMessageContaining("this image is not for a machine called \"seat 2\"");
        Transfer<ReceiveReport> meant = receive("seat 1");
        SendReport report = session.await(PATIENCE);
        assertThat(meant.await(PATIENCE).path()).hasBinaryContent(content);
        assertThat(report.verifiedCount()).isEqualTo(1);
        assertThat(report.isVerifiedByAll()).isTrue();
        assertThat(report.receivers())
                .extracting(ReceiverStatus::state)
                .containsExactlyInAnyOrder(ReceiverStatus.State.REFUSED, ReceiverStatus.State.VERIFIED);
    }

    @Test
    void aTokenAdmitsWhoeverKnowsIt() throws Exception {
        byte[] content = TestImage.random(300_000, 8);
        ImageSession session = send(room.sender().targets(TargetSet.token("s3same")), content);
        Transfer<ReceiveReport> with = room.receive(room.open(room.receiver().admissionToken("s3same")), "copy");
        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(1);
        assertThat(with.await(PATIENCE).path()).hasBinaryContent(content);
    }

    @Test
    void aTargetSetThatFailsRefuses() throws Exception {
        ImageSession session = send(
                room.sender().giveUpAfter(Duration.ofSeconds(3)).targets(candidate -> {
                    throw new IllegalStateException("the inventory does not answer");
                }),
                TestImage.random(1_000, 9));
        Transfer<ReceiveReport> received = receive("seat 1");
        assertThatExceptionOfType(DismissedException.class).isThrownBy(() -> received.await(PATIENCE));
        assertThatExceptionOfType(NoReceiversException.class)
                .isThrownBy(() -> session.await(PATIENCE))
                .withMessageContaining("No receiver was admitted; 1 were refused");
    }

    /** Long enough for the second to be told twice: who is told once and hears all of the image has it. */
    @Test
    void noMoreTakePartThanMay() throws Exception {
        ImageSession session =
                send(room.sender().maximumReceivers(1).rate(DataRate.ofMegabits(8)), TestImage.random(3_000_000, 10));
        Transfer<ReceiveReport> first = receive("seat 1");
        Eventually.holds(() -> session.view().sentBytes() > 0);
        Transfer<ReceiveReport> second = receive("seat 2");
        assertThatExceptionOfType(DismissedException.class)
                .isThrownBy(() -> second.await(PATIENCE))
                .withMessageContaining("all the receivers that it may");
        assertThat(session.await(PATIENCE).verifiedCount()).isEqualTo(1);
        first.await(PATIENCE);
    }

    @Test
    void moreTargetsThanMayTakePartAreAMistake() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> room.sender()
                        .maximumReceivers(2)
                        .targets(TargetSet.named("a", "b", "c"))
                        .open())
                .withMessage(
                        "the image is for 3 machines, and at most 2 may take part; raise maximumReceivers() if that is"
                                + " meant");
    }

    // What the maker of the image wants.

    @Test
    void imagesThatMustNotBeSentLikeThisAreNot() throws Exception {
        Path image = room.image(TestImage.random(10_000, 11));
        assertRefused(room.sender(), ImageSource.of(image).flags(Set.of()), "must not be sent by multicast");
        assertRefused(
                room.sender(),
                ImageSource.of(image).flags(Set.of(ImageFlag.ALLOW_MULTICAST, ImageFlag.ENCRYPT)),
                "must be encrypted");
        assertRefused(
                room.sender().slowReceivers(SlowReceiverPolicy.handOff(DataRate.ofMegabits(1), Duration.ofSeconds(9))),
                ImageSource.of(image).flags(Set.of(ImageFlag.ALLOW_MULTICAST, ImageFlag.MULTICAST_ONLY)),
                "must be sent by multicast only");
    }

    private void assertRefused(ImageSender.Builder options, ImageSource source, String why) throws Exception {
        try (ImageSender sender = options.open()) {
            ImageSession session = sender.send(source);
            assertThatExceptionOfType(ImageRefusedException.class)
                    .isThrownBy(() -> session.await(PATIENCE))
                    .withMessageContaining(why);
        }
    }

    @Test
    void nobodyIsHandedOffWhoHasNowhereToGo() throws Exception {
        Path image = room.image(TestImage.random(10_000, 12));
        ImageSource source = ImageSource.of(image).flags(Set.of(ImageFlag.ALLOW_MULTICAST, ImageFlag.MULTICAST_ONLY));
        assertThat(source.prepare().image().flags())
                .containsExactlyInAnyOrder(ImageFlag.ALLOW_MULTICAST, ImageFlag.MULTICAST_ONLY);
        ImageSession session = room.open(room.sender()).send(ImageSource.of(image));
        Eventually.holds(() -> !session.view().image().equals(Optional.empty()));
        assertThatIllegalStateException().isThrownBy(() -> session.dismiss("00000007", Dismissal.fallBack("too slow")));
        session.dismiss("00000007", Dismissal.abort("too slow"));
        assertThatIllegalArgumentException().isThrownBy(() -> session.dismiss("seat 7", Dismissal.abort("")));
    }
}
