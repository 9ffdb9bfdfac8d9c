package dev.mimeo.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;

/** Makes something that looks like a disk image: content that cannot be guessed, and runs of zeros as on a disk half full. */
final class DemoImage {
    private static final int PIECE = 1 << 20;
    private static final int PIECES_IN_PATTERN = 8;
    private static final int ZERO_PIECES_IN_PATTERN = 2;

    private DemoImage() {}

    /** Writes {@code length} bytes to a new file; the last quarter of every 8 MiB is a hole. */
    static void create(Path path, long length, RandomGenerator random) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.nativeOrder());
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            for (long position = 0; position < length; position += PIECE) {
                if (position / PIECE % PIECES_IN_PATTERN < PIECES_IN_PATTERN - ZERO_PIECES_IN_PATTERN) {
                    for (int i = 0; i < PIECE; i += Long.BYTES) {
                        piece.putLong(i, random.nextLong());
                    }
                    file.write(piece.clear().limit((int) Math.min(PIECE, length - position)), position);
                }
            }
            if (length > 0 && file.size() < length) {
                file.write(ByteBuffer.allocate(1), length - 1);
            }
        }
    }
}
