package dev.mimeo.internal;

import static dev.mimeo.internal.Checks.check;

import dev.mimeo.DataRate;
import dev.mimeo.ImageSender;
import dev.mimeo.MulticastGroup;
import dev.mimeo.Redundancy;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** The options of a sender, as they are collected. */
public final class SenderBuilder implements ImageSender.Builder {
    private static final int FEWEST_BLOCKS = 4;

    final MulticastGroup group;
    Optional<String> networkInterface = Optional.empty();
    DataRate rate = DataRate.ofMegabits(200);
    Redundancy redundancy = Redundancy.NONE;
    int timeToLive = 1;
    String sessionName = "";
    int minimumReceivers = 1;
    Optional<Duration> maximumWait = Optional.empty();
    Optional<Integer> segmentLength = Optional.empty();
    int blockLength = 128;
    int parityCount = 32;
    long memoryLimit = Checks.usualMemoryLimit();
    Duration receiverTimeout = Duration.ofSeconds(60);
    Optional<NodeId> nodeId = Optional.empty();
    boolean includesThisMachine = true;
    boolean allowGlobalScope;
    TransferListener listener = TransferListener.NONE;

    /** Starts from the defaults. */
    public SenderBuilder(MulticastGroup group) {
        this.group = Objects.requireNonNull(group, "group");
    }

    /** Copies the options, which the user may go on to change. */
    SenderBuilder(SenderBuilder other) {
        group = other.group;
        networkInterface = other.networkInterface;
        rate = other.rate;
        redundancy = other.redundancy;
        timeToLive = other.timeToLive;
        sessionName = other.sessionName;
        minimumReceivers = other.minimumReceivers;
        maximumWait = other.maximumWait;
        segmentLength = other.segmentLength;
        blockLength = other.blockLength;
        parityCount = other.parityCount;
        memoryLimit = other.memoryLimit;
        receiverTimeout = other.receiverTimeout;
        nodeId = other.nodeId;
        includesThisMachine = other.includesThisMachine;
        allowGlobalScope = other.allowGlobalScope;
        listener = other.listener;
    }

    @Override
    public SenderBuilder networkInterface(String nameOrAddress) {
        networkInterface = Optional.of(nameOrAddress);
        return this;
    }

    @Override
    public SenderBuilder rate(DataRate rate) {
        this.rate = Objects.requireNonNull(rate, "rate");
        return this;
    }

    @Override
    public SenderBuilder redundancy(Redundancy redundancy) {
        this.redundancy = Objects.requireNonNull(redundancy, "redundancy");
        return this;
    }

    @Override
    public SenderBuilder timeToLive(int timeToLive) {
        this.timeToLive = Checks.timeToLive(timeToLive);
        return this;
    }

    @Override
    public SenderBuilder sessionName(String sessionName) {
        this.sessionName = Checks.displayName(sessionName);
        return this;
    }

    @Override
    public SenderBuilder waitFor(int receivers, Duration atMost) {
        waitFor(receivers);
        maximumWait = Optional.of(Checks.positive(atMost, "wait for receivers"));
        return this;
    }

    @Override
    public SenderBuilder waitFor(int receivers) {
        check(receivers >= 1, "cannot wait for %d receivers; startNow() does not wait", receivers);
        minimumReceivers = receivers;
        maximumWait = Optional.empty();
        return this;
    }

    @Override
    public SenderBuilder startNow() {
        minimumReceivers = 0;
        maximumWait = Optional.empty();
        return this;
    }

    @Override
    public SenderBuilder segmentLength(int bytes) {
        check(bytes >= 64 && bytes <= 65_000, "a segment length of %d bytes is not within 64 to 65,000", bytes);
        segmentLength = Optional.of(bytes);
        return this;
    }

    @Override
    public SenderBuilder blockLength(int segments) {
        check(segments >= 1 && segments <= 254, "a block length of %d segments is not within 1 to 254", segments);
        blockLength = segments;
        return this;
    }

    @Override
    public SenderBuilder parityCount(int segments) {
        check(segments >= 0 && segments <= 254, "a parity count of %d segments is not within 0 to 254", segments);
        parityCount = segments;
        return this;
    }

    @Override
    public SenderBuilder memoryLimit(long bytes) {
        memoryLimit = Checks.memoryLimit(bytes);
        return this;
    }

    @Override
    public SenderBuilder receiverTimeout(Duration timeout) {
        receiverTimeout = Checks.positive(timeout, "receiver timeout");
        return this;
    }

    @Override
    public SenderBuilder excludeThisMachine() {
        includesThisMachine = false;
        return this;
    }

    @Override
    public SenderBuilder nodeId(int nodeId) {
        this.nodeId = Optional.of(Checks.nodeId(nodeId));
        return this;
    }

    @Override
    public SenderBuilder allowGlobalScope() {
        allowGlobalScope = true;
        return this;
    }

    @Override
    public SenderBuilder listener(TransferListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    @Override
    public ImageSender open() throws IOException {
        Checks.scope(group, allowGlobalScope);
        check(
                blockLength + parityCount <= 255,
                "a block of %d segments and %d of parity exceeds 255",
                blockLength,
                parityCount);
        return DefaultImageSender.open(new SenderBuilder(this));
    }

    /** Refuses a memory limit that fewer than four blocks fit in. */
    void checkMemory(int segmentLength) {
        long block = (long) (blockLength + parityCount) * segmentLength;
        check(
                memoryLimit / block >= FEWEST_BLOCKS,
                "a memory limit of %d bytes has no room for %d blocks of %d bytes; raise it, or choose shorter blocks",
                memoryLimit,
                FEWEST_BLOCKS,
                block);
    }
}
