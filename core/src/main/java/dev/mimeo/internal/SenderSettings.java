package dev.mimeo.internal;

import static dev.mimeo.internal.Checks.check;

import dev.mimeo.DataRate;
import dev.mimeo.Environment;
import dev.mimeo.GroupKey;
import dev.mimeo.MulticastGroup;
import dev.mimeo.Redundancy;
import dev.mimeo.SenderOptions;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.sender.RatePolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
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
    static final int FEWEST_BLOCKS = 4;
    private static final DataRate USUAL_RATE = DataRate.ofMegabits(200);
    private static final DataRate UNKNOWN_LINK = DataRate.ofMegabits(1_000);

    final MulticastGroup group;
    List<String> networkInterfaces = List.of();
    private Pace pace;
    private boolean yielding;
    private Optional<DataRate> rate = Optional.empty();
    private Optional<DataRate> floor = Optional.empty();
    /** Known once the port is open. */
    private Optional<DataRate> linkSpeed = Optional.empty();

    Redundancy redundancy = Redundancy.adaptive();
    int timeToLive = 1;
    int dscp;
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
    Optional<GroupSecret> groupKey = Optional.empty();
    Environment environment = Environment.USUAL;
    TransferListener listener = TransferListener.NONE;

    /** How the rate is found. */
    enum Pace {
        ADAPTIVE,
        FIXED,
        CONGESTION_CONTROL
    }

    /** Starts from the defaults. */
    SenderSettings(MulticastGroup group, Pace pace) {
        this.group = Objects.requireNonNull(group, "group");
        this.pace = pace;
    }

    /** Copies the options, which the user may go on to change. */
    SenderSettings(SenderSettings<B> other) {
        group = other.group;
        networkInterfaces = other.networkInterfaces;
        pace = other.pace;
        yielding = other.yielding;
        rate = other.rate;
        floor = other.floor;
        linkSpeed = other.linkSpeed;
        redundancy = other.redundancy;
        timeToLive = other.timeToLive;
        dscp = other.dscp;
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
        groupKey = other.groupKey;
        environment = other.environment;
        listener = other.listener;
    }

    /** Returns this builder as its user sees it. */
    abstract B self();

    @Override
    public B networkInterface(String nameOrAddress) {
        return networkInterfaces(nameOrAddress);
    }

    @Override
    public B networkInterfaces(String... namesOrAddresses) {
        networkInterfaces = Checks.interfaces(namesOrAddresses);
        return self();
    }

    @Override
    public B rate(DataRate rate) {
        this.rate = Optional.of(rate);
        return self();
    }

    @Override
    public B adaptiveRate(DataRate floor) {
        return pace(Pace.ADAPTIVE, Optional.of(floor));
    }

    @Override
    public B yieldToOthers() {
        yielding = true;
        return self();
    }

    @Override
    public B fixedRate() {
        return pace(Pace.FIXED, Optional.empty());
    }

    @Override
    public B congestionControl(DataRate floor) {
        return pace(Pace.CONGESTION_CONTROL, Optional.of(floor));
    }

    private B pace(Pace pace, Optional<DataRate> floor) {
        this.pace = pace;
        this.floor = floor;
        return self();
    }

    /** Returns the most that ever leaves. */
    final DataRate highestRate() {
        return rate.orElseGet(() -> pace == Pace.ADAPTIVE ? linkSpeed.orElse(UNKNOWN_LINK) : USUAL_RATE);
    }

    final RatePolicy ratePolicy() {
        long lowest = floor.orElse(highestRate()).bytesPerSecond();
        return switch (pace) {
            case ADAPTIVE ->
                new RatePolicy.Adaptive(
                        floor.isPresent() ? lowest : Math.max(1, lowest / 100),
                        yielding ? RatePolicy.Sharing.POLITE : RatePolicy.Sharing.FIRM);
            case FIXED -> new RatePolicy.Fixed();
            case CONGESTION_CONTROL -> new RatePolicy.CongestionControl(lowest);
        };
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
    public B dscp(int codePoint) {
        dscp = Checks.dscp(codePoint);
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
    public B groupKey(GroupKey key) {
        groupKey = Optional.of((GroupSecret) key);
        return self();
    }

    @Override
    public B environment(Environment environment) {
        this.environment = Objects.requireNonNull(environment, "environment");
        return self();
    }

    @Override
    public B listener(TransferListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return self();
    }

    /** Refuses options that contradict each other, opens the port that they ask for, and settles the segment length. */
    final SenderPort openPort() throws IOException {
        return openPort(new Problems());
    }

    /** As {@link #openPort()}; tells besides what {@code problems} has already. */
    final SenderPort openPort(Problems problems) throws IOException {
        problems.require(
                blockLength + parityCount <= 255,
                "a block of %d segments and %d of parity exceeds 255; lower blockLength() or parityCount()",
                blockLength,
                parityCount);
        List<InterfaceFacts> facts = Checks.places(problems, group, allowGlobalScope, groupKey, networkInterfaces);
        linkSpeed = LinkSpeed.least(facts);
        problems.require(
                rate.isEmpty() && facts.isEmpty()
                        || floor.map(DataRate::bitsPerSecond).orElse(0L)
                                <= highestRate().bitsPerSecond(),
                "cannot send at least at %s and at most at %s; lower the floor, or raise rate()",
                floor.orElse(highestRate()),
                highestRate());
        Optional<Integer> length = facts.isEmpty()
                ? Optional.empty()
                : problems.attempt(() -> SegmentLength.choose(segmentLength, facts, group, groupKey.isPresent()));
        length.ifPresent(bytes -> checkMemory(bytes, problems));
        problems.throwIfAny();
        Outlet outlet = new Outlet(timeToLive, dscp, includesThisMachine);
        return new SenderPort(DatagramPort.open(group.fromAnybody(), facts, outlet), length.orElseThrow());
    }

    /** Returns whether receivers answer to this sender alone, by unicast. */
    final boolean isOnlySource() {
        return group.isSourceSpecific() || group.source().isPresent();
    }

    /** Returns the address of the interface that the group is met on; that of no interface in particular if it is on several. */
    final InetAddress ownAddress() throws IOException {
        List<InterfaceFacts> interfaces =
                new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).chooseForSender(networkInterfaces);
        return interfaces.size() == 1
                ? interfaces.get(0).addressLike(group.address())
                : InetAddress.getByAddress(new byte[group.address().getAddress().length]);
    }

    /** Returns what a sender sends through: what goes through {@code port} is sealed if there is a group key. */
    final MulticastPort guard(MulticastPort port) {
        return PortLayer.guard(port, groupKey, SealedPort.Role.SENDER, group, timeToLive);
    }

    /** Returns what a block takes in memory. */
    final long blockBytes(int segmentLength) {
        return (long) (blockLength + parityCount) * segmentLength;
    }

    /** Refuses a memory limit that fewer than four blocks fit in. */
    private void checkMemory(int segmentLength, Problems problems) {
        long block = blockBytes(segmentLength);
        problems.require(
                memoryLimit / block >= FEWEST_BLOCKS,
                "a memory limit of %d bytes has no room for %d blocks of %d bytes; raise it, or choose shorter blocks",
                memoryLimit,
                FEWEST_BLOCKS,
                block);
    }

    /**
     * Where a sender's datagrams leave, and how much content each carries.
     *
     * @param port as it is, with nothing sealed yet: see {@link #guard}
     */
    record SenderPort(MulticastPort port, int segmentLength) {}
}
