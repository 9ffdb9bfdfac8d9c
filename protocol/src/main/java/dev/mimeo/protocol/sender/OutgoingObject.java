package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.DataEncoder;
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.Watermark;
import java.util.HashSet;
import java.util.Set;

/** An object on its way out: how far its first pass has come, what was asked for, what is to be repaired. */
final class OutgoingObject {
    private final ObjectId id;
    private final TransmitObject object;
    private final BlockPartition partition;
    private final DataEncoder encoder;
    private final ParityLedger parity;
    private final ObjectRequests gathered;
    private final ObjectRequests pending;
    /** Blocks that are on their way, or left less than a GRTT ago: as many as the pool has, and the rate carries. */
    private final Set<Long> closed = new HashSet<>();

    /** Blocks that are not sent unless somebody asks for them. */
    private final BlockSet skipped;

    private long nextBlock;
    private boolean begun;

    OutgoingObject(ObjectId id, TransmitObject object, NodeId source, int instanceId) {
        this.id = id;
        this.object = object;
        this.partition = object.information().partition();
        this.encoder = new DataEncoder(source, instanceId, id, flags(), object.information());
        this.parity = new ParityLedger(partition.blockCount(), object.proactiveParity());
        this.gathered = new ObjectRequests(partition.blockCount());
        this.pending = new ObjectRequests(partition.blockCount());
        this.skipped = new BlockSet(partition.blockCount());
        object.skip().ifPresent(this::skip);
    }

    ObjectId id() {
        return id;
    }

    TransmitObject object() {
        return object;
    }

    TransmissionInformation information() {
        return object.information();
    }

    BlockPartition partition() {
        return partition;
    }

    DataEncoder encoder() {
        return encoder;
    }

    /** Returns the NORM_FLAG_* bits of its messages. */
    int flags() {
        return (object.hasInfo() ? ObjectFlags.INFO : 0) | (object.isFile() ? ObjectFlags.FILE : 0);
    }

    /** Leaves further blocks out of the first pass, which has not begun. */
    void skip(BlockSet blocks) {
        skipped.addAll(blocks);
        skip();
    }

    /** Returns what this repair cycle has been asked for so far. */
    ObjectRequests gathered() {
        return gathered;
    }

    /** Returns what is to be sent again. */
    ObjectRequests pending() {
        return pending;
    }

    /** A block is on its way: it is not to be asked for now. */
    void close(long block) {
        closed.add(block);
    }

    /** A block has left, and may be asked for again. */
    void reopen(long block) {
        closed.remove(block);
    }

    /** Returns whether a block may be asked for: the first pass will not bring it, and it is not on its way. */
    boolean isOpen(long block) {
        return (block < nextBlock || isSkipped(block)) && !closed.contains(block);
    }

    /** Gathers whole blocks {@code from} (inclusive) to {@code to} (exclusive), as far as they are open. */
    void gatherWhole(long from, long to) {
        gathered.addWhole(from, Math.min(to, nextBlock));
        for (long first = skipped.nextPresent(Math.max(from, nextBlock)); first < to; ) {
            long end = Math.min(to, skipped.nextMissing(first));
            gathered.addWhole(first, end);
            first = skipped.nextPresent(end);
        }
        closed.forEach(gathered::removeWhole);
    }

    /** Takes what is pending for a block, with what was asked for meanwhile; null asks for all of it. */
    SymbolRequest takeRequest(long block) {
        boolean whole = pending.wantsWhole(block) || gathered.wantsWhole(block);
        SymbolRequest request = pending.take(block);
        SymbolRequest meanwhile = gathered.take(block);
        if (whole) {
            return null;
        }
        if (meanwhile != null) {
            request.add(meanwhile);
        }
        return request;
    }

    /** Returns whether the first pass is over, but for blocks on their way. */
    boolean isPassed() {
        return nextBlock == partition.blockCount();
    }

    /** Returns true the first time, if it has information: that goes before its first block. */
    boolean takeFirstInfo() {
        boolean first = !begun && object.hasInfo();
        begun = true;
        return first;
    }

    /** Returns whether its turn has not come, so that its information will be sent anyway. */
    boolean isAwaitingFirstInfo() {
        return !begun;
    }

    /** Returns the next block of the first pass. */
    long nextBlock() {
        return nextBlock;
    }

    /** The next block of the first pass is on its way. */
    void onBlockTaken() {
        nextBlock++;
        skip();
    }

    /** Returns the payload of source symbols that the first pass sends in all, in bytes. */
    long firstPassBytes() {
        long bytes = information().transferLength();
        for (long block = skipped.nextPresent(0);
                block < partition.blockCount();
                block = skipped.nextPresent(block + 1)) {
            bytes -= partition.blockByteCount(block);
        }
        return bytes;
    }

    /** Returns the next {@code count} parity rows of a block that nobody was sent, as the first of them. */
    int useParity(long block, int count) {
        int first = parity.used(block);
        parity.use(block, count);
        return first;
    }

    /** Returns how many parity rows of a block nobody was sent. */
    int freshParity(long block) {
        return information().parityCount() - parity.used(block);
    }

    /** Returns the position of a symbol, as FLUSH and REPAIR_ADV name it. */
    Watermark position(long block, int symbolId) {
        return Watermark.of(information().encoding(), id, partition, block, symbolId);
    }

    /** Returns the position of the last source symbol; that of the end if there is none. */
    Watermark lastPosition() {
        if (partition.blockCount() == 0) {
            return Watermark.ofEmpty(information().encoding(), id);
        }
        long last = partition.blockCount() - 1;
        return position(last, partition.blockLength(last) - 1);
    }

    private boolean isSkipped(long block) {
        return block < skipped.size() && skipped.contains(block);
    }

    private void skip() {
        nextBlock = skipped.nextMissing(nextBlock);
    }
}
