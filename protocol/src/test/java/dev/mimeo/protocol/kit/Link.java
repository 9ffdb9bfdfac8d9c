package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.MessageType;
import java.util.SplittableRandom;

/**
 * One direction of the path between a node and the network, and what it does to datagrams: lose, delay, reorder, double,
 * damage. A datagram passes the outbound link of its origin and then the inbound link of each recipient.
 *
 * <p>Its chance is its own, derived from the simulation's seed, the node and the direction: what happens on one link does
 * not change what happens on another. Settings may change while the simulation runs.
 */
public final class Link {
    private final NodeId node;
    private final SplittableRandom random;
    private LossModel loss = LossModel.none();
    private long delayNanos;
    private long jitterNanos;
    private double reordered;
    private long reorderNanos;
    private double duplicated;
    private double corrupted;
    private double contentCorrupted;
    private double truncated;
    private Bottleneck bottleneck;
    private long queueNanos;
    private boolean steady = true;
    private boolean perfect = true;

    long offeredCount;
    long offeredBytes;
    long lostCount;
    long reorderedCount;
    long duplicatedCount;
    long corruptedCount;
    long truncatedCount;

    Link(NodeId node, SplittableRandom random) {
        this.node = node;
        this.random = random;
    }

    /** Default: {@link LossModel#none()}. The link takes a {@linkplain LossModel#fresh() fresh} copy. */
    public Link loss(LossModel model) {
        loss = model.fresh();
        return changed();
    }

    /** Loses what it lost before, and what {@code model} loses. */
    public Link alsoLoss(LossModel model) {
        loss = loss == LossModels.NONE ? model.fresh() : loss.or(model.fresh());
        return changed();
    }

    /** Loses everything from one time to another. */
    public Link partition(long fromNanos, long toNanos) {
        return alsoLoss(LossModel.all().between(fromNanos, toNanos));
    }

    /** Default: 0 on links made by hand; {@link SimulatedNetwork#DELAY_NANOS} on those of a network. */
    public Link delayNanos(long nanos) {
        delayNanos = nanos;
        return changed();
    }

    /** Default: 0. Each datagram takes up to this much longer, evenly distributed. */
    public Link jitterNanos(long nanos) {
        jitterNanos = nanos;
        return changed();
    }

    /** Default: none. Everything passes a slow line, which may be shared with other links. */
    public Link bottleneck(Bottleneck line) {
        bottleneck = line;
        return changed();
    }

    /** Default: none. Datagrams that take {@code extraNanos} longer, so that later ones overtake them. */
    public Link reorder(double probability, long extraNanos) {
        LossModels.requireProbability(probability);
        reordered = probability;
        reorderNanos = extraNanos;
        return changed();
    }

    /** Default: 0. Datagrams that arrive twice. */
    public Link duplicate(double probability) {
        LossModels.requireProbability(probability);
        duplicated = probability;
        return changed();
    }

    /** Default: 0. Datagrams of which one to eight bits, anywhere, arrive inverted. */
    public Link corrupt(double probability) {
        LossModels.requireProbability(probability);
        corrupted = probability;
        return changed();
    }

    /**
     * Default: 0. NORM_DATA of which the last byte arrives inverted: the header is whole, so that nothing short of a hash
     * over the content finds it.
     */
    public Link corruptContent(double probability) {
        LossModels.requireProbability(probability);
        contentCorrupted = probability;
        return changed();
    }

    /** Default: 0. Datagrams that arrive shorter, down to nothing. */
    public Link truncate(double probability) {
        LossModels.requireProbability(probability);
        truncated = probability;
        return changed();
    }

    private Link changed() {
        steady = jitterNanos == 0 && reordered == 0;
        perfect = duplicated == 0 && corrupted == 0 && contentCorrupted == 0 && truncated == 0;
        return this;
    }

    /** Returns how many datagrams entered the link. */
    public long offeredCount() {
        return offeredCount;
    }

    /** Returns how many bytes entered the link, UDP payload. */
    public long offeredBytes() {
        return offeredBytes;
    }

    /** Returns how many of them were lost. */
    public long lostCount() {
        return lostCount;
    }

    /** Returns how many were held back. */
    public long reorderedCount() {
        return reorderedCount;
    }

    /** Returns how many were doubled. */
    public long duplicatedCount() {
        return duplicatedCount;
    }

    /** Returns how many had bits inverted; one copy of a doubled datagram counts as one. */
    public long corruptedCount() {
        return corruptedCount;
    }

    /** Returns how many were cut short. */
    public long truncatedCount() {
        return truncatedCount;
    }

    NodeId node() {
        return node;
    }

    boolean loses(Datagram datagram, long nowNanos) {
        offeredCount++;
        offeredBytes += datagram.length();
        if (loss != LossModels.NONE && loss.loses(datagram, node, nowNanos, random)) {
            lostCount++;
            return true;
        }
        queueNanos = bottleneck == null ? 0 : bottleneck.pass(datagram.length(), nowNanos);
        if (queueNanos < 0) {
            lostCount++;
            return true;
        }
        return false;
    }

    /** Returns whether it neither doubles nor damages anything. */
    boolean isPerfect() {
        return perfect;
    }

    boolean duplicates() {
        if (duplicated > 0 && random.nextDouble() < duplicated) {
            duplicatedCount++;
            return true;
        }
        return false;
    }

    boolean corrupts() {
        if (corrupted > 0 && random.nextDouble() < corrupted) {
            corruptedCount++;
            return true;
        }
        return false;
    }

    boolean corruptsContent(Datagram datagram) {
        if (contentCorrupted > 0 && datagram.is(MessageType.DATA) && random.nextDouble() < contentCorrupted) {
            corruptedCount++;
            return true;
        }
        return false;
    }

    boolean truncates() {
        if (truncated > 0 && random.nextDouble() < truncated) {
            truncatedCount++;
            return true;
        }
        return false;
    }

    void flipBits(Datagram datagram) {
        if (datagram.length() == 0) {
            return;
        }
        int bits = random.nextInt(1, 9);
        for (int i = 0; i < bits; i++) {
            datagram.flip(random.nextInt(8 * datagram.length()));
        }
    }

    void invertLastByte(Datagram datagram) {
        for (int bit = 1; bit <= Byte.SIZE; bit++) {
            datagram.flip(Byte.SIZE * datagram.length() - bit);
        }
    }

    void cut(Datagram datagram) {
        if (datagram.length() > 0) {
            datagram.truncate(random.nextInt(datagram.length()));
        }
    }

    /** Returns how long the datagram takes that was not lost last. */
    long nextDelayNanos() {
        if (steady) {
            return delayNanos + queueNanos;
        }
        long nanos = delayNanos + queueNanos;
        if (jitterNanos > 0) {
            nanos += random.nextLong(jitterNanos + 1);
        }
        if (reordered > 0 && random.nextDouble() < reordered) {
            reorderedCount++;
            nanos += reorderNanos;
        }
        return nanos;
    }
}
