package dev.mimeo.protocol.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.timing.ThroughputEquation;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl.Node;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.Quantization;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What {@link CongestionFeedback} says, and when, as the sender hears it from a whole receiver. */
class CongestionFeedbackTest {
    private static final long RTT = 30 * ReceiverRig.MILLI;
    private static final Node OTHER = new Node(ReceiverRig.PEER, CcFeedback.CLR | CcFeedback.RTT, 100, 0x1230);

    private final ReceiverRig rig = new ReceiverRig();
    private int block;

    private static Node me(int flags) {
        return new Node(ReceiverRig.ME, flags, Quantization.grtt(RTT), 0x1230);
    }

    private void probe(int ccSequence, Node... nodes) {
        probe(rig, ccSequence, nodes);
    }

    private static void probe(ReceiverRig rig, int ccSequence, Node... nodes) {
        rig.hears(rig.sender.probe(ccSequence, 7_000_000, nodes));
    }

    private void peerAnswers(int ccSequence, int flags, double rate) {
        CcFeedback feedback = new CcFeedback(ccSequence, flags, 100, 0, Quantization.rate(rate), 0);
        rig.hears(new Ack(ReceiverRig.peer(), Ack.CC, 0, feedback, null));
    }

    private List<CcFeedback> answers() {
        List<CcFeedback> answers = new ArrayList<>();
        rig.said(Ack.class).forEach(said -> answers.add(((Ack) said.message()).feedback()));
        return answers;
    }

    private CcFeedback answer() {
        return answers().get(answers().size() - 1);
    }

    /** A hundred messages a second, of 147 bytes each; none is lost. */
    private void stream(long nanos) {
        for (long passed = 0; passed < nanos; passed += 10 * ReceiverRig.MILLI) {
            rig.data(block / 4 % 10, block++ % 4).pass(10 * ReceiverRig.MILLI);
        }
    }

    private void lose(int count) {
        for (int i = 0; i < count; i++) {
            rig.sender.probe(0, 0);
        }
    }

    @Test
    void theLimitingReceiverAnswersEveryProbeAtOnce() {
        rig.hello();
        for (int i = 0; i < 20; i++) {
            probe(i, me(CcFeedback.CLR | CcFeedback.RTT));
            rig.pass(ReceiverRig.MILLI);
        }
        assertThat(answers()).hasSize(20);
        assertThat(answer().flags()).isEqualTo(CcFeedback.CLR | CcFeedback.RTT | CcFeedback.START);
        assertThat(answer().rtt()).isEqualTo(Quantization.grtt(RTT));
        assertThat(answer().ccSequence()).isEqualTo(19);
    }

    @Test
    void soDoesOneThatMayBecomeIt() {
        rig.hello();
        probe(1, OTHER, me(CcFeedback.PLR));
        rig.pass(0);
        assertThat(answer().flags()).isEqualTo(CcFeedback.PLR | CcFeedback.START);
    }

    @Test
    void theOthersWaitAndThenHoldOff() {
        rig.hello();
        probe(1, OTHER);
        rig.pass(0);
        assertThat(answers()).isEmpty();
        for (int i = 2; i < 200; i++) {
            rig.pass(5 * ReceiverRig.MILLI);
            probe(i, OTHER);
        }
        long longest = ReceiverRig.BACKOFF;
        assertThat(answers().size())
                .isBetween((int) (990 * ReceiverRig.MILLI / (2 * longest)), (int) (990 * ReceiverRig.MILLI / longest));
    }

    @Test
    void aLowerRateSuppressesAndAHigherOneDoesNot() {
        rig.hello();
        stream(ReceiverRig.MILLI * 500);
        rig.forget();
        probe(1, OTHER);
        peerAnswers(1, CcFeedback.START, 1_000_000);
        rig.pass(ReceiverRig.BACKOFF);
        assertThat(answers()).hasSize(1);

        rig.pass(ReceiverRig.BACKOFF).forget();
        probe(2, OTHER);
        peerAnswers(2, CcFeedback.START, 1_000);
        rig.pass(ReceiverRig.BACKOFF);
        assertThat(answers()).isEmpty();
    }

    @Test
    void noRateFormerProbesLeaversAndTheBetterInformedSuppressNothing() {
        rig.hello();
        stream(ReceiverRig.MILLI * 500);
        rig.forget();
        probe(2, OTHER);
        peerAnswers(2, CcFeedback.START, 0);
        peerAnswers(1, CcFeedback.START, 1_000);
        peerAnswers(2, CcFeedback.LEAVE, 1_000);
        peerAnswers(2, CcFeedback.RTT | CcFeedback.START, 1_000);
        rig.pass(ReceiverRig.BACKOFF);
        assertThat(answers()).hasSize(1);
    }

    @Test
    void whatTheSenderRepeatsSuppressesToo() {
        rig.hello();
        stream(ReceiverRig.MILLI * 500);
        rig.forget();
        probe(2, OTHER);
        rig.hears(rig.sender.advertisement(
                new CcFeedback(0, CcFeedback.START, 0, 0, Quantization.rate(1_000), 0), requests -> {}));
        rig.pass(ReceiverRig.BACKOFF);
        assertThat(answers()).isEmpty();
    }

    @Test
    void beforeAnyLossTheRateIsTwiceWhatArrives() {
        rig.hello();
        stream(ReceiverRig.MILLI * 990);
        probe(1, me(CcFeedback.CLR));
        rig.pass(0);
        int length = rig.sender
                .data(ReceiverRig.OBJECT, ReceiverRig.CODED, 0, 4, 0, false, new byte[100])
                .remaining();
        assertThat(Quantization.bytesPerSecond(answer().rate()))
                .isCloseTo(2 * 100 * length, Percentage.withPercentage(5));
        assertThat(answer().loss()).isZero();
    }

    @Test
    void afterLossTheRateIsWhatTcpWouldHave() {
        rig.hello();
        probe(0, me(CcFeedback.CLR | CcFeedback.RTT));
        for (int i = 0; i < 9; i++) {
            stream(ReceiverRig.MILLI * 1_000);
            lose(1);
        }
        stream(ReceiverRig.MILLI * 200);
        probe(1, me(CcFeedback.CLR | CcFeedback.RTT));
        rig.pass(0);
        double loss = Quantization.preciseLossFraction(answer().loss(), answer().reserved());
        assertThat(answer().flags() & CcFeedback.START).isZero();
        assertThat(loss).isBetween(1 / 110.0, 1 / 90.0);
        int length = rig.sender
                .data(ReceiverRig.OBJECT, ReceiverRig.CODED, 0, 4, 0, false, new byte[100])
                .remaining();
        assertThat(Quantization.bytesPerSecond(answer().rate()))
                .isCloseTo(
                        ThroughputEquation.bytesPerSecond(length, Quantization.grttNanos(Quantization.grtt(RTT)), loss),
                        Percentage.withPercentage(1));
    }

    @Test
    void theFirstLossDoesNotLowerTheRateBelowWhatArrived() {
        rig.hello();
        stream(ReceiverRig.MILLI * 500);
        lose(10);
        stream(ReceiverRig.MILLI * 30);
        probe(1, me(CcFeedback.CLR));
        rig.pass(0);
        assertThat(answer().flags() & CcFeedback.START).isZero();
        assertThat(Quantization.bytesPerSecond(answer().rate())).isBetween(10_000.0, 20_000.0);
    }

    @Test
    void aRequestTellsTheSameAndSparesTheAnswer() {
        rig.hello();
        probe(3, OTHER);
        rig.data(0, 0, 1, 3).data(1, 0).pass(2 * ReceiverRig.BACKOFF);
        assertThat(rig.said(Nack.class)).isNotEmpty();
        Nack nack = (Nack) rig.said(Nack.class).get(0).message();
        assertThat(nack.feedback().ccSequence()).isEqualTo(3);
        assertThat(nack.feedback().flags()).isEqualTo(CcFeedback.START);
        assertThat(rig.said(Ack.class).size()).isLessThanOrEqualTo(1);
    }

    @Test
    void aLimitingReceiverThatLeavesSaysSoAtOnceAndWhenAskedAgain() {
        rig.hello();
        probe(1, me(CcFeedback.CLR));
        rig.pass(ReceiverRig.MILLI).forget();
        rig.machine.close();
        rig.pass(0);
        assertThat(answer().flags() & CcFeedback.LEAVE).isNotZero();
        probe(2, me(CcFeedback.CLR));
        probe(3, OTHER);
        rig.pass(ReceiverRig.BACKOFF);
        assertThat(answers()).hasSize(1);
        assertThat(rig.machine.nextDeadlineNanos()).isEqualTo(Machine.NEVER);
    }

    @Test
    void byUnicastAReceiverThatReportsAnswersOnlyASenderThatHeedsCongestion() {
        ReceiverRig quiet = new ReceiverRig(config -> config.feedback(Delivery.UNICAST), 64);
        quiet.hello();
        quiet.machine.report(ByteBuffer.allocate(1), quiet.nowNanos);
        probe(quiet, 1);
        quiet.pass(ReceiverRig.BACKOFF);
        assertThat(quiet.said(Ack.class)).isEmpty();

        probe(quiet, 2, OTHER);
        quiet.pass(ReceiverRig.BACKOFF);
        assertThat(quiet.said(Ack.class)).hasSize(1);
        assertThat(quiet.said(Ack.class).get(0).destination()).isEqualTo(ReceiverRig.SENDER);
    }

    @Test
    void byUnicastAReceiverOfPlainObjectsAnswersAnySender() {
        ReceiverRig plain = new ReceiverRig(config -> config.feedback(Delivery.UNICAST), 64);
        plain.hello();
        probe(plain, 1);
        plain.pass(ReceiverRig.BACKOFF);
        assertThat(plain.said(Ack.class)).hasSize(1);
    }
}
