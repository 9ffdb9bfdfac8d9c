package dev.mimeo.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How a case ended.
 *
 * @param nanos from the start of the sender until everybody had everything, and had said so if asked to
 * @param wireBytes UDP payload that the sender multicast until then
 * @param failure why it failed; empty if it passed
 */
record InteropResult(InteropCase test, long nanos, long wireBytes, Optional<AssertionError> failure) {
    /** Columns of the table that {@link #row} fills. */
    static final String HEAD = "| group | case | sender | receivers | loss | seconds | wire overhead | result |\n"
            + "| --- | --- | --- | --- | --- | ---: | ---: | --- |\n";

    static InteropResult passed(InteropCase test, long nanos, long wireBytes) {
        return new InteropResult(test, nanos, wireBytes, Optional.empty());
    }

    static InteropResult failed(InteropCase test, AssertionError failure) {
        return new InteropResult(test, 0, 0, Optional.of(failure));
    }

    /** Returns a row of the table of results. */
    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s | %s |%n",
                test.group(),
                test.name(),
                test.sender(),
                test.receiverNames(),
                loss(),
                failure.isPresent()
                        ? ""
                        : String.format(Locale.ROOT, "%.3f", nanos / (double) TimeUnit.SECONDS.toNanos(1)),
                failure.isPresent() || test.length() == 0
                        ? ""
                        : String.format(Locale.ROOT, "%.1f %%", 100.0 * wireBytes / test.length() - 100),
                failure.isPresent() ? "**failed**" : "passed");
    }

    private String loss() {
        return test.senderLoss() == 0 && test.receiverLoss() == 0
                ? ""
                : String.format(Locale.ROOT, "%.0f %% / %.0f %%", 100 * test.senderLoss(), 100 * test.receiverLoss());
    }
}
