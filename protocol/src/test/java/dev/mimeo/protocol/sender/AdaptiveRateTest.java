package dev.mimeo.protocol.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.timing.ThroughputEquation;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.RateLimit;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class AdaptiveRateTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long RTT = MILLI;
    private static final long FLOOR = 1_000_000;
    private static final long CAP = 100_000_000;
    private static final int DATAGRAM = 1_448;
    private static final NodeId ALICE = new NodeId(0xa);
    private static final NodeId BOB = new NodeId(0xb);
    private static final Percentage NEARLY = Percentage.withPercentage(0.5);

    private AdaptiveRate control = control(RatePolicy.Sharing.FIRM);
    private int ccSequence;
    private long nowNanos;
    /** What is sent of what the rate allows. */
    private double used = 1;
    /** What it was too late to send. */
    private double lateness;

    private static AdaptiveRate control(RatePolicy.Sharing sharing) {
        SenderConfig config =
                SenderConfig.builder(new NodeId(1), 7).bytesPerSecond(CAP).build();
        return new AdaptiveRate(config, new RatePolicy.Adaptive(FLOOR, sharing));
    }

    /** A probe, then an interval, and a probe that ends it. */
    private AdaptiveRateTest interval() {
        control.onProbe(++ccSequence & 0xffff, RTT, nowNanos);
        long length = control.probeNanos(nowNanos) - nowNanos;
        long datagrams = (long) Math.ceil(used * control.bytesPerSecond() * (length + RTT) / SECOND / DATAGRAM);
        for (int i = 0; i < datagrams; i++) {
            control.onSymbolSent(DATAGRAM, nowNanos + length * i / datagrams);
        }
        control.onLate((long) (lateness * control.bytesPerSecond() * (length + RTT) / SECOND));
        nowNanos += length;
        control.onProbe(++ccSequence & 0xffff, RTT, nowNanos);
        nowNanos += RTT;
        return this;
    }

    private AdaptiveRateTest hears(NodeId from, RateLimit limit, double rate) {
        int flags = CcFeedback.RTT | (limit == RateLimit.NONE ? CcFeedback.START : 0);
        control.onHeard(from, feedback(flags, 0, rate, limit), RTT, nowNanos);
        return this;
    }

    private CcFeedback feedback(int flags, double loss, double rate, RateLimit limit) {
        long precise = Quantization.preciseLoss(loss);
        return new CcFeedback(
                ccSequence,
                flags,
                Quantization.grtt(RTT),
                (int) (precise >>> 16),
                Quantization.rate(rate),
                (int) precise & 0xffff,
                limit);
    }

    /** Nothing limits, for some time. */
    private AdaptiveRateTest calm(long nanos) {
        for (long end = nowNanos + nanos; nowNanos < end; ) {
            interval().hears(ALICE, RateLimit.NONE, 2.0 * control.bytesPerSecond());
        }
        return this;
    }

    @Test
    void itBeginsAtATenthOfTheCapAndFindsTheCapWithinASecond() {
        assertThat(control.bytesPerSecond()).isEqualTo(CAP / 10);
        calm(SECOND);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP);
    }

    @Test
    void itIsNotRaisedByAnAnswerAboutTheRateBefore() {
        interval().hears(ALICE, RateLimit.NONE, CAP);
        long raised = control.bytesPerSecond();
        hears(ALICE, RateLimit.NONE, CAP).hears(ALICE, RateLimit.NONE, CAP);
        assertThat(control.bytesPerSecond()).isEqualTo(raised);
    }

    @Test
    void aNewRateBeginsWithAProbe() {
        interval().hears(ALICE, RateLimit.NONE, CAP);
        assertThat(control.probeNanos(nowNanos)).isEqualTo(nowNanos);
        control.onProbe(++ccSequence, RTT, nowNanos);
        assertThat(control.probeNanos(nowNanos)).isGreaterThan(nowNanos);
    }

    @Test
    void itGoesALittleBelowWhatAPathTakesAndRisesSlowly() {
        calm(SECOND);
        hears(ALICE, RateLimit.PATH, 40_000_000);
        assertThat(control.bytesPerSecond()).isCloseTo(38_000_000, NEARLY);
        assertThat(control.limiting()).contains(ALICE);
        calm(500 * MILLI);
        assertThat(control.bytesPerSecond()).isBetween(40_000_000L, 44_000_000L);
        assertThat(control.limiting()).isEmpty();
    }

    @Test
    void itSearchesAgainFarBeyondWhatThePathTookBefore() {
        hears(ALICE, RateLimit.PATH, 5_000_000).calm(4 * SECOND);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP);
    }

    @Test
    void askedToYieldItGivesUpHalf() {
        control = control(RatePolicy.Sharing.POLITE);
        interval().hears(ALICE, RateLimit.PATH, 8_000_000);
        assertThat(control.bytesPerSecond()).isCloseTo(4_000_000, NEARLY);
    }

    @Test
    void lossWhileNextToNothingIsSentDoesNotLowerIt() {
        used = 0.01;
        interval().hears(ALICE, RateLimit.PATH, 8_000_000);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP / 10);
    }

    @Test
    void aSlowMachineIsNotHeededIfItMayBeSpared() {
        calm(SECOND);
        control.spare(1);
        hears(BOB, RateLimit.STORAGE, 5_000_000);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP);
        hears(BOB, RateLimit.STORAGE, 60_000_000);
        assertThat(control.bytesPerSecond()).isCloseTo(60_000_000, NEARLY);
    }

    @Test
    void ifMoreAreSlowThanMayBeSparedTheyAreHeeded() {
        calm(SECOND);
        control.spare(1);
        hears(BOB, RateLimit.PATH, 5_000_000).hears(ALICE, RateLimit.PATH, 6_000_000);
        assertThat(control.bytesPerSecond()).isCloseTo(5_700_000, NEARLY);
        hears(BOB, RateLimit.PATH, 5_000_000);
        assertThat(control.bytesPerSecond()).isCloseTo(4_750_000, NEARLY);
    }

    @Test
    void itFollowsStorageDownAndUp() {
        calm(SECOND).hears(BOB, RateLimit.STORAGE, 20_000_000);
        assertThat(control.bytesPerSecond()).isCloseTo(20_000_000, NEARLY);
        assertThat(control.limiting()).contains(BOB);
        for (int i = 0; i < 50; i++) {
            interval().hears(BOB, RateLimit.STORAGE, 30_000_000);
        }
        assertThat(control.bytesPerSecond()).isCloseTo(30_000_000, NEARLY);
    }

    @Test
    void theLowestOfAllLimitsCounts() {
        calm(SECOND);
        hears(ALICE, RateLimit.PATH, 40_000_000).hears(BOB, RateLimit.PATH, 10_000_000);
        hears(ALICE, RateLimit.PATH, 40_000_000);
        assertThat(control.bytesPerSecond()).isCloseTo(9_500_000, NEARLY);
        assertThat(control.nodes().get(0).id()).isEqualTo(BOB);
    }

    @Test
    void amongReceiversOfOursAPlainOneHoldsTheRateAtTwoFifths() {
        calm(SECOND);
        control.onHeard(BOB, feedback(CcFeedback.RTT, 0.1, 1, null), RTT, nowNanos);
        assertThat(control.bytesPerSecond()).isCloseTo(2 * CAP / 5, NEARLY);
    }

    @Test
    void whatPlainReceiversTellIsWhatTcpWouldDo() {
        interval();
        control.onHeard(BOB, feedback(CcFeedback.RTT, 0.1, 1, null), RTT, nowNanos);
        assertThat(control.bytesPerSecond())
                .isCloseTo((long) ThroughputEquation.bytesPerSecond(DATAGRAM, RTT, 0.1), Percentage.withPercentage(5));
        control.onHeard(ALICE, feedback(CcFeedback.RTT | CcFeedback.START, 0, CAP, null), RTT, nowNanos);
        assertThat(control.limiting()).contains(BOB);
    }

    @Test
    void itIsNotRaisedWhileLessIsSentThanItAllows() {
        used = 0.5;
        calm(SECOND);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP / 10);
        used = 1;
        calm(SECOND);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP);
    }

    @Test
    void itIsRaisedByASenderThatIsLateIfThatSendsHalfOfIt() {
        used = 0.4;
        lateness = 0.6;
        calm(SECOND);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP / 10);
        used = 0.55;
        lateness = 0.45;
        calm(SECOND);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP);
    }

    @Test
    void theCapWinsAtOnceOverEverythingAndEvenOverTheFloor() {
        calm(SECOND);
        control.cap(3_000_000);
        assertThat(control.bytesPerSecond()).isEqualTo(3_000_000);
        calm(SECOND);
        assertThat(control.bytesPerSecond()).isEqualTo(3_000_000);
        control.cap(FLOOR / 2);
        assertThat(control.bytesPerSecond()).isEqualTo(FLOOR / 2);
        control.cap(2 * CAP);
        calm(3 * SECOND);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP);
    }

    @Test
    void withoutAnyAnswerItFallsByHalfEachSecondToTheFloor() {
        calm(SECOND);
        for (int i = 0; i < 50; i++) {
            interval();
        }
        assertThat(control.bytesPerSecond()).isEqualTo(CAP);
        for (long end = nowNanos + 2 * SECOND; nowNanos < end; ) {
            interval();
        }
        assertThat(control.bytesPerSecond()).isBetween(CAP / 8, CAP / 4);
        for (long end = nowNanos + 20 * SECOND; nowNanos < end; ) {
            interval();
        }
        assertThat(control.bytesPerSecond()).isEqualTo(FLOOR);
    }

    @Test
    void whileNothingIsSentSilenceSaysNothing() {
        for (int i = 0; i < 100; i++) {
            control.onProbe(++ccSequence, RTT, nowNanos += SECOND / 4);
        }
        assertThat(control.bytesPerSecond()).isEqualTo(CAP / 10);
    }

    @Test
    void whoLeavesFallsSilentOrIsForgottenLimitsNoLonger() {
        hears(ALICE, RateLimit.STORAGE, 2_000_000);
        control.onHeard(ALICE, feedback(CcFeedback.LEAVE, 0, 1, RateLimit.STORAGE), RTT, nowNanos);
        assertThat(control.limiting()).isEmpty();

        hears(BOB, RateLimit.STORAGE, 2_000_000);
        control.forget(BOB, nowNanos);
        assertThat(control.limiting()).isEmpty();

        hears(ALICE, RateLimit.STORAGE, 2_000_000);
        for (long end = nowNanos + 3 * SECOND; nowNanos < end; ) {
            interval();
        }
        assertThat(control.limiting()).isEmpty();
        assertThat(control.nodes()).extracting(CongestionControl.Node::id).doesNotContain(ALICE);
    }

    @Test
    void forgedFeedbackMovesTheRateBetweenFloorAndCapOnly() {
        Random random = new Random(5740);
        RateLimit[] limits = {null, RateLimit.NONE, RateLimit.PATH, RateLimit.STORAGE};
        for (int i = 0; i < 100_000; i++) {
            nowNanos += random.nextLong(20 * MILLI);
            control.onSymbolSent(random.nextInt(65_000), nowNanos);
            CcFeedback forged = new CcFeedback(
                    random.nextInt(0x1_0000),
                    random.nextInt(0x40),
                    random.nextInt(0x100),
                    random.nextInt(0x1_0000),
                    random.nextInt(4) == 0 ? 0 : random.nextInt(0x1_0000),
                    random.nextInt(0x1_0000),
                    limits[random.nextInt(limits.length)]);
            long rtt = random.nextInt(4) == 0 ? -1 : random.nextLong(1L << random.nextInt(1, 63));
            control.onHeard(new NodeId(random.nextInt(1, 40)), forged, rtt, nowNanos);
            control.onProbe(++ccSequence & 0xffff, RTT, nowNanos);
            assertThat(control.bytesPerSecond()).isBetween(FLOOR, CAP);
            assertThat(control.probeNanos(nowNanos)).isGreaterThan(nowNanos);
            assertThat(control.nodes()).hasSizeLessThanOrEqualTo(CongestionReceivers.LARGEST_LIST);
        }
    }

    @Test
    void slowRatesHaveLongIntervals() {
        SenderConfig config =
                SenderConfig.builder(new NodeId(1), 7).bytesPerSecond(100_000).build();
        AdaptiveRate slow = new AdaptiveRate(config, new RatePolicy.Adaptive(1, RatePolicy.Sharing.FIRM));
        slow.onProbe(1, RTT, 0);
        assertThat(slow.probeNanos(0) / 1e9)
                .isCloseTo(AdaptiveRate.FEWEST_DATAGRAMS * DATAGRAM / 10_000.0, within(0.01));
    }
}
