package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.ReceiverStatus;
import dev.mimeo.ReceiverStatus.State;
import dev.mimeo.TransferPhase;
import dev.mimeo.examples.Snapshot.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of a session, look by look, in virtual time. */
class SessionWatchTest {
    private final StagedSession session = new StagedSession();
    private final SessionWatch watch = new SessionWatch();

    private Snapshot look(double seconds) {
        return look(seconds, Optional.empty());
    }

    private Snapshot look(double seconds, Optional<String> ended) {
        session.elapsed = Duration.ofMillis((long) (1_000 * seconds));
        return watch.look(session.view(), session.progress(), ended, session.elapsed.toNanos());
    }

    private static ReceiverStatus heard(int id, State state, long verified, double seconds) {
        return StagedSession.receiver(
                id, "seat-" + id, state, verified, 0.02, Duration.ofMillis((long) (1_000 * seconds)), "");
    }

    @Test
    void theRateIsWhatLeftInTheLastTwoSeconds() {
        session.phase = TransferPhase.TRANSFERRING;
        look(0);
        for (int half = 1; half <= 20; half++) {
            session.sent += half <= 10 ? 50_000_000 : 5_000_000;
            look(half / 2.0);
        }
        assertThat(look(10.5).bitsPerSecond()).isBetween(60e6, 64e6);
    }

    @Test
    void aSeatIsAsFastAsItsReportsSay() {
        session.phase = TransferPhase.TRANSFERRING;
        session.receivers = List.of(heard(1, State.RECEIVING, 0, 1));
        assertThat(look(1).seats().get(0).bitsPerSecond()).isZero();
        session.receivers = List.of(heard(1, State.RECEIVING, 30_000_000, 4));
        assertThat(look(4).seats().get(0).bitsPerSecond()).isEqualTo(80_000_000);
        session.receivers = List.of(heard(1, State.VERIFIED, StagedSession.LENGTH, 9));
        assertThat(look(9).seats().get(0).bitsPerSecond()).isZero();
    }

    @Test
    void whatATargetHeldBeforeIsNoSpeed() {
        session.phase = TransferPhase.TRANSFERRING;
        session.receivers = List.of(heard(1, State.JOINED, 0, 1));
        look(1);
        ReceiverStatus status = heard(1, State.RECEIVING, 700_000_000, 5);
        session.receivers = List.of(new ReceiverStatus(
                status.id(),
                status.name(),
                status.address(),
                status.state(),
                status.verifiedBytes(),
                status.totalBytes(),
                700_000_000,
                0,
                0,
                status.joinedAfter(),
                status.heardAfter(),
                ""));
        assertThat(look(5).seats().get(0).bitsPerSecond()).isZero();
    }

    @Test
    void nothingMovingForTenSecondsIsAStall() {
        look(60);
        session.phase = TransferPhase.TRANSFERRING;
        session.sent = 1_000;
        assertThat(look(61).stage()).isEqualTo(Stage.SENDING);
        assertThat(look(70).stage()).isEqualTo(Stage.SENDING);
        assertThat(look(71).stage()).isEqualTo(Stage.STALLED);
        assertThat(Words.standing(look(73))).isEqualTo("Nothing has moved for 12 s.");
        session.repaired = 1;
        assertThat(look(74).stage()).isEqualTo(Stage.SENDING);
    }

    @Test
    void whoIsHeldHasNotStalled() {
        session.phase = TransferPhase.TRANSFERRING;
        session.held = true;
        look(0);
        assertThat(look(100).stage()).isEqualTo(Stage.HELD);
        session.held = false;
        assertThat(look(101).stage()).isEqualTo(Stage.SENDING);
    }

    @Test
    void aSeatThatIsNotHeardIsTold() {
        session.phase = TransferPhase.TRANSFERRING;
        session.receivers = List.of(heard(1, State.RECEIVING, 0, 5), heard(2, State.VERIFIED, StagedSession.LENGTH, 5));
        assertThat(look(19).seats()).allMatch(seat -> seat.silence().isEmpty());
        assertThat(look(22).seats())
                .extracting(Seat::silence)
                .containsExactly(Optional.of(Duration.ofSeconds(17)), Optional.empty());
    }

    @Test
    void whoFailsComesFirstThenNumbersByTheirValue() {
        session.receivers = List.of(
                heard(1, State.VERIFIED, StagedSession.LENGTH, 0),
                heard(10, State.RECEIVING, 0, 0),
                heard(9, State.RECEIVING, 0, 0),
                heard(7, State.SILENT, 0, 0),
                heard(8, State.REFUSED, 0, 0));
        assertThat(look(0).seats())
                .extracting(Seat::label)
                .containsExactly("seat-7", "seat-9", "seat-10", "seat-8", "seat-1");
    }

    @Test
    void whoLimitsIsToldByName() {
        session.phase = TransferPhase.TRANSFERRING;
        session.receivers = List.of(heard(0x2a, State.RECEIVING, 0, 0));
        session.limitedBy = Optional.of("0000002a");
        assertThat(look(0).limitedBy()).contains("seat-42");
    }

    @Test
    void theRestOfRepairsTakesAsLongAsTheSlowestSeat() {
        session.phase = TransferPhase.COMPLETING;
        session.receivers = List.of(heard(1, State.RECEIVING, 0, 0), heard(2, State.RECEIVING, 0, 0));
        look(0);
        session.receivers =
                List.of(heard(1, State.RECEIVING, 500_000_000, 5), heard(2, State.RECEIVING, 750_000_000, 5));
        assertThat(look(5).remaining()).contains(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource({
        "VERIFIED, VERIFIED, '', COMPLETE, Ended: all 2 have the image.",
        "VERIFIED, REFUSED, '', COMPLETE, Ended: it has the image.",
        "ACKNOWLEDGED, VERIFIED, '', COMPLETE, Ended: all 2 have the image.",
        "VERIFIED, FAILED, '', INCOMPLETE, Ended: 1 of 2 have the image.",
        "VERIFIED, RECEIVING, it was ended early, INCOMPLETE, Ended: 1 of 2 have the image; it was ended early.",
        "REFUSED, REFUSED, '', INCOMPLETE, Ended: 0 of 2 have the image.",
    })
    void anEndIsGoodIfEverybodyWhoWasWaitedForHasIt(State one, State other, String why, Stage stage, String words) {
        session.receivers = List.of(heard(1, one, 0, 0), heard(2, other, 0, 0));
        Snapshot end = look(1, Optional.of(why));
        assertThat(end.stage()).isEqualTo(stage);
        assertThat(Words.standing(end)).isEqualTo(words);
        assertThat(end.bitsPerSecond()).isZero();
    }

    @Test
    void percentSaysAHundredOnlyOfAllOfIt() {
        session.receivers = List.of(heard(1, State.RECEIVING, StagedSession.LENGTH - 1, 0));
        assertThat(look(0).seats().get(0).percent()).isEqualTo(99);
    }

    @Test
    void namesCannotHarmATerminal() {
        session.seat(1, "seat\u001b[31m\u202e\n1", State.JOINED, 0);
        assertThat(look(0).seats().get(0).label()).isEqualTo("seat?[31m??1");
    }

    @Test
    void aDayIsDrawnWithAsManyPointsAsAMinuteAndLosesNothing() {
        RateHistory history = new RateHistory();
        for (long half = 0; half <= 2 * 86_400; half++) {
            history.add(new RateHistory.Point(half * 500_000_000, half * 1_000, 0, half * 1_000));
        }
        List<RateHistory.Point> points = history.points();
        assertThat(points).hasSizeBetween(RateHistory.MOST / 2, RateHistory.MOST);
        for (int i = 1; i < points.size(); i++) {
            assertThat(points.get(i).bitsPerSecondSince(points.get(i - 1))).isEqualTo(16_000);
        }
    }

    @Test
    void theChartStepsFromRateToRate() {
        RateChart chart = RateChart.of(List.of(
                new RateHistory.Point(0, 0, 0, 0),
                new RateHistory.Point(1_000_000_000, 1_000_000, 0, 1_250_000),
                new RateHistory.Point(2_000_000_000, 1_000_000, 500_000, 1_875_000)));
        assertThat(chart.top()).isEqualTo("10 Mbit/s");
        assertThat(chart.span()).isEqualTo("0:02");
        assertThat(chart.everything()).isEqualTo("M0.0 120V0.0H300.0V60.0H600.0V120Z");
        assertThat(chart.contentAndRepairs()).isEqualTo("M0.0 120V24.0H300.0V72.0H600.0V120Z");
        assertThat(chart.content()).isEqualTo("M0.0 120V24.0H300.0V120.0H600.0V120Z");
    }

    @Test
    void aLookThatComesLateDoesNotBendTheRate() {
        session.phase = TransferPhase.TRANSFERRING;
        for (int half = 0; half <= 8; half++) {
            session.sent = half * 5_000_000L;
            session.elapsed = Duration.ofMillis(500 * half);
            long late = half % 2 == 0 ? 0 : 240_000_000;
            watch.look(session.view(), session.progress(), Optional.empty(), session.elapsed.toNanos() + late);
        }
        assertThat(look(4.5).bitsPerSecond()).isLessThan(84e6);
        assertThat(look(4.5).chart().content()).startsWith("M0.0 120V24.0H66.7V24.0H133.3V24.0H200.0V24.0H");
    }

    @Test
    void nothingIsDrawnOfNothing() {
        assertThat(look(0).chart().everything()).isEmpty();
    }
}
