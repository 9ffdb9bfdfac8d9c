package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.RepairRequestReader;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;

/**
 * Gathers NACKs for a while, then has each block answered once (RFC 5740, section 5.4; RFC 5401, section 3.2.4).
 *
 * <p>The first request starts {@code T_aggregate = (K + 1) * GRTT}; what arrives until then is merged. The RFC's hold-off
 * of one GRTT is kept for each block instead of for the session: a block that is on its way, or left less than a GRTT ago,
 * is not asked for again, while requests for others are heard at once. What is dropped here, its receiver asks again.
 */
final class RepairCycle {
    private record Answer(OutgoingObject object, long block, long untilNanos) {}

    /** What became of the requests of one NACK. */
    record Intake(boolean unknownObject, boolean news) {}

    private final TransmitQueue queue;
    private final RepairAccounts accounts;
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private long aggregatedNanos = Machine.NEVER;

    RepairCycle(TransmitQueue queue, RepairAccounts accounts) {
        this.queue = queue;
        this.accounts = accounts;
    }

    /**
     * A receiver asks for repair.
     *
     * @param account what it pays with
     * @param aggregationNanos (K + 1) * GRTT
     * @return whether it named an object that is not there, and whether it asked for something that nobody else had
     */
    Intake onRequests(
            List<RepairRequest> requests, RepairAccounts.Account account, long aggregationNanos, long nowNanos) {
        forget(nowNanos);
        Gatherer gatherer = new Gatherer(account);
        RepairRequestReader.read(requests, gatherer);
        if (gatherer.gathered && aggregatedNanos == Machine.NEVER) {
            aggregatedNanos = nowNanos + aggregationNanos;
        }
        return new Intake(gatherer.unknownObject, gatherer.news);
    }

    /** Ends the aggregation if it is due: what was gathered is sent from now on. */
    void onTime(long nowNanos) {
        if (nowNanos < aggregatedNanos) {
            return;
        }
        aggregatedNanos = Machine.NEVER;
        for (OutgoingObject object : queue.objects()) {
            for (Turn turn : Turn.values()) {
                object.demand(turn).pending().moveFrom(object.demand(turn).gathered());
            }
            queue.onPending(object);
        }
    }

    /** A block has left; it is not to be asked for until the hold-off is over. */
    void onSent(OutgoingObject object, long block, long holdOffNanos, long nowNanos) {
        forget(nowNanos);
        if (holdOffNanos == 0) {
            object.reopen(block);
        } else {
            answers.add(new Answer(object, block, nowNanos + holdOffNanos));
        }
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
            for (Turn turn : Turn.values()) {
                if (!advertise(object, object.demand(turn).gathered(), requests)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean advertise(OutgoingObject object, ObjectRequests gathered, RepairRequestBuilder requests) {
        if (gathered.wantsInfo() && !requests.info(object.information().encoding(), object.id())) {
            return false;
        }
        long from = 0;
        for (var entry : gathered.partial()) {
            long block = entry.getKey();
            if (!advertiseWhole(object, gathered, from, block, requests)
                    || !requests.symbols(
                            object.position(block, 0), entry.getValue().symbols())) {
                return false;
            }
            from = block + 1;
        }
        return advertiseWhole(object, gathered, from, object.partition().blockCount(), requests);
    }

    private static boolean advertiseWhole(
            OutgoingObject object, ObjectRequests gathered, long from, long to, RepairRequestBuilder requests) {
        for (long first = gathered.nextWhole(from); first < to; ) {
            long end = gathered.wholeEnd(first);
            if (!requests.blocks(object.position(first, 0), object.position(end - 1, 0))) {
                return false;
            }
            first = gathered.nextWhole(end);
        }
        return true;
    }

    private void forget(long nowNanos) {
        for (Answer first = answers.peek(); first != null && first.untilNanos() <= nowNanos; first = answers.peek()) {
            answers.poll();
            first.object().reopen(first.block());
        }
    }

    /** Takes in what one NACK asks for, as far as it is still open and its receiver can pay. */
    private final class Gatherer implements RepairRequestReader.Visitor {
        private final RepairAccounts.Account account;
        private boolean gathered;
        private boolean news;
        private boolean unknownObject;

        Gatherer(RepairAccounts.Account account) {
            this.account = account;
        }

        @Override
        public void onObjects(ObjectId first, ObjectId last) {
            int known = 0;
            for (OutgoingObject object : queue.objects()) {
                if (first.distanceTo(object.id()) >= 0 && object.id().distanceTo(last) >= 0) {
                    onInfo(object.id());
                    onBlocks(object.id(), 0, Long.MAX_VALUE);
                    known++;
                }
            }
            unknownObject |= known <= first.distanceTo(last);
        }

        @Override
        public void onInfo(ObjectId id) {
            OutgoingObject object = find(id);
            if (object != null
                    && object.object().hasInfo()
                    && !object.isAwaitingFirstInfo()
                    && !accounts.isSpent(account)) {
                boolean known = object.first().gathered().wantsInfo();
                object.first().gathered().addInfo();
                charge(known ? 0 : object.object().info().remaining(), Turn.FIRST);
                gathered = true;
            }
        }

        @Override
        public void onBlocks(ObjectId id, long first, long last) {
            OutgoingObject object = find(id);
            if (object != null && !accounts.isSpent(account)) {
                long end = Math.min(last, object.partition().blockCount() - 1) + 1;
                Turn turn = object.turnOfWhole().orLater(accounts.turn(account));
                charge(object.gatherWhole(first, end, turn), turn);
                queue.onWanted(object);
                gathered |= object.hasGathered();
            }
        }

        @Override
        public void onSymbols(ObjectId id, long block, BitSet symbols) {
            OutgoingObject object = find(id);
            if (object != null && hasOpen(object, block)) {
                int end = object.partition().blockLength(block)
                        + object.information().parityCount();
                symbols.clear(end, Math.max(end, symbols.length()));
                if (!symbols.isEmpty()) {
                    gather(object, block, SymbolRequest.named(symbols));
                }
            }
        }

        @Override
        public void onErasures(ObjectId id, long block, int count) {
            OutgoingObject object = find(id);
            if (object != null && count > 0 && hasOpen(object, block)) {
                int atMost = object.partition().blockLength(block);
                gather(object, block, SymbolRequest.erasures(Math.min(count, atMost)));
            }
        }

        private void gather(OutgoingObject object, long block, SymbolRequest request) {
            Turn turn = object.turnOf(block, request).orLater(accounts.turn(account));
            charge(object.gather(block, request, turn), turn);
            gathered = true;
        }

        private void charge(long bytes, Turn turn) {
            accounts.charge(account, bytes, turn);
            news |= bytes > 0;
        }

        private OutgoingObject find(ObjectId id) {
            OutgoingObject found = queue.find(id);
            unknownObject |= found == null;
            return found;
        }

        private boolean hasOpen(OutgoingObject object, long block) {
            if (block >= object.partition().blockCount() || accounts.isSpent(account)) {
                return false;
            }
            boolean open = object.open(block);
            queue.onWanted(object);
            return open;
        }
    }
}
