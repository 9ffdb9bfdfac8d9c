package dev.mimeo.protocol.sender;

/**
 * How many parity rows of each block have been used, so that a repair always brings fresh ones: one byte for each block
 * that was repaired, in pages made when first touched.
 */
final class ParityLedger {
    private static final int PAGE = 1 << 12;

    private final int unasked;
    private final byte[][] pages;

    /** For {@code blockCount} blocks whose first {@code unasked} rows are sent with the block itself. */
    ParityLedger(long blockCount, int unasked) {
        this.unasked = unasked;
        this.pages = new byte[(int) ((blockCount - 1) / PAGE + 1)][];
    }

    int used(long block) {
        byte[] page = pages[(int) (block / PAGE)];
        return unasked + (page == null ? 0 : page[(int) (block % PAGE)] & 0xff);
    }

    void use(long block, int rows) {
        int index = (int) (block / PAGE);
        if (pages[index] == null) {
            pages[index] = new byte[PAGE];
        }
        pages[index][(int) (block % PAGE)] += (byte) rows;
    }
}
