package dev.mimeo.protocol;

import java.util.Objects;
import java.util.stream.LongStream;

/**
 * A set of the blocks of one object: one bit for each, and how many are in it.
 *
 * <p>Used for what has arrived, what need not be sent, what has been asked for. Confined to the protocol thread. A block
 * that the object does not have is refused with {@link IndexOutOfBoundsException}, not put into the last word's spare bits.
 */
public final class BlockSet {
    private final long size;
    private final long[] words;
    private long cardinality;

    /**
     * Makes an empty set over blocks 0 to {@code size - 1}.
     *
     * @param size blocks of the object, 0 to 2^36; the caller bounds it before it comes from the network
     */
    public BlockSet(long size) {
        if (size < 0 || size > 1L << 36) {
            throw new IllegalArgumentException("a set over " + size + " blocks");
        }
        this.size = size;
        this.words = new long[(int) ((size + 63) >>> 6)];
    }

    /** Returns how many blocks the object has. */
    public long size() {
        return size;
    }

    /** Returns how many blocks are in the set. */
    public long cardinality() {
        return cardinality;
    }

    /** Returns whether all blocks are in the set. */
    public boolean isFull() {
        return cardinality == size;
    }

    /** Returns whether no block is in the set. */
    public boolean isEmpty() {
        return cardinality == 0;
    }

    /** Returns whether a block is in the set. */
    public boolean contains(long block) {
        return (words[word(block)] & 1L << block) != 0;
    }

    /** Adds a block; returns whether it was new. */
    public boolean add(long block) {
        int word = word(block);
        long before = words[word];
        words[word] = before | 1L << block;
        if (words[word] == before) {
            return false;
        }
        cardinality++;
        return true;
    }

    /** Adds blocks {@code from} (inclusive) to {@code to} (exclusive). */
    public void add(long from, long to) {
        Objects.checkFromToIndex(from, to, size);
        for (long block = from; block < to; ) {
            int word = (int) (block >>> 6);
            long end = Math.min(to, (block | 63) + 1);
            long mask = -1L << block & -1L >>> -end;
            cardinality += Long.bitCount(mask & ~words[word]);
            words[word] |= mask;
            block = end;
        }
    }

    /** Adds every block of {@code other}, a set over as many blocks. */
    public void addAll(BlockSet other) {
        if (other.size != size) {
            throw new IllegalArgumentException("a set over " + other.size + " blocks, not " + size);
        }
        for (int word = 0; word < words.length; word++) {
            words[word] |= other.words[word];
        }
        cardinality = LongStream.of(words).map(Long::bitCount).sum();
    }

    /** Takes a block out; returns whether it was in. */
    public boolean remove(long block) {
        int word = word(block);
        long before = words[word];
        words[word] = before & ~(1L << block);
        if (words[word] == before) {
            return false;
        }
        cardinality--;
        return true;
    }

    /** Returns the first block at or after {@code from} that is in the set, or {@link #size()}. */
    public long nextPresent(long from) {
        return next(from, 0);
    }

    /** Returns the first block at or after {@code from} that is not in the set, or {@link #size()}. */
    public long nextMissing(long from) {
        return next(from, -1);
    }

    private int word(long block) {
        return (int) (Objects.checkIndex(block, size) >>> 6);
    }

    private long next(long from, long flip) {
        if (from >= size) {
            return size;
        }
        int word = (int) (from >>> 6);
        long bits = (words[word] ^ flip) & -1L << from;
        while (bits == 0) {
            if (++word == words.length) {
                return size;
            }
            bits = words[word] ^ flip;
        }
        return Math.min(size, ((long) word << 6) + Long.numberOfTrailingZeros(bits));
    }
}
