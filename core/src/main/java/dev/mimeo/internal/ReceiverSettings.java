package dev.mimeo.internal;

import dev.mimeo.Environment;
import dev.mimeo.GroupKey;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiverOptions;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The options of a receiver, as they are collected, whatever it receives.
 *
 * @param <B> the builder as its user sees it
 */
abstract class ReceiverSettings<B extends ReceiverOptions<B>> implements ReceiverOptions<B> {
    final MulticastGroup group;
    Optional<String> networkInterface = Optional.empty();
    Optional<Duration> waitForSender = Optional.empty();
    Duration senderTimeout = Duration.ofSeconds(45);
    long memoryLimit = Checks.usualMemoryLimit();
    boolean unicastFeedback;
    int timeToLive = 1;
    int dscp;
    Optional<NodeId> nodeId = Optional.empty();
    boolean allowGlobalScope;
    Optional<GroupSecret> groupKey = Optional.empty();
    Environment environment = Environment.USUAL;
    TransferListener listener = TransferListener.NONE;

    /** Starts from the defaults. */
    ReceiverSettings(MulticastGroup group) {
        this.group = Objects.requireNonNull(group, "group");
    }

    /** Copies the options, which the user may go on to change. */
    ReceiverSettings(ReceiverSettings<B> other) {
        group = other.group;
        networkInterface = other.networkInterface;
        waitForSender = other.waitForSender;
        senderTimeout = other.senderTimeout;
        memoryLimit = other.memoryLimit;
        unicastFeedback = other.unicastFeedback;
        timeToLive = other.timeToLive;
        dscp = other.dscp;
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
        networkInterface = Optional.of(nameOrAddress);
        return self();
    }

    @Override
    public B waitForSender(Duration atMost) {
        waitForSender = Optional.of(Checks.positive(atMost, "wait for a sender"));
        return self();
    }

    @Override
    public B senderTimeout(Duration timeout) {
        senderTimeout = Checks.positive(timeout, "sender timeout");
        return self();
    }

    @Override
    public B memoryLimit(long bytes) {
        memoryLimit = Checks.memoryLimit(bytes);
        return self();
    }

    @Override
    public B unicastFeedback() {
        unicastFeedback = true;
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

    /** Returns until when of a transfer a sender is to be found, or {@link Machine#NEVER}. */
    final long senderDeadlineNanos() {
        return waitForSender.map(Duration::toNanos).orElse(Machine.NEVER);
    }

    /** Opens the port that the options ask for. */
    final MulticastPort openPort() throws IOException {
        return openPort(group);
    }

    /** Opens the port of a group on the interface that was chosen for that of the options. */
    final MulticastPort openPort(MulticastGroup group) throws IOException {
        Problems problems = new Problems();
        problems.require(
                group.source().isPresent() || !group.isSourceSpecific(),
                "group %s is for one source, which a receiver has to name: the address that the sender sends from, with"
                        + " MulticastGroup.from(); or choose a group outside 232.0.0.0/8 and ff3x::/32, on both sides",
                group);
        Optional<InterfaceFacts> facts = Checks.place(problems, group, allowGlobalScope, groupKey, networkInterface);
        problems.throwIfAny();
        return DatagramPort.open(group, List.of(facts.orElseThrow()), new Outlet(timeToLive, dscp, true));
    }

    /** Returns what a receiver receives from: what goes through {@code port} is sealed if there is a group key. */
    final MulticastPort guard(MulticastPort port) {
        return PortLayer.guard(port, groupKey, SealedPort.Role.RECEIVER, group, timeToLive);
    }

    /** Returns the id that was chosen, or one at random. */
    final NodeId nodeId(RandomGenerator random) {
        return nodeId.orElseGet(() -> NodeIds.random(random));
    }

    /**
     * Starts the settings of a machine from the options that all receivers have.
     *
     * @param group where it meets its sender; the source of one hears nobody in the group
     */
    final ReceiverConfig.Builder config(NodeId id, MulticastGroup group) {
        boolean isUnicast = unicastFeedback || group.source().isPresent();
        return ReceiverConfig.builder(id)
                .feedback(isUnicast ? Delivery.UNICAST : Delivery.MULTICAST)
                .senderTimeoutNanos(senderTimeout.toNanos());
    }
}
