package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NormSender;
import java.io.IOException;

/** The options of a sender of plain NORM, as they are collected. */
public final class NormSenderBuilder extends SenderSettings<NormSender.Builder> implements NormSender.Builder {
    /** Starts from the defaults. */
    public NormSenderBuilder(MulticastGroup group) {
        super(group, Pace.FIXED);
    }

    private NormSenderBuilder(NormSenderBuilder other) {
        super(other);
    }

    @Override
    NormSenderBuilder self() {
        return this;
    }

    @Override
    public NormSender open() throws IOException {
        NormSenderBuilder options = new NormSenderBuilder(this);
        return new DefaultNormSender(options, options.openPort());
    }
}
