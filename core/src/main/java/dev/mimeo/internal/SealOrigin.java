package dev.mimeo.internal;

import dev.mimeo.protocol.seal.ReplayWindow;

/**
 * One who seals, as those who open see it: which packets were accepted, and the keys of the two epochs heard last. What is
 * not authentic changes nothing here.
 */
final class SealOrigin {
    private final ReplayWindow window;
    private int epoch = -1;
    private PacketKey key;
    private int otherEpoch = -1;
    private PacketKey otherKey;

    SealOrigin(int windowSize) {
        window = new ReplayWindow(windowSize);
    }

    /** Returns whether the packet was not accepted yet, nor is too old to know. */
    boolean isNew(long counter) {
        return window.isNew(counter);
    }

    /** Returns the key of an epoch if it is kept, or null. */
    PacketKey key(int wanted) {
        return wanted == epoch ? key : wanted == otherEpoch ? otherKey : null;
    }

    /** A packet was authentic, under {@code used}, which is kept. */
    void accept(long counter, int usedEpoch, PacketKey used) {
        window.accept(counter);
        if (usedEpoch != epoch && usedEpoch != otherEpoch) {
            if (otherKey != null) {
                otherKey.destroy();
            }
            otherEpoch = epoch;
            otherKey = key;
            epoch = usedEpoch;
            key = used;
        }
    }

    void destroy() {
        if (key != null) {
            key.destroy();
        }
        if (otherKey != null) {
            otherKey.destroy();
        }
    }
}
