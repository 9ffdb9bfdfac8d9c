package dev.mimeo.internal;

import static dev.mimeo.internal.Checks.check;

import dev.mimeo.ImageReceiver;
import dev.mimeo.MulticastGroup;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** The options of a receiver, as they are collected. */
public final class ReceiverBuilder implements ImageReceiver.Builder {
    final MulticastGroup group;
    Optional<String> networkInterface = Optional.empty();
    Optional<String> name = Optional.empty();
    Optional<Duration> waitForSender = Optional.empty();
    Duration senderTimeout = Duration.ofSeconds(30);
    long memoryLimit = Checks.usualMemoryLimit();
    long maximumImageLength = 16L << 40;
    boolean unicastFeedback;
    int timeToLive = 1;
    Optional<NodeId> nodeId = Optional.empty();
    boolean allowGlobalScope;
    TransferListener listener = TransferListener.NONE;

    /** Starts from the defaults. */
    public ReceiverBuilder(MulticastGroup group) {
        this.group = Objects.requireNonNull(group, "group");
    }

    /** Copies the options, which the user may go on to change. */
    ReceiverBuilder(ReceiverBuilder other) {
        group = other.group;
        networkInterface = other.networkInterface;
        name = other.name;
        waitForSender = other.waitForSender;
        senderTimeout = other.senderTimeout;
        memoryLimit = other.memoryLimit;
        maximumImageLength = other.maximumImageLength;
        unicastFeedback = other.unicastFeedback;
        timeToLive = other.timeToLive;
        nodeId = other.nodeId;
        allowGlobalScope = other.allowGlobalScope;
        listener = other.listener;
    }

    @Override
    public ReceiverBuilder networkInterface(String nameOrAddress) {
        networkInterface = Optional.of(nameOrAddress);
        return this;
    }

    @Override
    public ReceiverBuilder name(String name) {
        this.name = Optional.of(Checks.displayName(name));
        return this;
    }

    @Override
    public ReceiverBuilder waitForSender(Duration atMost) {
        waitForSender = Optional.of(Checks.positive(atMost, "wait for a sender"));
        return this;
    }

    @Override
    public ReceiverBuilder senderTimeout(Duration timeout) {
        senderTimeout = Checks.positive(timeout, "sender timeout");
        return this;
    }

    @Override
    public ReceiverBuilder memoryLimit(long bytes) {
        memoryLimit = Checks.memoryLimit(bytes);
        return this;
    }

    @Override
    public ReceiverBuilder maximumImageLength(long bytes) {
        check(bytes >= 0, "a maximum image length of %d bytes is negative", bytes);
        maximumImageLength = bytes;
        return this;
    }

    @Override
    public ReceiverBuilder unicastFeedback() {
        unicastFeedback = true;
        return this;
    }

    @Override
    public ReceiverBuilder timeToLive(int timeToLive) {
        this.timeToLive = Checks.timeToLive(timeToLive);
        return this;
    }

    @Override
    public ReceiverBuilder nodeId(int nodeId) {
        this.nodeId = Optional.of(Checks.nodeId(nodeId));
        return this;
    }

    @Override
    public ReceiverBuilder allowGlobalScope() {
        allowGlobalScope = true;
        return this;
    }

    @Override
    public ReceiverBuilder listener(TransferListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    @Override
    public ImageReceiver open() throws IOException {
        Checks.scope(group, allowGlobalScope);
        return DefaultImageReceiver.open(new ReceiverBuilder(this));
    }
}
