package dev.mimeo.protocol.fuzz;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.fec.ReedSolomon;
import dev.mimeo.protocol.kit.SimulatedImage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/** Who takes part in rehearsed sessions, and what is sent in them. */
final class Lives {
    static final NodeId SENDER = new NodeId(1);
    static final NodeId FIRST = new NodeId(0x101);
    static final NodeId SECOND = new NodeId(0x102);
    /** Three chunks, the second of zeros, and one. */
    static final List<byte[]> CONTENTS = List.of(content(9_000), content(1_000));

    static final SimulatedImage IMAGE = SimulatedImage.builder(2)
            .object(CONTENTS.get(0))
            .object(CONTENTS.get(1))
            .build();

    private static final long MEMORY = 1 << 17;
    private static final int MOST_CODES = 8;
    private static final Deque<ReedSolomon> CODES = new ArrayDeque<>();

    private Lives() {}

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new SplittableRandom(length).nextBytes(content);
        Arrays.fill(content, Math.min(length, 4_096), Math.min(length, 8_192), (byte) 0);
        return content;
    }

    static TransmissionInformation coded(long length) {
        return new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, length, 256, 8, 3);
    }

    /** Makes the memory of one machine. */
    static BlockPool pool() {
        return new BlockPool(MEMORY, ByteBuffer::allocate);
    }

    /** Fills what is missing of a block that can be decoded. */
    static void reconstruct(SourceBlock block) {
        FuzzTarget.require(block.isDecodable(), "a block that cannot be decoded");
        if (!block.isComplete()) {
            codeOf(block.information()).reconstruct(block);
        }
    }

    /** Tables of a code are dear to make. */
    static ReedSolomon codeOf(TransmissionInformation information) {
        for (ReedSolomon code : CODES) {
            if (code.serves(information)) {
                return code;
            }
        }
        CODES.addFirst(new ReedSolomon(information));
        if (CODES.size() > MOST_CODES) {
            CODES.removeLast();
        }
        return CODES.getFirst();
    }
}
