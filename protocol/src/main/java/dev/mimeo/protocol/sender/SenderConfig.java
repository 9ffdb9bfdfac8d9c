package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import java.util.Set;

/** Settings of a sender. Each has a default, stated at its builder method. */
public final class SenderConfig {
    private final NodeId nodeId;
    private final int instanceId;
    private final String sessionName;
    private final long bytesPerSecond;
    private final int datagramOverhead;
    private final RatePolicy ratePolicy;
    private final int backoffFactor;
    private final long groupSize;
    private final int robustFactor;
    private final long initialGrttNanos;
    private final long grttFloorNanos;
    private final long persistenceNanos;
    private final StartCondition startCondition;
    private final long giveUpNanos;
    private final boolean closed;
    private final SlowReceivers slowReceivers;
    private final double repairShare;
    private final boolean adaptiveParity;
    private final long checkPatienceNanos;
    private final long receiverTimeoutNanos;
    private final int maximumReceivers;
    private final Set<NodeId> ackingNodes;

    private SenderConfig(Builder builder) {
        nodeId = builder.nodeId;
        instanceId = builder.instanceId;
        sessionName = builder.sessionName;
        bytesPerSecond = builder.bytesPerSecond;
        datagramOverhead = builder.datagramOverhead;
        ratePolicy = builder.ratePolicy;
        backoffFactor = builder.backoffFactor;
        groupSize = builder.groupSize;
        robustFactor = builder.robustFactor;
        initialGrttNanos = builder.initialGrttNanos;
        grttFloorNanos = builder.grttFloorNanos;
        persistenceNanos = builder.persistenceNanos;
        startCondition = builder.startCondition;
        giveUpNanos = builder.giveUpNanos;
        closed = builder.closed;
        slowReceivers = builder.slowReceivers;
        repairShare = builder.repairShare;
        adaptiveParity = builder.adaptiveParity;
        checkPatienceNanos = builder.checkPatienceNanos;
        receiverTimeoutNanos = builder.receiverTimeoutNanos;
        maximumReceivers = builder.maximumReceivers;
        ackingNodes = Set.copyOf(builder.ackingNodes);
    }

    /**
     * Starts from the defaults.
     *
     * @param instanceId 0 to 65,535, chosen anew at every start
     */
    public static Builder builder(NodeId nodeId, int instanceId) {
        return new Builder(nodeId, instanceId);
    }

    /** Returns who this sender is. */
    public NodeId nodeId() {
        return nodeId;
    }

    /** Returns which start of this sender it is. */
    public int instanceId() {
        return instanceId;
    }

    /** Returns the display name of the session. */
    public String sessionName() {
        return sessionName;
    }

    /** Returns the highest rate of everything that leaves, UDP payload. */
    public long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Returns bytes that a layer below adds to every datagram. */
    public int datagramOverhead() {
        return datagramOverhead;
    }

    /** Returns how the rate is found. */
    public RatePolicy ratePolicy() {
        return ratePolicy;
    }

    /** Returns K. */
    public int backoffFactor() {
        return backoffFactor;
    }

    /** Returns the estimate of the number of receivers that scales their backoff. */
    public long groupSize() {
        return groupSize;
    }

    /** Returns NORM_ROBUST_FACTOR. */
    public int robustFactor() {
        return robustFactor;
    }

    /** Returns the group round trip time that is assumed before one is measured. */
    public long initialGrttNanos() {
        return initialGrttNanos;
    }

    /** Returns the smallest group round trip time that is advertised. */
    public long grttFloorNanos() {
        return grttFloorNanos;
    }

    /** Returns how long the end of the data is repeated at least, while somebody has not answered. */
    public long persistenceNanos() {
        return persistenceNanos;
    }

    /** Returns when the session starts. */
    public StartCondition startCondition() {
        return startCondition;
    }

    /** Returns how long it waits for somebody to join. */
    public long giveUpNanos() {
        return giveUpNanos;
    }

    /** Returns whether receivers take part only once they are admitted. */
    public boolean isClosed() {
        return closed;
    }

    /** Returns what is done about receivers that cannot keep up. */
    public SlowReceivers slowReceivers() {
        return slowReceivers;
    }

    /** Returns which share of what is sent in the first pass may be repairs; all of it if everybody is held for all. */
    public double repairShare() {
        return slowReceivers instanceof SlowReceivers.HoldAll ? 1 : repairShare;
    }

    /** Returns whether parity is sent unasked as receivers turn out to need it. */
    public boolean adaptiveParity() {
        return adaptiveParity;
    }

    /** Returns how long the start waits for receivers that have not told what they need. */
    public long checkPatienceNanos() {
        return checkPatienceNanos;
    }

    /**
     * Returns how long a receiver may be silent before it is presumed gone, and how long those are repaired for who do not
     * report after the last of those who do has ended.
     */
    public long receiverTimeoutNanos() {
        return receiverTimeoutNanos;
    }

    /** Returns how many receivers may take part. */
    public int maximumReceivers() {
        return maximumReceivers;
    }

    /** Returns plain NORM receivers that are asked for positive acknowledgement. */
    public Set<NodeId> ackingNodes() {
        return ackingNodes;
    }

    /** Collects settings. */
    public static final class Builder {
        private final NodeId nodeId;
        private final int instanceId;
        private String sessionName = "";
        private long bytesPerSecond = 25_000_000;
        private int datagramOverhead;
        private RatePolicy ratePolicy = new RatePolicy.Fixed();
        private int backoffFactor = 4;
        private long groupSize = 1000;
        private int robustFactor = 20;
        private long initialGrttNanos = 10_000_000;
        private long grttFloorNanos = 5_000_000;
        private long persistenceNanos = 5_000_000_000L;
        private StartCondition startCondition = new StartCondition.AtOnce();
        private long giveUpNanos = Long.MAX_VALUE;
        private boolean closed;
        private SlowReceivers slowReceivers = new SlowReceivers.SecondPass();
        private double repairShare = 0.25;
        private boolean adaptiveParity;
        private long checkPatienceNanos = 600_000_000_000L;
        private long receiverTimeoutNanos = 60_000_000_000L;
        private int maximumReceivers = 16_384;
        private Set<NodeId> ackingNodes = Set.of();

        private Builder(NodeId nodeId, int instanceId) {
            this.nodeId = nodeId;
            this.instanceId = instanceId;
        }

        /** Default: empty. At most 255 bytes of UTF-8. */
        public Builder sessionName(String sessionName) {
            this.sessionName = sessionName;
            return this;
        }

        /** Default: 25,000,000 (200 Mbit/s). */
        public Builder bytesPerSecond(long bytesPerSecond) {
            this.bytesPerSecond = bytesPerSecond;
            return this;
        }

        /** Default: 0. Bytes that a layer below adds to every datagram, such as a seal: they count as sent. */
        public Builder datagramOverhead(int bytes) {
            this.datagramOverhead = bytes;
            return this;
        }

        /** Default: {@link RatePolicy.Fixed}. */
        public Builder rate(RatePolicy policy) {
            this.ratePolicy = policy;
            return this;
        }

        /** Default: 4 (RFC 5740, section 5.3, for NACKs by multicast; 6 suits unicast). 2 to 15. */
        public Builder backoffFactor(int backoffFactor) {
            this.backoffFactor = backoffFactor;
            return this;
        }

        /** Default: 1,000. 1 to 500,000,000, rounded up to what the wire can state. */
        public Builder groupSize(long groupSize) {
            this.groupSize = groupSize;
            return this;
        }

        /** Default: 20 (RFC 5740, section 5). */
        public Builder robustFactor(int robustFactor) {
            this.robustFactor = robustFactor;
            return this;
        }

        /** Default: 10 ms; a larger measurement replaces it at once. */
        public Builder initialGrttNanos(long nanos) {
            this.initialGrttNanos = nanos;
            return this;
        }

        /** Default: 5 ms: below it, scheduling and collector pauses dominate a LAN's round trip. */
        public Builder grttFloorNanos(long nanos) {
            this.grttFloorNanos = nanos;
            return this;
        }

        /** Default: 5 s. */
        public Builder persistenceNanos(long nanos) {
            this.persistenceNanos = nanos;
            return this;
        }

        /** Default: at once. */
        public Builder startWhen(StartCondition condition) {
            this.startCondition = condition;
            return this;
        }

        /** Default: never. The session ends without having sent anything if nobody has joined by then. */
        public Builder giveUpNanos(long nanos) {
            this.giveUpNanos = nanos;
            return this;
        }

        /**
         * Default: open to everybody. Who joins waits to be admitted, and cannot ask for repairs before; plain NORM receivers
         * are served only if they are named.
         */
        public Builder closed() {
            this.closed = true;
            return this;
        }

        /** Default: {@link SlowReceivers.SecondPass}. */
        public Builder slowReceivers(SlowReceivers policy) {
            this.slowReceivers = policy;
            return this;
        }

        /**
         * Default: a quarter. Which share of what is sent in the first pass may be repairs while there is something new to
         * send; more is sent after it. Above 0; 1 sends all repairs at once.
         */
        public Builder repairShare(double share) {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("a repair share of " + share + " is not above 0 and at most 1");
            }
            this.repairShare = share;
            return this;
        }

        /**
         * Default: false, no parity is sent unasked but what each object states. Otherwise as much as most blocks turn out to need,
         * if that is more: up to a quarter of a block, and half of its parity.
         */
        public Builder adaptiveParity(boolean adaptive) {
            this.adaptiveParity = adaptive;
            return this;
        }

        /**
         * Default: 10 min from when the session could start. Receivers look what their targets hold already;
         * what nobody needs is not sent, unless somebody has not told by then.
         */
        public Builder checkPatienceNanos(long nanos) {
            checkPatienceNanos = nanos;
            return this;
        }

        /** Default: 60 s. */
        public Builder receiverTimeoutNanos(long nanos) {
            this.receiverTimeoutNanos = nanos;
            return this;
        }

        /** Default: 16,384; further ones are sent away. */
        public Builder maximumReceivers(int maximumReceivers) {
            this.maximumReceivers = maximumReceivers;
            return this;
        }

        /** Default: none; receivers of images are asked without being named here. */
        public Builder ackingNodes(Set<NodeId> ackingNodes) {
            this.ackingNodes = ackingNodes;
            return this;
        }

        /** Makes the settings. */
        public SenderConfig build() {
            return new SenderConfig(this);
        }
    }
}
