package dev.mimeo.protocol;

/**
 * How an object is cut into source blocks and symbols (RFC 5052, section 9.1): blocks differ in length by at most one
 * symbol, the longer ones come first, and only the last symbol of the object may be short.
 *
 * <p>With {@code T} symbols in {@code N} blocks, the first {@code I} blocks have {@code A_large} symbols, the others
 * {@code A_small}. All arithmetic is in {@code long}; nothing here overflows for the lengths that
 * {@link TransmissionInformation} admits.
 */
public final class BlockPartition {
    private final long transferLength;
    private final int symbolLength;
    private final long symbolCount;
    private final long blockCount;
    private final int largeBlockLength;
    private final int smallBlockLength;
    private final long largeBlockCount;

    /** Cuts {@code transferLength} bytes, 0 or more; the other two are at least 1. Nothing is cut into no blocks. */
    public BlockPartition(long transferLength, int symbolLength, int maximumBlockLength) {
        if (transferLength < 0 || symbolLength < 1 || maximumBlockLength < 1) {
            throw new IllegalArgumentException("cannot partition " + transferLength + " bytes into symbols of "
                    + symbolLength + " and blocks of " + maximumBlockLength);
        }
        this.transferLength = transferLength;
        this.symbolLength = symbolLength;
        this.symbolCount = count(transferLength, symbolLength);
        this.blockCount = count(symbolCount, maximumBlockLength);
        long divisor = Math.max(1, blockCount);
        this.largeBlockLength = (int) count(symbolCount, divisor);
        this.smallBlockLength = (int) (symbolCount / divisor);
        this.largeBlockCount = symbolCount - smallBlockLength * blockCount;
    }

    /** Returns how many blocks an object has, as {@link #blockCount()} does, without making a partition. */
    public static long blockCount(long transferLength, int symbolLength, int maximumBlockLength) {
        return count(count(transferLength, symbolLength), maximumBlockLength);
    }

    /** Returns how many parts of at most {@code partLength} something of {@code length} has. */
    private static long count(long length, long partLength) {
        return (length + partLength - 1) / partLength;
    }

    /** Returns the bytes of the object. */
    public long transferLength() {
        return transferLength;
    }

    /** Returns the bytes of every source symbol but a shorter last one. */
    public int symbolLength() {
        return symbolLength;
    }

    /** Returns the number of source symbols of the object: T. */
    public long symbolCount() {
        return symbolCount;
    }

    /** Returns the number of source blocks: N. */
    public long blockCount() {
        return blockCount;
    }

    /** Returns the number of source symbols of a block: A_large or A_small. */
    public int blockLength(long blockNumber) {
        return blockNumber < largeBlockCount ? largeBlockLength : smallBlockLength;
    }

    /** Returns the number of blocks that have A_large symbols: I. */
    public long largeBlockCount() {
        return largeBlockCount;
    }

    /** Returns where a block starts, in bytes from the start of the object. */
    public long blockOffset(long blockNumber) {
        long large = Math.min(blockNumber, largeBlockCount);
        return symbolLength * (large * largeBlockLength + (blockNumber - large) * smallBlockLength);
    }

    /** Returns the number of bytes of the object in a block; only the last block may end in a short symbol. */
    public int blockByteCount(long blockNumber) {
        long end = blockNumber == blockCount - 1 ? transferLength : blockOffset(blockNumber + 1);
        return (int) (end - blockOffset(blockNumber));
    }

    /** Returns the number of bytes in one source symbol as it is sent; only the last one of the object may be short. */
    public int symbolByteCount(long blockNumber, int symbolId) {
        int before = symbolId * symbolLength;
        return Math.min(symbolLength, blockByteCount(blockNumber) - before);
    }

    /** Returns the block that holds the byte at {@code offset}, 0 to the transfer length - 1. */
    public long blockAt(long offset) {
        long symbol = offset / symbolLength;
        long inLargeBlocks = largeBlockCount * largeBlockLength;
        return symbol < inLargeBlocks
                ? symbol / largeBlockLength
                : largeBlockCount + (symbol - inLargeBlocks) / smallBlockLength;
    }

    /**
     * Returns whether {@code count} symbols are most of a block. Who lacks so many has hardly anything of it in memory, and
     * loses nothing if it is repaired after those who lack little.
     */
    public boolean isMost(long blockNumber, int count) {
        return 2 * count > blockLength(blockNumber);
    }
}
