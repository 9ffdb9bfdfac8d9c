package dev.mimeo.internal;

import static dev.mimeo.internal.Checks.check;

import dev.mimeo.DataRate;
import dev.mimeo.MulticastGroup;
import dev.mimeo.Redundancy;
import dev.mimeo.SenderOptions;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The options of a sender, as they are collected, whatever it sends.
 *
 * @param <B> the builder as its user sees it
 */
abstract class SenderSettings<B extends SenderOptions<B>> implements SenderOptions<B> {
    private static final int FEWEST_BLOCKS = 4;

    final MulticastGroup group;
    Optional<String> networkInterface = Optional.empty();
    DataRate rate = DataRate.ofMegabits(200);
    Optional<DataRate> congestionFloor = Optional.empty();
    Redundancy redundancy = Redundancy.NONE;
    int timeToLive = 1;
    Optional<Integer> segmentLength = Optional.empty();
    int blockLength = 128;
    int parityCount = 32;
    FecEncoding fecEncoding = FecEncoding.SMALL_BLOCK_SYSTEMATIC;
    long memoryLimit = Checks.usualMemoryLimit();
    boolean includesThisMachine = true;
    Set<NodeId> ackingNodes = Set.of();
    long groupSize = 1_000;
    Optional<NodeId> nodeId = Optional.empty();
    boolean allowGlobalScope;
    TransferListener listener = TransferListener.NONE;

    /** Starts from the defaults. */
    SenderSettings(MulticastGroup group) {
        this.group = Objects.requireNonNull(group, "group");
    }

    /** Copies the options, which the user may go on to change. */
    SenderSettings(SenderSettings<B> other) {
        group = other.group;
        networkInterface = other.networkInterface;
        rate = other.rate;
        congestionFloor = other.congestionFloor;
        redundancy = other.redundancy;
        timeToLive = other.timeToLive;
        segmentLength = other.segmentLength;
        blockLength = other.blockLength;
        parityCount = other.parityCount;
        fecEncoding = other.fecEncoding;
        memoryLimit = other.memoryLimit;
        includesThisMachine = other.includesThisMachine;
        ackingNodes = other.ackingNodes;
        groupSize = other.groupSize;
        nodeId = other.nodeId;
        allowGlobalScope = other.allowGlobalScope;
        listener = other.listener;
    }

    /** Returns this builder as its user sees it. */
    abstract B self();

    @Override
    public B networkInterface(String nameOrAddress) {
        networkInterface = Optional.of(nameOrAddress);
        return self();
    }

    @Override
    public B rate(DataRate rate) {
        this.rate = Objects.requireNonNull(rate, "rate");
        return self();
    }

    @Override
    public B congestionControl(DataRate floor) {
        congestionFloor = Optional.of(floor);
        return self();
    }

    @Override
    public B redundancy(Redundancy redundancy) {
        this.redundancy = Objects.requireNonNull(redundancy, "redundancy");
        return self();
    }

    @Override
    public B timeToLive(int timeToLive) {
        this.timeToLive = Checks.timeToLive(timeToLive);
        return self();
    }

    @Override
    public B segmentLength(int bytes) {
        check(bytes >= 64 && bytes <= 65_000, "a segment length of %d bytes is not within 64 to 65,000", bytes);
        segmentLength = Optional.of(bytes);
        return self();
    }

    @Override
    public B blockLength(int segments) {
        check(segments >= 1 && segments <= 254, "a block length of %d segments is not within 1 to 254", segments);
        blockLength = segments;
        return self();
    }

    @Override
    public B parityCount(int segments) {
        check(segments >= 0 && segments <= 254, "a parity count of %d segments is not within 0 to 254", segments);
        parityCount = segments;
        return self();
    }

    @Override
    public B fecEncodingId(int id) {
        check(id == 129 || id == 5, "FEC Encoding ID %d is not one that is sent: 129 or 5", id);
        fecEncoding = id == 5 ? FecEncoding.REED_SOLOMON_8 : FecEncoding.SMALL_BLOCK_SYSTEMATIC;
        return self();
    }

    @Override
    public B memoryLimit(long bytes) {
        memoryLimit = Checks.memoryLimit(bytes);
        return self();
    }

    @Override
    public B excludeThisMachine() {
        includesThisMachine = false;
        return self();
    }

    @Override
    public B acknowledgedBy(int... nodeIds) {
        ackingNodes = Arrays.stream(nodeIds).mapToObj(Checks::nodeId).collect(Collectors.toUnmodifiableSet());
        return self();
    }

    @Override
    public B groupSize(long receivers) {
        check(
                receivers >= 1 && receivers <= 500_000_000,
                "a group size of %d receivers is not within 1 to 500,000,000",
                receivers);
        groupSize = receivers;
        return self();
    }

    @Override
    public B nodeId(int nodeId) {
        this.nodeId = Optional.of(Checks.nodeId(nodeId));
        return self();
    }

    @Override
    public B allowGlobalScope() {
        allowGlobalScope = true;
        return self();
    }

    @Override
    public B listener(TransferListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return self();
    }

    /** Refuses options that contradict each other, opens the port that they ask for, and settles the segment length. */
    final SenderPort openPort() throws IOException {
        Checks.scope(group, allowGlobalScope);
        check(
                blockLength + parityCount <= 255,
                "a block of %d segments and %d of parity exceeds 255",
                blockLength,
                parityCount);
        check(
                congestionFloor.map(DataRate::bitsPerSecond).orElse(0L) <= rate.bitsPerSecond(),
                "congestion control cannot send at least at %s and at most at %s",
                congestionFloor.orElse(rate),
                rate);
        InterfaceFacts facts = new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(networkInterface);
        int length = SegmentLength.choose(segmentLength, facts, group);
        checkMemory(length);
        return new SenderPort(DatagramPort.open(group, facts, timeToLive, includesThisMachine), length);
    }

    /** Refuses a memory limit that fewer than four blocks fit in. */
    private void checkMemory(int segmentLength) {
        long block = (long) (blockLength + parityCount) * segmentLength;
        check(
                memoryLimit / block >= FEWEST_BLOCKS,
                "a memory limit of %d bytes has no room for %d blocks of %d bytes; raise it, or choose shorter blocks",
                memoryLimit,
                FEWEST_BLOCKS,
                block);
    }

    /** What a sender sends through, and how much content a datagram carries there. */
    record SenderPort(MulticastPort port, int segmentLength) {}
}
