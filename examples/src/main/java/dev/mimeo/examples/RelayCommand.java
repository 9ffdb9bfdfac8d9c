package dev.mimeo.examples;

import dev.mimeo.GroupKey;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.MulticastGroup;
import dev.mimeo.Progress;
import dev.mimeo.Relay;
import dev.mimeo.RelayReport;
import dev.mimeo.TransferListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mimeo relay}: takes an image from one network and serves another with it, while it still arrives. */
@Command(
        name = "relay",
        description =
                "Takes an image from one network and serves another with it, while it still arrives and afterwards.")
final class RelayCommand extends TransferCommand {
    @Option(names = "--from", paramLabel = "ADDR:PORT", required = true, description = "Where to listen.")
    MulticastGroup from;

    @Option(
            names = "--interface",
            paramLabel = "IF",
            required = true,
            description = "Towards the sender: name or address, such as eth0.")
    String interfaceName;

    @Option(names = "--to", paramLabel = "ADDR:PORT", required = true, description = "Where to send.")
    MulticastGroup to;

    @Option(
            names = "--to-interface",
            paramLabel = "IF",
            required = true,
            split = ",",
            description = "Towards the receivers: name or address, such as eth1; several with commas, or repeated.")
    String[] toInterfaceNames;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            required = true,
            description =
                    "Where the image is kept: a directory that is there. What it holds already is served at once, and not"
                            + " received again.")
    Path store;

    @Option(names = "--fresh", description = "Receive everything, whatever --store holds already.")
    boolean fresh;

    @Option(
            names = "--keep-serving",
            paramLabel = "TIME",
            description =
                    "Serve whoever comes late, until nobody has come for so long. Default: end with the first session.")
    Optional<Duration> keepServing;

    @Option(names = "--name", paramLabel = "SEAT", description = "What the sender shows for this machine.")
    Optional<String> name;

    @Option(
            names = "--upstream-token",
            paramLabel = "TOKEN",
            description = "What lets this machine take part upstream; --admission-token is for those that it serves.")
    Optional<String> upstreamToken;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10m",
            description = "How long to wait until a sender is heard. Default: 10m.")
    Duration timeout;

    @Option(
            names = "--ttl",
            paramLabel = "N",
            defaultValue = "1",
            description = "Routers to cross on either side, plus one; 0 stays on this machine. Default: 1.")
    int timeToLive;

    @Mixin
    SourceOption source;

    @Mixin
    UnicastFromOptions unicastFrom;

    @Mixin
    ScopeOption scope;

    @Mixin
    DscpOption dscp;

    @Mixin
    KeyOptions keys;

    @Option(
            names = "--to-key-file",
            paramLabel = "FILE",
            description = "Seal what is sent on with this group key. Default: with the one that it came with.")
    Optional<Path> toKeyFile;

    @Option(names = "--to-open", description = "Send on what came sealed to an open network.")
    boolean toOpen;

    @Mixin
    TrustOptions trust;

    @Mixin
    RateOptions rate;

    @Mixin
    StartOptions start;

    @Override
    ExitCode transfer(Reporter reporter, Shutdown shutdown) throws Exception {
        Relay.Builder builder = Relay.between(upstream(reporter), downstream(reporter), store);
        keepServing.ifPresent(builder::keepServing);
        if (fresh) {
            builder.fresh();
        }
        try (Relay relay = builder.open()) {
            shutdown.closes(relay);
            RelayReport report = relay.relay().await();
            reporter.awaitLastEvent();
            boolean verified = report.isVerifiedByAll()
                    && report.sent().get(0).verifiedCount() >= start.minimumReceivers.orElse(0);
            reporter.relayEnded(report, verified);
            return verified ? ExitCode.VERIFIED : ExitCode.INCOMPLETE;
        }
    }

    private ImageReceiver.Builder upstream(Reporter reporter) throws IOException {
        ImageReceiver.Builder builder = ImageReceiver.from(source.applyTo(from))
                .networkInterface(interfaceName)
                .timeToLive(timeToLive)
                .waitForSender(timeout)
                .listener(new TransferListener() {
                    @Override
                    public void refused(String reason) {
                        reporter.refused(reason);
                    }

                    @Override
                    public void progress(Progress progress) {
                        reporter.upstream(progress);
                    }
                });
        keys.key().ifPresent(builder::groupKey);
        name.ifPresent(builder::name);
        upstreamToken.ifPresent(builder::admissionToken);
        trust.configure(builder);
        unicastFrom.configure(builder);
        dscp.codePoint.ifPresent(builder::dscp);
        scope.apply(builder::allowGlobalScope);
        return builder;
    }

    private ImageSender.Builder downstream(Reporter reporter) throws IOException {
        if (start.hold) {
            throw new IllegalArgumentException("--hold waits for an operator, whom a relay has not: leave it out");
        }
        if (toOpen && toKeyFile.isPresent()) {
            throw new IllegalArgumentException("--to-key-file seals and --to-open does not: choose one");
        }
        ImageSender.Builder builder = ImageSender.to(to)
                .networkInterfaces(toInterfaceNames)
                .timeToLive(timeToLive)
                .listener(reporter);
        downstreamKey().ifPresent(builder::groupKey);
        dscp.codePoint.ifPresent(builder::dscp);
        scope.apply(builder::allowGlobalScope);
        rate.configure(builder);
        start.configure(builder);
        return builder;
    }

    /** What came sealed is not sent in the clear unless somebody says so. */
    private Optional<GroupKey> downstreamKey() throws IOException {
        if (toOpen) {
            return Optional.empty();
        }
        return toKeyFile.isPresent() ? Optional.of(GroupKey.ofFile(toKeyFile.get())) : keys.key();
    }
}
