package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.kit.LossModel;
import dev.mimeo.protocol.kit.Outcome;
import dev.mimeo.protocol.kit.Scenario;
import dev.mimeo.protocol.kit.SimulatedReceiver;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.sender.SlowReceivers;
import dev.mimeo.protocol.sender.StartCondition;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.StatusReport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions as an operator runs them: when they start, who may take part, what a hand does, what a bad machine costs. */
class SessionScenariosTest {
    private static final long SECOND = 1_000_000_000;

    /** The first pass takes 6.6 s. */
    private static Scenario scenario(int receivers) {
        return Scenario.seed(receivers)
                .receivers(receivers)
                .image(640_000)
                .rate(100_000)
                .loss(0.01);
    }

    private static Scenario startingWhen(int receivers, StartCondition condition) {
        return scenario(receivers).sending(config -> config.startWhen(condition));
    }

    private static void assertSentAway(Outcome outcome, int receiver, Dismissal.Action action, String reason) {
        SimulatedReceiver away = outcome.receiver(receiver);
        StatusReport report = away.report().orElseThrow();
        assertThat(report.state()).isEqualTo(ReceiverState.FAILED);
        assertThat(report.cause()).isEqualTo(FailureCause.DISMISSED);
        assertThat(report.detail()).isEqualTo(reason);
        assertThat(away.receiverMachine().dismissal()).contains(action);
        assertThat(outcome.sender().receivers())
                .filteredOn(entry -> entry.id().equals(Scenario.receiverId(receiver)))
                .allMatch(entry -> entry.standing() == RosterEntry.Standing.DISMISSED);
    }

    // When it starts.

    @Test
    void autocastStartsWithTheFirstAndTheOthersGetWhatTheyMissed() {
        Outcome outcome = startingWhen(4, new StartCondition.Receivers(1))
                .lateReceiver(0.3)
                .lateReceiver(0.6)
                .lateReceiver(0.9)
                .run()
                .assertAllVerified();
        assertThat(outcome.overhead())
                .as("what they missed is sent once more, for all of them")
                .isLessThan(2.2);
    }

    @Test
    void whoComesBeforeTheRoomIsFullWaits() {
        Outcome outcome = startingWhen(4, new StartCondition.Receivers(4))
                .lateReceiver(1.0)
                .run()
                .assertAllVerified();
        assertThat(outcome.overhead()).as("nobody missed anything").isLessThan(1.5);
        assertThat(outcome.duration()).isGreaterThan(Duration.ofSeconds(12));
    }

    @Test
    void theFieldsDefaultStartsAQuarterOfAnHourAfterTheFirstOfTooFew() {
        long quarterHour = 900 * SECOND;
        Outcome outcome = startingWhen(
                        3,
                        new StartCondition.AnyOf(
                                List.of(new StartCondition.Receivers(20), new StartCondition.AfterFirst(quarterHour))))
                .limit(Duration.ofMinutes(20), 10_000_000)
                .run()
                .assertAllVerified();
        assertThat(outcome.duration()).isBetween(Duration.ofSeconds(906), Duration.ofSeconds(912));
    }

    @Test
    void itStartsWhenNobodyNewHasComeForAWhile() {
        Outcome outcome = startingWhen(4, new StartCondition.QuietFor(5 * SECOND))
                .lateReceiver(0.5)
                .lateReceiver(1.0)
                .run()
                .assertAllVerified();
        assertThat(outcome.overhead()).as("everybody was there").isLessThan(1.5);
        assertThat(outcome.duration()).isBetween(Duration.ofSeconds(18), Duration.ofSeconds(23));
    }

    @Test
    void itStartsAtATimeAndByHand() {
        Outcome at = startingWhen(2, new StartCondition.At(60 * SECOND)).run().assertAllVerified();
        Outcome byHand = startingWhen(2, new StartCondition.Manual())
                .sender(sender -> sender.goAt(60 * SECOND))
                .run()
                .assertAllVerified();
        for (Outcome outcome : List.of(at, byHand)) {
            assertThat(outcome.duration()).isBetween(Duration.ofSeconds(66), Duration.ofSeconds(70));
        }
    }

    @Test
    void oneThatDoesNotBootIsNotWaitedForOnceTheOperatorLowersTheNumber() {
        Outcome outcome = startingWhen(3, new StartCondition.Receivers(4))
                .sender(sender -> sender.at(
                        30 * SECOND, (machine, now) -> machine.startWhen(new StartCondition.Receivers(3), now)))
                .run()
                .assertAllVerified();
        assertThat(outcome.duration()).isBetween(Duration.ofSeconds(36), Duration.ofSeconds(40));
    }

    // Who may take part.

    @Test
    void aClosedSessionServesThoseWhoAreAdmittedAndTellsOthersWhy() {
        Outcome outcome = scenario(3)
                .sending(config -> config.closed().startWhen(new StartCondition.Receivers(2)))
                .receiver(0, receiver -> receiver.config(config -> config.token("sesame")))
                .receiver(1, receiver -> receiver.config(config -> config.token("sesame")))
                .receiver(2, receiver -> receiver.config(config -> config.token("guess")))
                .sender(sender -> sender.onAdmission(asked -> sender.at(sender.nowNanos(), (machine, now) -> {
                    if (asked.token().equals("sesame")) {
                        machine.admit(asked.receiver(), now);
                    } else {
                        machine.dismiss(asked.receiver(), Dismissal.Action.ABORT, "not of this class", now);
                    }
                })))
                .run()
                .assertVerifiedExcept(2);
        assertSentAway(outcome, 2, Dismissal.Action.ABORT, "not of this class");
    }

    @Test
    void oneMoreThanMayTakePartIsToldSo() {
        Outcome outcome = scenario(3)
                .sending(config -> config.maximumReceivers(2).startWhen(new StartCondition.Receivers(2)))
                .run();
        assertThat(outcome.verified()).isEqualTo(2);
        assertThat(outcome.receivers())
                .filteredOn(receiver -> !receiver.isVerified())
                .allMatch(receiver -> receiver.report()
                        .orElseThrow()
                        .detail()
                        .equals("the session has all the receivers that it may"));
    }

    // The operator's hand.

    @Test
    void whoIsSentAwayInTheMiddleIsToldThoughItMissesMuchAndTheOthersGoOn() {
        Outcome outcome = scenario(3)
                .loss(1, LossModel.uniform(0.5))
                .arrange((simulation, cast) -> cast.sender()
                        .at(
                                cast.at(0.5),
                                (machine, now) -> machine.dismiss(
                                        Scenario.receiverId(1), Dismissal.Action.FALL_BACK, "by hand", now)))
                .run()
                .assertVerifiedExcept(1);
        assertSentAway(outcome, 1, Dismissal.Action.FALL_BACK, "by hand");
    }

    @Test
    void aSessionThatIsHeldForMinutesLosesNobody() {
        Outcome plain = scenario(3).run().assertAllVerified();
        Outcome held = scenario(3)
                .arrange((simulation, cast) -> {
                    cast.sender().at(cast.at(0.5), (machine, now) -> machine.hold(now));
                    cast.sender().at(cast.at(0.5) + 180 * SECOND, (machine, now) -> machine.resume(now));
                })
                .run()
                .assertAllVerified();
        assertThat(held.duration().minus(plain.duration())).isBetween(Duration.ofSeconds(178), Duration.ofSeconds(184));
        assertThat(held.overhead()).as("nothing is sent for the waiting").isLessThan(plain.overhead() + 0.3);
    }

    @Test
    void aSessionThatIsEndedLeavesNobodyWaiting() {
        Outcome outcome = scenario(3)
                .arrange((simulation, cast) -> cast.sender().endAt(cast.at(0.5)))
                .run();
        assertThat(outcome.sender().state()).isEqualTo(SessionState.ENDED);
        assertThat(outcome.receivers())
                .allMatch(receiver -> receiver.report().orElseThrow().state() == ReceiverState.INCOMPLETE);
        assertThat(outcome.duration()).isLessThan(Duration.ofSeconds(6));
    }

    // Bad machines.

    @Fault("F17")
    @Test
    void oneAtAHundredthOfTheRateAndOneThatIsDeadCostTheOthersLittle(FaultRecord record) {
        StartCondition soon = new StartCondition.At(SECOND);
        Scenario alone = startingWhen(6, soon);
        Scenario withBad =
                startingWhen(8, soon).loss(6, LossModel.uniform(0.99)).receiverGone(7, 0.1);
        Duration without = last(alone.run().assertAllVerified(), 6);
        Outcome outcome = withBad.limit(Duration.ofMinutes(60), 100_000_000).run();
        assertThat(outcome.receivers().subList(0, 6)).allMatch(SimulatedReceiver::isVerified);
        record.atMost("the others' time", (double) last(outcome, 6).toNanos() / without.toNanos(), 1.1);
    }

    @Fault("F17")
    @Test
    void oneThatIsTooSlowIsSentAway() {
        Outcome outcome = scenario(3)
                .loss(2, LossModel.uniform(0.9))
                .sending(config -> config.slowReceivers(
                        new SlowReceivers.DropBelow(20_000, 3 * SECOND, Dismissal.Action.FALL_BACK)))
                .run()
                .assertVerifiedExcept(2);
        assertSentAway(outcome, 2, Dismissal.Action.FALL_BACK, "it stored less than 20000 bytes per second for 3 s");
    }

    private static Duration last(Outcome outcome, int receivers) {
        return Duration.ofNanos(outcome.receivers().subList(0, receivers).stream()
                .mapToLong(SimulatedReceiver::finishedNanos)
                .max()
                .orElseThrow());
    }
}
