package dev.mimeo.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;

/**
 * An object of an interoperability case.
 *
 * @param isFile whether it is a NORM_OBJECT_FILE; else a NORM_OBJECT_DATA
 * @param length in bytes
 * @param name what its NORM_INFO says; none has no NORM_INFO
 * @param isSparse whether all but its two ends is a hole
 * @param seed of its content
 */
record InteropObject(boolean isFile, long length, Optional<String> name, boolean isSparse, long seed) {
    /** Bytes of content at each end of a sparse object. */
    static final int SPARSE_END = 1_500_000;

    private static final int PART = 1 << 20;

    static InteropObject file(long length) {
        return new InteropObject(true, length, Optional.of("file " + length), false, length);
    }

    static InteropObject data(long length) {
        return new InteropObject(false, length, Optional.of("data " + length), false, length);
    }

    InteropObject named(String other) {
        return new InteropObject(isFile, length, Optional.of(other), isSparse, seed);
    }

    InteropObject unnamed() {
        return new InteropObject(isFile, length, Optional.empty(), isSparse, seed);
    }

    InteropObject sparse() {
        return new InteropObject(isFile, length, name, true, seed);
    }

    /** Writes the content to a new file. */
    void write(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Random random = new Random(seed);
            if (isSparse) {
                write(channel, random, 0, SPARSE_END);
                write(channel, random, length - SPARSE_END, length);
            } else {
                write(channel, random, 0, length);
            }
        }
    }

    private static void write(FileChannel channel, Random random, long from, long to) throws IOException {
        byte[] part = new byte[PART];
        for (long at = from; at < to; at += PART) {
            random.nextBytes(part);
            channel.write(ByteBuffer.wrap(part, 0, (int) Math.min(PART, to - at)), at);
        }
    }
}
