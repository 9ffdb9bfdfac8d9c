package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Attacker;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.kit.Outcome;
import dev.mimeo.protocol.kit.Scenario;
import dev.mimeo.protocol.kit.SimulatedReceiver;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.session.Confirmation;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What somebody who can send to the network can do to a transfer in the clear: cost time within bounds, and never a wrong byte,
 * a receiver left behind in silence, or a session that does not end. Datagrams are not authenticated here.
 */
class AttackScenariosTest {
    private static final NodeId OUTSIDER = new NodeId(0xbad);
    private static final NodeId GREEDY = new NodeId(0xbad0);
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long FOR_EVER = Duration.ofHours(1).toNanos();

    private static Scenario scenario(int receivers) {
        return Scenario.seed(receivers)
                .receivers(receivers)
                .image(1_000_000)
                .rate(1_000_000)
                .loss(0.01)
                .limit(Duration.ofMinutes(30), 200_000_000);
    }

    /** What the attacker does once the simulation is set up. */
    private static Scenario attacked(Scenario scenario, BiConsumer<Attacker, Scenario.Cast> attack) {
        return scenario.arrange((simulation, cast) -> attack.accept(new Attacker(simulation, OUTSIDER), cast));
    }

    private static List<NodeId> ids(Scenario.Cast cast) {
        return cast.receivers().stream().map(SimulatedReceiver::id).toList();
    }

    private static void assertEnded(Outcome outcome) {
        assertThat(outcome.sender().state()).isEqualTo(SessionState.ENDED);
    }

    private static void assertSlowerByAtMost(double ratio, Outcome attacked, Outcome usual) {
        assertThat(slower(attacked, usual))
                .as("how much later the last of the others is, usually " + usual.lastFinished())
                .isLessThan(ratio);
    }

    private static double slower(Outcome attacked, Outcome usual) {
        return (double) attacked.lastFinished().toNanos() / usual.lastFinished().toNanos();
    }

    // Who asks for too much.

    @Fault("F42")
    @Test
    void oneThatAsksForEverythingForEverCostsTheOthersLittleAndIsSentAway(FaultRecord record) {
        assertGreedyIsSentAway(record, 1.3, attacker -> attacker.asksForEverything(GREEDY));
    }

    /** It has the same symbols repaired again and again, of no use to others, and speaks before them. */
    @Fault("F42")
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 16})
    void oneThatAsksForAPartOfEveryBlockForEverCostsTheOthersLittleAndIsSentAway(int symbols, FaultRecord record) {
        assertGreedyIsSentAway(record, 1.3, attacker -> attacker.asksForSymbols(GREEDY, 489, symbols));
    }

    @Fault("F42")
    @Test
    void oneThatAsksForEverythingAndForAPartOfItForEverCostsTheOthersLittleAndIsSentAway(FaultRecord record) {
        assertGreedyIsSentAway(record, 1.3, attacker -> {
            attacker.asksForEverything(GREEDY);
            attacker.asksForSymbols(GREEDY, 489, 8);
        });
    }

    /** Who loses more meets it more often, and is still done long before it is sent away. */
    @Test
    void oneThatAsksForEverythingAndForAPartOfItForEverDoesNotKeepThoseWaitingWhoLoseALot() {
        Outcome usual = scenario(8).image(4_000_000).loss(0.05).run().assertAllVerified();
        Outcome attacked = greedy(scenario(8).image(4_000_000).loss(0.05), attacker -> {
            attacker.asksForEverything(GREEDY);
            attacker.asksForSymbols(GREEDY, 489, 8);
        });

        assertSlowerByAtMost(1.6, attacked, usual);
    }

    private static void assertGreedyIsSentAway(FaultRecord record, double ratio, Consumer<Attacker> attack) {
        Outcome usual = scenario(8).image(4_000_000).run().assertAllVerified();
        Outcome attacked = greedy(scenario(8).image(4_000_000), attack);

        record.atMost("the others' time", slower(attacked, usual), ratio);
        assertEnded(attacked);
        assertThat(attacked.sender().receivers())
                .filteredOn(entry -> entry.id().equals(GREEDY))
                .extracting(RosterEntry::standing)
                .containsExactly(RosterEntry.Standing.DISMISSED);
        assertThat(attacked.repairBytes()).isBetween(27_000_000L, 36_000_000L);
    }

    private static Outcome greedy(Scenario scenario, Consumer<Attacker> attack) {
        return attacked(
                        scenario,
                        (attacker, cast) -> attacker.repeat(
                                        cast.at(0.2),
                                        FOR_EVER,
                                        SECOND / 2,
                                        () -> attacker.reports(GREEDY, ReceiverState.RECEIVING))
                                .repeat(cast.at(0.2), FOR_EVER, 20 * MILLI, () -> attack.accept(attacker)))
                .run()
                .assertAllVerified();
    }

    @Test
    void strangersWhoAskForEverythingForEverShareWhatOneMayAskFor() {
        Outcome usual = scenario(8).image(4_000_000).run().assertAllVerified();
        AtomicInteger next = new AtomicInteger(0x10_0000);
        Outcome attacked = attacked(
                        scenario(8).image(4_000_000),
                        (attacker, cast) -> attacker.repeat(
                                0,
                                FOR_EVER,
                                5 * MILLI,
                                () -> attacker.asksForEverything(new NodeId(next.incrementAndGet()))))
                .run()
                .assertAllVerified();

        assertSlowerByAtMost(1.3, attacked, usual);
        assertEnded(attacked);
        assertThat(attacked.repairBytes()).isLessThan(35_000_000);
        assertThat(attacked.sender().receivers()).hasSize(8);
    }

    @Test
    void strangersWhoAskForLittleForEverKeepNeitherTheOthersWaitingNorTheSession() {
        Outcome usual = scenario(8).run().assertAllVerified();
        AtomicInteger next = new AtomicInteger(0x10_0000);
        Outcome attacked = attacked(
                        scenario(8).sending(config -> config.receiverTimeoutNanos(10 * SECOND)),
                        (attacker, cast) -> attacker.repeat(
                                0,
                                FOR_EVER,
                                MILLI / 20,
                                () -> attacker.asksForTheManifest(new NodeId(next.incrementAndGet()))))
                .run()
                .assertAllVerified();

        assertEnded(attacked);
        assertSlowerByAtMost(1.4, attacked, usual);
        assertThat(attacked.duration().minus(attacked.lastFinished())).isLessThan(Duration.ofSeconds(12));
    }

    @Fault("F41")
    @Test
    void aFloodOfRequestsFromNobodyKeepsNoStateAndCostsLittle(FaultRecord record) {
        Outcome usual = scenario(4).image(4_000_000).run().assertAllVerified();
        AtomicInteger next = new AtomicInteger(0x10_0000);
        Outcome attacked = attacked(
                        scenario(4).image(4_000_000),
                        (attacker, cast) -> attacker.repeat(0, 2 * SECOND, MILLI, () -> {
                            for (int i = 0; i < 100; i++) {
                                attacker.asksTheSenderForEverything(new NodeId(next.incrementAndGet()));
                            }
                        }))
                .run()
                .assertAllVerified();

        assertThat(attacked.senderStatistics().nacks()).isGreaterThan(100_000);
        record.atMost("time, with 100,000 requests a second from strangers", slower(attacked, usual), 1.25);
        assertEnded(attacked);
        record.none("receivers kept beyond the 4", attacked.sender().receivers().size() - 4);
    }

    // Who makes others silent.

    @Fault("F43")
    @Test
    void requestsThatTheSenderDoesNotHeedDoNotSilenceAnybody() {
        Outcome attacked = attacked(
                        scenario(20)
                                .loss(0.1)
                                .sending(config -> config.closed())
                                .sender(sender -> sender.onAdmission(wanted ->
                                        sender.at(0, (machine, now) -> machine.admit(wanted.receiver(), now)))),
                        (attacker, cast) ->
                                attacker.repeat(0, FOR_EVER, 5 * MILLI, () -> attacker.asksForEverything(GREEDY)))
                .run()
                .assertAllVerified();

        assertEnded(attacked);
    }

    @Fault("F43")
    @Test
    void aSenderThatSeemsToKnowWhatIsMissingDoesNotSilenceAnybody() {
        Outcome attacked = attacked(
                        scenario(20).loss(0.1),
                        (attacker, cast) -> attacker.repeat(0, FOR_EVER, 5 * MILLI, attacker::advertisesEverything))
                .run()
                .assertAllVerified();

        assertEnded(attacked);
    }

    // Who ends what has not ended.

    @Fault("F43")
    @Test
    void forgedEndsOfAThousandLeaveNobodyBehind(FaultRecord record) {
        Outcome attacked = attacked(
                        Scenario.seed(43).receivers(1_000).rate(1_000_000).loss(0.02),
                        (attacker, cast) -> attacker.repeat(0, 4 * SECOND, 300 * MILLI, () -> {
                            for (NodeId receiver : ids(cast)) {
                                attacker.reports(receiver, ReceiverState.VERIFIED);
                            }
                        }))
                .everyReceiver(SimulatedReceiver::keepingNothing)
                .run();

        assertEnded(attacked);
        attacked.assertEverybodyHasATypedEnd();
        record.none("of 1,000 receivers left behind", 1_000 - attacked.verified());
    }

    @Fault("F43")
    @Test
    void forgedEndsBeforeTheLastRepairDoNotEndTheSession() {
        Outcome attacked = attacked(
                        scenario(20).partition(0, 0.5, 1.2),
                        (attacker, cast) -> attacker.repeat(0, FOR_EVER, 200 * MILLI, () -> {
                            attacker.reports(ids(cast).get(0), ReceiverState.FAILED);
                            attacker.acknowledges(ids(cast).get(0));
                        }))
                .run()
                .assertAllVerified();

        assertEnded(attacked);
    }

    @Fault("F43")
    @Test
    void farewellsAndSquelchesInTheNameOfTheSenderAreNotBelievedWhileItIsHeard() {
        Outcome attacked = attacked(
                        scenario(20).loss(0.05),
                        (attacker, cast) -> attacker.repeat(0, FOR_EVER, 30 * MILLI, attacker::saysFarewell)
                                .repeat(0, FOR_EVER, 50 * MILLI, attacker::squelches))
                .run()
                .assertAllVerified();

        assertEnded(attacked);
    }

    @Test
    void forgedConfirmationsMakeNobodyForgetToTell() {
        Outcome attacked = attacked(
                        scenario(20),
                        (attacker, cast) -> attacker.repeat(0, FOR_EVER, 20 * MILLI, () -> {
                            attacker.confirms(Confirmation.Subject.NEEDS, ids(cast));
                            attacker.confirms(Confirmation.Subject.END, ids(cast));
                        }))
                .run()
                .assertAllVerified();

        assertEnded(attacked);
        assertThat(attacked.sender().receivers())
                .hasSize(20)
                .allMatch(entry -> entry.report().orElseThrow().state() == ReceiverState.VERIFIED);
    }

    // Who invents receivers.

    @Fault("F44")
    @Test
    void inventedReceiversNeitherPushOutRealOnesNorKeepOthersFromComing() {
        AtomicInteger next = new AtomicInteger(0x10_0000);
        Outcome attacked = attacked(
                        scenario(9)
                                .image(4_000_000)
                                .lateReceiver(0.8)
                                .sending(config -> config.maximumReceivers(64).receiverTimeoutNanos(5 * SECOND)),
                        (attacker, cast) -> attacker.repeat(cast.at(0.5), cast.at(0.5) + 200 * MILLI, MILLI, () -> {
                            for (int i = 0; i < 50; i++) {
                                attacker.reports(new NodeId(next.incrementAndGet()), ReceiverState.JOINING);
                            }
                        }))
                .run()
                .assertAllVerified();

        assertThat(next.get()).isGreaterThanOrEqualTo(0x10_0000 + 10_000);
        assertEnded(attacked);
        assertThat(attacked.sender().receivers()).hasSize(64);
        for (int receiver = 0; receiver < 9; receiver++) {
            NodeId real = Scenario.receiverId(receiver);
            assertThat(attacked.sender().receivers())
                    .anyMatch(entry -> entry.id().equals(real)
                            && entry.report().orElseThrow().state() == ReceiverState.VERIFIED);
        }
    }

    // Who repeats and damages.

    @Test
    void whatIsRepeatedAtOnceOrDamagedChangesNothing() {
        List<Attacker> attackers = new ArrayList<>();
        Outcome attacked = attacked(
                        scenario(8).loss(0.02),
                        (attacker, cast) -> attackers.add(attacker.echoing(0.5).mangling(0.2)))
                .run()
                .assertAllVerified();

        assertEnded(attacked);
        assertThat(attackers.get(0).sentCount()).isGreaterThan(1_000);
        for (SimulatedReceiver receiver : attacked.receivers()) {
            assertThat(receiver.mostWritesOfABlock()).isLessThanOrEqualTo(3);
        }
    }

    /**
     * What receivers answered to former probes, or would answer to them again, does not make round trips seem as long as the
     * session is old, which all would have to wait for.
     */
    @Fault("F10")
    @Test
    void whatWasHeardLongAgoAndIsRepeatedForEverCostsLittle(FaultRecord record) {
        Outcome usual = scenario(8).image(4_000_000).loss(0.02).run().assertAllVerified();
        Outcome attacked = attacked(
                        scenario(8).image(4_000_000).loss(0.02),
                        (attacker, cast) -> attacker.repeat(0, FOR_EVER, 5 * MILLI, attacker::replaysOne))
                .run()
                .assertAllVerified();

        assertEnded(attacked);
        record.atMost("time, with all that was heard repeated for ever", slower(attacked, usual), 1.5);
        assertThat(attacked.senderStatistics().grttNanos()).isLessThan(SECOND);
    }

    @Fault({"F10", "F35"})
    @Test
    void aWholeCaptureOfAnEarlierStartOfTheSenderChangesNothing(FaultRecord record) {
        List<Attacker> attackers = new ArrayList<>();
        Outcome attacked = attacked(scenario(8).senderBack(0.5, 0.6), (attacker, cast) -> {
                    attackers.add(attacker);
                    attacker.repeat(cast.at(0.9), cast.at(0.9) + 1, SECOND, attacker::replays);
                })
                .run()
                .assertAllVerified();

        assertEnded(attacked);
        record.atLeast(
                "datagrams of an earlier start played again, and all verified",
                attackers.get(0).sentCount(),
                1_000);
        assertThat(attacked.sender().receivers()).hasSize(8);
    }

    // Who spoils content.

    @Fault("F31")
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.05, 0.5})
    void forgedSymbolsEndInTheImageOrATypedFailureAndNeverInAWrongByte(double share, FaultRecord record) {
        for (int seed = 1; seed <= 5; seed++) {
            record.run();
            Outcome attacked = polluted(seed, share, attacker -> attacker.polluting(share));
            if (share <= 0.01) {
                assertHealed(attacked, 3);
                record.atMost("rounds that heal up to 1 % forged symbols", mostWrites(attacked) - 1, 3);
            }
        }
    }

    /** The sender sends no such symbol that a forged one could be compared with: only a hash tells. */
    @Fault("F31")
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.05, 0.5})
    void forgedParityEndsInTheImageOrATypedFailureAndNeverInAWrongByte(double share, FaultRecord record) {
        for (int seed = 1; seed <= 5; seed++) {
            record.run();
            Outcome attacked = polluted(seed, share, attacker -> attacker.pollutingParity(share));
            if (share <= 0.01) {
                assertHealed(attacked, share <= 0.001 ? 3 : 4);
                record.atMost(
                        "rounds that heal " + 100 * share + " % forged parity",
                        mostWrites(attacked) - 1,
                        share <= 0.001 ? 3 : 4);
            }
        }
    }

    private static Outcome polluted(int seed, double share, Consumer<Attacker> attack) {
        Outcome attacked = attacked(
                        Scenario.seed(seed)
                                .receivers(8)
                                .image(1_000_000)
                                .loss(0.01)
                                .limit(Duration.ofMinutes(30), 200_000_000),
                        (attacker, cast) -> attack.accept(attacker))
                .run();
        assertEnded(attacked);
        attacked.assertEverybodyHasATypedEnd();
        System.out.println(share + " of the symbols forged: " + attacked + ", a block was written "
                + mostWrites(attacked) + " times at most");
        return attacked;
    }

    private static void assertHealed(Outcome attacked, int rounds) {
        attacked.assertAllVerified();
        assertThat(mostWrites(attacked))
                .as("once, and the rounds that heal, %s", attacked)
                .isLessThanOrEqualTo(1 + rounds);
    }

    private static int mostWrites(Outcome outcome) {
        return outcome.receivers().stream()
                .mapToInt(SimulatedReceiver::mostWritesOfABlock)
                .max()
                .orElseThrow();
    }
}
