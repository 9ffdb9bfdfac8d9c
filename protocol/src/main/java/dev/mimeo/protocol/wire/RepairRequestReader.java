package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.ObjectId;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;

/**
 * Reads the requests of one NACK or REPAIR_ADV by what they ask for, whatever their form (RFC 5740, section 4.3.1.1).
 *
 * <p>Requests ascend, and what is asked of one block may be spread over several of them; its symbols are handed over
 * together, since their number is how many the receiver lacks. A range of blocks or symbols that spans two objects, which
 * nobody sends, is skipped.
 */
public final class RepairRequestReader {
    /** What is asked for, in the order of the message. */
    public interface Visitor {
        /** All of the objects from {@code first} to {@code last}. */
        void onObjects(ObjectId first, ObjectId last);

        /** The information of an object. */
        void onInfo(ObjectId object);

        /** Whole blocks, both ends included. */
        void onBlocks(ObjectId object, long first, long last);

        /** Symbols of a block; the set is reused. */
        void onSymbols(ObjectId object, long block, BitSet symbols);

        /** Any {@code count} symbols of a block. */
        void onErasures(ObjectId object, long block, int count);
    }

    private final Visitor visitor;
    private final BitSet symbols = new BitSet();
    private ObjectId object;
    private long block;

    private RepairRequestReader(Visitor visitor) {
        this.visitor = visitor;
    }

    /** Hands everything that {@code requests} ask for to {@code visitor}. */
    public static void read(List<RepairRequest> requests, Visitor visitor) {
        RepairRequestReader reader = new RepairRequestReader(visitor);
        requests.forEach(reader::read);
        reader.flush();
    }

    private void read(RepairRequest request) {
        boolean ranges = request.form() == RepairRequest.Form.RANGES;
        for (Iterator<Watermark> items = request.items().iterator(); items.hasNext(); ) {
            Watermark first = items.next();
            Watermark last = ranges ? items.next() : first;
            if ((request.flags() & RepairRequest.OBJECT) != 0) {
                visitor.onObjects(first.object(), last.object());
            } else if (first.object().equals(last.object())) {
                readWithinObject(request, first, last);
            }
        }
    }

    private void readWithinObject(RepairRequest request, Watermark first, Watermark last) {
        if ((request.flags() & RepairRequest.INFO) != 0) {
            visitor.onInfo(first.object());
        }
        long firstBlock = first.payloadId().blockNumber();
        long lastBlock = last.payloadId().blockNumber();
        if ((request.flags() & RepairRequest.BLOCK) != 0) {
            visitor.onBlocks(first.object(), firstBlock, lastBlock);
        } else if ((request.flags() & RepairRequest.SEGMENT) != 0 && firstBlock == lastBlock) {
            if (request.form() == RepairRequest.Form.ERASURES) {
                visitor.onErasures(first.object(), firstBlock, first.payloadId().symbolId());
            } else {
                gather(
                        first.object(),
                        firstBlock,
                        first.payloadId().symbolId(),
                        last.payloadId().symbolId());
            }
        }
    }

    private void gather(ObjectId named, long number, int first, int last) {
        if (!named.equals(object) || number != block) {
            flush();
            object = named;
            block = number;
        }
        if (first <= last) {
            symbols.set(first, last + 1);
        }
    }

    private void flush() {
        if (!symbols.isEmpty()) {
            visitor.onSymbols(object, block, symbols);
            symbols.clear();
        }
    }
}
