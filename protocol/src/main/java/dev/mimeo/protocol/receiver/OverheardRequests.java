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
 * sender answers with as many fresh parity symbols, and any m serve us, whichever were named. Bounded by one cycle's
 * requests: one bit for each block asked for whole, one number for each of at most {@link #LARGEST_PARTIAL} others.
 */
final class OverheardRequests implements RepairRequestReader.Visitor {
    private static final int LARGEST_PARTIAL = 1 << 14;

    private record Key(ObjectId object, long block) {}

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
        BlockSet blocks = whole.get(object.id());
        return blocks != null && blocks.contains(block)
                || useful.getOrDefault(new Key(object.id(), block), 0) >= missing;
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
        onErasures(id, block, count);
    }

    @Override
    public void onErasures(ObjectId id, long block, int count) {
        if (accepted(id) != null && useful.size() < LARGEST_PARTIAL) {
            useful.merge(new Key(id, block), count, Math::max);
        }
    }

    private IncomingObject accepted(ObjectId id) {
        IncomingObject object = byId.apply(id);
        return object != null && object.isAccepted() ? object : null;
    }
}
