package dev.mimeo.internal;

import dev.mimeo.protocol.SourceBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** Fills blocks on the disk threads: source symbols from where the object is, parity computed. */
final class BlockReader {
    /** Where the bytes of an object are. */
    interface Content {
        /** Reads from the position of {@code bytes} to its limit. Any thread. */
        void read(ByteBuffer bytes, long offset) throws IOException;

        /** Returns content that is in memory, from position to limit. */
        static Content of(ByteBuffer memory) {
            ByteBuffer content = memory.slice();
            return (bytes, offset) -> bytes.put(content.slice((int) offset, bytes.remaining()));
        }

        /** Returns content that is in memory, in parts that follow each other. */
        static Content of(List<ByteBuffer> parts) {
            return (bytes, offset) -> {
                long at = offset;
                for (ByteBuffer part : parts) {
                    int length = (int) Math.min(bytes.remaining(), part.capacity() - at);
                    if (length > 0) {
                        bytes.put(part.slice((int) at, length));
                    }
                    at = Math.max(0, at - part.capacity());
                }
            };
        }
    }

    private final DiskThreads threads;

    BlockReader(DiskThreads threads) {
        this.threads = threads;
    }

    /**
     * Fills a block as {@code BlockWanted} says, then hands it to {@code onFilled}, on a disk thread.
     *
     * @param onFailure hears why it could not be read; the block is not handed back then
     */
    void fill(SourceBlock block, Content content, Consumer<SourceBlock> onFilled, Consumer<IOException> onFailure) {
        threads.submit(bench -> {
            try {
                fill(block, content, bench);
            } catch (IOException e) {
                onFailure.accept(e);
                return;
            }
            onFilled.accept(block);
        });
    }

    private static void fill(SourceBlock block, Content content, Workbench bench) throws IOException {
        if (!block.isComplete()) {
            ByteBuffer memory = block.memory().duplicate();
            content.read(memory.position(0).limit(block.byteCount()), block.offset());
            int end = block.symbolCount() * block.information().symbolLength();
            for (int i = block.byteCount(); i < end; i++) {
                block.memory().put(i, (byte) 0);
            }
            block.mark(0, block.symbolCount());
        }
        if (block.parityWantedEnd() > block.firstParityWanted()) {
            bench.coder(block.information()).encode(block, block.firstParityWanted(), block.parityWantedEnd());
        }
    }
}
