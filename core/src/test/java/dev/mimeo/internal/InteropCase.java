package dev.mimeo.internal;

import dev.mimeo.DataRate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One transfer that must succeed whoever the parties are.
 *
 * @param group what it belongs to in the table of results
 * @param name what it is about
 * @param sender who sends
 * @param receivers who receives, all of everything
 * @param objects what is sent, in this order
 * @param segmentLength bytes of a symbol (NormSegmentSize)
 * @param blockLength most source symbols in a block
 * @param parityCount parity symbols of a block
 * @param fecEncodingId 2, 5 or 129
 * @param senderLoss share of datagrams lost at the sender, of what it sends and of what it hears; 0 to 1
 * @param receiverLoss likewise, at every receiver by itself
 * @param addressing what kind of group they meet in
 * @param isUnicastFeedback whether feedback goes to the sender alone
 * @param isAcknowledged whether the sender asks every plain NORM receiver for a positive acknowledgement of the end
 * @param congestionControl the least rate under NORM-CC, which starts there; none sends at {@code rate}
 * @param rate the most that the sender sends
 * @param lateCount how many of the receivers, the last ones, come when half has been sent
 * @param wantsEverything whether libnorm receivers ask for what was sent before they came (NORM_SYNC_ALL); else they wait
 *     for the next NORM_INFO or first block of an object
 * @param isSenderRestarted whether the sender dies when half has been sent, and another takes its place
 * @param atMost how long it may take
 */
record InteropCase(
        String group,
        String name,
        Party sender,
        List<Party> receivers,
        List<InteropObject> objects,
        int segmentLength,
        int blockLength,
        int parityCount,
        int fecEncodingId,
        double senderLoss,
        double receiverLoss,
        Addressing addressing,
        boolean isUnicastFeedback,
        boolean isAcknowledged,
        Optional<DataRate> congestionControl,
        DataRate rate,
        int lateCount,
        boolean wantsEverything,
        boolean isSenderRestarted,
        Duration atMost) {
    /** Starts a builder. */
    static Builder of(String group, String name) {
        return new Builder(group, name);
    }

    /** Returns the bytes of all objects. */
    long length() {
        return objects.stream().mapToLong(InteropObject::length).sum();
    }

    /** Returns who receives, for people: {@code 2 libnorm, Mimeo}. */
    String receiverNames() {
        return receivers.stream()
                .distinct()
                .map(party -> {
                    int count = Collections.frequency(receivers, party);
                    return count > 1 ? count + " " + party : party.toString();
                })
                .collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return group + ": " + name + ", " + sender + " to " + receiverNames();
    }

    /** Collects what differs from a file of a megabyte that crosses a good network at 200 Mbit/s. */
    static final class Builder {
        private final String group;
        private final String name;
        private List<InteropObject> objects = List.of(InteropObject.file(1_000_003));
        private int segmentLength = 1_400;
        private int blockLength = 64;
        private int parityCount = 16;
        private int fecEncodingId = 129;
        private double senderLoss;
        private double receiverLoss;
        private Addressing addressing = Addressing.IPV4;
        private boolean unicastFeedback;
        private boolean acknowledged;
        private Optional<DataRate> congestionControl = Optional.empty();
        private DataRate rate = DataRate.ofMegabits(200);
        private int lateCount;
        private boolean wantsEverything;
        private boolean senderRestarted;
        private Duration atMost = Duration.ofSeconds(30);

        private Builder(String group, String name) {
            this.group = group;
            this.name = name;
        }

        Builder objects(InteropObject... objects) {
            this.objects = List.of(objects);
            return this;
        }

        Builder shape(int segmentLength, int blockLength, int parityCount) {
            this.segmentLength = segmentLength;
            this.blockLength = blockLength;
            this.parityCount = parityCount;
            return this;
        }

        Builder fecEncodingId(int id) {
            fecEncodingId = id;
            return this;
        }

        Builder senderLoss(double ratio) {
            senderLoss = ratio;
            return this;
        }

        Builder receiverLoss(double ratio) {
            receiverLoss = ratio;
            return this;
        }

        Builder addressing(Addressing kind) {
            addressing = kind;
            return this;
        }

        Builder unicastFeedback(boolean isUnicast) {
            unicastFeedback = isUnicast;
            return this;
        }

        Builder acknowledged() {
            acknowledged = true;
            return this;
        }

        Builder congestionControl(DataRate floor) {
            congestionControl = Optional.of(floor);
            return this;
        }

        Builder rate(DataRate rate) {
            this.rate = rate;
            return this;
        }

        Builder late(int count) {
            lateCount = count;
            return this;
        }

        Builder wantsEverything() {
            wantsEverything = true;
            return this;
        }

        Builder senderRestarted() {
            senderRestarted = true;
            return this;
        }

        Builder atMost(Duration limit) {
            atMost = limit;
            return this;
        }

        InteropCase between(Party sender, Party... receivers) {
            return new InteropCase(
                    group,
                    name,
                    sender,
                    List.of(receivers),
                    objects,
                    segmentLength,
                    blockLength,
                    parityCount,
                    fecEncodingId,
                    senderLoss,
                    receiverLoss,
                    addressing,
                    unicastFeedback,
                    acknowledged,
                    congestionControl,
                    rate,
                    lateCount,
                    wantsEverything,
                    senderRestarted,
                    atMost);
        }
    }
}
