package dev.mimeo.protocol.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.timing.ThroughputEquation;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.Quantization;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class NormCongestionControlTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long FLOOR = 10_000;
    private static final long CAP = 10_000_000;
    private static final long GRTT = 10 * MILLI;
    private static final long RTT = 20 * MILLI;
    private static final int DATAGRAM = 1_448;
    private static final NodeId ALICE = new NodeId(0xa);
    private static final NodeId BOB = new NodeId(0xb);

    private final NormCongestionControl control = new NormCongestionControl(
            SenderConfig.builder(new NodeId(1), 7).bytesPerSecond(CAP).build(), FLOOR);
    private int ccSequence;
    private long nowNanos;

    /** A probe every round trip, and as much data as the rate allows. */
    private NormCongestionControlTest pass(long nanos) {
        for (long end = nowNanos + nanos; nowNanos < end; nowNanos += RTT) {
            send();
            control.onProbe(++ccSequence, GRTT, nowNanos);
        }
        return this;
    }

    private void send() {
        for (long bytes = 0; bytes < control.bytesPerSecond() * RTT / SECOND; bytes += DATAGRAM) {
            control.onSymbolSent(DATAGRAM, nowNanos);
        }
    }

    /** It hears what it was told, each round trip, for some time. */
    private NormCongestionControlTest hears(NodeId from, int flags, double loss, double rate, long nanos) {
        for (long end = nowNanos + nanos; nowNanos < end; ) {
            pass(RTT);
            hears(from, flags, loss, rate);
        }
        return this;
    }

    private NormCongestionControlTest hears(NodeId from, int flags, double loss, double rate) {
        control.onHeard(from, feedback(flags, loss, rate), RTT, nowNanos);
        return this;
    }

    private CcFeedback feedback(int flags, double loss, double rate) {
        long precise = Quantization.preciseLoss(loss);
        return new CcFeedback(
                ccSequence,
                flags,
                Quantization.grtt(RTT),
                (int) (precise >>> 16),
                Quantization.rate(rate),
                (int) precise & 0xffff);
    }

    private NormCongestionControlTest steady(NodeId from, double loss) {
        return hears(from, CcFeedback.RTT, loss, 1, 20 * SECOND);
    }

    private static double suited(double loss) {
        return ThroughputEquation.bytesPerSecond(DATAGRAM, RTT, loss);
    }

    @Test
    void itStartsAtTheFloorAndStaysThereUnanswered() {
        assertThat(pass(10 * SECOND).control.bytesPerSecond()).isEqualTo(FLOOR);
    }

    @Test
    void slowStartDoublesAtMostOnceInEachGroupRoundTrip() {
        pass(SECOND).hears(ALICE, CcFeedback.START, 0, 1e9);
        long first = control.bytesPerSecond();
        hears(ALICE, CcFeedback.START, 0, 1e9);
        assertThat(control.bytesPerSecond()).isEqualTo(first);

        for (int i = 0; i < 5; i++) {
            long before = control.bytesPerSecond();
            pass(RTT).hears(ALICE, CcFeedback.START, 0, 1e9);
            assertThat(control.bytesPerSecond()).isBetween(before, 2 * before);
        }
    }

    @Test
    void withoutLossItReachesTheCap() {
        hears(ALICE, CcFeedback.START, 0, 1e9, 2 * SECOND);
        assertThat(control.bytesPerSecond()).isEqualTo(CAP);
        assertThat(control.isSlowStart()).isTrue();
    }

    @Test
    void theSlowestLimitsSlowStart() {
        hears(ALICE, CcFeedback.START, 0, 500_000, SECOND).hears(BOB, CcFeedback.START, 0, 100_000);
        assertThat(control.limiting()).contains(BOB);
        hears(BOB, CcFeedback.START, 0, 600_000, SECOND).hears(ALICE, CcFeedback.START, 0, 500_000);
        assertThat(control.limiting()).contains(ALICE);
        assertThat((double) control.bytesPerSecond()).isEqualTo(600_000, within(1_000.0));
    }

    @Test
    void theFirstLossEndsSlowStartAndTheRateFallsToWhatSuitsAtOnce() {
        hears(ALICE, CcFeedback.START, 0, 1e9, 2 * SECOND).hears(ALICE, CcFeedback.RTT, 0.01, 1);
        assertThat(control.isSlowStart()).isFalse();
        assertThat((double) control.bytesPerSecond()).isCloseTo(suited(0.01), Percentage.withPercentage(1));
    }

    @Test
    void afterThatItRisesByOneSegmentInEachRoundTrip() {
        steady(ALICE, 0.01);
        long before = control.bytesPerSecond();
        hears(ALICE, CcFeedback.RTT, 0.000_1, 1, 50 * RTT);
        double step = DATAGRAM * (double) SECOND / RTT;
        assertThat((double) control.bytesPerSecond()).isEqualTo(before + 50 * step, within(2 * step));
    }

    @Test
    void itRisesNoFurtherThanToTwiceWhatWasSent() {
        steady(ALICE, 0.01);
        long before = control.bytesPerSecond();
        for (int i = 0; i < 50; i++) {
            nowNanos += RTT;
            control.onSymbolSent(100, nowNanos);
            control.onProbe(++ccSequence, GRTT, nowNanos);
            hears(ALICE, CcFeedback.RTT, 0.000_1, 1);
        }
        assertThat(control.bytesPerSecond()).isEqualTo(before);
    }

    @Test
    void aSlowerReceiverLimitsAtOnce() {
        steady(ALICE, 0.001);
        hears(BOB, CcFeedback.RTT, 0.05, 1);
        assertThat(control.limiting()).contains(BOB);
        assertThat((double) control.bytesPerSecond()).isCloseTo(suited(0.05), Percentage.withPercentage(5));
    }

    @Test
    void ofTwoThatSuitTheSameRateTheFartherOneLimits() {
        steady(ALICE, 0.01);
        control.onHeard(BOB, feedback(0, 0, suited(0.01) * 1.05), 3 * RTT, nowNanos);
        assertThat(control.limiting()).contains(BOB);
    }

    @Test
    void whoLeavesMakesRoomForTheNextSlowest() {
        steady(BOB, 0.001).steady(ALICE, 0.05);
        hears(ALICE, CcFeedback.LEAVE, 0.05, 1);
        assertThat(control.limiting()).contains(BOB);
        assertThat((double) control.bytesPerSecond()).isCloseTo(suited(0.05), Percentage.withPercentage(5));
        steady(BOB, 0.001);
        assertThat((double) control.bytesPerSecond()).isCloseTo(suited(0.001), Percentage.withPercentage(1));
    }

    @Test
    void whenTheLastOneLeavesItStartsAgain() {
        steady(ALICE, 0.001);
        hears(ALICE, CcFeedback.LEAVE, 0.001, 1);
        assertThat(control.limiting()).isEmpty();
        assertThat(control.bytesPerSecond()).isEqualTo(FLOOR);
        assertThat(control.isSlowStart()).isTrue();
    }

    @Test
    void aLimitingReceiverThatIsLateHalvesTheRateOnceInEachRoundTripAndIsGivenUp() {
        steady(ALICE, 0.000_1);
        double before = control.bytesPerSecond();
        pass(NormCongestionControl.LARGEST_AGE * RTT);
        assertThat((double) control.bytesPerSecond()).isEqualTo(before, within(1.0));
        pass(RTT);
        assertThat((double) control.bytesPerSecond()).isEqualTo(before / 2, within(1.0));
        pass(2 * RTT);
        assertThat((double) control.bytesPerSecond()).isEqualTo(before / 4, within(1.0));

        pass(NormCongestionControl.SHORTEST_PATIENCE_NANOS);
        assertThat(control.bytesPerSecond()).isEqualTo(FLOOR);
        assertThat(control.limiting()).isEmpty();
    }

    @Test
    void aPauseHalvesTheRateForEachQuarterOfASecond() {
        steady(ALICE, 0.000_1);
        double before = control.bytesPerSecond();
        for (int quarters = 1; quarters <= 4; quarters++) {
            nowNanos += NormCongestionControl.SHORTEST_PAUSE_NANOS + RTT;
            control.onProbe(++ccSequence, GRTT, nowNanos);
            assertThat((double) control.bytesPerSecond()).isEqualTo(before / (1 << quarters), within(2.0));
        }
    }

    @Test
    void probesFollowTheLimitingReceiversRoundTripButNotMoreOftenThanEveryFiveMilliseconds() {
        steady(ALICE, 0.01);
        assertThat(control.probeNanos(nowNanos) - nowNanos).isBetween(RTT - MILLI, RTT + MILLI);
        control.onHeard(BOB, feedback(0, 0.5, 1), 1_000, nowNanos);
        control.onProbe(++ccSequence, GRTT, nowNanos);
        assertThat(control.probeNanos(nowNanos) - nowNanos)
                .isEqualTo(NormCongestionControl.SHORTEST_PROBE_INTERVAL_NANOS);
    }

    @Test
    void theListNamesWhoLimitsThenWhoKnowsNoRoundTripThenTheSlowest() {
        hears(new NodeId(3), CcFeedback.RTT, 0.001, 1);
        hears(new NodeId(4), 0, 0.002, 900_000);
        hears(new NodeId(5), CcFeedback.RTT, 0.01, 1);
        hears(new NodeId(6), 0, 0.003, 900_000);
        hears(new NodeId(7), CcFeedback.RTT, 0.002, 1);
        assertThat(control.nodes()).extracting(node -> node.id().value()).containsExactly(5, 6, 4, 7, 3);
        assertThat(control.nodes().get(0).flags()).isEqualTo(CcFeedback.CLR | CcFeedback.RTT);
        assertThat(control.nodes().get(1).flags()).isEqualTo(CcFeedback.RTT);
    }

    @Test
    void whoReportsWithoutFeedbackIsAskedToAnswerAtOnce() {
        control.onHeard(ALICE, null, RTT, nowNanos);
        assertThat(control.nodes())
                .containsExactly(
                        new CongestionControl.Node(ALICE, CcFeedback.PLR | CcFeedback.RTT, Quantization.grtt(RTT), 0));
        assertThat(control.limiting()).isEmpty();
    }

    @Test
    void aCrowdIsBoundedAndTheSlowestOfItStays() {
        for (int i = 0; i < 10_000; i++) {
            hears(new NodeId(100 + i), CcFeedback.RTT, 0.000_1 + i * 1e-6, 1_000_000 - 50 * i);
        }
        assertThat(control.limiting()).isPresent();
        assertThat(control.nodes()).hasSize(CongestionReceivers.LARGEST_LIST);
        assertThat((double) control.bytesPerSecond()).isLessThanOrEqualTo(suited(0.01));
    }

    @Test
    void onlyTheFeedbackThatLimitsMostIsRepeatedAndOnlyOnce() {
        hears(ALICE, CcFeedback.RTT, 0.01, 300_000).hears(BOB, CcFeedback.RTT, 0.01, 200_000);
        assertThat(control.takeLimitingFeedback().orElseThrow().rate()).isEqualTo(Quantization.rate(200_000));
        assertThat(control.takeLimitingFeedback()).isEmpty();
    }

    @Test
    void whateverIsForgedTheRateStaysBetweenFloorAndCap() {
        Random random = new Random(5740);
        for (int i = 0; i < 100_000; i++) {
            nowNanos += random.nextLong(RTT);
            control.onSymbolSent(random.nextInt(65_000), nowNanos);
            CcFeedback forged = new CcFeedback(
                    random.nextInt(0x1_0000),
                    random.nextInt(0x40),
                    random.nextInt(0x100),
                    random.nextInt(0x1_0000),
                    random.nextInt(4) == 0 ? 0 : random.nextInt(0x1_0000),
                    random.nextInt(0x1_0000));
            long rtt = random.nextInt(4) == 0 ? -1 : random.nextLong(1L << random.nextInt(1, 63));
            control.onHeard(new NodeId(random.nextInt(1, 40)), forged, rtt, nowNanos);
            control.onProbe(++ccSequence & 0xffff, GRTT, nowNanos);
            assertThat(control.bytesPerSecond()).isBetween(FLOOR, CAP);
            assertThat(control.probeNanos(nowNanos)).isGreaterThan(nowNanos);
            control.nodes();
        }
    }
}
