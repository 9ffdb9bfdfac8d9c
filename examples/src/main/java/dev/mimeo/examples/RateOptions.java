package dev.mimeo.examples;

import dev.mimeo.DataRate;
import dev.mimeo.SenderOptions;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How fast something is sent, and how that is found. */
final class RateOptions {
    private static final String AUTO = "auto";

    @Option(
            names = "--rate",
            paramLabel = "RATE",
            description = "At most, such as 800M; auto: the interface's speed. Default: auto; 200M if fixed.")
    String rate = AUTO;

    @Option(
            names = "--floor",
            paramLabel = "RATE",
            description = "The rate adapts to what receivers can take, but never below this. Default: a hundredth.")
    Optional<DataRate> floor;

    @Option(names = "--yield", description = "Give way to others where the network is full.")
    boolean yields;

    @Option(names = "--fixed", description = "Always send at --rate. Default with --plain-norm; else the rate adapts.")
    boolean fixed;

    @Option(
            names = "--cc",
            paramLabel = "FLOOR",
            description = "Congestion control as TCP does it (NORM-CC), from this rate up to --rate.")
    Optional<DataRate> congestionFloor;

    /** Sets what was chosen. */
    void configure(SenderOptions<?> builder) {
        if (!rate.equals(AUTO)) {
            builder.rate(Quantities.rate(rate));
        }
        if ((fixed ? 1 : 0) + (floor.isPresent() ? 1 : 0) + (congestionFloor.isPresent() ? 1 : 0) > 1) {
            throw new IllegalArgumentException("--fixed, --floor and --cc are three ways to find a rate: choose one");
        }
        floor.ifPresent(builder::adaptiveRate);
        congestionFloor.ifPresent(builder::congestionControl);
        if (fixed) {
            builder.fixedRate();
        }
        if (yields) {
            builder.yieldToOthers();
        }
    }
}
