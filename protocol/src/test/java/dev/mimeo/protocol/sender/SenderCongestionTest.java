package dev.mimeo.protocol.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sender that heeds congestion, as receivers hear it. */
class SenderCongestionTest {
    private static final long MILLI = SenderRig.MILLI;
    private static final long SECOND = 1_000 * MILLI;
    private static final long FLOOR = 100_000;
    private static final long CAP = 10_000_000;

    private final SenderRig rig = new SenderRig(
                    config -> config.bytesPerSecond(CAP).rate(new RatePolicy.CongestionControl(FLOOR)))
            .object(1_000_000);

    /** Somebody answers the newest probe, whose round trip took some time. */
    private void answers(NodeId from, Delivery delivery, long rttNanos, int flags, double loss, double rate) {
        List<CongestionControl> probes = rig.messages(CongestionControl.class);
        CongestionControl newest = probes.get(probes.size() - 1);
        long precise = Quantization.preciseLoss(loss);
        CcFeedback feedback = new CcFeedback(
                newest.ccSequence(), flags, 0, (int) (precise >>> 16), Quantization.rate(rate), (int) precise & 0xffff);
        long response = rig.nowNanos / 1_000 + 1_000_000 - rttNanos / 1_000;
        rig.hears(new Ack(SenderRig.header(from, response), Ack.CC, 0, feedback, null), delivery);
    }

    private void fastPath(long nanos) {
        for (long end = rig.nowNanos + nanos; rig.nowNanos < end; ) {
            rig.pass(10 * MILLI);
            answers(SenderRig.ALICE, Delivery.MULTICAST, MILLI, CcFeedback.START, 0, 1e9);
        }
    }

    private CongestionControl newestProbe() {
        rig.forget().pass(300 * MILLI);
        List<CongestionControl> probes = rig.messages(CongestionControl.class);
        return probes.get(probes.size() - 1);
    }

    @Test
    void probesStateTheRateAndWhoLimitsIt() {
        rig.pass(MILLI);
        CongestionControl first = rig.messages(CongestionControl.class).get(0);
        assertThat(first.sendRate()).hasValue(Quantization.rate(FLOOR));
        assertThat(first.nodes()).isEmpty();

        fastPath(2 * SECOND);
        assertThat(rig.machine.statistics().bytesPerSecond()).isEqualTo(CAP);
        CongestionControl probe = newestProbe();
        assertThat(probe.nodes()).hasSize(1);
        assertThat(probe.nodes().get(0).id()).isEqualTo(SenderRig.ALICE);
        assertThat(probe.nodes().get(0).flags()).isEqualTo(CcFeedback.CLR | CcFeedback.RTT);
    }

    @Test
    void whatLeavesFollowsTheRate() {
        fastPath(2 * SECOND);
        long before = rig.machine.statistics().bytes();
        fastPath(SECOND);
        assertThat(rig.machine.statistics().bytes() - before).isBetween((long) (0.98 * CAP), (long) (1.02 * CAP));

        answers(SenderRig.BOB, Delivery.MULTICAST, 50 * MILLI, CcFeedback.RTT, 0.02, 1);
        long rate = rig.machine.statistics().bytesPerSecond();
        assertThat(rate).isLessThan(CAP / 10);
        before = rig.machine.statistics().bytes();
        rig.pass(100 * MILLI);
        assertThat(rig.machine.statistics().bytes() - before)
                .isBetween((long) (0.08 * rate), (long) (0.12 * rate) + 2_000);
    }

    @Test
    void theGroupRoundTripIsNeverShorterThanADatagramTakes() {
        SenderRig slow = new SenderRig(
                        config -> config.bytesPerSecond(CAP).rate(new RatePolicy.CongestionControl(15_000)))
                .object(100);
        assertThat(slow.grttNanos()).isGreaterThanOrEqualTo(100 * MILLI);
        assertThat(rig.grttNanos()).isBetween(15 * MILLI, 17 * MILLI);
        fastPath(3 * SECOND);
        assertThat(rig.grttNanos()).isLessThan(6 * MILLI);
    }

    @Test
    void oneProbeAtMostFollowsEachDatagramAndAtLeastFiveMillisecondsPassBetweenThem() {
        fastPath(SECOND);
        rig.forget();
        fastPath(SECOND);
        List<SenderRig.Sent> probes = rig.sent(CongestionControl.class);
        assertThat(probes.size()).isBetween(90, 201);
        for (int i = 1; i < probes.size(); i++) {
            assertThat(probes.get(i).nanos() - probes.get(i - 1).nanos()).isGreaterThanOrEqualTo(5 * MILLI);
        }
    }

    @Test
    void withoutDataProbesComeAsWithoutCongestionControl() {
        fastPath(SECOND);
        rig.stopDisk();
        rig.pass(2 * SECOND).forget().pass(10 * SECOND);
        assertThat(rig.sent(CongestionControl.class).size()).isBetween(38, 42);
    }

    @Test
    void feedbackThatOthersCannotHearIsRepeated() {
        fastPath(SECOND);
        rig.forget();
        rig.pass(20 * MILLI);
        answers(SenderRig.BOB, Delivery.UNICAST, MILLI, CcFeedback.START, 0, 2_000_000);
        rig.pass(20 * MILLI);
        List<RepairAdvertisement> advertisements = rig.messages(RepairAdvertisement.class);
        assertThat(advertisements).hasSize(1);
        assertThat(advertisements.get(0).requests()).isEmpty();
        assertThat(advertisements.get(0).feedback().rate()).isEqualTo(Quantization.rate(2_000_000));

        rig.forget().pass(20 * MILLI);
        answers(SenderRig.BOB, Delivery.UNICAST, MILLI, CcFeedback.START, 0, 2_000_000);
        rig.pass(20 * MILLI);
        assertThat(rig.messages(RepairAdvertisement.class)).isEmpty();
    }

    @Test
    void whoReportsIsAskedForItsRate() {
        SenderRig images = new SenderRig(config -> config.rate(new RatePolicy.CongestionControl(FLOOR)))
                .object(10)
                .object(100_000)
                .announced();
        images.pass(MILLI).report(SenderRig.ALICE, ReceiverState.RECEIVING).pass(300 * MILLI);
        List<CongestionControl> probes = images.messages(CongestionControl.class);
        assertThat(probes.get(probes.size() - 1).nodes())
                .extracting(CongestionControl.Node::id, CongestionControl.Node::flags)
                .containsExactly(tuple(SenderRig.ALICE, CcFeedback.PLR));
    }

    @Test
    void aFixedRateListsNobody() {
        SenderRig fixed = new SenderRig().object(10_000);
        fixed.pass(MILLI);
        List<CongestionControl> probes = fixed.messages(CongestionControl.class);
        CcFeedback feedback = new CcFeedback(probes.get(0).ccSequence(), 0, 0, 30_000, Quantization.rate(1_000), 0);
        fixed.hears(new Ack(SenderRig.header(SenderRig.ALICE, 1_000_000), Ack.CC, 0, feedback, null), Delivery.UNICAST);
        fixed.forget().pass(SECOND);
        assertThat(fixed.messages(CongestionControl.class))
                .allMatch(probe -> probe.nodes().isEmpty());
        assertThat(fixed.messages(RepairAdvertisement.class)).isEmpty();
        assertThat(fixed.machine.statistics().bytesPerSecond()).isEqualTo(10_000_000);
    }
}
