package dev.mimeo.protocol.fec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.FecEncoding;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables against long multiplication, and long multiplication against the axioms of a field. */
class GaloisFieldTest {
    @ParameterizedTest
    @EnumSource(FecEncoding.class)
    void powersOfAlphaAreThoseOfItsGenerator(FecEncoding encoding) {
        GaloisField field = GaloisField.of(encoding);
        int order = field.order();
        boolean[] seen = new boolean[order + 1];
        int power = 1;
        for (int exponent = 0; exponent < order; exponent++) {
            check(field.exp(exponent) == power, exponent, power, 0);
            check(field.exp(exponent + order) == power, exponent, power, 1);
            check(field.exp(exponent - order) == power, exponent, power, -1);
            check(field.exp(exponent - 2 * order) == power, exponent, power, -2);
            check(field.log(power) == exponent, exponent, power, 0);
            check(!seen[power], exponent, power, 0);
            seen[power] = true;
            power = SlowCode.of(encoding).multiply(power, 2);
        }
        assertThat(power).as("alpha to the power of the order").isEqualTo(1);
        assertThat(field.exp(2 * order)).isEqualTo((char) 1);
        assertThat(seen[0]).isFalse();
    }

    @Test
    void elementsAreAsWideAsTheSchemeSays() {
        for (FecEncoding encoding : FecEncoding.values()) {
            int bits = encoding == FecEncoding.REED_SOLOMON_16 ? 16 : 8;
            assertThat(GaloisField.of(encoding).bits()).isEqualTo(bits);
            assertThat(GaloisField.of(encoding).order()).isEqualTo((1 << bits) - 1);
        }
    }

    @ParameterizedTest
    @EnumSource(FecEncoding.class)
    void zeroCountsAsOneInASumOfLogarithms(FecEncoding encoding) {
        assertThat(GaloisField.of(encoding).log(0)).isZero();
    }

    @Test
    void logarithmsAddUpToProducts() {
        int pairs = 0;
        for (int a = 1; a < 256; a++) {
            for (int b = 1; b < 256; b++) {
                requireSums(FecEncoding.REED_SOLOMON_8, a, b);
                pairs++;
            }
        }
        assertThat(pairs).isEqualTo(255 * 255);
    }

    @Test
    void logarithmsAddUpToProductsInTheLargeField() {
        Random random = new Random(1);
        for (int pair = 0; pair < 100_000; pair++) {
            requireSums(FecEncoding.REED_SOLOMON_16, 1 + random.nextInt(0xffff), 1 + random.nextInt(0xffff));
        }
    }

    private static void requireSums(FecEncoding encoding, int a, int b) {
        GaloisField field = GaloisField.of(encoding);
        int product = SlowCode.of(encoding).multiply(a, b);
        check(field.exp(field.log(a) + field.log(b)) == product, a, b, product);
        check(field.exp(field.log(product) - field.log(b)) == a, a, b, product);
    }

    @ParameterizedTest
    @CsvSource({"REED_SOLOMON_8, 8", "REED_SOLOMON_16, 16"})
    void elementsOfALongAreDoubledAtOnceAndDoNotDisturbEachOther(FecEncoding encoding, int bits) {
        Random random = new Random(1);
        int mask = (1 << bits) - 1;
        for (int element = 0; element <= mask; element++) {
            for (int at = 0; at < 64; at += bits) {
                long elements = random.nextLong() & ~((long) mask << at) | (long) element << at;
                long added = random.nextLong();
                long[] sum = {elements, elements};
                long[] first = {random.nextLong(), 0};
                long[] second = {random.nextLong(), 0};
                long[] third = {added ^ first[0] ^ second[0], 0};
                GaloisField.of(encoding).timesAlphaPlus(sum, first, second, third, 1);
                for (int other = 0; other < 64; other += bits) {
                    int doubled = SlowCode.of(encoding).multiply((int) (elements >>> other & mask), 2);
                    check((sum[0] >>> other & mask) == (doubled ^ added >>> other & mask), element, at, other);
                }
                check(sum[1] == elements, element, at, 0);
            }
        }
    }

    @Test
    void multiplicationObeysTheAxiomsOverAllPairs() {
        int pairs = 0;
        for (int a = 0; a < 256; a++) {
            check(SlowCode.GF_8.multiply(a, 0) == 0 && SlowCode.GF_8.multiply(a, 1) == a, a, 0, 0);
            for (int b = 0; b < 256; b++) {
                int product = SlowCode.GF_8.multiply(a, b);
                check(product >= 0 && product < 256, a, b, 0);
                check(product == SlowCode.GF_8.multiply(b, a), a, b, 0);
                check((product == 0) == (a == 0 || b == 0), a, b, 0);
                pairs++;
            }
        }
        assertThat(pairs).isEqualTo(1 << 16);
        for (int a = 1; a < 256; a++) {
            assertThat(SlowCode.GF_8.multiply(a, SlowCode.GF_8.inverse(a))).isEqualTo(1);
        }
    }

    @Test
    void multiplicationObeysTheAxiomsOverAllTriples() {
        int[][] product = new int[256][256];
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                product[a][b] = SlowCode.GF_8.multiply(a, b);
            }
        }
        int triples = 0;
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                for (int c = 0; c < 256; c++) {
                    check(product[product[a][b]][c] == product[a][product[b][c]], a, b, c);
                    check(product[a][b ^ c] == (product[a][b] ^ product[a][c]), a, b, c);
                    triples++;
                }
            }
        }
        assertThat(triples).isEqualTo(1 << 24);
    }

    /** Without the cost of an assertion object, millions of times. */
    private static void check(boolean holds, int a, int b, int c) {
        if (!holds) {
            throw new AssertionError("fails for " + a + ", " + b + ", " + c);
        }
    }
}
