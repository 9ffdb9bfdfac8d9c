package dev.mimeo.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * One way between a seat and the rest of a {@link FaultyNetwork}, and what it does to datagrams. It is perfect until told
 * otherwise; settings may change at any time, from any thread. Its chance is its own: the same seed and the same settings do
 * the same to its first datagram, its second, and so on, whatever happens on other links. Counts begin at 0 and only grow.
 */
public final class Link {
    private final RandomGenerator random;
    private volatile Loss loss = chance -> false;
    private volatile boolean down;
    private volatile double duplication;
    private volatile double corruption;
    private volatile double truncation;
    private volatile double reordering;
    private volatile long reorderNanos;
    private volatile long delayNanos;
    private volatile long jitterNanos;
    private volatile long offered;
    private volatile long lost;
    private volatile long duplicated;
    private volatile long damaged;
    private volatile long reordered;

    /** Decides about one datagram after the other. */
    private interface Loss {
        boolean loses(RandomGenerator chance);
    }

    /** Takes what passes a link. */
    interface Exit {
        void leave(ByteBuffer datagram, long afterNanos) throws IOException;
    }

    /** Makes a perfect link; {@code random} is used by the thread that calls {@link #carry} only. */
    Link(RandomGenerator random) {
        this.random = random;
    }

    /** Default: 0. Loses each datagram with this probability, independently; takes the place of {@link #burst}. */
    public Link loss(double probability) {
        requireProbability(probability);
        loss = chance -> chance.nextDouble() < probability;
        return this;
    }

    /**
     * Loses in bursts, after Gilbert and Elliott, in the place of {@link #loss}.
     *
     * @param meanLoss share of datagrams that are lost in the long run, below 1
     * @param meanLength datagrams in a burst on average, at least 1
     */
    public Link burst(double meanLoss, double meanLength) {
        requireProbability(meanLoss);
        double end = 1 / meanLength;
        double begin = end * meanLoss / (1 - meanLoss);
        if (!(meanLength >= 1) || !(begin <= 1)) {
            throw new IllegalArgumentException(
                    "no bursts of " + meanLength + " datagrams lose " + meanLoss + " of all");
        }
        loss = new Loss() {
            private boolean bad;

            @Override
            public boolean loses(RandomGenerator chance) {
                bad = bad ? chance.nextDouble() >= end : chance.nextDouble() < begin;
                return bad;
            }
        };
        return this;
    }

    /** Default: false. Nothing passes while the cable is pulled. */
    public Link down(boolean down) {
        this.down = down;
        return this;
    }

    /** Default: 0. Lets a datagram pass twice with this probability. */
    public Link duplicate(double probability) {
        requireProbability(probability);
        duplication = probability;
        return this;
    }

    /**
     * Default: 0. Inverts one to three bits of a datagram with this probability, as if no checksum had noticed. With a group
     * key it is dropped, and repaired. Without, only the hash of a chunk of 1 MiB tells: where one datagram in a hundred is
     * corrupt, a receiver gives up, as it must.
     */
    public Link corrupt(double probability) {
        requireProbability(probability);
        corruption = probability;
        return this;
    }

    /** Default: 0. Cuts a datagram short with this probability. */
    public Link truncate(double probability) {
        requireProbability(probability);
        truncation = probability;
        return this;
    }

    /** Default: 0. Holds a datagram back with this probability, so that those behind it overtake it. */
    public Link reorder(double probability, Duration by) {
        requireProbability(probability);
        reorderNanos = requireNotNegative(by);
        reordering = probability;
        return this;
    }

    /**
     * Default: 0. How long every datagram takes, and how much longer at most, by chance: those with jitter may overtake each
     * other. To a millisecond or so.
     */
    public Link delay(Duration delay, Duration jitter) {
        delayNanos = requireNotNegative(delay);
        jitterNanos = requireNotNegative(jitter);
        return this;
    }

    /** Returns how many datagrams came to it. */
    public long offered() {
        return offered;
    }

    /** Returns how many of them it lost: by chance, while it was down, or because too many were on their way. */
    public long lost() {
        return lost;
    }

    /** Returns how many passed twice. */
    public long duplicated() {
        return duplicated;
    }

    /** Returns how many were changed or cut short. */
    public long damaged() {
        return damaged;
    }

    /** Returns how many were held back. */
    public long reordered() {
        return reordered;
    }

    @Override
    public String toString() {
        return offered + " datagrams, " + lost + " lost, " + duplicated + " duplicated, " + damaged + " damaged, "
                + reordered + " held back";
    }

    /** Does to a datagram what is to be done; it is passed on as it is, or as a copy. One thread. */
    void carry(ByteBuffer datagram, Exit exit) throws IOException {
        offered++;
        if (loss.loses(random) || down) {
            lose();
            return;
        }
        if (happens(duplication)) {
            duplicated++;
            pass(datagram, exit);
        }
        pass(datagram, exit);
    }

    /** One that was carried is lost all the same. */
    void lose() {
        lost++;
    }

    private void pass(ByteBuffer datagram, Exit exit) throws IOException {
        boolean corrupts = happens(corruption);
        boolean truncates = happens(truncation);
        ByteBuffer out = datagram;
        if ((corrupts || truncates) && datagram.remaining() > 0) {
            damaged++;
            out = ByteBuffer.allocate(datagram.remaining())
                    .put(datagram.duplicate())
                    .flip();
            for (int bits = corrupts ? random.nextInt(1, 4) : 0; bits > 0; bits--) {
                int at = random.nextInt(out.limit());
                out.put(at, (byte) (out.get(at) ^ 1 << random.nextInt(Byte.SIZE)));
            }
            out.limit(truncates ? random.nextInt(out.limit()) : out.limit());
        }
        long afterNanos = delayNanos + (long) (random.nextDouble() * jitterNanos);
        if (happens(reordering)) {
            reordered++;
            afterNanos += reorderNanos;
        }
        exit.leave(out, afterNanos);
    }

    private boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    private static void requireProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability of " + probability + "; it must be 0 to 1");
        }
    }

    private static long requireNotNegative(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("a delay of " + duration);
        }
        return duration.toNanos();
    }
}
