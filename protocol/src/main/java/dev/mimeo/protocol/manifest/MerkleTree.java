package dev.mimeo.protocol.manifest;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The Merkle Tree Hash of RFC 9162, section 2.1.1, over leaf hashes that are added one after another.
 *
 * <p>"MTH({}) = HASH()"; the hash of one leaf is the leaf; the hash of more is SHA-256 over {@code 0x01}, the hash of the
 * left part and the hash of the right part, where the left part has the largest power of two of leaves that is smaller
 * than their number.
 *
 * <p>The tree keeps one hash for each bit that is set in the number of leaves so far: the roots of complete subtrees, the
 * largest first. A new leaf is a subtree of one; as long as the last two subtrees are of a size, they become one. The root
 * folds what is left from right to left. So n leaves cost n node hashes and a stack of 64 entries, and a run of equal
 * leaves costs only about log(run) hashes, since subtrees over equal leaves are equal: a manifest may claim billions of
 * zero chunks in a few bytes, and must not make its reader hash for hours.
 *
 * <p>Confined to one thread. Allocates nothing per leaf.
 */
public final class MerkleTree {
    private static final int LENGTH = Digest.LENGTH;
    private static final int LEVELS = 64;

    private final MessageDigest sha256 = Sha256.start();
    private final byte[] stack = new byte[LEVELS * LENGTH];
    private int depth;
    private long count;

    /** Returns how many leaves have been added. */
    public long count() {
        return count;
    }

    /** Adds one leaf hash of 32 bytes. */
    public void add(byte[] leafHash) {
        if (leafHash.length != LENGTH) {
            throw new IllegalArgumentException("a leaf hash has 32 bytes, not " + leafHash.length);
        }
        add(leafHash, 0);
    }

    /** Adds the leaf hash of 32 bytes at {@code offset}. */
    public void add(byte[] leafHashes, int offset) {
        addSubtree(leafHashes, offset, 0);
    }

    /** Adds the same leaf hash {@code times} times, 0 to 2^62. */
    public void addRun(byte[] leafHash, long times) {
        if (times < 0 || times > (1L << 62) - count) {
            throw new IllegalArgumentException(times + " leaves behind " + count);
        }
        if (times == 1) {
            add(leafHash);
        } else if (times > 1) {
            addSubtrees(equalSubtrees(leafHash, 63 - Long.numberOfLeadingZeros(times)), times);
        }
    }

    /** Returns the hash of the tree so far; leaves may follow. */
    public Digest root() {
        if (depth == 0) {
            return Digest.of(sha256.digest());
        }
        byte[] fold = Arrays.copyOf(stack, depth * LENGTH);
        for (int left = depth - 2; left >= 0; left--) {
            hashPair(fold, left * LENGTH, fold, left * LENGTH);
        }
        return Digest.of(Arrays.copyOf(fold, LENGTH));
    }

    /** Adds {@code times} equal leaves as the largest subtrees that fit where the tree stands. */
    private void addSubtrees(byte[] subtrees, long times) {
        for (long left = times; left > 0; ) {
            int largest = 63 - Long.numberOfLeadingZeros(left);
            int level = Math.min(largest, Long.numberOfTrailingZeros(count));
            addSubtree(subtrees, level * LENGTH, level);
            left -= 1L << level;
        }
    }

    /** Adds a complete subtree of 2^level leaves; {@link #count} is a multiple of that. */
    private void addSubtree(byte[] hashes, int offset, int level) {
        System.arraycopy(hashes, offset, stack, depth * LENGTH, LENGTH);
        depth++;
        for (int equal = level; (count >>> equal & 1) == 1; equal++) {
            depth--;
            hashPair(stack, (depth - 1) * LENGTH, stack, (depth - 1) * LENGTH);
        }
        count += 1L << level;
    }

    /** Returns the hashes of the complete subtrees over 1, 2, 4 ... 2^level leaves that are all {@code leafHash}. */
    private byte[] equalSubtrees(byte[] leafHash, int level) {
        byte[] subtrees = new byte[(level + 1) * LENGTH];
        System.arraycopy(leafHash, 0, subtrees, 0, LENGTH);
        byte[] pair = new byte[2 * LENGTH];
        for (int i = 0; i < level; i++) {
            System.arraycopy(subtrees, i * LENGTH, pair, 0, LENGTH);
            System.arraycopy(subtrees, i * LENGTH, pair, LENGTH, LENGTH);
            hashPair(pair, 0, subtrees, (i + 1) * LENGTH);
        }
        return subtrees;
    }

    /** Hashes two children that lie side by side. */
    private void hashPair(byte[] children, int offset, byte[] out, int outOffset) {
        sha256.update(Sha256.NODE);
        sha256.update(children, offset, 2 * LENGTH);
        Sha256.finish(sha256, out, outOffset);
    }
}
