package dev.mimeo.protocol.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mimeo.protocol.NodeId;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossModelTest {
    private static final NodeId NODE = new NodeId(5);
    private static final int COUNT = 200_000;

    private final Datagram datagram = datagram(0x12);

    private static Datagram datagram(int firstByte) {
        Datagram datagram = new Datagram();
        ByteBuffer content = ByteBuffer.allocate(20).put(0, (byte) firstByte);
        datagram.open(NODE, NodeId.ANY, 0, 1, content);
        return datagram;
    }

    private boolean[] losses(LossModel model, int count) {
        SplittableRandom random = new SplittableRandom(42);
        boolean[] lost = new boolean[count];
        for (int i = 0; i < count; i++) {
            lost[i] = model.loses(datagram, NODE, i, random);
        }
        return lost;
    }

    private static int count(boolean[] flags) {
        int count = 0;
        for (boolean flag : flags) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    @Test
    void noneLosesNothingAndAllLosesEverything() {
        assertThat(count(losses(LossModel.none(), COUNT))).isZero();
        assertThat(count(losses(LossModel.all(), COUNT))).isEqualTo(COUNT);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.01, 0.1, 0.3, 0.9, 1})
    void uniformLosesItsShare(double probability) {
        double share = (double) count(losses(LossModel.uniform(probability), COUNT)) / COUNT;
        // Four standard deviations of a share of 200,000 draws.
        assertThat(share).isCloseTo(probability, within(1e-9 + 4 * Math.sqrt(probability * (1 - probability) / COUNT)));
    }

    @ParameterizedTest
    @CsvSource({"0.01,3", "0.05,10", "0.2,50", "0.3,1"})
    void burstsHaveTheirShareAndLength(double meanLoss, double meanBurstLength) {
        boolean[] lost = losses(LossModel.burst(meanLoss, meanBurstLength), 1_000_000);
        int bursts = 0;
        for (int i = 0; i < lost.length; i++) {
            bursts += lost[i] && (i == 0 || !lost[i - 1]) ? 1 : 0;
        }
        assertThat((double) count(lost) / lost.length).isCloseTo(meanLoss, within(0.1 * meanLoss));
        if (meanBurstLength > 1) {
            assertThat((double) count(lost) / bursts).isCloseTo(meanBurstLength, within(0.1 * meanBurstLength));
        }
    }

    @Test
    void burstsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> LossModel.burst(0.1, 0.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LossModel.burst(1, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LossModel.uniform(1.5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyThirdAndNumberedOnesAreLost() {
        assertThat(losses(LossModel.every(3), 7)).containsExactly(false, false, true, false, false, true, false);
        assertThat(losses(LossModel.numbers(5, 1), 6)).containsExactly(true, false, false, false, true, false);
    }

    @Test
    void filteredModelSeesOnlyWhatMatches() {
        LossModel model = LossModel.every(2).only(d -> d.bytes().get(0) == 0x13);
        Datagram other = datagram(0x13);
        SplittableRandom random = new SplittableRandom(1);
        assertThat(model.loses(other, NODE, 0, random)).isFalse();
        assertThat(model.loses(datagram, NODE, 0, random)).isFalse();
        assertThat(model.loses(datagram, NODE, 0, random)).isFalse();
        assertThat(model.loses(other, NODE, 0, random)).isTrue();
    }

    @Test
    void windowLosesFromItsStartToBeforeItsEnd() {
        boolean[] lost = losses(LossModel.all().between(3, 5), 8);
        assertThat(lost).containsExactly(false, false, false, true, true, false, false, false);
    }

    @Test
    void eitherModelSeesEveryDatagram() {
        assertThat(losses(LossModel.every(2).or(LossModel.every(3)), 6))
                .containsExactly(false, true, true, true, false, true);
    }

    @Test
    void freshModelStartsAnew() {
        LossModel used =
                LossModel.numbers(1).or(LossModel.every(4)).only(d -> true).between(0, 100);
        assertThat(count(losses(used, 3))).isEqualTo(1);
        assertThat(losses(used.fresh(), 4)).containsExactly(true, false, false, true);
        assertThat(losses(used, 1)).containsExactly(true);
    }
}
