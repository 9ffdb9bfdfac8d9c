package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.RepairRequestReader;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gathers NACKs for a while, then has each block answered once (RFC 5740, section 5.4; RFC 5401, section 3.2.4).
 *
 * <p>The first request starts {@code T_aggregate = (K + 1) * GRTT}; what arrives until then is merged. The RFC's hold-off
 * of one GRTT is kept for each block instead of for the session: a block that is on its way, or left less than a GRTT ago,
 * is not asked for again, while requests for others are heard at once. What is dropped here, its receiver asks again.
 */
final class RepairCycle {
    private record Answer(OutgoingObject object, long block, long untilNanos) {}

    private record Key(OutgoingObject object, long block) {}

    private final TransmitQueue queue;
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final Set<Key> heldOff = new HashSet<>();
    private long aggregatedNanos = Machine.NEVER;

    RepairCycle(TransmitQueue queue) {
        this.queue = queue;
    }

    /**
     * A receiver asks for repair.
     *
     * @param aggregationNanos (K + 1) * GRTT
     * @return whether it named an object that is not there
     */
    boolean onRequests(List<RepairRequest> requests, long aggregationNanos, long nowNanos) {
        forget(nowNanos);
        Intake intake = new Intake();
        RepairRequestReader.read(requests, intake);
        if (intake.gathered && aggregatedNanos == Machine.NEVER) {
            aggregatedNanos = nowNanos + aggregationNanos;
        }
        return intake.unknownObject;
    }

    /** Ends the aggregation if it is due: what was gathered is sent from now on. */
    void onTime(long nowNanos) {
        if (nowNanos < aggregatedNanos) {
            return;
        }
        aggregatedNanos = Machine.NEVER;
        for (OutgoingObject object : queue.objects()) {
            object.pending().moveFrom(object.gathered());
            queue.onPending(object);
        }
    }

    /** A block was sent again. */
    void onAnswered(OutgoingObject object, long block, long holdOffNanos, long nowNanos) {
        forget(nowNanos);
        answers.add(new Answer(object, block, nowNanos + holdOffNanos));
        heldOff.add(new Key(object, block));
    }

    /** Returns when the aggregation ends, or {@link Machine#NEVER}. */
    long deadlineNanos() {
        return aggregatedNanos;
    }

    boolean isGathering() {
        return aggregatedNanos != Machine.NEVER;
    }

    /** Writes what has been gathered so far; returns whether it all fitted. */
    boolean advertise(RepairRequestBuilder requests) {
        for (OutgoingObject object : queue.objects()) {
            if (!object.gathered().isEmpty() && !advertise(object, requests)) {
                return false;
            }
        }
        return true;
    }

    private static boolean advertise(OutgoingObject object, RepairRequestBuilder requests) {
        ObjectRequests gathered = object.gathered();
        if (gathered.wantsInfo() && !requests.info(object.information().encoding(), object.id())) {
            return false;
        }
        long blockCount = object.partition().blockCount();
        long whole = gathered.nextWhole(0);
        for (var entry : gathered.partial()) {
            for (; whole < entry.getKey(); whole = gathered.nextWhole(whole + 1)) {
                if (!requests.blocks(object.position(whole, 0), object.position(whole, 0))) {
                    return false;
                }
            }
            if (!requests.symbols(
                    object.position(entry.getKey(), 0), entry.getValue().symbols())) {
                return false;
            }
        }
        for (; whole < blockCount; whole = gathered.nextWhole(whole + 1)) {
            if (!requests.blocks(object.position(whole, 0), object.position(whole, 0))) {
                return false;
            }
        }
        return true;
    }

    private void forget(long nowNanos) {
        for (Answer first = answers.peek(); first != null && first.untilNanos() <= nowNanos; first = answers.peek()) {
            answers.poll();
            heldOff.remove(new Key(first.object(), first.block()));
        }
    }

    /** Takes in what one NACK asks for, as far as it is still open. */
    private final class Intake implements RepairRequestReader.Visitor {
        private boolean gathered;
        private boolean unknownObject;

        @Override
        public void onObjects(ObjectId first, ObjectId last) {
            int count = first.distanceTo(last);
            for (int i = 0; i <= count; i++) {
                ObjectId id = first.plus(i);
                onInfo(id);
                onBlocks(id, 0, Long.MAX_VALUE);
            }
        }

        @Override
        public void onInfo(ObjectId id) {
            OutgoingObject object = find(id);
            if (object != null && !object.isAwaitingFirstInfo()) {
                object.gathered().addInfo();
                gathered = true;
            }
        }

        @Override
        public void onBlocks(ObjectId id, long first, long last) {
            OutgoingObject object = find(id);
            if (object != null) {
                long end = Math.min(last, object.partition().blockCount() - 1);
                for (long block = first; block <= end; block++) {
                    if (isOpen(object, block)) {
                        object.gathered().addWhole(block);
                        gathered = true;
                    }
                }
            }
        }

        @Override
        public void onSymbols(ObjectId id, long block, BitSet symbols) {
            OutgoingObject object = find(id);
            if (object != null && block < object.partition().blockCount() && isOpen(object, block)) {
                symbols.clear(symbolCount(object, block), Math.max(symbolCount(object, block), symbols.length()));
                object.gathered().add(block, new SymbolRequest(symbols));
                gathered = true;
            }
        }

        @Override
        public void onErasures(ObjectId id, long block, int count) {
            OutgoingObject object = find(id);
            if (object != null && block < object.partition().blockCount()) {
                BitSet parity = new BitSet();
                int first = object.partition().blockLength(block);
                parity.set(first, first + count);
                onSymbols(id, block, parity);
            }
        }

        private OutgoingObject find(ObjectId id) {
            OutgoingObject found = queue.find(id);
            unknownObject |= found == null;
            return found;
        }

        private static int symbolCount(OutgoingObject object, long block) {
            return object.partition().blockLength(block) + object.information().parityCount();
        }

        private boolean isOpen(OutgoingObject object, long block) {
            return !object.isAhead(block)
                    && !heldOff.contains(new Key(object, block))
                    && !queue.isOnItsWay(object, block);
        }
    }
}
