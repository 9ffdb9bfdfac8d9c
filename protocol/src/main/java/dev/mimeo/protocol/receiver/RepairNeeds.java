package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.Watermark;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * What is missing, and the requests that say so (RFC 5740, section 4.3.1 and 5.3).
 *
 * <p>What was sent before we joined counts as missing only when everything is asked for, or once the start is included.
 * Called by {@link ReceiverMachine}; keeps nothing but where we joined.
 */
final class RepairNeeds {
    private static final int SHORTEST_MESSAGE = 64;

    private final Collection<IncomingObject> objects;
    private final OverheardRequests overheard;
    private Position joined;
    private boolean startIncluded;
    private FecEncoding flushedEncoding = FecEncoding.SMALL_BLOCK_SYSTEMATIC;

    /**
     * Looks at {@code objects}, in ascending order.
     *
     * @param overheard what others have asked for in this cycle
     */
    RepairNeeds(Collection<IncomingObject> objects, OverheardRequests overheard) {
        this.objects = objects;
        this.overheard = overheard;
    }

    /** What we heard first lies here. Without effect once known. */
    void joinAt(Position position) {
        if (joined == null) {
            joined = position;
        }
    }

    /** The sender's commands name positions in this encoding. */
    void onFlush(FecEncoding encoding) {
        flushedEncoding = encoding;
        includeStart();
    }

    /** What was sent before we joined is missing like the rest, from now on. */
    void includeStart() {
        startIncluded = true;
    }

    /** Another sender, or the same started anew: where we joined is open again. */
    void forgetStart() {
        joined = null;
        startIncluded = false;
    }

    /**
     * Returns whether something before a place is missing.
     *
     * @param everything also what was sent before we joined
     */
    boolean isMissing(Position before, boolean everything) {
        for (IncomingObject object : objects) {
            if (object.isWanted() && isMissing(object, before, everything)) {
                return true;
            }
        }
        return false;
    }

    private boolean isMissing(IncomingObject object, Position before, boolean everything) {
        if (object.information() == null || object.isInfoMissing()) {
            if (isInfoDue(object, before, everything)) {
                return true;
            }
        }
        return object.isAccepted() && object.firstMissing(firstAsked(object, everything)) < end(object, before);
    }

    /** Returns the first block before a place that lacks little, and is asked for; null if there is none. */
    Position firstAlmostHere(Position before, boolean everything) {
        for (IncomingObject object : objects) {
            if (object.isWanted() && object.isAccepted()) {
                long end = end(object, before);
                for (long block = object.firstMissing(firstAsked(object, everything));
                        block < end;
                        block = object.nextMissing(block + 1)) {
                    int missing = object.partition().blockLength(block)
                            - object.symbolsHere(block).cardinality();
                    if (!object.isMissingWhole(block) && !object.partition().isMost(block, missing)) {
                        return new Position(object.id(), block);
                    }
                }
            }
        }
        return null;
    }

    /**
     * Returns what to ask for, one list for each NACK: what is missing before a place and was not asked for by others,
     * lowest first.
     *
     * @param largestCount messages at most
     * @param segmentLength bytes of requests in a message at most
     */
    List<List<RepairRequest>> requests(Position before, boolean everything, int largestCount, int segmentLength) {
        Writer writer = new Writer(largestCount, Math.max(SHORTEST_MESSAGE, segmentLength));
        for (IncomingObject object : objects) {
            if (object.isWanted() && !write(object, before, everything, writer)) {
                break;
            }
        }
        return writer.messages();
    }

    /** Writes what is missing of one object; returns whether there is room for more. */
    private boolean write(IncomingObject object, Position before, boolean everything, Writer writer) {
        if ((object.information() == null || object.isInfoMissing())
                && isInfoDue(object, before, everything)
                && !overheard.coversInfo(object)
                && !(object.hasInfo() ? writer.info(object) : writer.whole(object))) {
            return false;
        }
        if (!object.isAccepted()) {
            return true;
        }
        long end = end(object, before);
        long block = object.nextMissing(firstAsked(object, everything));
        while (block < end) {
            BitSet here = object.symbolsHere(block);
            if (here.isEmpty()) {
                long last = lastAlike(object, block, end);
                if (!isCovered(object, block) && !writer.blocks(object, block, last)) {
                    return false;
                }
                block = last;
            } else if (!overheard.covers(object, block, object.partition().blockLength(block) - here.cardinality())
                    && !writer.symbols(object, block, here)) {
                return false;
            }
            block = object.nextMissing(block + 1);
        }
        return true;
    }

    /** Returns the last of the blocks from {@code first} on that are missing whole, asked for by others or not alike. */
    private long lastAlike(IncomingObject object, long first, long end) {
        long last = first;
        while (last + 1 < end
                && object.isMissingWhole(last + 1)
                && isCovered(object, last + 1) == isCovered(object, first)) {
            last++;
        }
        return last;
    }

    private boolean isCovered(IncomingObject object, long block) {
        return overheard.covers(object, block, object.partition().blockLength(block));
    }

    /** NORM_INFO goes before the first block; what is only presumed to exist was all sent before the object after it. */
    private static boolean isInfoDue(IncomingObject object, Position before, boolean everything) {
        int distance = object.id().distanceTo(before.object());
        return everything || distance > 0 || distance == 0 && before.block() > 0 && object.hasInfo();
    }

    /** Returns the first block of an object that may be asked for. */
    private long firstAsked(IncomingObject object, boolean everything) {
        if (everything || object.isUrgent() || startIncluded) {
            return 0;
        }
        long blockCount = object.partition().blockCount();
        return joined == null ? blockCount : joined.blocksBefore(object, blockCount);
    }

    private static long end(IncomingObject object, Position before) {
        return before.blocksBefore(object, object.partition().blockCount());
    }

    /**
     * Chooses which symbols of a block to name: as many as it lacks; parity that is not here first, then source symbols
     * from the highest down.
     */
    private static BitSet wanted(int symbolCount, int parityCount, BitSet here) {
        int missing = symbolCount - here.cardinality();
        BitSet wanted = new BitSet();
        int end = symbolCount + parityCount;
        for (int symbol = here.nextClearBit(symbolCount);
                symbol < end && missing > 0;
                symbol = here.nextClearBit(symbol + 1)) {
            wanted.set(symbol);
            missing--;
        }
        for (int symbol = here.previousClearBit(symbolCount - 1);
                symbol >= 0 && missing > 0;
                symbol = here.previousClearBit(symbol - 1)) {
            wanted.set(symbol);
            missing--;
        }
        return wanted;
    }

    private static Watermark position(IncomingObject object, long block) {
        return Watermark.of(object.information().encoding(), object.id(), object.partition(), block, 0);
    }

    /** The encoding that an item about an unknown object names: that of the others, which the sender will know. */
    private FecEncoding usualEncoding() {
        return objects.stream()
                .filter(object -> object.information() != null)
                .map(object -> object.information().encoding())
                .findFirst()
                .orElse(flushedEncoding);
    }

    /** Fills messages with requests, one after the other. Its methods return whether there is room for more. */
    private final class Writer {
        private final int largestCount;
        private final int length;
        private final List<RepairRequestBuilder> full = new ArrayList<>();
        private RepairRequestBuilder open;

        Writer(int largestCount, int length) {
            this.largestCount = largestCount;
            this.length = length;
            this.open = new RepairRequestBuilder(length);
        }

        boolean whole(IncomingObject object) {
            FecEncoding encoding = usualEncoding();
            return open.objects(encoding, object.id(), object.id())
                    || next() && open.objects(encoding, object.id(), object.id());
        }

        boolean info(IncomingObject object) {
            FecEncoding encoding = usualEncoding();
            return open.info(encoding, object.id()) || next() && open.info(encoding, object.id());
        }

        boolean blocks(IncomingObject object, long first, long last) {
            Watermark from = position(object, first);
            Watermark to = position(object, last);
            return open.blocks(from, to) || next() && open.blocks(from, to);
        }

        boolean symbols(IncomingObject object, long block, BitSet here) {
            BitSet wanted = wanted(
                    object.partition().blockLength(block), object.information().parityCount(), here);
            Watermark position = position(object, block);
            return open.symbols(position, wanted) || next() && open.symbols(position, wanted);
        }

        List<List<RepairRequest>> messages() {
            next();
            return full.stream().map(RepairRequestBuilder::build).toList();
        }

        private boolean next() {
            if (!open.isEmpty()) {
                full.add(open);
            }
            open = new RepairRequestBuilder(length);
            return full.size() < largestCount;
        }
    }
}
