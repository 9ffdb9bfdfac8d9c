package dev.mimeo.protocol.fec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.FecEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {
    private static final GaloisField GF_8 = GaloisField.of(FecEncoding.REED_SOLOMON_8);
    private static final GaloisField GF_16 = GaloisField.of(FecEncoding.REED_SOLOMON_16);

    @ParameterizedTest
    @CsvSource({"2, 0, 03 02", "2, 1, 05 04", "2, 2, 09 08", "3, 0, 0f 08 06", "3, 1, 2d 30 1c", "3, 2, 99 e0 78"})
    @CsvSource({"4, 0, 77 40 38 0e", "4, 1, c7 a7 0d 6c", "4, 2, 53 02 6f 3f"})
    void rowsOfSmallCodesAreTheReferences(int sourceCount, int row, String expected) {
        Interpolation interpolation = new Interpolation(GF_8, sourceCount, sourceCount + 3);
        StringBuilder weights = new StringBuilder();
        for (int source = 0; source < sourceCount; source++) {
            weights.append(" %02x".formatted((int) interpolation.weight(source, sourceCount + row)));
        }
        assertThat(weights.substring(1)).isEqualTo(expected);
    }

    @Test
    void rowsAreThoseOfTheGeneratorMatrix() {
        for (int sourceCount : new int[] {1, 2, 17, 64, 128, 223, 254}) {
            int parityCount = Math.min(255 - sourceCount, 32);
            int[][] generator = SlowCode.GF_8.generator(sourceCount, parityCount);
            Interpolation interpolation = new Interpolation(GF_8, sourceCount, sourceCount + parityCount);
            for (int i = 0; i < parityCount; i++) {
                for (int j = 0; j < sourceCount; j++) {
                    assertThat(interpolation.weight(j, sourceCount + i)).isEqualTo((char) generator[i][j]);
                }
            }
        }
    }

    @Test
    void rowsOfEverySmallCodeAreThoseOfTheGeneratorMatrix() {
        for (int sourceCount = 1; sourceCount <= 12; sourceCount++) {
            for (int parityCount = 1; parityCount <= 15; parityCount++) {
                int[][] generator = SlowCode.GF_8.generator(sourceCount, parityCount);
                Interpolation interpolation = new Interpolation(GF_8, sourceCount, sourceCount + parityCount);
                for (int i = 0; i < parityCount; i++) {
                    for (int j = 0; j < sourceCount; j++) {
                        assertThat(interpolation.weight(j, sourceCount + i)).isEqualTo((char) generator[i][j]);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 300", "2, 300", "10, 250", "40, 3"})
    void rowsInTheLargeFieldAreThoseOfTheGeneratorMatrix(int sourceCount, int parityCount) {
        int[][] generator = SlowCode.GF_16.generator(sourceCount, parityCount);
        Interpolation interpolation = new Interpolation(GF_16, sourceCount, sourceCount + parityCount);
        for (int i = 0; i < parityCount; i++) {
            for (int j = 0; j < sourceCount; j++) {
                assertThat(interpolation.weight(j, sourceCount + i)).isEqualTo((char) generator[i][j]);
            }
        }
    }

    /** A polynomial of degree 0 is the same everywhere, so that the weights add up to 1. */
    @ParameterizedTest
    @CsvSource({"1, 65534", "2, 65533", "20000, 45535", "32768, 32767", "65534, 1"})
    void weightsOfTheLongestBlocksAddUpToOne(int sourceCount, int parityCount) {
        Interpolation interpolation = new Interpolation(GF_16, sourceCount, sourceCount + parityCount);
        for (int i : new int[] {0, parityCount / 2, parityCount - 1}) {
            int sum = 0;
            for (int j = 0; j < sourceCount; j++) {
                sum ^= interpolation.weight(j, sourceCount + i);
            }
            assertThat(sum).isEqualTo(1);
        }
    }

    @Test
    void aRowDoesNotDependOnTheNumberOfRows() {
        Interpolation few = new Interpolation(GF_8, 128, 129);
        Interpolation many = new Interpolation(GF_8, 128, 255);
        for (int j = 0; j < 128; j++) {
            assertThat(few.weight(j, 128)).isEqualTo(many.weight(j, 128));
        }
    }

    @Test
    void replacingAPointAndResettingLeavesNoTrace() {
        Interpolation used = new Interpolation(GF_8, 10, 20);
        Interpolation fresh = new Interpolation(GF_8, 10, 20);
        used.replace(3, 12);
        used.replace(0, 10);
        used.reset();
        for (int j = 0; j < 10; j++) {
            assertThat(used.weight(j, 15)).isEqualTo(fresh.weight(j, 15));
        }
    }
}
