package dev.mimeo.protocol.session;

import dev.mimeo.protocol.manifest.Digest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * Which chunks of the image a receiver needs: a part of them. The chunks of all objects that are not empty are counted
 * through, in the order of the manifest.
 *
 * @param firstChunk the first chunk that it speaks of, a multiple of {@link #PART}
 * @param endChunk the chunk after the last; one that needs some of them speaks of {@link #PART} at most, to fit in a
 *     datagram
 * @param extent whether it needs none, some or all of them
 * @param some bit i: whether chunk {@code firstChunk + i} is needed; empty unless it needs some
 */
public record Needs(Digest image, int firstChunk, int endChunk, Extent extent, BitSet some) implements SessionReport {
    /** Chunks in a part. */
    public static final int PART = 8_192;

    /** How many chunks are needed. */
    public enum Extent {
        /** Not one. */
        NONE,
        /** Every one. */
        ALL,
        /** Those that are named. */
        SOME
    }

    /** Refuses what cannot be said on the wire, and copies the set. */
    public Needs {
        Objects.requireNonNull(image);
        some = (BitSet) some.clone();
        String fault = fault(firstChunk, endChunk, extent);
        if (fault == null && some.length() > (extent == Extent.SOME ? endChunk - firstChunk : 0)) {
            fault = "chunk " + (firstChunk + some.length() - 1) + " is named beyond its part";
        }
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /** Returns a copy. */
    @Override
    public BitSet some() {
        return (BitSet) some.clone();
    }

    /** Says what is wrong; null if nothing is. */
    static String fault(int firstChunk, int endChunk, Extent extent) {
        if (firstChunk < 0 || firstChunk % PART != 0 || endChunk <= firstChunk) {
            return "a part of chunks " + firstChunk + " to " + endChunk;
        }
        if (extent == Extent.SOME && endChunk - firstChunk > PART) {
            return "some of " + (endChunk - firstChunk) + " chunks, more than " + PART;
        }
        return null;
    }

    /** Returns what says all of {@code needed}, of an image of {@code chunkCount} chunks, in few parts. */
    public static List<Needs> of(Digest image, BitSet needed, int chunkCount) {
        List<Needs> parts = new ArrayList<>();
        for (int first = 0; first < chunkCount; ) {
            int end = Math.min(first + PART, chunkCount);
            int change = needed.get(first) ? needed.nextClearBit(first) : needed.nextSetBit(first);
            int alike = change < 0 || change > chunkCount ? chunkCount : change;
            if (alike >= end) {
                end = alike == chunkCount ? alike : alike - alike % PART;
                parts.add(new Needs(image, first, end, needed.get(first) ? Extent.ALL : Extent.NONE, new BitSet()));
            } else {
                parts.add(new Needs(image, first, end, Extent.SOME, needed.get(first, end)));
            }
            first = end;
        }
        return parts;
    }
}
