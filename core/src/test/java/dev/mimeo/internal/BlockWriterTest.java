package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.fec.ReedSolomon;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks that the target holds in part. */
class BlockWriterTest {
    private static final int SYMBOL = 100;
    private static final int CHUNK = 250;

    /** One block of ten symbols, the last of 50 bytes; two parity symbols. Of its chunks, 1 and 3 are known. */
    private static final TransmissionInformation CODED =
            new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 950, SYMBOL, 10, 2);

    private final byte[] content = TestImage.random(950, 1);
    private final byte[] target = new byte[950];
    private final List<String> reads = new ArrayList<>();
    private final List<String> writes = new ArrayList<>();
    private final ByteStore store = new ByteStore() {
        @Override
        public void write(ByteBuffer bytes, long offset) {
            writes.add(offset + "+" + bytes.remaining());
            bytes.get(target, (int) offset, bytes.remaining());
        }

        @Override
        public void read(ByteBuffer bytes, long offset) {
            reads.add(offset + "+" + bytes.remaining());
            bytes.put(target, (int) offset, bytes.remaining());
        }
    };

    @Test
    void whatTheTargetHoldsIsNeitherReadNorWrittenOver() throws StorageException {
        SourceBlock block = block();
        for (int symbol : new int[] {0, 1, 2, 5, 6, 7}) {
            place(block, symbol);
        }

        write(block);

        assertThat(reads).isEmpty();
        assertThat(writes).containsExactly("0+250", "500+250");
        assertThat(target).isEqualTo(content);
    }

    @Test
    void whatTheTargetHoldsIsReadIfTheRestIsToBeReconstructed() throws StorageException {
        SourceBlock block = block();
        SourceBlock whole = SourceBlock.standalone(ByteBuffer.allocate(12 * SYMBOL));
        whole.open(new ObjectId(1), CODED, CODED.partition(), 0);
        for (int symbol = 0; symbol < 10; symbol++) {
            place(whole, symbol);
        }
        new ReedSolomon(CODED).encode(whole, 0, 2);
        for (int symbol : new int[] {0, 2, 5, 6}) {
            place(block, symbol);
        }
        block.place(10, whole.memory(), whole.symbolPosition(10), SYMBOL);
        block.place(11, whole.memory(), whole.symbolPosition(11), SYMBOL);
        assertThat(block.isDecodable()).isTrue();

        write(block);

        assertThat(reads).containsExactly("300+200", "800+150");
        assertThat(writes).containsExactly("0+250", "500+250");
        assertThat(target).isEqualTo(content);
    }

    private void write(SourceBlock block) throws StorageException {
        Workbench bench = new Workbench();
        BlockWriter.reconstruct(block, store, bench);
        BlockWriter.write(block, store);
    }

    private SourceBlock block() {
        BlockSet chunks = new BlockSet(4);
        for (int chunk : new int[] {1, 3}) {
            chunks.add(chunk);
            int length = Math.min(CHUNK, content.length - chunk * CHUNK);
            System.arraycopy(content, chunk * CHUNK, target, chunk * CHUNK, length);
        }
        SourceBlock block = SourceBlock.standalone(ByteBuffer.allocate(12 * SYMBOL));
        block.open(new ObjectId(1), CODED, CODED.partition(), 0);
        block.know(new KnownChunks(CHUNK, chunks));
        return block;
    }

    private void place(SourceBlock block, int symbol) {
        block.place(
                symbol, ByteBuffer.wrap(content), symbol * SYMBOL, Math.min(SYMBOL, content.length - symbol * SYMBOL));
    }
}
