package dev.mimeo.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuantizationTest {
    @Test
    void theTableOfRoundTripTimes() {
        int count = 0;
        for (String line : Bytes.lines("wire/grtt-table.txt")) {
            if (line.startsWith("#")) {
                continue;
            }
            int quantized = Integer.parseInt(line.split(" ")[0]);
            double seconds = Double.parseDouble(line.split(" ")[1]);
            long nanos = Quantization.grttNanos(quantized);
            assertThat(nanos / 1e9).as(line).isCloseTo(seconds, within(seconds * 6e-6 + 1e-9));
            assertThat(Quantization.grtt(nanos)).as(line).isEqualTo(quantized);
            count++;
        }
        assertThat(count).isEqualTo(256);
    }

    @Test
    void everyExampleOfEveryField() {
        Map<String, Integer> counts = new HashMap<>();
        for (String line : Bytes.lines("wire/quantisation.txt")) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "grtt" ->
                    assertThat(Quantization.grtt(Math.round(Double.parseDouble(words[1]) * 1e9)))
                            .as(line)
                            .isEqualTo(Integer.parseInt(words[2]));
                case "gsize" -> {
                    int quantized = Integer.parseInt(words[1]);
                    long receivers = Long.parseLong(words[2]);
                    assertThat(Quantization.receivers(quantized)).as(line).isEqualTo(receivers);
                    assertThat(Quantization.groupSize(receivers)).as(line).isEqualTo(quantized);
                }
                case "rate" ->
                    assertThat(Quantization.rate(Double.parseDouble(words[1])))
                            .as(line)
                            .isEqualTo(Integer.parseInt(words[2], 16));
                case "loss" ->
                    assertThat(Quantization.loss(Double.parseDouble(words[1])))
                            .as(line)
                            .isEqualTo(Integer.parseInt(words[2], 16));
                default -> {
                    continue;
                }
            }
            counts.merge(words[0], 1, Integer::sum);
        }
        assertThat(counts).isEqualTo(Map.of("grtt", 24, "gsize", 16, "rate", 10, "loss", 9));
    }

    @Test
    void roundTripTimesRoundUpBeyond32Microseconds() {
        for (int quantized = 32; quantized < 255; quantized++) {
            long nanos = Quantization.grttNanos(quantized);
            assertThat(Quantization.grtt(nanos + 1)).isEqualTo(quantized + 1);
        }
    }

    @Test
    void roundTripTimesAreClamped() {
        assertThat(Quantization.grtt(Long.MIN_VALUE)).isZero();
        assertThat(Quantization.grtt(-1)).isZero();
        assertThat(Quantization.grtt(0)).isZero();
        assertThat(Quantization.grtt(1_000_000_000_001L)).isEqualTo(255);
        assertThat(Quantization.grtt(Long.MAX_VALUE)).isEqualTo(255);
    }

    @Test
    void groupSizesRoundUpToTheNext() {
        assertThat(Quantization.groupSize(-5)).isZero();
        assertThat(Quantization.groupSize(1)).isZero();
        for (long receivers = 1, count = 0; count < 10_000; receivers += 1 + receivers / 500, count++) {
            int quantized = Quantization.groupSize(receivers);
            long stated = Quantization.receivers(quantized);
            assertThat(stated).isGreaterThanOrEqualTo(Math.min(receivers, 500_000_000));
            for (int other = 0; other < 16; other++) {
                long smaller = Quantization.receivers(other);
                assertThat(smaller >= receivers && smaller < stated).isFalse();
            }
        }
        assertThat(Quantization.groupSize(Long.MAX_VALUE)).isEqualTo(15);
    }

    @Test
    void everyNormalRateIsItself() {
        int count = 0;
        for (int quantized = 0; quantized <= 0xffff; quantized++) {
            boolean normal = quantized >>> 4 >= 410 || (quantized & 0x0f) == 0;
            if (normal) {
                assertThat(Quantization.rate(Quantization.bytesPerSecond(quantized)))
                        .isEqualTo(quantized);
                count++;
            }
        }
        assertThat(count).isEqualTo(16 * (4096 - 410) + 410);
    }

    @Test
    void ratesAreClampedAndDoNotOverflowTheirMantissa() {
        assertThat(Quantization.rate(-1)).isZero();
        assertThat(Quantization.rate(Double.NaN)).isZero();
        assertThat(Quantization.rate(9.9998)).isEqualTo(410 << 4 | 1);
        assertThat(Quantization.rate(9.9998e15)).isEqualTo(0xffff);
        assertThat(Quantization.rate(1e300)).isEqualTo(0xffff);
        assertThat(Quantization.rate(Double.POSITIVE_INFINITY)).isEqualTo(0xffff);
    }

    @Test
    void everyLossIsItself() {
        for (int quantized = 0; quantized <= 0xffff; quantized++) {
            assertThat(Quantization.loss(Quantization.lossFraction(quantized))).isEqualTo(quantized);
        }
        assertThat(Quantization.loss(-0.5)).isZero();
        assertThat(Quantization.loss(Double.NaN)).isZero();
        assertThat(Quantization.loss(7)).isEqualTo(0xffff);
    }

    @Test
    void theUpperHalfOfAPreciseLossIsTheLoss() {
        for (double loss = 1e-8; loss <= 1; loss *= 1.5) {
            long precise = Quantization.preciseLoss(loss);
            int upper = (int) (precise >>> 16);
            assertThat(upper).isBetween(Quantization.loss(loss), Quantization.loss(loss) + 1);
            assertThat(Quantization.preciseLossFraction(upper, (int) precise & 0xffff))
                    .isBetween(loss - 1e-9, loss);
        }
        assertThat(Quantization.preciseLoss(Double.NaN)).isZero();
        assertThat(Quantization.preciseLoss(2)).isEqualTo(0xffff_ffffL);
        assertThat(Quantization.preciseLossFraction(0xffff, 0xffff)).isEqualTo(1);
    }

    @Test
    void fieldsOutsideOfTheirBitsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Quantization.grttNanos(256));
        assertThatIllegalArgumentException().isThrownBy(() -> Quantization.receivers(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Quantization.bytesPerSecond(0x1_0000));
        assertThatIllegalArgumentException().isThrownBy(() -> Quantization.lossFraction(-1));
    }
}
