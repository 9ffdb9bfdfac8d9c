package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mimeo.protocol.kit.Datagram;
import dev.mimeo.protocol.kit.ErasureBound;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.kit.Golden;
import dev.mimeo.protocol.kit.LossModel;
import dev.mimeo.protocol.kit.Outcome;
import dev.mimeo.protocol.kit.Scenario;
import dev.mimeo.protocol.kit.Seeds;
import dev.mimeo.protocol.kit.SimulatedDisk;
import dev.mimeo.protocol.kit.SimulatedNode;
import dev.mimeo.protocol.kit.SimulatedReceiver;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.ObjectFlags;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole transfers, both machines, under every fault that the network, the disks and the users have to offer. Each run ends
 * with every receiver either verified, byte by byte, or stopped for a stated cause.
 */
class TransferScenariosTest {
    private static final int FEW_SEEDS = 20;
    private static final NodeId OUTSIDER = new NodeId(0x666);

    /** The first pass takes 0.7 s, so that who is late or cut off misses part of it. */
    private static Scenario slowScenario(long seed) {
        return Scenario.seed(seed).rate(100_000);
    }

    private static void assertEachBlockWrittenOnce(Outcome outcome) {
        for (SimulatedReceiver receiver : outcome.receivers()) {
            assertThat(receiver.mostWritesOfABlock())
                    .as("writes of %s", receiver)
                    .isEqualTo(1);
        }
    }

    // Nothing goes wrong.

    @Test
    void oneReceiverGetsTheImageWithoutLoss() {
        Outcome outcome = Scenario.seed(1).run().assertAllVerified();
        assertThat(outcome.nackCount()).isZero();
        assertThat(outcome.repairBytes()).isZero();
        assertThat(outcome.overhead()).isBetween(1.0, 1.3);
        assertEachBlockWrittenOnce(outcome);
    }

    /** All but FEC Encoding ID 2 with m = 8, whose requests a sender would read as those of m = 16. */
    @ParameterizedTest
    @EnumSource(
            value = FecEncoding.class,
            names = {"SMALL_BLOCK_SYSTEMATIC", "REED_SOLOMON_8", "REED_SOLOMON_16"})
    void everyEncodingCarriesTheImage(FecEncoding encoding) {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .encoding(encoding)
                        .receivers(4)
                        .loss(0.05)
                        .run()
                        .assertAllVerified());
    }

    @Test
    void blocksOfMoreSymbolsThanBytesHaveValuesCarryTheImage() {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome outcome = Scenario.seed(seed)
                    .encoding(FecEncoding.REED_SOLOMON_16)
                    .symbol(64)
                    .block(300)
                    .parity(60)
                    .image(100_000)
                    .receivers(4)
                    .loss(0.05)
                    .run()
                    .assertAllVerified();
            assertThat(outcome.repairBytes()).isPositive();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 257, 4_095, 4_096, 4_097, 8_192, 8_193, 100_001})
    void everyLengthOfAnObjectArrivesWhole(int length) {
        Seeds.forEach(
                3,
                seed -> Scenario.seed(seed)
                        .image(length)
                        .receivers(2)
                        .loss(0.05)
                        .run()
                        .assertAllVerified());
    }

    @Test
    void severalObjectsOfOneSessionAllArrive() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .objects(20_000, 1, 4_096, 33_333, 256)
                        .receivers(5)
                        .loss(0.03)
                        .run()
                        .assertAllVerified());
    }

    @Test
    void zeroChunksAreNeitherSentNorStored() {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome outcome = Scenario.seed(seed)
                    .image(400_000)
                    .chunk(8_192)
                    .zeros(0.7)
                    .receivers(3)
                    .run()
                    .assertAllVerified();
            assertThat(outcome.leastBytes()).isLessThan(300_000);
            assertThat(outcome.senderStatistics().sourceBytes()).isLessThan(outcome.leastBytes() + 4_096);
            for (SimulatedReceiver receiver : outcome.receivers()) {
                assertThat(receiver.bytesWritten()).isEqualTo(outcome.leastBytes());
            }
        });
    }

    @Test
    void imageOfNothingButZerosNeedsItsManifestOnly() {
        Outcome outcome = Scenario.seed(1).zeros(1).receivers(3).run().assertAllVerified();
        assertThat(outcome.leastBytes()).isZero();
        assertThat(outcome.receivers()).allMatch(receiver -> receiver.writeCount() == 0);
    }

    @Test
    void proactiveParitySparesRequests() {
        Outcome reactive = Scenario.seed(3).receivers(20).loss(0.02).run().assertAllVerified();
        Outcome proactive =
                Scenario.seed(3).receivers(20).loss(0.02).proactive(4).run().assertAllVerified();
        assertThat(proactive.nackCount()).isLessThan(reactive.nackCount());
    }

    @Test
    void parityThatFollowsWhatIsLackingSparesMostRepairsAndCostsLittle() {
        Seeds.forEach(10, seed -> {
            Outcome reactive = lossy(seed).run().assertAllVerified();
            Outcome adaptive = lossy(seed)
                    .sending(config -> config.adaptiveParity(true))
                    .run()
                    .assertAllVerified();
            assertThat(adaptive.repairBytes()).isLessThan(reactive.repairBytes() / 2);
            assertThat(adaptive.overhead()).isLessThan(1.02 * reactive.overhead());
        });
    }

    private static Scenario lossy(long seed) {
        return Scenario.seed(seed).image(4_000_000).receivers(20).loss(0.02);
    }

    // The network.

    @Test
    void hundredReceiversAtOnePercentLossAllVerify() {
        Seeds.forEach(
                200, seed -> Scenario.seed(seed).receivers(100).loss(0.01).run().assertAllVerified());
    }

    @Fault("F1")
    @Test
    void repairCostsLittleMoreThanWhatWasLost(FaultRecord record) {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome outcome =
                    Scenario.seed(seed).image(500_000).loss(0.05).run().assertAllVerified();
            long lostBytes = outcome.network().lost() * 256;
            record.run()
                    .atMost(
                            "repaired for each byte that one lost, at 5 %",
                            (double) outcome.repairBytes() / lostBytes, 1.5);
        });
    }

    @Test
    void receiverWithOneHoleAsksOnceAfterItsBackoff() {
        Outcome outcome = Scenario.seed(1)
                .receivers(3)
                .loss(1, LossModel.matching(TransferScenariosTest::isFirstPassSymbolFiveOfBlockTwo))
                .run()
                .assertAllVerified();
        assertThat(outcome.nackCount()).isEqualTo(1);
        assertThat(outcome.simulation()
                        .network()
                        .datagramsFrom(outcome.receiver(1).id(), MessageType.NACK))
                .isEqualTo(1);
        assertThat(outcome.repairBytes()).isEqualTo(256);
    }

    @Fault("F40")
    @Test
    void commonLossIsAskedForByFew(FaultRecord record) {
        Outcome outcome = Scenario.seed(1)
                .receivers(100)
                .loss(LossModel.matching(TransferScenariosTest::isFirstPassSymbolFiveOfBlockTwo))
                .run()
                .assertAllVerified();
        record.atMost("NACKs of 100 that lost the same symbol", outcome.nackCount(), 15);
        assertThat(outcome.nackCount()).isPositive();
        assertThat(outcome.repairBytes()).isEqualTo(256);
    }

    @Test
    void thirtyPercentLossTakesLongerButArrives() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed).receivers(8).loss(0.3).run().assertAllVerified());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 50, 400})
    void burstsAreRepaired(int meanBurstLength) {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .receivers(8)
                        .image(200_000)
                        .loss(LossModel.burst(0.05, meanBurstLength).only(datagram -> datagram.is(MessageType.DATA)))
                        .run()
                        .assertAllVerified());
    }

    @Test
    void lossOfControlAloneDoesNotStopAnybody() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .receivers(8)
                        .loss(LossModel.uniform(0.3).only(Datagram::isControl))
                        .feedbackLoss(0.3)
                        .loss(0.02)
                        .run()
                        .assertAllVerified());
    }

    @Fault("F3")
    @Test
    void receiverThatHearsNoFlushStillCompletes() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .receivers(5)
                        .loss(0.02)
                        .loss(3, LossModel.matching(datagram -> datagram.is(Flush.class)))
                        .run()
                        .assertAllVerified());
    }

    @Test
    void halfOfTheFeedbackIsEnough() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .receivers(8)
                        .loss(0.05)
                        .feedbackLoss(0.5)
                        .run()
                        .assertAllVerified());
    }

    @Test
    void unicastFeedbackIsAdvertisedAndAnswered() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .receivers(30)
                        .loss(0.03)
                        .feedback(Delivery.UNICAST)
                        .run()
                        .assertAllVerified());
    }

    @Test
    void duplicatesAreWrittenOnce() {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome outcome = Scenario.seed(seed)
                    .receivers(5)
                    .duplicate(0.5)
                    .everyOutbound(link -> link.duplicate(0.5))
                    .loss(0.02)
                    .run()
                    .assertAllVerified();
            assertEachBlockWrittenOnce(outcome);
        });
    }

    @Test
    void reorderedDatagramsAreNotTakenForLost() {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome outcome = Scenario.seed(seed)
                    .receivers(5)
                    .reorder(0.05, Duration.ofMillis(15))
                    .run()
                    .assertAllVerified();
            // A datagram that is held back across the end of its block may be asked for, once in a while.
            assertThat(outcome.nackCount()).isLessThanOrEqualTo(5);
        });
    }

    @Test
    void jitterOfFiftyMillisecondsIsSurvived() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .receivers(5)
                        .delay(Duration.ofMillis(1), Duration.ofMillis(50))
                        .loss(0.02)
                        .run()
                        .assertAllVerified());
    }

    @Test
    void corruptedAndTruncatedDatagramsAreRepaired() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .receivers(4)
                        .inbound(0, link -> link.corrupt(0.01))
                        .inbound(1, link -> link.truncate(0.05))
                        .inbound(2, link -> link.truncate(0.02).corrupt(0.005))
                        .run()
                        .assertVerifiedExcept());
    }

    @Fault("F9")
    @Test
    void partitionedReceiverCatchesUp() {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome outcome = slowScenario(seed)
                    .receivers(5)
                    .loss(0.01)
                    .partition(2, 0.2, 0.7)
                    .run()
                    .assertAllVerified();
            assertThat(outcome.receiver(2).mostWritesOfABlock()).isEqualTo(1);
        });
    }

    @Fault("F9")
    @Test
    void blackholeOfEverybodyIsSurvived() {
        Seeds.forEach(
                5,
                seed -> slowScenario(seed)
                        .receivers(4)
                        .everyInbound(link -> link.partition(300_000_000L, 5_300_000_000L))
                        .run()
                        .assertAllVerified());
    }

    // Forgery.

    @Test
    void wrongContentSymbolIsFoundAndRepaired() {
        Outcome outcome = Scenario.seed(2)
                .receivers(3)
                .loss(
                        1,
                        LossModel.matching(datagram ->
                                datagram.origin().equals(Scenario.SENDER) && isFirstPassSymbolFiveOfBlockTwo(datagram)))
                .arrange((simulation, cast) -> {
                    simulation.network().attachOutsider(OUTSIDER);
                    simulation.network().tap(datagram -> {
                        if (isFirstPassSymbolFiveOfBlockTwo(datagram)) {
                            simulation.network().inject(OUTSIDER, NodeId.ANY, withLastByteInverted(datagram));
                        }
                    });
                })
                .run()
                .assertAllVerified();
        assertThat(outcome.nackCount()).isPositive();
    }

    @Fault("F39")
    @Test
    void noiseFromAnOutsiderChangesNothing() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .receivers(3)
                        .loss(0.02)
                        .arrange((simulation, cast) -> {
                            simulation.network().attachOutsider(OUTSIDER);
                            SplittableRandom random = new SplittableRandom(seed);
                            simulation.network().tap(datagram -> {
                                byte[] noise = new byte[random.nextInt(1, 400)];
                                random.nextBytes(noise);
                                simulation.network().inject(OUTSIDER, NodeId.ANY, ByteBuffer.wrap(noise));
                            });
                        })
                        .run()
                        .assertAllVerified());
    }

    private static boolean isManifestInTheFirstPass(Datagram datagram) {
        if (!datagram.is(MessageType.DATA)) {
            return false;
        }
        try {
            int flags = new DataHeader().wrap(datagram.bytes()).flags();
            return (flags & (ObjectFlags.FILE | ObjectFlags.REPAIR)) == 0;
        } catch (MalformedDatagramException refused) {
            return false;
        }
    }

    private static boolean isFirstPassSymbolFiveOfBlockTwo(Datagram datagram) {
        if (!datagram.is(MessageType.DATA)) {
            return false;
        }
        try {
            DataHeader header = new DataHeader().wrap(datagram.bytes());
            return header.blockNumber() == 2 && header.symbolId() == 5 && (header.flags() & ObjectFlags.REPAIR) == 0;
        } catch (MalformedDatagramException refused) {
            return false;
        }
    }

    private static ByteBuffer withLastByteInverted(Datagram datagram) {
        ByteBuffer copy =
                ByteBuffer.allocate(datagram.length()).put(datagram.bytes()).flip();
        int last = copy.limit() - 1;
        return copy.put(last, (byte) ~copy.get(last));
    }

    // Who is there when.

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9})
    void lateReceiverGetsWhatItMissedAfterTheFirstPass(double at) {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome outcome = slowScenario(seed)
                    .receivers(5)
                    .loss(0.01)
                    .lateReceiver(at)
                    .run()
                    .assertAllVerified();
            assertThat((double) outcome.repairBytes())
                    .isLessThanOrEqualTo(1.5 * at * outcome.leastBytes() + 0.1 * outcome.leastBytes());
        });
    }

    @Test
    void lateReceiverWithLittleMemoryIsSentWhatItMissedOnce() {
        Seeds.forEach(5, seed -> {
            Outcome outcome = Scenario.seed(seed)
                    .image(1_500_000)
                    .rate(2_000_000)
                    .loss(0.02)
                    .receivers(2)
                    .lateReceiver(0.5)
                    .everyReceiver(receiver -> receiver.poolBlocks(24))
                    .run()
                    .assertAllVerified();
            // It hears of the session up to a quarter of a second late, or half a second if a word is lost.
            assertThat(1.0 * outcome.repairBytes() / outcome.leastBytes()).isLessThan(1.1);
        });
    }

    @Test
    void everybodyJoinsAtOnceInTheMiddle() {
        Seeds.forEach(
                5,
                seed -> slowScenario(seed)
                        .receivers(60)
                        .senderStartsAtOnce()
                        .everybodyJoins(0.5)
                        .receiver(0, receiver -> receiver.startAt(0))
                        .loss(0.01)
                        .run()
                        .assertAllVerified());
    }

    @Test
    void goneReceiverIsNotWaitedForForever() {
        Seeds.forEach(5, seed -> {
            Outcome outcome = slowScenario(seed)
                    .receivers(4)
                    .loss(0.01)
                    .receiverGone(1, 0.5)
                    .run()
                    .assertVerifiedExcept(1);
            assertThat(outcome.stateOf(1)).isEmpty();
            assertThat(outcome.sender().receivers())
                    .filteredOn(entry -> entry.id().equals(Scenario.receiverId(1)))
                    .allMatch(entry -> entry.silent());
        });
    }

    @Fault("F21")
    @Test
    void receiverThatComesBackEmptyGetsEverything() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> slowScenario(seed)
                        .receivers(4)
                        .loss(0.01)
                        .receiverBack(1, 0.5, 0.6)
                        .run()
                        .assertAllVerified());
    }

    @Test
    void receiverThatLeavesSaysSoOnce() {
        Outcome outcome =
                slowScenario(1).receivers(3).receiverLeaves(1, 0.5).run().assertVerifiedExcept(1);
        assertThat(outcome.stateOf(1)).contains(ReceiverState.LEFT);
        assertThat(outcome.duration()).isLessThan(Duration.ofSeconds(20));
    }

    @Fault("F19")
    @Test
    void senderThatComesBackFinishesWhatItBegan(FaultRecord record) {
        Seeds.forEach(FEW_SEEDS, seed -> {
            record.run();
            Outcome outcome = slowScenario(seed)
                    .receivers(4)
                    .loss(0.01)
                    .senderBack(0.5, 1.5)
                    .run()
                    .assertAllVerified();
            for (SimulatedReceiver receiver : outcome.receivers()) {
                record.atMost("written by a receiver, of the image", receiver.bytesWritten() / 64_000.0, 1.5);
            }
        });
    }

    @Fault("F19")
    @Test
    void senderThatIsGoneForGoodIsGivenUp(FaultRecord record) {
        Outcome outcome = slowScenario(1).receivers(3).senderGone(0.5).run();
        assertThat(outcome.verified()).isZero();
        for (SimulatedReceiver receiver : outcome.receivers()) {
            StatusReport report = receiver.report().orElseThrow();
            assertThat(report.state()).isIn(ReceiverState.INCOMPLETE, ReceiverState.FAILED);
            assertThat(report.cause()).isEqualTo(FailureCause.SENDER_LOST);
            assertThat(report.verifiedBytes()).isPositive();
        }
        record.atMost(
                "seconds until a sender that does not come back is given up",
                outcome.duration().toMillis() / 1e3,
                60);
    }

    @Test
    void senderThatEndsEarlyLeavesReceiversIncomplete() {
        Outcome outcome = slowScenario(1)
                .receivers(3)
                .sender(sender -> sender.endAt(500_000_000))
                .run();
        assertThat(outcome.verified()).isZero();
        for (SimulatedReceiver receiver : outcome.receivers()) {
            assertThat(receiver.report().orElseThrow().state()).isIn(ReceiverState.INCOMPLETE, ReceiverState.FAILED);
            assertThat(receiver.report().orElseThrow().cause()).isEqualTo(FailureCause.REPAIR_UNAVAILABLE);
        }
    }

    @Fault("F11")
    @Test
    void receiverThatCannotSpeakIsServedWhileOthersAre() {
        Seeds.forEach(5, seed -> {
            Outcome outcome = slowScenario(seed)
                    .receivers(3)
                    .senderStartsAtOnce()
                    .outbound(1, link -> link.loss(LossModel.all()))
                    .run()
                    .assertVerifiedExcept(1);
            assertThat(outcome.receiver(1).report()).isPresent();
        });
    }

    // Disks.

    @Fault("F47")
    @Test
    void slowDiskHoldsNobodyBackAndNeverWritesWrong() {
        Seeds.forEach(5, seed -> {
            Outcome outcome = Scenario.seed(seed)
                    .receivers(4)
                    .loss(0.01)
                    .image(200_000)
                    .receiver(
                            2,
                            receiver -> receiver.disk(new SimulatedDisk().bytesPerSecond(200_000))
                                    .poolBlocks(4))
                    .run()
                    .assertAllVerified();
            assertThat(outcome.receiver(0).finishedNanos())
                    .isLessThan(outcome.receiver(2).finishedNanos());
        });
    }

    @Test
    void slowSourceCostsRateOnly() {
        Scenario.seed(1)
                .receivers(3)
                .loss(0.01)
                .sender(sender ->
                        sender.disk(new SimulatedDisk().bytesPerSecond(100_000)).poolBlocks(3))
                .run()
                .assertAllVerified();
    }

    @Fault("F48")
    @Test
    void failingDiskFailsOneReceiverWithItsCause() {
        Outcome outcome = Scenario.seed(1)
                .receivers(4)
                .loss(0.01)
                .receiver(1, receiver -> receiver.disk(new SimulatedDisk().failAtWrite(3)))
                .run()
                .assertVerifiedExcept(1);
        StatusReport report = outcome.receiver(1).report().orElseThrow();
        assertThat(report.state()).isEqualTo(ReceiverState.FAILED);
        assertThat(report.cause()).isEqualTo(FailureCause.STORAGE);
        assertThat(report.detail()).contains("write 3 failed");
    }

    @Fault("F22")
    @Test
    void wronglyWrittenByteIsFoundAndWrittenAgain() {
        Outcome outcome = Scenario.seed(1)
                .receivers(2)
                .receiver(1, receiver -> receiver.disk(new SimulatedDisk().corruptWrite(2)))
                .run()
                .assertAllVerified();
        assertThat(outcome.receiver(1).mostWritesOfABlock()).isEqualTo(2);
    }

    @Test
    void diskThatAlwaysWritesWrongIsGivenUp() {
        SimulatedDisk broken = new SimulatedDisk();
        for (int write = 1; write < 10_000; write++) {
            broken.corruptWrite(write);
        }
        Outcome outcome = Scenario.seed(1)
                .receivers(2)
                .receiver(1, receiver -> receiver.disk(broken))
                .run()
                .assertVerifiedExcept(1);
        StatusReport report = outcome.receiver(1).report().orElseThrow();
        assertThat(report.state()).isEqualTo(ReceiverState.FAILED);
        assertThat(report.cause()).isEqualTo(FailureCause.IMAGE_CORRUPT);
    }

    @Test
    void receiverThatRefusesTheImageSaysSo() {
        Outcome outcome = Scenario.seed(1)
                .receivers(3)
                .receiver(1, SimulatedReceiver::refusing)
                .run()
                .assertVerifiedExcept(1);
        StatusReport report = outcome.receiver(1).report().orElseThrow();
        assertThat(report.state()).isEqualTo(ReceiverState.FAILED);
        assertThat(report.cause()).isEqualTo(FailureCause.REFUSED);
    }

    @Test
    void manyScatteredHolesAreFilledThoughMemoryAndRequestsAreFew() {
        Seeds.forEach(
                5,
                seed -> Scenario.seed(seed)
                        .image(600_000)
                        .symbol(256)
                        .block(8)
                        .parity(4)
                        .rate(2_000_000)
                        .loss(0.15)
                        .receivers(1)
                        .everyReceiver(receiver -> receiver.poolBlocks(6))
                        .receiving(receiver -> receiver.nacksPerCycle(1))
                        .limit(Duration.ofMinutes(2), 5_000_000)
                        .run()
                        .assertAllVerified());
    }

    @Test
    void poolOfTwoBlocksIsEnough() {
        Seeds.forEach(
                5,
                seed -> Scenario.seed(seed)
                        .receivers(3)
                        .loss(0.05)
                        .everyReceiver(receiver -> receiver.poolBlocks(2))
                        .sender(sender -> sender.poolBlocks(2))
                        .run()
                        .assertAllVerified());
    }

    // All of it.

    @Test
    void anyMixtureOfFaultsEndsWithAVerdictForEverybody() {
        Seeds.forEach(
                300,
                seed -> assertEverybodyHasAVerdict(mixture(seed)
                        .everyReceiver(receiver -> receiver.poolBlocks(512))
                        .run()));
    }

    @Test
    void anyMixtureOfFaultsWithLittleMemoryEndsWithAVerdictForEverybody() {
        Seeds.forEach(
                300,
                seed -> assertEverybodyHasAVerdict(mixture(seed)
                        .everyReceiver(receiver -> receiver.poolBlocks(2 + new SplittableRandom(seed).nextInt(10)))
                        .run()));
    }

    private static void assertEverybodyHasAVerdict(Outcome outcome) {
        for (SimulatedReceiver receiver : outcome.receivers()) {
            if (receiver.report().isEmpty()) {
                assertThat(receiver.life() == SimulatedNode.Life.DOWN || !receiver.hasHeardOfASession())
                        .as("%s has no verdict", receiver)
                        .isTrue();
            }
        }
    }

    /** A few faults of every kind, as the seed has it. */
    private static Scenario mixture(long seed) {
        SplittableRandom chance = new SplittableRandom(seed);
        int receivers = chance.nextInt(1, 9);
        int victim = chance.nextInt(receivers);
        Scenario scenario = Scenario.seed(seed)
                .receivers(receivers)
                .objects(chance.nextInt(1, 60_000), chance.nextInt(1, 20_000))
                .zeros(sometimes(chance, 0.6))
                .rate(chance.nextLong(50_000, 2_000_000))
                .block(chance.nextInt(1, 60))
                .parity(chance.nextInt(0, 20))
                .feedback(chance.nextBoolean() ? Delivery.MULTICAST : Delivery.UNICAST)
                .loss(sometimes(chance, 0.2))
                .feedbackLoss(sometimes(chance, 0.4))
                .duplicate(sometimes(chance, 0.5))
                .reorder(sometimes(chance, 0.2), Duration.ofMillis(chance.nextInt(30)))
                .corruptContent(sometimes(chance, 0.01))
                .truncate(sometimes(chance, 0.05))
                .partition(victim, chance.nextDouble(2), chance.nextDouble(3));
        if (chance.nextBoolean()) {
            scenario.perturbed();
        }
        if (chance.nextInt(4) == 0) {
            scenario.senderStartsAtOnce();
        }
        if (chance.nextInt(3) == 0) {
            scenario.lateReceiver(chance.nextDouble(1.5));
        }
        double when = chance.nextDouble(1.5);
        switch (chance.nextInt(10)) {
            case 0 -> scenario.receiverGone(victim, when);
            case 1 -> scenario.receiverBack(victim, when, when + chance.nextDouble(2));
            case 2 -> scenario.receiverLeaves(victim, when);
            case 3 -> scenario.senderBack(when, when + chance.nextDouble(3));
            case 4 -> scenario.senderGone(when);
            case 5 ->
                scenario.receiver(
                        victim,
                        receiver ->
                                receiver.disk(new SimulatedDisk().bytesPerSecond(chance.nextLong(20_000, 500_000))));
            case 6 ->
                scenario.receiver(
                        victim, receiver -> receiver.disk(new SimulatedDisk().failAtWrite(chance.nextInt(1, 20))));
            case 7 ->
                scenario.receiver(
                        victim, receiver -> receiver.disk(new SimulatedDisk().corruptWrite(chance.nextInt(1, 20))));
            default -> {}
        }
        if (chance.nextInt(3) == 0) {
            int share = chance.nextInt(1, 7);
            scenario.everyReceiver(
                    receiver -> receiver.holding(chunk -> (chunk + receiver.id().value()) * 31 % 7 < share));
        }
        return scenario;
    }

    /** Nothing in two of three cases, otherwise up to {@code most}. */
    private static double sometimes(SplittableRandom chance, double most) {
        double value = chance.nextDouble(most);
        return chance.nextInt(3) == 0 ? value : 0;
    }

    // What mixtures of faults have found.

    @Test
    void manifestFindsRoomAmongBlocksThatWaitForIt() {
        Scenario.seed(1)
                .receivers(2)
                .image(200_000)
                .everyReceiver(receiver -> receiver.poolBlocks(3))
                .loss(1, LossModel.matching(TransferScenariosTest::isManifestInTheFirstPass))
                .run()
                .assertAllVerified();
    }

    @Test
    void objectThatWasMissedWholeAfterARestartIsAskedFor() {
        slowScenario(1)
                .objects(30_000, 20_000, 14_000)
                .receivers(2)
                .senderStartsAtOnce()
                .senderBack(0.5, 0.6)
                .partition(1, 0.45, 1.2)
                .run()
                .assertAllVerified();
    }

    // What the targets hold already.

    @Test
    void onlyWhatSomebodyNeedsIsSent() {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome outcome = Scenario.seed(seed)
                    .receivers(3)
                    .image(400_000)
                    .loss(0.02)
                    .receiver(0, receiver -> receiver.holding(chunk -> chunk % 10 != 0))
                    .receiver(1, receiver -> receiver.holding(chunk -> chunk < 90))
                    .receiver(2, receiver -> receiver.holding(chunk -> chunk % 10 != 1 || chunk > 50))
                    .run()
                    .assertAllVerified();
            assertThat(outcome.senderStatistics().sourceBytes()).isLessThan(400_000 * 45 / 100);
        });
    }

    /** Chunks of 1 MiB, the default coding: a changed chunk straddles a symbol at either end. */
    @ParameterizedTest
    @ValueSource(strings = {"clustered", "alternating", "every tenth"})
    void oneTenthThatHasChangedIsAllThatIsSentWhateverTheLayout(String layout) {
        int chunks = 40;
        LongPredicate changed = switch (layout) {
            case "clustered" -> chunk -> chunk >= 13 && chunk < 17;
            case "alternating" -> chunk -> chunk % 2 == 1 && chunk < 8;
            default -> chunk -> chunk % 10 == 7;
        };
        Outcome outcome = Scenario.seed(1)
                .chunk(1 << 20)
                .image(chunks << 20)
                .symbol(1_408)
                .block(128)
                .parity(32)
                .rate(50_000_000)
                .loss(1e-3)
                .everyReceiver(receiver -> receiver.holding(chunk -> !changed.test(chunk)))
                .run()
                .assertAllVerified();
        long source = outcome.senderStatistics().sourceBytes() - 10_000;
        assertThat(source).isLessThan((4L << 20) + 4 * 2 * 1_408);
        assertThat(outcome.senderStatistics().repairBytes()).isLessThan(source / 100);
        assertThat(outcome.receiver(0).bytesWritten()).isEqualTo(4 << 20);
    }

    @Test
    void whatIsLeftOutOfABlockIsNotAskedForWhenTheRestIsLost() {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome outcome = Scenario.seed(seed)
                    .receivers(3)
                    .symbol(300)
                    .image(400_000)
                    .zeros(0.3)
                    .loss(0.1)
                    .everyReceiver(receiver -> receiver.holding(chunk -> chunk % 3 != 0))
                    .run()
                    .assertAllVerified();
            var statistics = outcome.senderStatistics();
            assertThat(statistics.repairBytes()).isLessThan(statistics.sourceBytes() * 6 / 10);
            assertThat(statistics.sourceBytes()).isLessThan(170_000);
        });
    }

    @Test
    void whoHasEverythingIsSentTheManifestOnly() {
        Outcome outcome = Scenario.seed(3)
                .receivers(5)
                .image(400_000)
                .loss(0.05)
                .everyReceiver(receiver -> receiver.holding(chunk -> true))
                .run()
                .assertAllVerified();
        assertThat(outcome.senderStatistics().sourceBytes()).isLessThan(10_000);
    }

    @Test
    void aReceiverThatTakesItsTimeToLookIsWaitedFor() {
        Outcome outcome = Scenario.seed(4)
                .receivers(2)
                .image(400_000)
                .receiver(0, receiver -> receiver.holding(chunk -> chunk > 3))
                .receiver(1, receiver -> receiver.holding(chunk -> chunk > 5).checking(400_000))
                .run()
                .assertAllVerified();
        assertThat(outcome.senderStatistics().sourceBytes()).isLessThan(60_000);
    }

    @Test
    void aFreshReceiverThatComesLateGetsWhatTheOthersHad() {
        Seeds.forEach(
                FEW_SEEDS,
                seed -> Scenario.seed(seed)
                        .receivers(2)
                        .image(200_000)
                        .loss(0.02)
                        .lateReceiver(0.5)
                        .receiver(0, receiver -> receiver.holding(chunk -> chunk % 2 == 0))
                        .receiver(1, receiver -> receiver.holding(chunk -> chunk % 2 == 0))
                        .run()
                        .assertAllVerified());
    }

    @Test
    void aSenderThatStartsAnewSendsOnlyWhatIsStillMissing() {
        Outcome outcome = slowScenario(5)
                .image(400_000)
                .receivers(3)
                .senderBack(0.8, 1.5)
                .run()
                .assertAllVerified();
        assertThat(outcome.senderStatistics().sourceBytes()).isLessThan(outcome.leastBytes() / 2);
    }

    // Time.

    @Test
    void wakingEarlyOrTwiceChangesNothing() {
        Seeds.forEach(FEW_SEEDS, seed -> {
            Outcome plain = Scenario.seed(seed).receivers(5).loss(0.03).run().assertAllVerified();
            Outcome perturbed = Scenario.seed(seed)
                    .receivers(5)
                    .loss(0.03)
                    .perturbed()
                    .run()
                    .assertAllVerified();
            assertThat(perturbed.traceHash()).isEqualTo(plain.traceHash());
        });
    }

    @Fault("F27")
    @Test
    void clocksThatHaveRunForYearsMakeNoDifference() {
        long hundredYears = Duration.ofDays(36_525).toNanos();
        Outcome plain = Scenario.seed(4).receivers(4).loss(0.03).run().assertAllVerified();
        Outcome late = Scenario.seed(4)
                .receivers(4)
                .loss(0.03)
                .everyReceiver(receiver -> receiver.clockOrigin(hundredYears))
                .sender(sender -> sender.clockOrigin(1L << 52))
                .run()
                .assertAllVerified();
        assertThat(late.lastFinished().toMillis())
                .isCloseTo(plain.lastFinished().toMillis(), within(200L));
    }

    @Test
    void sameSeedGivesTheSameTransfer() {
        Outcome one = Scenario.seed(11).receivers(10).loss(0.05).run();
        Outcome other = Scenario.seed(11).receivers(10).loss(0.05).run();
        assertThat(other.traceHash()).isEqualTo(one.traceHash());
    }

    // What it costs.

    @Test
    void costByLossReceiversAndParityIsAsItWas() {
        StringBuilder table = new StringBuilder("""
                One object of 64,000 bytes in blocks of 32 symbols of 256 bytes, and parity symbols on request.
                Mean of 3 seeds: bytes sent for each byte of the image, headers and all; NACKs; time until the last receiver
                finished; content and parity sent for each byte of the image, the manifest among it. Beside that what would
                have to be sent at least, if that were all and nothing but what is missing were sent: with parity without
                end for such blocks (without parity: with what is missing itself), and with an ideal code over the whole.

                    loss  receivers  parity  overhead   NACKs    ms  content  bound  ideal
                """);
        for (double loss : new double[] {0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2}) {
            for (int receivers : new int[] {1, 4, 16, 64}) {
                for (int parity : new int[] {0, 8, 32}) {
                    table.append(costLine(loss, receivers, parity));
                }
            }
        }
        Golden.file("transfer-matrix.txt").check(table.toString());
    }

    private static String costLine(double loss, int receivers, int parity) {
        int seeds = 3;
        double overhead = 0;
        double nacks = 0;
        double millis = 0;
        double content = 0;
        for (int seed = 0; seed < seeds; seed++) {
            Outcome outcome = Scenario.seed(seed)
                    .receivers(receivers)
                    .parity(parity)
                    .loss(loss)
                    .run()
                    .assertAllVerified();
            overhead += outcome.overhead() / seeds;
            nacks += (double) outcome.nackCount() / seeds;
            millis += outcome.lastFinished().toNanos() / 1e6 / seeds;
            content += (double) (outcome.senderStatistics().sourceBytes() + outcome.repairBytes())
                    / outcome.leastBytes()
                    / seeds;
        }
        return String.format(
                Locale.ROOT,
                "%6.1f %%  %9d  %6d  %8.3f  %6.1f  %4.0f  %7.3f  %5.3f  %5.3f\n",
                100 * loss,
                receivers,
                parity,
                overhead,
                nacks,
                millis,
                content,
                parity == 0 ? ErasureBound.ofRepetition(loss, receivers) : ErasureBound.ofBlock(32, loss, receivers),
                ErasureBound.ofBlock(250, loss, receivers));
    }
}
