package dev.mimeo.examples;

import dev.mimeo.DataRate;
import dev.mimeo.Deployment;
import dev.mimeo.DistributionPoint;
import dev.mimeo.DistributionPointListener;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.RateSchedule;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SessionView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mimeo serve}: a distribution point. */
@Command(
        name = "serve",
        description = "Sends several images, each in a session of its own: when a receiver asks for one, or now.")
final class ServeCommand extends TransferCommand {
    private static final long STATUS_SECONDS = 1;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The images, one file each; prepare them before.")
    List<Path> files;

    @Option(names = "--deploy", description = "Open a session for each image now, and end when all have ended.")
    boolean deploy;

    @Mixin
    NetworkOptions network;

    @Mixin
    DscpOption dscp;

    @Mixin
    KeyOptions keys;

    @Option(
            names = "--groups",
            paramLabel = "ADDR[-ADDR]:PORT|madcap[:SERVER]",
            description =
                    "Where sessions meet, each at an address of its own: of a range, or leased from a MADCAP server, that of"
                            + " the network or the one that is named. Default: 239.255.78.1-239.255.78.254:6003; with a directory of"
                            + " IPv6, [ff15::efff:4e01-ff15::efff:4efe]:6003.")
    Optional<GroupChoice> groups;

    @Option(names = "--name", paramLabel = "N", description = "What watchers are shown. Default: this machine's name.")
    Optional<String> name;

    @Option(
            names = "--rate",
            paramLabel = "RATE",
            defaultValue = "200M",
            description = "What all sessions together may send. Default: 200M.")
    DataRate rate;

    @Option(
            names = "--rate-between",
            paramLabel = "TIME-TIME=RATE",
            description = "Another rate for a part of every day, such as 08:00-18:00=100M. May be repeated.")
    List<RateSchedule.Window> windows = List.of();

    @Option(names = "--max-sessions", paramLabel = "N", description = "Default: 64.")
    Optional<Integer> maximumSessions;

    @Mixin
    DirectoryOption directory;

    @Mixin
    StartOptions start;

    @Option(names = "--operate", description = "Read commands from standard input while it runs: help lists them.")
    boolean operated;

    @Mixin
    WatchOptions watch;

    /** Of sessions that have ended; guarded by itself. */
    private final List<SessionView> ended = new ArrayList<>();

    @Override
    ExitCode transfer(Reporter reporter, Shutdown shutdown) throws Exception {
        try (Watching watching = watch.open(spec.commandLine().getErr(), display)) {
            return watching.end(serve(reporter, shutdown, watching));
        }
    }

    private ExitCode serve(Reporter reporter, Shutdown shutdown, Watching watching) throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (DistributionPoint point =
                configured(new Listener(reporter, watching)).open()) {
            shutdown.closes(left::countDown);
            shutdown.closes(point);
            if (operated) {
                Operator.listen(point::sessions, reporter, display);
            }
            List<ImageSession> sessions = open(point);
            // Lanes may outlast the sessions that they are of.
            while (!left.await(STATUS_SECONDS, TimeUnit.SECONDS)
                    && !(deploy
                            && point.sessions().isEmpty()
                            && sessions.stream()
                                    .allMatch(each -> each.completion().isDone()))) {
                if (json) {
                    point.sessions().forEach(each -> reporter.session(each.view()));
                }
            }
        }
        List<SessionView> views;
        synchronized (ended) {
            views = List.copyOf(ended);
        }
        boolean verified = views.stream().allMatch(ServeCommand::isVerifiedByAll);
        reporter.served(views, verified);
        return verified ? ExitCode.VERIFIED : ExitCode.INCOMPLETE;
    }

    private List<ImageSession> open(DistributionPoint point) throws Exception {
        List<ImageSession> sessions = new ArrayList<>();
        for (Path file : files) {
            Deployment deployment = Deployment.of(ImageSource.of(file)).with(start::configure);
            if (deploy) {
                sessions.add(point.deploy(deployment));
            } else {
                ImageDescription image = point.offer(deployment);
                display.say("Offers " + Words.image(image) + ", " + Words.identity(image));
            }
        }
        return sessions;
    }

    private DistributionPoint.Builder configured(DistributionPointListener listener) throws IOException {
        DistributionPoint.Builder builder = DistributionPoint.on(network.interfaceNames)
                .timeToLive(network.timeToLive)
                .rateBudget(new RateSchedule(rate, windows))
                .listener(listener);
        keys.key().ifPresent(builder::groupKey);
        groups.ifPresent(choice -> builder.addresses(choice.on(network)));
        dscp.codePoint.ifPresent(builder::dscp);
        network.scope.apply(builder::allowGlobalScope);
        name.ifPresent(builder::name);
        maximumSessions.ifPresent(builder::maximumSessions);
        directory.group.ifPresent(builder::directory);
        return builder;
    }

    private static boolean isVerifiedByAll(SessionView session) {
        int verified = session.count(ReceiverStatus.State.VERIFIED);
        return verified > 0
                && verified + session.count(ReceiverStatus.State.REFUSED) + session.count(ReceiverStatus.State.MOVED)
                        == session.receivers().size();
    }

    /** Tells what happens at the point. */
    private final class Listener implements DistributionPointListener {
        private final Reporter reporter;
        private final Watching watching;

        Listener(Reporter reporter, Watching watching) {
            this.reporter = reporter;
            this.watching = watching;
        }

        @Override
        public void sessionOpened(ImageSession session) {
            watching.add(session);
            reporter.session(session.view());
        }

        @Override
        public void sessionEnded(ImageSession session) {
            SessionView view = session.view();
            synchronized (ended) {
                ended.add(view);
            }
            reporter.session(view);
            session.completion().exceptionally(cause -> {
                if (!(cause instanceof CancellationException)) {
                    display.say(session.group() + " failed: " + Words.failure(cause));
                }
                return null;
            });
        }

        @Override
        public void requestFailed(String image, Exception cause) {
            display.say("Somebody asked for " + image + " in vain: " + Words.failure(cause));
        }

        @Override
        public void collision(ImageSession session, String other) {
            display.say("Distribution point " + other + " uses " + session.group()
                    + " too: end one of the two sessions, and give each point --groups of its own");
        }
    }
}
