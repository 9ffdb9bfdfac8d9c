package dev.mimeo.internal;

import static dev.mimeo.internal.Checks.check;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NormReceiver;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;

/** The options of a receiver of plain NORM, as they are collected. */
public final class NormReceiverBuilder extends ReceiverSettings<NormReceiver.Builder> implements NormReceiver.Builder {
    /** Object ids of one sender could not be ordered if there were more. */
    private static final int MOST_OBJECTS = 32_767;

    OptionalInt objectCount = OptionalInt.empty();
    long maximumObjectLength = 16L << 40;
    Duration quietPeriod = Duration.ofSeconds(2);

    /** Starts from the defaults. */
    public NormReceiverBuilder(MulticastGroup group) {
        super(group);
    }

    private NormReceiverBuilder(NormReceiverBuilder other) {
        super(other);
        objectCount = other.objectCount;
        maximumObjectLength = other.maximumObjectLength;
        quietPeriod = other.quietPeriod;
    }

    @Override
    NormReceiverBuilder self() {
        return this;
    }

    @Override
    public NormReceiverBuilder objectCount(int objects) {
        check(objects >= 1 && objects <= MOST_OBJECTS, "%d objects are not 1 to 32,767", objects);
        objectCount = OptionalInt.of(objects);
        return this;
    }

    @Override
    public NormReceiverBuilder maximumObjectLength(long bytes) {
        check(bytes >= 1, "a maximum object length of %d bytes is not positive", bytes);
        maximumObjectLength = bytes;
        return this;
    }

    @Override
    public NormReceiverBuilder quietPeriod(Duration period) {
        quietPeriod = Checks.positive(period, "quiet period");
        return this;
    }

    @Override
    public NormReceiver open() throws IOException {
        NormReceiverBuilder options = new NormReceiverBuilder(this);
        return new DefaultNormReceiver(options, TargetStorage.LOCAL, options.openPort());
    }
}
