package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoImageTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 1000, MEBIBYTE, 6 * MEBIBYTE + 1, 8 * MEBIBYTE, 8 * MEBIBYTE + 7})
    void hasTheLengthThatWasAskedFor(long length) throws Exception {
        Path image = directory.resolve("image");
        DemoImage.create(image, length, new SplittableRandom(1));
        assertThat(image).hasSize(length);
    }

    @Test
    void hasContentAndARunOfZeros() throws Exception {
        Path image = directory.resolve("image");
        DemoImage.create(image, 8 * MEBIBYTE, new SplittableRandom(1));
        byte[] bytes = Files.readAllBytes(image);
        assertThat(Arrays.copyOfRange(bytes, 6 * MEBIBYTE, 8 * MEBIBYTE)).containsOnly(0);
        assertThat(Arrays.copyOfRange(bytes, 5 * MEBIBYTE, 5 * MEBIBYTE + 4096)).isNotEqualTo(new byte[4096]);
        assertThat(Arrays.copyOf(bytes, 4096)).isNotEqualTo(Arrays.copyOfRange(bytes, MEBIBYTE, MEBIBYTE + 4096));
    }

    @Test
    void isHashedAsSha256sumDoes() throws Exception {
        Path file = Files.writeString(directory.resolve("abc"), "abc");
        assertThat(Sha256.of(file)).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
