package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequestReader;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What others have asked for while we waited to ask (RFC 5740, section 5.3).
 *
 * <p>A block of which we lack m symbols is covered once somebody named at least m symbols of it that we do not have: the
 * sender answers with as many fresh parity symbols, and any m serve us, whichever were named. Unless it answers those later
 * who lack most of a block: then what they name covers only who lacks most of it too. Bounded by one cycle's
 * requests: one bit for each block asked for whole, one number for each of at most {@link #LARGEST_PARTIAL} others.
 */
final class OverheardRequests implements RepairRequestReader.Visitor {
    private static final int LARGEST_PARTIAL = 1 << 14;

    /** A block, and whether it is asked for by who lacks most of it. */
    private record Key(ObjectId object, long block, boolean most) {}

    private final Function<ObjectId, IncomingObject> byId;
    private final Supplier<Collection<IncomingObject>> objects;
    private final Map<Key, Integer> useful = new HashMap<>();
    private final Map<ObjectId, BlockSet> whole = new HashMap<>();
    private final Set<ObjectId> infos = new HashSet<>();

    OverheardRequests(Function<ObjectId, IncomingObject> byId, Supplier<Collection<IncomingObject>> objects) {
        this.byId = byId;
        this.objects = objects;
    }

    void clear() {
        useful.clear();
        whole.clear();
        infos.clear();
    }

    void add(List<RepairRequest> requests) {
        RepairRequestReader.read(requests, this);
    }

    boolean coversInfo(IncomingObject object) {
        return infos.contains(object.id());
    }

    /** Returns whether {@code missing} symbols of a block, none of which we have, were asked for. */
    boolean covers(IncomingObject object, long block, int missing) {
        boolean most = isMost(object, block, missing);
        BlockSet blocks = most || !object.isRepairedFewFirst() ? whole.get(object.id()) : null;
        return blocks != null && blocks.contains(block)
                || useful.getOrDefault(new Key(object.id(), block, most), 0) >= missing;
    }

    private static boolean isMost(IncomingObject object, long block, int symbols) {
        return object.isRepairedFewFirst() && object.partition().isMost(block, symbols);
    }

    @Override
    public void onObjects(ObjectId first, ObjectId last) {
        for (IncomingObject object : objects.get()) {
            if (first.distanceTo(object.id()) >= 0 && object.id().distanceTo(last) >= 0) {
                onInfo(object.id());
                onBlocks(object.id(), 0, Long.MAX_VALUE);
            }
        }
    }

    @Override
    public void onInfo(ObjectId id) {
        if (byId.apply(id) != null) {
            infos.add(id);
        }
    }

    @Override
    public void onBlocks(ObjectId id, long first, long last) {
        IncomingObject object = accepted(id);
        if (object != null) {
            long end = Math.min(last, object.partition().blockCount() - 1) + 1;
            if (first < end) {
                whole.computeIfAbsent(
                                id, unused -> new BlockSet(object.partition().blockCount()))
                        .add(first, end);
            }
        }
    }

    @Override
    public void onSymbols(ObjectId id, long block, BitSet symbols) {
        IncomingObject object = accepted(id);
        if (object == null || block >= object.partition().blockCount() || object.hasReceived(block)) {
            return;
        }
        int count = 0;
        int end = object.partition().blockLength(block) + object.information().parityCount();
        BitSet here = object.symbolsHere(block);
        for (int symbol = symbols.nextSetBit(0); symbol >= 0 && symbol < end; symbol = symbols.nextSetBit(symbol + 1)) {
            if (!here.get(symbol)) {
                count++;
            }
        }
        add(object, block, isMost(object, block, symbols.cardinality()), count);
    }

    @Override
    public void onErasures(ObjectId id, long block, int count) {
        IncomingObject object = accepted(id);
        if (object != null && block < object.partition().blockCount()) {
            add(object, block, isMost(object, block, count), count);
        }
    }

    private void add(IncomingObject object, long block, boolean most, int count) {
        if (useful.size() < LARGEST_PARTIAL) {
            useful.merge(new Key(object.id(), block, most), count, Math::max);
        }
    }

    private IncomingObject accepted(ObjectId id) {
        IncomingObject object = byId.apply(id);
        return object != null && object.isAccepted() ? object : null;
    }
}
