package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.session.Needs;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which chunks of the image at least one receiver needs, as they tell before the session starts.
 *
 * <p>Memory: one bit for each chunk, and for each receiver one for each {@link Needs#PART} chunks. As many as the roster has
 * are kept of its receivers, and as many of others, who may be about to join: of those, the first gives way.
 */
final class ChunkNeeds {
    private final int[] firstChunks;
    private final int[] chunkSizes;
    private final int chunkCount;
    private final BlockSet needed;
    /** For each receiver, the parts that it told. */
    private final Map<NodeId, BitSet> told = new HashMap<>();
    /** The same for those who have not joined yet, the first to tell first. */
    private final LinkedHashMap<NodeId, BitSet> early = new LinkedHashMap<>();

    private final int largest;
    private int knownCount;

    /**
     * Nobody needs anything yet.
     *
     * @param lengths bytes of each object
     * @param chunkSizes bytes in a chunk of each object
     * @param largest receivers that are kept track of
     * @throws IllegalArgumentException if there are more than 2^31 - 1 chunks
     */
    ChunkNeeds(List<Long> lengths, List<Integer> chunkSizes, int largest) {
        this.largest = largest;
        this.firstChunks = new int[lengths.size()];
        this.chunkSizes = chunkSizes.stream().mapToInt(Integer::intValue).toArray();
        long count = 0;
        for (int i = 0; i < lengths.size(); i++) {
            firstChunks[i] = (int) count;
            count += (lengths.get(i) - 1) / chunkSizes.get(i) + 1;
            if (count > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("an image of more than 2^31 - 1 chunks; use larger ones");
            }
        }
        chunkCount = (int) count;
        needed = new BlockSet(count);
    }

    /**
     * A receiver tells a part of what it needs; returns whether all parts are known now. What does not fit is ignored.
     *
     * @param joined whether it is of the roster
     */
    boolean onNeeds(NodeId receiver, boolean joined, Needs part) {
        boolean whole = part.endChunk() == chunkCount || part.endChunk() % Needs.PART == 0;
        if (part.endChunk() > chunkCount || !whole) {
            return false;
        }
        boolean knownBefore = isKnown(receiver);
        BitSet parts = joined ? partsOf(receiver) : partsOfEarly(receiver);
        parts.set(part.firstChunk() / Needs.PART, (part.endChunk() - 1) / Needs.PART + 1);
        switch (part.extent()) {
            case NONE -> {}
            case ALL -> needed.add(part.firstChunk(), part.endChunk());
            case SOME -> part.some().stream().forEach(chunk -> needed.add(part.firstChunk() + chunk));
        }
        boolean known = isKnown(receiver);
        knownCount += known && !knownBefore ? 1 : 0;
        return known;
    }

    private BitSet partsOf(NodeId receiver) {
        BitSet before = early.remove(receiver);
        return told.computeIfAbsent(receiver, unused -> before == null ? new BitSet() : before);
    }

    private BitSet partsOfEarly(NodeId receiver) {
        if (early.size() >= largest && !early.containsKey(receiver)) {
            early.remove(early.keySet().iterator().next());
        }
        return early.computeIfAbsent(receiver, unused -> new BitSet());
    }

    /** Nothing is known of a receiver any more; what it needed stays needed. */
    void forget(NodeId receiver) {
        told.remove(receiver);
        early.remove(receiver);
    }

    /** Returns how often a receiver has told everything. */
    int knownCount() {
        return knownCount;
    }

    /** Returns whether a receiver has told all that it needs. */
    boolean isKnown(NodeId receiver) {
        BitSet parts = told.getOrDefault(receiver, early.get(receiver));
        return parts != null && parts.cardinality() == (chunkCount - 1) / Needs.PART + 1;
    }

    /** Returns the chunks of an object that nobody needs. */
    KnownChunks unneeded(int object) {
        long first = firstChunks[object];
        long end = object + 1 < firstChunks.length ? firstChunks[object + 1] : chunkCount;
        BlockSet chunks = new BlockSet(end - first);
        for (long from = needed.nextMissing(first); from < end; ) {
            long to = Math.min(end, needed.nextPresent(from));
            chunks.add(from - first, to - first);
            from = needed.nextMissing(to);
        }
        return new KnownChunks(chunkSizes[object], chunks);
    }
}
