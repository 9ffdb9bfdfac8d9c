package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Gathers repair requests for one NACK or REPAIR_ADV, never more than fit (RFC 5740, section 4.3.1.1).
 *
 * <p>Runs of three or more become ranges, others single items; neighbours of one kind share a request header. The caller
 * adds in ascending order. Every method returns false, and adds nothing, when what is asked does not fit any more.
 */
public final class RepairRequestBuilder {
    private static final int HEADER_LENGTH = 4;
    private static final int ITEM_OVERHEAD = 4;
    private static final int SHORTEST_RANGE = 3;

    private final List<RepairRequest> requests = new ArrayList<>();
    private final List<Watermark> items = new ArrayList<>();
    private RepairRequest.Form form;
    private int flags;
    private int room;

    /** Makes an empty list of at most {@code room} bytes. */
    public RepairRequestBuilder(int room) {
        this.room = room;
    }

    /** Asks for the information of an object. */
    public boolean info(FecEncoding encoding, ObjectId object) {
        Watermark item = new Watermark(encoding, object, new PayloadId(0, 0, 0));
        return add(RepairRequest.Form.ITEMS, RepairRequest.INFO, List.of(item));
    }

    /** Asks for whole objects, both ends included. */
    public boolean objects(FecEncoding encoding, ObjectId first, ObjectId last) {
        PayloadId nowhere = new PayloadId(0, 0, 0);
        return run(
                RepairRequest.OBJECT,
                new Watermark(encoding, first, nowhere),
                new Watermark(encoding, last, nowhere),
                first.equals(last));
    }

    /** Asks for whole blocks, both ends included; each position names its block's first symbol. */
    public boolean blocks(Watermark first, Watermark last) {
        return run(RepairRequest.BLOCK, first, last, first.equals(last));
    }

    /** Asks for symbols of the block at {@code position}; as many as fit, in ascending order. */
    public boolean symbols(Watermark position, BitSet symbols) {
        for (int from = symbols.nextSetBit(0); from >= 0; ) {
            int to = symbols.nextClearBit(from);
            if (to - from >= SHORTEST_RANGE) {
                if (!run(RepairRequest.SEGMENT, at(position, from), at(position, to - 1), false)) {
                    return false;
                }
            } else {
                for (int symbol = from; symbol < to; symbol++) {
                    if (!run(RepairRequest.SEGMENT, at(position, symbol), at(position, symbol), true)) {
                        return false;
                    }
                }
            }
            from = symbols.nextSetBit(to);
        }
        return true;
    }

    /** Returns whether nothing was added. */
    public boolean isEmpty() {
        return requests.isEmpty() && items.isEmpty();
    }

    /** Ends the list and returns what was added. */
    public List<RepairRequest> build() {
        closeRequest();
        return List.copyOf(requests);
    }

    private boolean run(int flags, Watermark first, Watermark last, boolean single) {
        return single
                ? add(RepairRequest.Form.ITEMS, flags, List.of(first))
                : add(RepairRequest.Form.RANGES, flags, List.of(first, last));
    }

    private boolean add(RepairRequest.Form addedForm, int addedFlags, List<Watermark> added) {
        int length = added.stream()
                .mapToInt(item -> ITEM_OVERHEAD + item.encoding().payloadIdLength())
                .sum();
        boolean shared = !items.isEmpty() && form == addedForm && flags == addedFlags;
        int cost = length + (shared ? 0 : HEADER_LENGTH);
        if (cost > room) {
            return false;
        }
        if (!shared) {
            closeRequest();
            form = addedForm;
            flags = addedFlags;
        }
        room -= cost;
        items.addAll(added);
        return true;
    }

    private void closeRequest() {
        if (!items.isEmpty()) {
            requests.add(new RepairRequest(form, flags, items));
            items.clear();
        }
    }

    private static Watermark at(Watermark block, int symbolId) {
        PayloadId id = block.payloadId();
        return new Watermark(
                block.encoding(), block.object(), new PayloadId(id.blockNumber(), id.blockLength(), symbolId));
    }
}
