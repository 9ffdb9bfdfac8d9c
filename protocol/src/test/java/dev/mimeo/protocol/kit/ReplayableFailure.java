package dev.mimeo.protocol.kit;

import java.nio.file.Path;
import java.util.Locale;

/** A failure that says how to see it again. */
final class ReplayableFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    ReplayableFailure(long seed, Throwable failure, String command, Path trace) {
        super(
                String.format(
                        Locale.ROOT,
                        "with seed %d: %s%nreplay: %s%ntrace:  %s",
                        seed,
                        failure.getMessage() == null ? failure : failure.getMessage(),
                        command,
                        trace),
                failure);
    }
}
