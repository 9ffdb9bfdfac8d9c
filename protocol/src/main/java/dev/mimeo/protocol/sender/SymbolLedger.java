package dev.mimeo.protocol.sender;

/**
 * How many symbols of each block were sent unasked beyond its own, or to repair it, as far as 255: one byte for each block, in
 * pages made when first touched. Fresh parity goes first, so that the numbers also tell how much of it is used.
 */
final class SymbolLedger {
    private static final int PAGE = 1 << 12;
    private static final int LARGEST = 255;

    private final byte[][] pages;

    SymbolLedger(long blockCount) {
        this.pages = new byte[(int) ((blockCount - 1) / PAGE + 1)][];
    }

    int count(long block) {
        byte[] page = pages[(int) (block / PAGE)];
        return page == null ? 0 : page[(int) (block % PAGE)] & 0xff;
    }

    void add(long block, int symbols) {
        if (symbols == 0) {
            return;
        }
        int index = (int) (block / PAGE);
        if (pages[index] == null) {
            pages[index] = new byte[PAGE];
        }
        pages[index][(int) (block % PAGE)] = (byte) Math.min(LARGEST, count(block) + symbols);
    }
}
