package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.ObjectFlags;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An object that a sender was heard to send, or that is known to exist: which of its blocks are here, and which are open.
 *
 * <p>Memory: one bit for each block once accepted, and the open blocks, which come from the pool.
 */
public final class IncomingObject {
    private final ObjectId id;
    private TransmissionInformation stated;
    private TransmissionInformation information;
    private BlockPartition partition;
    private BlockSet received;
    private KnownChunks known = KnownChunks.NONE;
    private int flags;
    private final TreeMap<Long, SourceBlock> open = new TreeMap<>();
    /** The open block that was looked for last: the next symbol is most likely of it. */
    private SourceBlock latest;

    private boolean expected;
    private boolean repairable;
    private boolean urgent;
    private boolean fewFirst;
    private boolean infoExists;
    private boolean infoWanted;
    private boolean infoHeard;
    private boolean retired;
    private int contradictions;
    /** Since when the sender is said to have it no longer; -1 while it is not. */
    private long squelchedNanos = -1;

    /** Where {@link #firstMissing} last looked from, -1 if it has to look anew, and what it found. */
    private long searchedFrom = -1;

    private long found;

    IncomingObject(ObjectId id) {
        this.id = id;
    }

    /** Returns its id. */
    public ObjectId id() {
        return id;
    }

    /** Returns how the sender says it is coded, parity of no use included; null while only its existence is known. */
    TransmissionInformation stated() {
        return stated;
    }

    /** Returns how it is coded, as far as its parity is of use; null while only its existence is known. */
    public TransmissionInformation information() {
        return information;
    }

    /** Returns how it is cut; null while only its existence is known. */
    public BlockPartition partition() {
        return partition;
    }

    /** Returns the NORM_FLAG_* bits that described it: see {@link ObjectFlags}. */
    public int flags() {
        return flags;
    }

    /** Returns whether its blocks are taken. */
    public boolean isAccepted() {
        return received != null;
    }

    /** Returns whether every block has arrived, or was marked as not needed. */
    public boolean isComplete() {
        return isAccepted() && received.isFull();
    }

    void describe(TransmissionInformation described, int describedFlags) {
        stated = described;
        information = described.withUsableParity();
        partition = described.partition();
        flags = describedFlags;
        infoExists = (flags & ObjectFlags.INFO) != 0;
    }

    void accept(boolean repairedFewFirst) {
        received = new BlockSet(partition.blockCount());
        fewFirst = repairedFewFirst;
    }

    /** Returns whether who lacks most of a block is answered later than who lacks little. */
    boolean isRepairedFewFirst() {
        return fewFirst;
    }

    /** Notes what is known of it; returns the open blocks that can be decoded now. */
    List<SourceBlock> know(KnownChunks chunks) {
        known = chunks;
        received.addAll(known.blocks(partition));
        open.values().forEach(block -> block.know(known));
        return open.values().stream().filter(SourceBlock::isDecodable).toList();
    }

    /** Returns what is known of it. */
    public KnownChunks known() {
        return known;
    }

    /** A block is needed, whatever has arrived of it; returns it if it is open: it is forgotten. */
    Optional<SourceBlock> markMissing(long block) {
        received.remove(block);
        searchedFrom = -1;
        latest = null;
        return Optional.ofNullable(open.remove(block));
    }

    /** Returns the symbols of a block that need not be sent to us: they have arrived, or are known. */
    BitSet symbolsHere(long block) {
        SourceBlock opened = openBlock(block);
        return opened == null ? known.symbols(partition, block) : opened.presentSymbols();
    }

    /** Returns whether nothing of a block is here. */
    boolean isMissingWhole(long block) {
        return !received.contains(block) && openBlock(block) == null && !known.touches(partition, block);
    }

    boolean hasReceived(long block) {
        return received.contains(block);
    }

    /** It is wanted even if nothing of it is ever heard. */
    void expect(boolean atOnce, boolean withInfo) {
        expected = true;
        urgent |= atOnce;
        infoExists |= withInfo;
    }

    /** Its NORM_INFO is wanted, if it has some. */
    void wantInfo() {
        infoWanted = true;
    }

    /** Its NORM_INFO is here; returns whether it was not before. */
    boolean onInfo() {
        boolean news = !infoHeard && !retired;
        infoHeard = true;
        return news;
    }

    /** Returns whether it is known to have NORM_INFO. */
    boolean hasInfo() {
        return infoExists;
    }

    /** Returns whether its NORM_INFO is wanted and not here. */
    boolean isInfoMissing() {
        return infoWanted && infoExists && !infoHeard;
    }

    /** Nothing of it is wanted any more, and what it took is forgotten. */
    void retire() {
        retired = true;
        received = null;
    }

    boolean isRetired() {
        return retired;
    }

    /** Returns whether something of it may be asked for: whatever describes it while it is unknown, then the rest. */
    public boolean isWanted() {
        return !retired && (information == null ? expected : isInfoMissing() || repairable && !isComplete());
    }

    void repair(boolean atOnce) {
        repairable = true;
        urgent = atOnce;
    }

    boolean isUrgent() {
        return urgent;
    }

    /** The sender is said to have it no longer; returns for how long that was said, and nothing of it came. */
    long squelchedFor(long nowNanos) {
        squelchedNanos = squelchedNanos < 0 ? nowNanos : squelchedNanos;
        return nowNanos - squelchedNanos;
    }

    /** A symbol of it was of use. */
    void onSymbol() {
        squelchedNanos = -1;
    }

    /** Counts a datagram that describes the object otherwise; returns how many came since the last that did not. */
    int contradict() {
        return ++contradictions;
    }

    /** A datagram agrees with what is known of the object. */
    void confirm() {
        contradictions = 0;
    }

    /** Does what {@link #nextMissing} does, from where it found something the last time. */
    long firstMissing(long from) {
        found = received.nextMissing(from == searchedFrom ? found : from);
        searchedFrom = from;
        return found;
    }

    long nextMissing(long from) {
        return received.nextMissing(from);
    }

    SourceBlock openBlock(long block) {
        if (latest == null || latest.blockNumber() != block) {
            latest = open.get(block);
        }
        return latest;
    }

    void open(SourceBlock block) {
        block.know(known);
        open.put(block.blockNumber(), block);
    }

    /** Takes a block that can be decoded out of the open ones. */
    void close(SourceBlock block) {
        open.remove(block.blockNumber());
        latest = null;
        received.add(block.blockNumber());
    }

    /** Takes out the highest open block that is at {@code from} or beyond: it is forgotten. */
    Optional<SourceBlock> abandonHighest(long from) {
        if (open.isEmpty() || open.lastKey() < from) {
            return Optional.empty();
        }
        latest = null;
        return Optional.of(open.pollLastEntry().getValue());
    }
}
