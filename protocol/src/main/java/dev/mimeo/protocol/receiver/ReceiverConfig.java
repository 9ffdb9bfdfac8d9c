package dev.mimeo.protocol.receiver;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ManifestGuard;
import dev.mimeo.protocol.manifest.ManifestLimits;
import java.util.Optional;

/** Settings of a receiver. Each has a default, stated at its builder method. */
public final class ReceiverConfig {
    private final NodeId nodeId;
    private final String name;
    private final String token;
    private final Delivery feedback;
    private final long senderTimeoutNanos;
    private final long lingerNanos;
    private final int nacksPerCycle;
    private final int robustFactor;
    private final ManifestLimits limits;
    private final Optional<Digest> image;
    private final ManifestGuard guard;

    private ReceiverConfig(Builder builder) {
        nodeId = builder.nodeId;
        name = builder.name;
        token = builder.token;
        feedback = builder.feedback;
        senderTimeoutNanos = builder.senderTimeoutNanos;
        lingerNanos = builder.lingerNanos;
        nacksPerCycle = builder.nacksPerCycle;
        robustFactor = builder.robustFactor;
        limits = builder.limits;
        image = builder.image;
        guard = builder.guard;
    }

    /** Starts from the defaults. */
    public static Builder builder(NodeId nodeId) {
        return new Builder(nodeId);
    }

    /** Returns who this receiver is. */
    public NodeId nodeId() {
        return nodeId;
    }

    /** Returns the display name in reports. */
    public String name() {
        return name;
    }

    /** Returns what it tells to be admitted; a secret. */
    public String token() {
        return token;
    }

    /** Returns where NACKs and ACKs go. */
    public Delivery feedback() {
        return feedback;
    }

    /** Returns how long a sender may be silent before it is presumed gone. */
    public long senderTimeoutNanos() {
        return senderTimeoutNanos;
    }

    /** Returns how long a finished receiver waits for the sender to confirm that it knows. */
    public long lingerNanos() {
        return lingerNanos;
    }

    /** Returns how many NACK messages one cycle may send. */
    public int nacksPerCycle() {
        return nacksPerCycle;
    }

    /** Returns NORM_ROBUST_FACTOR. */
    public int robustFactor() {
        return robustFactor;
    }

    /** Returns what the receiver is willing to take. */
    public ManifestLimits limits() {
        return limits;
    }

    /** Returns the one image that is received, if there is one. */
    public Optional<Digest> image() {
        return image;
    }

    /** Returns what the receiver demands of an image besides. */
    public ManifestGuard guard() {
        return guard;
    }

    /** Collects settings. */
    public static final class Builder {
        private final NodeId nodeId;
        private String name = "";
        private String token = "";
        private Delivery feedback = Delivery.MULTICAST;
        private long senderTimeoutNanos = 45_000_000_000L;
        private long lingerNanos = 10_000_000_000L;
        private int nacksPerCycle = 8;
        private int robustFactor = 20;
        private ManifestLimits limits = new ManifestLimits(16 << 20, 1024, 16L << 40);

        private Optional<Digest> image = Optional.empty();
        private ManifestGuard guard = ManifestGuard.NONE;

        private Builder(NodeId nodeId) {
            this.nodeId = nodeId;
        }

        /** Default: empty. At most 255 bytes of UTF-8. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Default: empty. What this receiver tells to be admitted to a closed session; at most 255 bytes of UTF-8. */
        public Builder token(String token) {
            this.token = token;
            return this;
        }

        /** Default: {@link Delivery#MULTICAST}, so that receivers suppress each other (RFC 5740, section 5.3). */
        public Builder feedback(Delivery feedback) {
            this.feedback = feedback;
            return this;
        }

        /** Default: 45 s. */
        public Builder senderTimeoutNanos(long nanos) {
            this.senderTimeoutNanos = nanos;
            return this;
        }

        /** Default: 10 s. */
        public Builder lingerNanos(long nanos) {
            this.lingerNanos = nanos;
            return this;
        }

        /** Default: 8 messages of at most one segment each. */
        public Builder nacksPerCycle(int nacksPerCycle) {
            this.nacksPerCycle = nacksPerCycle;
            return this;
        }

        /** Default: 20 (RFC 5740, section 5). */
        public Builder robustFactor(int robustFactor) {
            this.robustFactor = robustFactor;
            return this;
        }

        /** Default: a manifest of 16 MiB, 1,024 objects, an image of 16 TiB. */
        public Builder limits(ManifestLimits limits) {
            this.limits = limits;
            return this;
        }

        /** Default: any. Sessions of other images are not heard. */
        public Builder image(Digest image) {
            this.image = Optional.of(image);
            return this;
        }

        /** Default: {@link ManifestGuard#NONE}. What the receiver demands of an image besides; called by its machine. */
        public Builder guard(ManifestGuard guard) {
            this.guard = guard;
            return this;
        }

        /** Makes the settings. */
        public ReceiverConfig build() {
            return new ReceiverConfig(this);
        }
    }
}
