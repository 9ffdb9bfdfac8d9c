package dev.mimeo.protocol.fec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The tables against long multiplication, and long multiplication against the axioms of a field. */
class GaloisFieldTest {
    @Test
    void powersOfAlphaAreThoseOfItsGenerator() {
        boolean[] seen = new boolean[256];
        int power = 1;
        for (int exponent = 0; exponent < 255; exponent++) {
            assertThat(GaloisField.exp(exponent)).isEqualTo(power);
            assertThat(GaloisField.exp(exponent - 255)).isEqualTo(power);
            assertThat(GaloisField.exp(exponent + 255 * 1_000)).isEqualTo(power);
            assertThat(GaloisField.log(power)).isEqualTo(exponent);
            assertThat(seen[power]).as("0x%02x comes only once", power).isFalse();
            seen[power] = true;
            power = SlowCode.multiply(power, 2);
        }
        assertThat(power).as("alpha to the power of 255").isEqualTo(1);
        assertThat(seen[0]).isFalse();
    }

    @Test
    void zeroCountsAsOneInASumOfLogarithms() {
        assertThat(GaloisField.log(0)).isZero();
    }

    @Test
    void logarithmsAddUpToProducts() {
        int pairs = 0;
        for (int a = 1; a < 256; a++) {
            for (int b = 1; b < 256; b++) {
                int product = SlowCode.multiply(a, b);
                assertThat(GaloisField.exp(GaloisField.log(a) + GaloisField.log(b)))
                        .isEqualTo(product);
                assertThat(GaloisField.exp(GaloisField.log(product) - GaloisField.log(b)))
                        .isEqualTo(a);
                pairs++;
            }
        }
        assertThat(pairs).isEqualTo(255 * 255);
    }

    @Test
    void eightElementsAreDoubledAtOnceAndDoNotDisturbEachOther() {
        Random random = new Random(1);
        for (int element = 0; element < 256; element++) {
            for (int at = 0; at < 64; at += 8) {
                long elements = random.nextLong() & ~(0xffL << at) | (long) element << at;
                long doubled = GaloisField.timesAlpha(elements);
                for (int other = 0; other < 64; other += 8) {
                    assertThat((int) (doubled >>> other & 0xff))
                            .isEqualTo(SlowCode.multiply((int) (elements >>> other & 0xff), 2));
                }
            }
        }
    }

    @Test
    void multiplicationObeysTheAxiomsOverAllPairs() {
        int pairs = 0;
        for (int a = 0; a < 256; a++) {
            check(SlowCode.multiply(a, 0) == 0 && SlowCode.multiply(a, 1) == a, a, 0, 0);
            for (int b = 0; b < 256; b++) {
                int product = SlowCode.multiply(a, b);
                check(product >= 0 && product < 256, a, b, 0);
                check(product == SlowCode.multiply(b, a), a, b, 0);
                check((product == 0) == (a == 0 || b == 0), a, b, 0);
                pairs++;
            }
        }
        assertThat(pairs).isEqualTo(1 << 16);
        for (int a = 1; a < 256; a++) {
            assertThat(SlowCode.multiply(a, SlowCode.inverse(a))).isEqualTo(1);
        }
    }

    @Test
    void multiplicationObeysTheAxiomsOverAllTriples() {
        int[][] product = new int[256][256];
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                product[a][b] = SlowCode.multiply(a, b);
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
