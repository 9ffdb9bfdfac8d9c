package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.fec.ReedSolomon;
import java.util.ArrayList;
import java.util.List;

/**
 * How objects are cut and coded.
 *
 * @param encoding the FEC scheme
 * @param symbolLength bytes in a symbol: E
 * @param blockLength most source symbols in a block: B
 * @param parityCount parity symbols for each block: P
 * @param proactiveParity parity symbols sent unasked with every block of the image
 */
public record Coding(FecEncoding encoding, int symbolLength, int blockLength, int parityCount, int proactiveParity) {
    /** Small symbols and blocks, so that a small image has many of both: E = 256, B = 32, P = 8, nothing proactive. */
    public static final Coding SMALL = new Coding(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 256, 32, 8, 0);

    /** The codes in use: their tables are dear to make. */
    private static final ThreadLocal<List<ReedSolomon>> CODES = ThreadLocal.withInitial(ArrayList::new);

    /** Returns the transmission information of an object. */
    public TransmissionInformation of(long transferLength) {
        return new TransmissionInformation(encoding, transferLength, symbolLength, blockLength, parityCount);
    }

    /** Returns the bytes that a block with its parity takes from a pool. */
    public long blockCapacity() {
        return BlockPool.blockLength(of(1));
    }

    /** Returns the code of an object; it belongs to this thread. */
    static ReedSolomon codeOf(TransmissionInformation information) {
        for (ReedSolomon code : CODES.get()) {
            if (code.serves(information)) {
                return code;
            }
        }
        ReedSolomon code = new ReedSolomon(information);
        CODES.get().add(code);
        return code;
    }
}
