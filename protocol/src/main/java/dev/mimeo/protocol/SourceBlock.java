package dev.mimeo.protocol;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Objects;

/**
 * The memory that travels: the source symbols of one block, contiguous, with its parity symbols behind them, and which of
 * them are here.
 *
 * <p>Symbol {@code s} lies at byte {@code s * symbolLength}, whether source ({@code s < symbolCount}) or parity. A short
 * last source symbol is padded with zeros to its full length, since that is what parity covers (RFC 5510, section 8.2).
 *
 * <p>Ownership moves, the bytes do not: pool, disk thread, machine, pool. Whoever holds the block may touch it, nobody
 * else; it has no lock of its own.
 */
public final class SourceBlock {
    private final ByteBuffer memory;
    private final BitSet present = new BitSet();
    private ObjectId object;
    private TransmissionInformation information;
    private BlockPartition partition;
    private KnownChunks known = KnownChunks.NONE;
    private long blockNumber;
    private int symbolCount;
    private int byteCount;
    private long offset;
    private int firstParityWanted;
    private int parityWantedEnd;
    private int contradictions;

    SourceBlock(ByteBuffer memory) {
        this.memory = memory;
    }

    /** Makes this the (still empty) block {@code blockNumber} of an object. Only {@link BlockPool} and tests call it. */
    public void open(ObjectId object, TransmissionInformation information, BlockPartition partition, long blockNumber) {
        long symbols = (long) partition.blockLength(blockNumber) + information.parityCount();
        if (symbols * information.symbolLength() > memory.capacity()) {
            throw new IllegalArgumentException(
                    "a block of " + information + " does not fit in " + memory.capacity() + " bytes");
        }
        this.object = object;
        this.information = information;
        this.partition = partition;
        this.known = KnownChunks.NONE;
        this.blockNumber = blockNumber;
        this.symbolCount = partition.blockLength(blockNumber);
        this.byteCount = partition.blockByteCount(blockNumber);
        this.offset = partition.blockOffset(blockNumber);
        this.firstParityWanted = 0;
        this.parityWantedEnd = 0;
        this.contradictions = 0;
        present.clear();
    }

    /** Returns a block over memory of its own, for tests and benchmarks; real blocks come from a {@link BlockPool}. */
    public static SourceBlock standalone(ByteBuffer memory) {
        return new SourceBlock(memory);
    }

    /** Returns the object that this is a block of. */
    public ObjectId object() {
        return object;
    }

    /** Returns how the object is coded. */
    public TransmissionInformation information() {
        return information;
    }

    /** Returns the source block number. */
    public long blockNumber() {
        return blockNumber;
    }

    /** Returns the number of source symbols: k. */
    public int symbolCount() {
        return symbolCount;
    }

    /** Returns the number of bytes of the object in this block, at most {@code symbolCount * symbolLength}. */
    public int byteCount() {
        return byteCount;
    }

    /** Returns where this block starts in its object, in bytes. */
    public long offset() {
        return offset;
    }

    /**
     * Notes what is known of the object: symbols in there count as here, whether they are in the memory or not, and need not
     * be written.
     */
    public void know(KnownChunks chunks) {
        known = chunks;
        present.or(knownSymbols());
    }

    /** Returns what is known of the object. */
    public KnownChunks known() {
        return known;
    }

    /** Returns the source symbols that are known, in a set of its own: the memory may lack them. */
    public BitSet knownSymbols() {
        return known.symbols(partition, blockNumber);
    }

    /** Returns the memory, to be accessed with absolute offsets; its position means nothing, its limit is its capacity. */
    public ByteBuffer memory() {
        return memory;
    }

    /** Returns where a symbol lies in {@link #memory()}. */
    public int symbolPosition(int symbolId) {
        return symbolId * information.symbolLength();
    }

    /** Returns whether a symbol, source or parity, is here. */
    public boolean has(int symbolId) {
        return present.get(symbolId);
    }

    /** Returns the symbols that are here, source and parity, in a set of its own. */
    public BitSet presentSymbols() {
        return (BitSet) present.clone();
    }

    /** Returns how many symbols are here, source and parity. */
    public int presentCount() {
        return present.cardinality();
    }

    /** Returns the first symbol at or after {@code from} that is here, or -1. */
    public int nextPresent(int from) {
        return present.nextSetBit(from);
    }

    /** Returns the first symbol at or after {@code from} that is not here. */
    public int nextMissing(int from) {
        return present.nextClearBit(from);
    }

    /** Returns whether enough symbols are here to reconstruct the rest: any k of them. */
    public boolean isDecodable() {
        return present.cardinality() >= symbolCount;
    }

    /** Returns whether every source symbol is here. */
    public boolean isComplete() {
        return present.nextClearBit(0) >= symbolCount;
    }

    /** Notes that a symbol is here. */
    public void mark(int symbolId) {
        present.set(symbolId);
    }

    /** Notes that symbols {@code from} (inclusive) to {@code to} (exclusive) are here. */
    public void mark(int from, int to) {
        present.set(from, to);
    }

    /**
     * Copies a symbol into its place, padding with zeros, and notes that it is here. A duplicate is ignored.
     *
     * @param source where the symbol's bytes are, from {@code position}, {@code length} of them
     * @return whether the symbol was new
     * @throws IndexOutOfBoundsException if the block has no such symbol, or the bytes are more than a symbol holds
     */
    public boolean place(int symbolId, ByteBuffer source, int position, int length) {
        Objects.checkIndex(symbolId, symbolCount + information.parityCount());
        Objects.checkFromIndexSize(0, length, information.symbolLength());
        if (present.get(symbolId)) {
            return false;
        }
        int at = symbolPosition(symbolId);
        memory.put(at, source, position, length);
        for (int i = length; i < information.symbolLength(); i++) {
            memory.put(at + i, (byte) 0);
        }
        present.set(symbolId);
        return true;
    }

    /**
     * Compares a symbol that is here with what has come again. If they differ one of the two is wrong, and nothing says which:
     * the symbol is not here any more. No more than a quarter of the source symbols are given up so: who contradicts everything
     * does not keep the block open for ever.
     *
     * @param again where the bytes are that came now, from {@code position}, {@code length} of them
     */
    public void compare(int symbolId, ByteBuffer again, int position, int length) {
        if (contradictions >= (symbolCount + 3) / 4
                || known != KnownChunks.NONE && knownSymbols().get(symbolId)) {
            return;
        }
        if (!memory.slice(symbolPosition(symbolId), length).equals(again.slice(position, length))) {
            contradictions++;
            present.clear(symbolId);
        }
    }

    /** Asks whoever fills this block for parity rows {@code first} (inclusive) to {@code end} (exclusive) as well. */
    public void wantParity(int first, int end) {
        firstParityWanted = first;
        parityWantedEnd = end;
    }

    /** Returns the first parity row (0 is the first parity symbol) that the machine wants. */
    public int firstParityWanted() {
        return firstParityWanted;
    }

    /** Returns the end, exclusive, of the parity rows that the machine wants; equal to the first if none. */
    public int parityWantedEnd() {
        return parityWantedEnd;
    }

    @Override
    public String toString() {
        return "block " + blockNumber + " of object " + object + " (" + presentCount() + " symbols, k = " + symbolCount
                + ")";
    }
}
