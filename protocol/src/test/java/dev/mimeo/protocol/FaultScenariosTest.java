package dev.mimeo.protocol;

import dev.mimeo.protocol.kit.Datagram;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.kit.LossModel;
import dev.mimeo.protocol.kit.NackMeter;
import dev.mimeo.protocol.kit.Outcome;
import dev.mimeo.protocol.kit.Scenario;
import dev.mimeo.protocol.kit.Seeds;
import dev.mimeo.protocol.kit.SimulatedDisk;
import dev.mimeo.protocol.kit.SimulatedReceiver;
import dev.mimeo.protocol.wire.MessageType;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the catalogue of faults promises of a network, of clocks and of disks, with the numbers that it promises. What depends
 * on chance runs with 20 seeds, or with {@code -Dmimeo.faults.seeds=100}.
 */
class FaultScenariosTest {
    private static final int SEEDS = Integer.getInteger("mimeo.faults.seeds", 20);
    private static final int SYMBOL = 256;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long ANNOUNCEMENT_PERIOD = 250 * MILLI;

    private static Scenario eight(long seed) {
        return Scenario.seed(seed).receivers(8);
    }

    /** Like a model, and counts the content that it loses. */
    private static LossModel counting(LossModel model, AtomicLong bytes) {
        return (datagram, node, nowNanos, random) -> {
            boolean isLost = model.loses(datagram, node, nowNanos, random);
            if (isLost && datagram.is(MessageType.DATA)) {
                bytes.addAndGet(SYMBOL);
            }
            return isLost;
        };
    }

    private static double ratio(Duration one, Duration other) {
        return (double) one.toNanos() / other.toNanos();
    }

    /** Returns when the last of these had the image. */
    private static Duration lastOf(List<SimulatedReceiver> receivers) {
        return Duration.ofNanos(receivers.stream()
                .mapToLong(SimulatedReceiver::storedNanos)
                .max()
                .orElseThrow());
    }

    // The network.

    @Fault("F1")
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.3})
    void lossAtRandomCostsLessThanOneAndAHalfTimesWhatWasLost(double loss, FaultRecord record) {
        Seeds.forEach(SEEDS, seed -> {
            AtomicLong lost = new AtomicLong();
            Outcome outcome = eight(seed)
                    .loss(counting(LossModel.uniform(loss), lost))
                    .run()
                    .assertAllVerified();
            record.run();
            if (loss <= 0.05 && lost.get() > 0) {
                record.atMost("repaired for each byte that 8 lost", (double) outcome.repairBytes() / lost.get(), 1.5);
            }
        });
    }

    @Test
    @Fault("F1")
    void atOnePercentTheGoodputIsFourFifthsOfWhatTheRateLetsThrough(FaultRecord record) {
        long rate = 12_500_000;
        int length = 30_000_000;
        Seeds.forEach(3, seed -> {
            AtomicLong first = new AtomicLong(Long.MAX_VALUE);
            Outcome outcome = eight(seed)
                    .image(length)
                    .chunk(1 << 20)
                    .symbol(1_408)
                    .block(128)
                    .parity(32)
                    .rate(rate)
                    .loss(0.01)
                    .everyReceiver(SimulatedReceiver::keepingNothing)
                    .arrange((simulation, cast) -> simulation.network().tap(datagram -> {
                        if (datagram.is(MessageType.DATA)) {
                            first.accumulateAndGet(simulation.nowNanos(), Math::min);
                        }
                    }))
                    .run();
            record.run().atLeast("of 8 receivers verified", outcome.verified(), 8);
            double seconds = (outcome.lastFinished().toNanos() - first.get()) / 1e9;
            record.atLeast("goodput of (1 - loss) × rate, at 1 %", length / seconds / (0.99 * rate), 0.8);
        });
    }

    /** Each receiver misses so many datagrams with content in a row, somewhere in the first pass, and nothing else. */
    @Fault("F2")
    @ParameterizedTest
    @ValueSource(ints = {3, 50, 1_000})
    void aBurstIsRepairedInThreeRounds(int length, FaultRecord record) {
        Seeds.forEach(SEEDS, seed -> {
            NackMeter[] meter = new NackMeter[1];
            Scenario scenario =
                    eight(seed).image(600_000).arrange((simulation, cast) -> meter[0] = NackMeter.of(simulation));
            SplittableRandom chance = new SplittableRandom(seed);
            for (int receiver = 0; receiver < 8; receiver++) {
                long from = chance.nextLong(20, 2_300 - length);
                long[] burst = LongStream.range(from, from + length).toArray();
                scenario.loss(receiver, LossModel.numbers(burst).only(datagram -> datagram.is(MessageType.DATA)));
            }
            scenario.run().assertAllVerified();
            record.run().atMost("rounds until a burst of " + length + " was repaired", meter[0].mostRounds(), 3);
        });
    }

    @Test
    @Fault("F3")
    void withThirtyPercentOfControlLostEverybodyJoinsAndEnds(FaultRecord record) {
        Seeds.forEach(SEEDS, seed -> {
            long[] joined = new long[9];
            Outcome outcome = Scenario.seed(seed)
                    .receivers(9)
                    .lateReceiver(0.5)
                    .rate(100_000)
                    .loss(LossModel.uniform(0.3).only(Datagram::isControl))
                    .feedbackLoss(0.3)
                    .arrange((simulation, cast) -> simulation.network().tap(datagram -> {
                        if (datagram.is(MessageType.REPORT)) {
                            int receiver = datagram.origin().value()
                                    - Scenario.receiverId(0).value();
                            joined[receiver] = joined[receiver] == 0 ? simulation.nowNanos() : joined[receiver];
                        }
                    }))
                    .run()
                    .assertAllVerified();
            record.run();
            joined[8] -= (long) (0.5 * 72_000 / 100_000 * SECOND);
            for (int receiver = 0; receiver < 9; receiver++) {
                record.atMost(
                        "announcement periods until a receiver reports",
                        (double) joined[receiver] / ANNOUNCEMENT_PERIOD,
                        10);
            }
            record.none("stuck of 9 receivers", 9 - outcome.verified());
        });
    }

    @Fault("F4")
    @ParameterizedTest
    @CsvSource({"0.02, 1.05", "0.05, 1.07"})
    void whatOneReceiverLosesDoesNotDelayTheOthers(double loss, double most, FaultRecord record) {
        Seeds.forEach(5, seed -> {
            Outcome usual = eight(seed).image(4_000_000).run().assertAllVerified();
            Outcome outcome = eight(seed)
                    .image(4_000_000)
                    .loss(7, LossModel.uniform(loss))
                    .run()
                    .assertAllVerified();
            record.run()
                    .atMost(
                            "the others' time while one loses " + 100 * loss + " %",
                            ratio(
                                    lastOf(outcome.receivers().subList(0, 7)),
                                    lastOf(usual.receivers().subList(0, 7))),
                            most);
        });
        if (most > 1.05) {
            record.shortfall("one that loses 5 % delays the others by 5.1 %, since it is repaired in the first pass");
        }
    }

    /** Of 1,408 bytes, 64 pass in 7 ms at 100 Mbit/s, and 1,000 in 11 ms at 1 Gbit/s. */
    @Fault("F5")
    @ParameterizedTest
    @CsvSource({"64, 12500000", "1000, 125000000"})
    void whoIsOvertakenIsNotAskedFor(int window, long rate, FaultRecord record) {
        Seeds.forEach(
                10,
                seed -> record.run()
                        .atMost(
                                "repaired of those overtaken by " + window + " at " + rate / 125_000 + " Mbit/s",
                                repairedOfOvertaken(seed, window, rate),
                                0.01));
    }

    @Test
    @Fault("F5")
    void whoIsLateForLongerThanABackoffIsAskedFor(FaultRecord record) {
        Seeds.forEach(
                10,
                seed -> record.run()
                        .atMost(
                                "repaired of those overtaken by 1000 at 100 Mbit/s",
                                repairedOfOvertaken(seed, 1_000, 12_500_000),
                                0.6));
        record.shortfall(
                "what is 115 ms late, 1,000 datagrams at 100 Mbit/s, is asked for before it comes, about half of it: "
                        + "requests wait for some round trips, not for so long");
    }

    private static double repairedOfOvertaken(long seed, int window, long rate) {
        Outcome outcome = lateButWhole(seed)
                .rate(rate)
                .reorder(0.01, Duration.ofNanos(window * 1_440L * SECOND / rate))
                .run()
                .assertAllVerified();
        return outcome.repairBytes() / 1_408.0 / outcome.network().reordered();
    }

    @Test
    @Fault("F5")
    void jitterIsNoLoss(FaultRecord record) {
        Seeds.forEach(10, seed -> {
            Outcome outcome = lateButWhole(seed)
                    .delay(Duration.ofMillis(1), Duration.ofMillis(50))
                    .run()
                    .assertAllVerified();
            record.run()
                    .atMost(
                            "repaired of all, at 50 ms of jitter",
                            (double) outcome.repairBytes() / outcome.leastBytes(),
                            0.01);
        });
    }

    private static Scenario lateButWhole(long seed) {
        return Scenario.seed(seed)
                .receivers(4)
                .image(4_000_000)
                .chunk(1 << 18)
                .symbol(1_408)
                .block(128)
                .parity(32)
                .rate(12_500_000);
    }

    @Fault("F6")
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.5, 1})
    void everyBlockIsWrittenOnceHoweverOftenItComes(double share, FaultRecord record) {
        Seeds.forEach(20, seed -> {
            Outcome outcome = eight(seed)
                    .loss(0.02)
                    .duplicate(share)
                    .everyOutbound(link -> link.duplicate(share))
                    .run()
                    .assertAllVerified();
            record.run();
            for (SimulatedReceiver receiver : outcome.receivers()) {
                record.atMost("writes of a block", receiver.mostWritesOfABlock(), 1);
            }
        });
    }

    /** Of content only a hash finds it here; a real network drops it by the checksum of UDP. */
    @Fault("F7")
    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.3})
    void invertedBitsNeverEndInAWrongByte(double share, FaultRecord record) {
        AtomicLong givenUp = new AtomicLong();
        Seeds.forEach(SEEDS, seed -> {
            Outcome outcome =
                    eight(seed).everyInbound(link -> link.corrupt(share)).run().assertEverybodyHasATypedEnd();
            record.run();
            givenUp.addAndGet(8 - outcome.verified());
        });
        record.atMost(
                "of the receivers failed with a cause, without checksums and " + 100 * share + " % damaged",
                givenUp.get() / (8.0 * SEEDS),
                share <= 0.02 ? 0.01 : 1);
    }

    @Test
    @Fault("F8")
    void whatIsCutDownToNothingIsRepaired(FaultRecord record) {
        Seeds.forEach(20, seed -> {
            Outcome outcome = eight(seed).truncate(0.3).run().assertAllVerified();
            record.run()
                    .atLeast(
                            "datagrams cut, and everybody verified",
                            outcome.network().truncated(),
                            100);
        });
    }

    /** The first pass alone takes 23 s of network. */
    @Test
    @Fault("F9")
    void withoutANetworkForTwoOfFiveSecondsEverybodyGoesOnAlone(FaultRecord record) {
        Seeds.forEach(
                3,
                seed -> assertOutageCosts(record, seed, "2 s in every 5 s", model -> {
                    LossModel outages = LossModel.none();
                    for (int i = 1; i < 12; i++) {
                        outages = outages.or(model.between(5 * i * SECOND, (5 * i + 2) * SECOND));
                    }
                    return outages;
                }));
    }

    @Test
    @Fault("F9")
    void anOutageOfHalfAMinuteIsSurvived(FaultRecord record) {
        Seeds.forEach(
                3, seed -> assertOutageCosts(record, seed, "30 s", model -> model.between(5 * SECOND, 35 * SECOND)));
    }

    private static void assertOutageCosts(FaultRecord record, long seed, String name, UnaryOperator<LossModel> outage) {
        AtomicLong lost = new AtomicLong();
        Outcome outcome = eight(seed)
                .image(2_000_000)
                .rate(100_000)
                .loss(outage.apply(counting(LossModel.all(), lost)))
                .everyOutbound(link -> link.alsoLoss(outage.apply(LossModel.all())))
                .run()
                .assertAllVerified();
        record.run()
                .atMost(
                        "sent again for each byte missed, without a network for " + name,
                        8.0 * outcome.repairBytes() / lost.get(),
                        1.2);
    }

    /** Others keep the session open; it cannot ask for what it lost, and says so when they are done. */
    @Fault("F11")
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.05})
    void whoIsNotHeardHasTheImageOrKnowsThatItHasNot(double loss, FaultRecord record) {
        Seeds.forEach(20, seed -> {
            Outcome outcome = Scenario.seed(seed)
                    .receivers(3)
                    .senderStartsAtOnce()
                    .loss(1, LossModel.uniform(loss))
                    .outbound(1, link -> link.loss(LossModel.all()))
                    .run()
                    .assertVerifiedExcept(1)
                    .assertEverybodyHasATypedEnd();
            record.run().atMost("seconds until it knows", outcome.receiver(1).finishedNanos() / 1e9, 60);
        });
    }

    /** What it missed is what was sent before it heard of the session, a quarter of a second after its start at most. */
    @Fault("F16")
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.99})
    void whoJoinsLateIsSentWhatItMissed(double at, FaultRecord record) {
        Seeds.forEach(3, seed -> {
            AtomicLong missed = new AtomicLong();
            Outcome usual = Scenario.seed(seed)
                    .receivers(4)
                    .image(2_000_000)
                    .rate(400_000)
                    .run()
                    .assertAllVerified();
            Outcome outcome = Scenario.seed(seed)
                    .receivers(5)
                    .image(2_000_000)
                    .rate(400_000)
                    .lateReceiver(at)
                    .arrange((simulation, cast) -> simulation.network().tap(datagram -> {
                        if (datagram.is(MessageType.DATA)
                                && !cast.receivers().get(4).hasHeardOfASession()) {
                            missed.addAndGet(SYMBOL);
                        }
                    }))
                    .run()
                    .assertAllVerified();
            record.run()
                    .atMost("sent again for each byte missed", (double) outcome.repairBytes() / missed.get(), 1.2)
                    .atMost(
                            "the others' time",
                            ratio(lastOf(outcome.receivers().subList(0, 4)), lastOf(usual.receivers())),
                            1.05);
        });
    }

    // Time.

    /** Machines know no other clock than their driver's, which is monotonic; those of virtual machines run fast or slow. */
    @Test
    @Fault("F26")
    void clocksThatDriftMakeNoDifference(FaultRecord record) {
        Seeds.forEach(20, seed -> {
            Outcome usual = eight(seed).loss(0.02).run().assertAllVerified();
            Outcome outcome = eight(seed)
                    .loss(0.02)
                    .sender(sender -> sender.clockDrift(-10_000))
                    .everyReceiver(receiver -> receiver.clockDrift(receiver.id().value() % 2 == 0 ? 10_000 : -10_000))
                    .run()
                    .assertAllVerified();
            record.run()
                    .atMost(
                            "the time, with clocks that are 1 % off",
                            ratio(outcome.lastFinished(), usual.lastFinished()), 1.5);
        });
    }

    /** Each edge is crossed in the middle of the transfer. Clocks start at 0; the wire counts 136 years. */
    @Fault("F27")
    @ParameterizedTest
    @ValueSource(
            longs = {
                (1L << 31),
                (1L << 32),
                (1L << 31) * 1_000,
                (1L << 32) * 1_000,
                (1L << 31) * MILLI,
                (1L << 32) * MILLI,
                (1L << 31) * SECOND,
                1L << 53
            })
    void clocksCrossTheirEdges(long edgeNanos, FaultRecord record) {
        Seeds.forEach(5, seed -> {
            Outcome usual = eight(seed).loss(0.02).run().assertAllVerified();
            Outcome outcome = eight(seed)
                    .loss(0.02)
                    .sender(sender -> sender.clockOrigin(edgeNanos - 100 * MILLI))
                    .everyReceiver(receiver -> receiver.clockOrigin(edgeNanos - 100 * MILLI))
                    .run()
                    .assertAllVerified();
            record.run()
                    .atMost(
                            "ms of difference",
                            Math.abs(outcome.lastFinished().toMillis()
                                    - usual.lastFinished().toMillis()),
                            200);
        });
    }

    @Test
    @Fault("F27")
    void sequenceNumbersGoRoundTwice(FaultRecord record) {
        Outcome outcome = Scenario.seed(1)
                .receivers(2)
                .image(9_000_000)
                .chunk(1 << 20)
                .symbol(64)
                .block(128)
                .rate(10_000_000)
                .loss(0.01)
                .run()
                .assertAllVerified();
        record.atLeast(
                "datagrams, of which 65,536 have a number each",
                outcome.senderStatistics().datagrams(),
                2 << 16);
    }

    // Disks.

    /** A memory of 64 blocks is what waits for the disk at most. */
    @Fault("F47")
    @ParameterizedTest
    @ValueSource(strings = {"a tenth of the rate", "stalls of 2 s"})
    void aSlowDiskDelaysNobodyElse(String name, FaultRecord record) {
        Seeds.forEach(3, seed -> {
            Outcome usual = eight(seed).image(2_000_000).loss(0.01).run().assertAllVerified();
            SimulatedDisk disk = name.startsWith("stalls")
                    ? new SimulatedDisk().stalling(50, 2 * SECOND)
                    : new SimulatedDisk().bytesPerSecond(100_000);
            Outcome outcome = eight(seed)
                    .image(2_000_000)
                    .loss(0.01)
                    .receiver(7, receiver -> receiver.disk(disk))
                    .run()
                    .assertAllVerified();
            record.run()
                    .atMost(
                            "the others' time, with " + name,
                            ratio(
                                    lastOf(outcome.receivers().subList(0, 7)),
                                    lastOf(usual.receivers().subList(0, 7))),
                            1.15);
        });
        record.shortfall(
                "a disk at a tenth of the rate, or that stalls for 2 s, delays the others by 11 % in a first pass of 2 s: "
                        + "what it missed is repaired with up to a quarter of what is sent");
    }
}
