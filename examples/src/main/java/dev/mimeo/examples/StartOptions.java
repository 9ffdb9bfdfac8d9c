package dev.mimeo.examples;

import dev.mimeo.ImageSender;
import dev.mimeo.SlowReceiverPolicy;
import dev.mimeo.StartPolicy;
import dev.mimeo.TargetSet;
import dev.mimeo.UnicastPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** When a session starts, for whom it is, and who is waited for: the same for {@code send} and {@code serve}. */
final class StartOptions {
    @Option(
            names = "--min-receivers",
            paramLabel = "N",
            description = "Start when so many have joined, and count fewer as incomplete. Default: 1.")
    Optional<Integer> minimumReceivers;

    @Option(
            names = "--max-wait",
            paramLabel = "TIME",
            description =
                    "Start with fewer after so long, such as 60s or 10m; end if nobody has come. Default: no limit.")
    Optional<Duration> maximumWait;

    @Option(names = "--after-first", paramLabel = "TIME", description = "Start so long after the first has joined.")
    Optional<Duration> afterFirst;

    @Option(names = "--quiet", paramLabel = "TIME", description = "Start when nobody new has joined for so long.")
    Optional<Duration> quiet;

    @Option(names = "--at", paramLabel = "TIME", description = "Start at this time: 22:30, or 2026-01-31T22:30.")
    Optional<Instant> at;

    @Option(names = "--start-now", description = "Start at once, whoever listens.")
    boolean startNow;

    @Option(names = "--hold", description = "Do not start by itself; see --operate.")
    boolean hold;

    @Option(
            names = "--for",
            paramLabel = "NAME",
            split = ",",
            description = "The image is for machines of these names; others are refused.")
    List<String> names = List.of();

    @Option(
            names = "--admission-token",
            paramLabel = "TOKEN",
            description = "The image is for machines that tell this token; others are refused.")
    Optional<String> token;

    @Option(names = "--max-receivers", paramLabel = "N", description = "Refuse further ones. Default: 16384.")
    Optional<Integer> maximumReceivers;

    @Option(
            names = "--slow",
            paramLabel = "HOW",
            description =
                    "What becomes of slow receivers: hold (everybody waits for them), second-pass (the others first),"
                            + " lanes:2 or lanes:3 (serve only: in a session of their own),"
                            + " drop:RATE:TIME, such as drop:20M:30s, or handoff:RATE:TIME. Default: second-pass.")
    Optional<SlowReceiverPolicy> slow;

    @Option(
            names = "--unicast",
            paramLabel = "PORT",
            description =
                    "Serve by unicast whoever asks at this port, as receive --unicast-from does, and whoever is handed off; 0:"
                            + " the latter only.")
    Optional<Integer> unicast;

    @Option(
            names = "--unicast-receivers",
            paramLabel = "N",
            description = "With --unicast: so many at a time; others wait. Default: 8.")
    Optional<Integer> unicastReceivers;

    @Option(
            names = "--unicast-last",
            paramLabel = "N",
            description =
                    "With --unicast: hand off the last ones, if they are no more than that, and it costs less than multicast.")
    Optional<Integer> unicastLast;

    @Option(
            names = "--multicast-cost",
            paramLabel = "X",
            description =
                    "With --unicast-last: how many times what unicast costs multicast does, such as 20 on Wi-Fi. Default: 1.")
    Optional<Double> multicastCost;

    /** Returns whether anything was chosen that has no meaning for plain NORM. */
    boolean isGiven() {
        return startNow
                || policy().isPresent()
                || targets().isPresent()
                || maximumReceivers.isPresent()
                || slow.isPresent()
                || unicast.isPresent();
    }

    /** Returns the policy that was chosen: whatever comes first; empty if none was. */
    Optional<StartPolicy> policy() {
        List<StartPolicy> any = new ArrayList<>();
        minimumReceivers.map(StartPolicy::receivers).ifPresent(any::add);
        maximumWait.map(StartPolicy::afterOpening).ifPresent(any::add);
        afterFirst.map(StartPolicy::afterFirst).ifPresent(any::add);
        quiet.map(StartPolicy::quietFor).ifPresent(any::add);
        at.map(StartPolicy::at).ifPresent(any::add);
        if ((startNow || hold) && !any.isEmpty() || startNow && hold) {
            throw new IllegalArgumentException("--start-now does not wait, and --hold waits for you: leave out"
                    + " --min-receivers, --max-wait, --after-first, --quiet, --at, and one of the two");
        }
        if (startNow || hold) {
            return Optional.of(startNow ? StartPolicy.atOnce() : StartPolicy.manual());
        }
        if (maximumWait.isPresent() && any.size() == 1) {
            any.add(StartPolicy.receivers(1));
        }
        return any.isEmpty() ? Optional.empty() : Optional.of(StartPolicy.anyOf(any.toArray(StartPolicy[]::new)));
    }

    private Optional<TargetSet> targets() {
        if (!names.isEmpty() && token.isPresent()) {
            throw new IllegalArgumentException("--for and --admission-token are two ways to choose machines: use one");
        }
        return names.isEmpty() ? token.map(TargetSet::token) : Optional.of(TargetSet.named(names));
    }

    private Optional<UnicastPolicy> unicast() {
        if (unicast.isEmpty() && (unicastReceivers.isPresent() || unicastLast.isPresent())
                || unicastLast.isEmpty() && multicastCost.isPresent()) {
            throw new IllegalArgumentException(
                    "--unicast-receivers and --unicast-last are for --unicast, --multicast-cost is for --unicast-last");
        }
        return unicast.map(UnicastPolicy::at)
                .map(policy -> unicastReceivers.map(policy::atMost).orElse(policy))
                .map(policy -> unicastLast
                        .map(last -> policy.forTheLast(last, multicastCost.orElse(1.0)))
                        .orElse(policy));
    }

    /** Sets what was chosen. */
    void configure(ImageSender.Builder builder) {
        policy().ifPresent(builder::startWhen);
        maximumWait.ifPresent(builder::giveUpAfter);
        targets().ifPresent(builder::targets);
        maximumReceivers.ifPresent(builder::maximumReceivers);
        slow.ifPresent(builder::slowReceivers);
        unicast().ifPresent(builder::unicast);
    }
}
