package dev.mimeo.internal;

import dev.mimeo.Progress;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** An image that can be opened to be sent. */
interface Openable {
    /**
     * Finds out what the image is, by hashing it or by waiting for it if need be.
     *
     * @param listener hears how far that is
     * @param isCancelled asked throughout; {@link java.util.concurrent.CancellationException} once it is
     */
    OpenImage open(Consumer<Progress> listener, BooleanSupplier isCancelled, ThreadMaker threads) throws IOException;
}
