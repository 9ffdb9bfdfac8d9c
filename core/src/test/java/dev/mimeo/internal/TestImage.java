package dev.mimeo.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Content for tests: the same for the same seed. */
final class TestImage {
    private TestImage() {}

    /** Returns {@code length} bytes, none of their megabytes all zero. */
    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Returns {@code length} bytes of which the middle half is zero. */
    static byte[] withZeros(int length, long seed) {
        byte[] bytes = random(length, seed);
        java.util.Arrays.fill(bytes, length / 4, length / 4 * 3, (byte) 0);
        return bytes;
    }

    static Path write(Path path, byte[] bytes) throws IOException {
        return Files.write(path, bytes);
    }
}
