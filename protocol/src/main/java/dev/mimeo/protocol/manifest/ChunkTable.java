package dev.mimeo.protocol.manifest;

import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.KnownChunks;
import java.util.Arrays;
import java.util.Objects;

/**
 * The chunks of one object: which are zero, and the leaf hashes of the others. Immutable, compared by content.
 *
 * <p>Chunk {@code c} covers the bytes from {@code c * chunkSize()}; every chunk is full but the last, which may be shorter.
 * Zero chunks are kept as runs, the leaf hashes of the others side by side in one array, so that an object costs 32 bytes
 * for each chunk with content and 8 for each run of zeros. Lookups search the runs by halving: O(log runs), without
 * allocation except where a {@link Digest} is returned.
 *
 * <p>A table has at most {@value ImageObject#LARGEST_CHUNK_COUNT} chunks. Any thread.
 */
public final class ChunkTable {
    private final long length;
    private final int chunkSize;
    private final int count;
    /** Leaf hashes of the chunks that are not zero, in order. */
    private final byte[] leafHashes;
    /** First chunk of each run of zero chunks, ascending; between two runs lies at least one other chunk. */
    private final int[] runStarts;
    /** Zero chunks before each run, and at the end all of them: run r has {@code zerosBefore[r + 1] - zerosBefore[r]}. */
    private final int[] zerosBefore;

    private final byte[] zeroLeaf;
    private final byte[] lastZeroLeaf;
    /** Computed when first asked for; threads that race compute the same. */
    private Digest root;

    /** Takes the arrays over; the caller has checked that they fit together. */
    ChunkTable(long length, int chunkSize, byte[] leafHashes, int[] runStarts, int[] zerosBefore) {
        this.length = length;
        this.chunkSize = chunkSize;
        this.count = Math.toIntExact(ImageObject.chunkCount(length, chunkSize));
        this.leafHashes = leafHashes;
        this.runStarts = runStarts;
        this.zerosBefore = zerosBefore;
        this.zeroLeaf = ZeroLeaf.ofFull(chunkSize);
        this.lastZeroLeaf = lastZeroLeaf(length, chunkSize, zeroLeaf);
        assert leafHashes.length == (count - zeroCount()) * Digest.LENGTH;
    }

    /** Returns the bytes of the object. */
    public long length() {
        return length;
    }

    /** Returns the bytes of every chunk but a shorter last one. */
    public int chunkSize() {
        return chunkSize;
    }

    /** Returns the number of chunks. */
    public long count() {
        return count;
    }

    /** Returns how many chunks are zero. */
    public long zeroCount() {
        return zerosBefore[runStarts.length];
    }

    /** Returns how many runs of zero chunks there are. */
    public int zeroRunCount() {
        return runStarts.length;
    }

    /** Returns the bytes of a chunk. */
    public int chunkLength(long chunk) {
        check(chunk);
        return (int) Math.min(chunkSize, length - chunk * chunkSize);
    }

    /** Returns whether every byte of the chunk is zero. */
    public boolean isZero(long chunk) {
        check(chunk);
        return isInRun(runAtOrBefore(chunk), chunk);
    }

    /** Returns the first zero chunk at or after {@code from}, or {@link #count()}. */
    public long nextZero(long from) {
        int run = runAtOrBefore(from);
        if (isInRun(run, from)) {
            return from;
        }
        return run + 1 < runStarts.length ? runStarts[run + 1] : count;
    }

    /** Returns the first chunk at or after {@code from} that is not zero, or {@link #count()}. */
    public long nextNonZero(long from) {
        int run = runAtOrBefore(from);
        return isInRun(run, from) ? runEnd(run) : Math.min(from, count);
    }

    /** Returns the zero chunks, which everybody knows. */
    public KnownChunks zeros() {
        BlockSet zeros = new BlockSet(count);
        for (int run = 0; run < runStarts.length; run++) {
            zeros.add(runStarts[run], runEnd(run));
        }
        return new KnownChunks(chunkSize, zeros);
    }

    /** Returns the leaf hash of a chunk (computed for zero chunks). */
    public Digest digest(long chunk) {
        check(chunk);
        int run = runAtOrBefore(chunk);
        if (isInRun(run, chunk)) {
            return Digest.of(zeroLeaf(chunk));
        }
        int at = position(run, chunk);
        return Digest.of(Arrays.copyOfRange(leafHashes, at, at + Digest.LENGTH));
    }

    /** Returns whether a leaf hash is the one the table states; no allocation. */
    public boolean matches(long chunk, byte[] leafHash) {
        check(chunk);
        int run = runAtOrBefore(chunk);
        if (isInRun(run, chunk)) {
            return Arrays.equals(zeroLeaf(chunk), leafHash);
        }
        int at = position(run, chunk);
        return Arrays.equals(leafHashes, at, at + Digest.LENGTH, leafHash, 0, leafHash.length);
    }

    /** Returns the root of the hash tree over all chunks (RFC 9162, section 2.1.1), zero chunks with their hash. */
    public Digest root() {
        Digest known = root;
        if (known == null) {
            known = computeRoot();
            root = known;
        }
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkTable that
                && length == that.length
                && chunkSize == that.chunkSize
                && Arrays.equals(runStarts, that.runStarts)
                && Arrays.equals(zerosBefore, that.zerosBefore)
                && Arrays.equals(leafHashes, that.leafHashes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(length, chunkSize, Arrays.hashCode(runStarts), Arrays.hashCode(leafHashes));
    }

    @Override
    public String toString() {
        return count + " chunks of " + chunkSize + " bytes, " + zeroCount() + " of them zero";
    }

    /** First chunk of a run of zeros. */
    int runStart(int run) {
        return runStarts[run];
    }

    /** First chunk behind a run of zeros. */
    int runEnd(int run) {
        return runStarts[run] + zerosBefore[run + 1] - zerosBefore[run];
    }

    /** Leaf hashes of the chunks that are not zero; not to be changed. */
    byte[] leafHashes() {
        return leafHashes;
    }

    /** Whether a leaf hash is stored that is that of zeros, which belongs into a run. */
    boolean listsZero() {
        int last = count > 0 && !isZero(count - 1) ? leafHashes.length - Digest.LENGTH : -1;
        for (int at = 0; at < leafHashes.length; at += Digest.LENGTH) {
            byte[] zero = at == last ? lastZeroLeaf : zeroLeaf;
            if (Arrays.equals(leafHashes, at, at + Digest.LENGTH, zero, 0, Digest.LENGTH)) {
                return true;
            }
        }
        return false;
    }

    private Digest computeRoot() {
        MerkleTree tree = new MerkleTree();
        int at = 0;
        for (int run = 0; run < runStarts.length; run++) {
            at = addLeaves(tree, at, runStarts[run]);
            boolean reachesEnd = runEnd(run) == count;
            tree.addRun(zeroLeaf, runEnd(run) - runStarts[run] - (reachesEnd ? 1 : 0));
            tree.addRun(lastZeroLeaf, reachesEnd ? 1 : 0);
        }
        addLeaves(tree, at, count);
        return tree.root();
    }

    /** Adds stored leaf hashes, from position {@code at}, until the tree has {@code end} leaves; returns the position. */
    private int addLeaves(MerkleTree tree, int at, int end) {
        int next = at;
        for (; tree.count() < end; next += Digest.LENGTH) {
            tree.add(leafHashes, next);
        }
        return next;
    }

    /** The last run that starts at or before a chunk, -1 if there is none. */
    private int runAtOrBefore(long chunk) {
        if (chunk >= count) {
            return runStarts.length - 1;
        }
        int found = Arrays.binarySearch(runStarts, (int) chunk);
        return found >= 0 ? found : -found - 2;
    }

    private boolean isInRun(int run, long chunk) {
        return run >= 0 && chunk < runEnd(run);
    }

    /** Where the leaf hash of a chunk lies that comes after {@code run} and is in none. */
    private int position(int run, long chunk) {
        return ((int) chunk - zerosBefore[run + 1]) * Digest.LENGTH;
    }

    private byte[] zeroLeaf(long chunk) {
        return chunk == count - 1 ? lastZeroLeaf : zeroLeaf;
    }

    private void check(long chunk) {
        Objects.checkIndex(chunk, count);
    }

    private static byte[] lastZeroLeaf(long length, int chunkSize, byte[] zeroLeaf) {
        int rest = (int) (length & chunkSize - 1);
        return rest == 0 ? zeroLeaf : ZeroLeaf.of(rest);
    }

    /**
     * Collects the chunks of one object, first to last. A leaf hash that is that of zeros counts as a zero chunk, so that
     * one content has one table. Confined to one thread.
     */
    public static final class Builder {
        private final long length;
        private final int chunkSize;
        private final int count;
        private final byte[] zeroLeaf;
        private final byte[] lastZeroLeaf;
        private byte[] leafHashes = new byte[0];
        private int[] runStarts = new int[0];
        private int[] zerosBefore = new int[1];
        private int added;
        private int zeros;
        private int runs;
        private boolean built;

        /**
         * Starts a table.
         *
         * @param length bytes of the object, as in {@link ImageObject}
         * @param chunkSize bytes of a chunk, as in {@link ImageObject}
         */
        public Builder(long length, int chunkSize) {
            String fault = ImageObject.sizeFault(length, chunkSize);
            if (fault != null) {
                throw new IllegalArgumentException(fault);
            }
            this.length = length;
            this.chunkSize = chunkSize;
            this.count = (int) ImageObject.chunkCount(length, chunkSize);
            this.zeroLeaf = ZeroLeaf.ofFull(chunkSize);
            this.lastZeroLeaf = lastZeroLeaf(length, chunkSize, zeroLeaf);
        }

        /** Adds a chunk by its leaf hash of 32 bytes, which is copied. */
        public Builder add(byte[] leafHash) {
            if (leafHash.length != Digest.LENGTH) {
                throw new IllegalArgumentException("a leaf hash has 32 bytes, not " + leafHash.length);
            }
            if (Arrays.equals(leafHash, added == count - 1 ? lastZeroLeaf : zeroLeaf)) {
                return addZero();
            }
            checkRoom();
            int at = (added - zeros) * Digest.LENGTH;
            if (at == leafHashes.length) {
                leafHashes = Arrays.copyOf(leafHashes, grown(at / Digest.LENGTH, count - zeros) * Digest.LENGTH);
            }
            System.arraycopy(leafHash, 0, leafHashes, at, Digest.LENGTH);
            added++;
            return this;
        }

        /** Adds a chunk whose bytes are all zero. */
        public Builder addZero() {
            checkRoom();
            if (runs == 0 || runStarts[runs - 1] + zeros - zerosBefore[runs - 1] != added) {
                startRun();
            }
            zeros++;
            added++;
            zerosBefore[runs] = zeros;
            return this;
        }

        /** Makes the table, once; {@link IllegalStateException} unless exactly the chunks of the object were added. */
        public ChunkTable build() {
            if (added != count || built) {
                throw new IllegalStateException(
                        built ? "the table is built" : added + " chunks were added; the object has " + count);
            }
            built = true;
            return new ChunkTable(
                    length,
                    chunkSize,
                    Arrays.copyOf(leafHashes, (count - zeros) * Digest.LENGTH),
                    Arrays.copyOf(runStarts, runs),
                    Arrays.copyOf(zerosBefore, runs + 1));
        }

        private void startRun() {
            if (runs == runStarts.length) {
                int capacity = grown(runs, count / 2 + 1);
                runStarts = Arrays.copyOf(runStarts, capacity);
                zerosBefore = Arrays.copyOf(zerosBefore, capacity + 1);
            }
            runStarts[runs] = added;
            zerosBefore[runs] = zeros;
            runs++;
        }

        private void checkRoom() {
            if (added == count || built) {
                throw new IllegalStateException(
                        built ? "the table is built" : "the object has no more than " + count + " chunks");
            }
        }

        /** Twice as much, at least 64, at most all that can come. */
        private static int grown(int capacity, int most) {
            return Math.max(capacity + 1, Math.min(most, Math.max(64, 2 * capacity)));
        }
    }
}
