package dev.mimeo.protocol.fec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {
    @ParameterizedTest
    @CsvSource({"2, 0, 03 02", "2, 1, 05 04", "2, 2, 09 08", "3, 0, 0f 08 06", "3, 1, 2d 30 1c", "3, 2, 99 e0 78"})
    @CsvSource({"4, 0, 77 40 38 0e", "4, 1, c7 a7 0d 6c", "4, 2, 53 02 6f 3f"})
    void rowsOfSmallCodesAreTheReferences(int sourceCount, int row, String expected) {
        Interpolation interpolation = new Interpolation(sourceCount, sourceCount + 3);
        StringBuilder weights = new StringBuilder();
        for (int source = 0; source < sourceCount; source++) {
            weights.append(" %02x".formatted(interpolation.weight(source, sourceCount + row)));
        }
        assertThat(weights.substring(1)).isEqualTo(expected);
    }

    @Test
    void rowsAreThoseOfTheGeneratorMatrix() {
        for (int sourceCount : new int[] {1, 2, 17, 64, 128, 223, 254}) {
            int parityCount = Math.min(255 - sourceCount, 32);
            int[][] generator = SlowCode.generator(sourceCount, parityCount);
            Interpolation interpolation = new Interpolation(sourceCount, sourceCount + parityCount);
            for (int i = 0; i < parityCount; i++) {
                for (int j = 0; j < sourceCount; j++) {
                    assertThat(interpolation.weight(j, sourceCount + i)).isEqualTo(generator[i][j]);
                }
            }
        }
    }

    @Test
    void aRowDoesNotDependOnTheNumberOfRows() {
        Interpolation few = new Interpolation(128, 129);
        Interpolation many = new Interpolation(128, 255);
        for (int j = 0; j < 128; j++) {
            assertThat(few.weight(j, 128)).isEqualTo(many.weight(j, 128));
        }
    }

    @Test
    void replacingAPointAndResettingLeavesNoTrace() {
        Interpolation used = new Interpolation(10, 20);
        Interpolation fresh = new Interpolation(10, 20);
        used.replace(3, 12);
        used.replace(0, 10);
        used.reset();
        for (int j = 0; j < 10; j++) {
            assertThat(used.weight(j, 15)).isEqualTo(fresh.weight(j, 15));
        }
    }
}
