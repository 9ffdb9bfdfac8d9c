package dev.mimeo.internal;

import dev.mimeo.Deployment;
import dev.mimeo.DistributionPoint;
import dev.mimeo.DistributionPointListener;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageSession;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SlowReceiverPolicy;
import dev.mimeo.StartPolicy;
import dev.mimeo.TargetSet;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.directory.Listing;
import dev.mimeo.protocol.session.GroupAddress;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some sessions, each with a sender and a thread of its own; a directory; and a thread that divides the rate and lists what
 * goes on, ten times a second while there are sessions.
 */
final class DefaultDistributionPoint implements DistributionPoint {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultDistributionPoint.class);
    private static final StartPolicy USUAL_START =
            StartPolicy.anyOf(StartPolicy.receivers(20), StartPolicy.afterFirst(Duration.ofMinutes(15)));
    /** A session that was asked for starts with whoever asked; who does not come is not waited for. */
    private static final Duration PATIENCE_ON_DEMAND = Duration.ofMinutes(2);

    private static final long LISTENING_NANOS = 1_000_000_000;
    private static final long TICK_MILLIS = 100;
    private static final long IDLE_MILLIS = 500;
    private static final long LAST_WORDS_MILLIS = 300;
    private static final int MOST_ATTEMPTS = 8;
    private static final int ENDED_KEPT = 256;

    private final DistributionPointBuilder options;
    private final SessionClock clock = new SessionClock();
    private final Optional<DirectoryClient> directory;
    private final ScheduledThreadPoolExecutor point;
    private final ThreadPoolExecutor callbacks;
    private final ReservedGroups groups;
    /** Guarded by {@code this}, as is all below. */
    private final Set<PointSession> sessions = new LinkedHashSet<>();

    private final Map<String, Deployment> offers = new HashMap<>();
    /** Images that are being opened because somebody asked. */
    private final Set<String> opening = new HashSet<>();

    private final Map<ImageSession, Deployment> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ImageSession, Deployment> eldest) {
            return size() > ENDED_KEPT;
        }
    };
    private boolean ticking;
    private boolean closed;

    /** Opens the directory; the options are kept. */
    DefaultDistributionPoint(DistributionPointBuilder options) throws IOException {
        this.options = options;
        groups = new ReservedGroups(options.addresses.orElseThrow(), options.maximumSessions);
        ThreadFactory threads = options.network.threads().named("mimeo-point");
        point = new ScheduledThreadPoolExecutor(1, threads);
        point.setKeepAliveTime(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        point.allowCoreThreadTimeOut(true);
        callbacks =
                new ThreadPoolExecutor(1, 1, IDLE_MILLIS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), threads);
        callbacks.allowCoreThreadTimeOut(true);
        directory = options.directory.isPresent()
                ? Optional.of(new DirectoryClient(
                        options.network.openPort(options.directory.get()),
                        options.directory.get(),
                        options.name,
                        options.network,
                        new Requests()))
                : Optional.empty();
    }

    // ----------------------------------------------------------------------------------------------------- sessions

    @Override
    public ImageSession deploy(Deployment deployment) throws IOException, InterruptedException {
        return deploy(deployment, session -> session.startWhen(USUAL_START), Optional.empty()).session;
    }

    /** {@code lane}: the session of which the new one is the next lane. */
    private PointSession deploy(
            Deployment deployment, Consumer<ImageSenderBuilder> defaults, Optional<PointSession> lane)
            throws IOException, InterruptedException {
        Set<MulticastGroup> tried = new HashSet<>();
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            MulticastGroup group = reserve(tried);
            Optional<PointSession> opened = Optional.empty();
            try {
                opened = openIfFree(group, deployment, options(group, deployment, defaults, lane), lane);
            } finally {
                if (opened.isEmpty()) {
                    release(group);
                }
            }
            if (opened.isPresent()) {
                return opened.get();
            }
            LOG.info("Group {} is in use by somebody else; another is taken if there is one", group);
        }
        throw new IOException("Each of " + tried.size() + " groups is in use by somebody else: " + tried
                + ". Give this point addresses of its own, with addresses().");
    }

    private ImageSenderBuilder options(
            MulticastGroup group,
            Deployment deployment,
            Consumer<ImageSenderBuilder> defaults,
            Optional<PointSession> lane) {
        ImageSenderBuilder session = new ImageSenderBuilder(group);
        session.rate(options.budget.largest()).maximumReceivers(options.maximumReceivers);
        defaults.accept(session);
        session.groupKey = options.network.groupKey;
        deployment.options().accept(session);
        lane.ifPresent(before -> session.sessionName(before.nextName(session.sessionName)));
        session.networkInterfaces = options.network.networkInterfaces;
        session.timeToLive(options.network.timeToLive).dscp(options.network.dscp);
        session.allowGlobalScope = options.network.allowGlobalScope;
        session.environment = options.network.environment;
        return session;
    }

    private static Problems problems(Deployment deployment, ImageSenderBuilder session) {
        Problems problems = new Problems();
        session.checkTargets(problems);
        problems.require(
                !(deployment.image() instanceof PipeSource
                        && session.slowReceivers instanceof SlowReceiverPolicy.Lanes),
                "a pipe can be sent only once, and so not in lanes; write it to a file");
        return problems;
    }

    private MulticastGroup reserve(Set<MulticastGroup> tried) throws IOException, InterruptedException {
        synchronized (this) {
            checkOpen();
        }
        Set<MulticastGroup> heard = heardGroups();
        MulticastGroup group = groups.reserve(each -> !tried.contains(each) && !heard.contains(each))
                .orElseThrow(() -> new IOException("No group is free: this point uses " + groups.count()
                        + ", and others " + (heard.size() + tried.size())
                        + ". Give it more addresses, with addresses(), or end a session."));
        tried.add(group);
        return group;
    }

    private Set<MulticastGroup> heardGroups() {
        Set<MulticastGroup> heard = new HashSet<>();
        directory.ifPresent(client -> client.heard().stream()
                .forEach(each ->
                        each.heard().listing().group().map(DirectoryWords::of).ifPresent(heard::add)));
        return heard;
    }

    /** Asks the other points while it listens for anybody else. */
    private boolean isFree(MulticastGroup group, MulticastPort port) throws IOException, InterruptedException {
        CompletableFuture<Boolean> claim = directory
                .map(client -> client.claim(DirectoryWords.of(group)))
                .orElse(CompletableFuture.completedFuture(true));
        boolean quiet = GroupProbe.isQuiet(port, LISTENING_NANOS);
        try {
            return claim.get() && quiet;
        } catch (ExecutionException e) {
            throw new IOException("The directory has failed; open the distribution point again", e);
        }
    }

    private Optional<PointSession> openIfFree(
            MulticastGroup group, Deployment deployment, ImageSenderBuilder session, Optional<PointSession> lane)
            throws IOException, InterruptedException {
        SenderSettings.SenderPort port = session.openPort(problems(deployment, session));
        Optional<PointSession> opened = Optional.empty();
        try {
            if (isFree(group, port.port())) {
                opened = Optional.of(open(deployment, session, port, lane));
            }
            return opened;
        } finally {
            if (opened.isEmpty()) {
                port.port().close();
            }
        }
    }

    private synchronized PointSession open(
            Deployment deployment,
            ImageSenderBuilder session,
            SenderSettings.SenderPort port,
            Optional<PointSession> lane) {
        checkOpen();
        DefaultImageSender sender = new DefaultImageSender(session, port);
        PointSession opened =
                new PointSession(deployment, sender.start((NamedSource) deployment.image()), sender, lane);
        // Until the budget is divided anew it may announce itself, and no more.
        opened.grant(RateShares.LEAST);
        if (session.slowReceivers instanceof SlowReceiverPolicy.Lanes lanes) {
            opened.session.onLaggard(receiver -> inBackground(() -> moveOn(opened, lanes, receiver)));
        }
        sessions.add(opened);
        tell(listener -> listener.sessionOpened(opened.session));
        opened.session.completion().whenComplete((report, failure) -> inBackground(() -> close(opened)));
        if (!ticking) {
            ticking = true;
            inBackground(this::tick);
        }
        return opened;
    }

    /** A receiver lags behind its lane: it goes on in the next one, if that can be opened. The thread of the point. */
    private void moveOn(PointSession from, SlowReceiverPolicy.Lanes lanes, NodeId receiver) {
        from.next(() -> openLane(from, lanes)).thenAccept(next -> from.session.move(receiver, next.session));
    }

    private CompletableFuture<PointSession> openLane(PointSession from, SlowReceiverPolicy.Lanes lanes) {
        Deployment deployment = new Deployment(
                (NamedSource) from.session.source(),
                from.deployment
                        .options()
                        .andThen(session -> session.slowReceivers(lanes.next())
                                .startWhen(StartPolicy.receivers(1))
                                .giveUpAfter(PATIENCE_ON_DEMAND)
                                .listener(TransferListener.NONE)));
        CompletableFuture<PointSession> opened = new CompletableFuture<>();
        inItsOwnThread(() -> {
            try {
                opened.complete(deploy(deployment, session -> {}, Optional.of(from)));
                LOG.info("{} has receivers that lag behind; they go on in another lane", from.session);
            } catch (IOException | RuntimeException | InterruptedException e) {
                LOG.warn("{} has receivers that lag behind, and no lane for them: {}", from.session, e.getMessage());
                opened.completeExceptionally(e);
            }
        });
        return opened;
    }

    /** Does what takes about a second: asking whether a group is free. */
    private void inItsOwnThread(Runnable work) {
        options.network.threads().make("mimeo-point-opener", work).start();
    }

    /** A session has ended. */
    private void close(PointSession over) {
        over.sender.close();
        directory.ifPresent(client -> over.listing().ifPresent(client::withdraw));
        synchronized (this) {
            sessions.remove(over);
            ended.put(over.session, over.deployment);
        }
        release(over.session.group());
        tell(listener -> listener.sessionEnded(over.session));
    }

    private void release(MulticastGroup group) {
        directory.ifPresent(client -> client.release(DirectoryWords.of(group)));
        groups.release(group);
    }

    @Override
    public ImageSession deployAgain(ImageSession session) throws IOException, InterruptedException {
        Deployment deployment;
        synchronized (this) {
            deployment = ended.get(session);
        }
        Checks.check(deployment != null, "%s has not ended, or is not of this point, or ended long ago", session);
        List<String> incomplete = session.view().receivers().stream()
                .filter(each -> switch (each.state()) {
                    case VERIFIED, ACKNOWLEDGED, REFUSED, MOVED, ASKING -> false;
                    case JOINED, RECEIVING, INCOMPLETE, FAILED, LEFT, DISMISSED, SILENT -> true;
                })
                .map(each -> each.name().isEmpty() ? each.id() : each.name())
                .toList();
        Checks.check(!incomplete.isEmpty(), "everybody in %s has the image; nobody needs it again", session);
        return deploy(deployment
                .to(TargetSet.named(incomplete))
                .startWhen(StartPolicy.anyOf(
                        StartPolicy.receivers(incomplete.size()), StartPolicy.afterFirst(Duration.ofMinutes(15)))));
    }

    @Override
    public synchronized List<ImageSession> sessions() {
        return sessions.stream().<ImageSession>map(each -> each.session).toList();
    }

    // ------------------------------------------------------------------------------------------- the thread of the
    // point

    private void inBackground(Runnable work) {
        if (!point.isShutdown()) {
            point.execute(work);
        }
    }

    private void tick() {
        List<PointSession> open;
        synchronized (this) {
            open = List.copyOf(sessions);
            ticking = !open.isEmpty() && !closed;
            if (!ticking) {
                return;
            }
        }
        long budget = options.budget
                .at(LocalTime.now(options.network.environment.clock()))
                .bytesPerSecond();
        RateShares.divide(budget, open);
        directory.ifPresent(
                client -> open.forEach(each -> each.news(clock.nanos()).ifPresent(client::list)));
        point.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tell(Consumer<DistributionPointListener> event) {
        if (options.listener == DistributionPointListener.NONE || callbacks.isShutdown()) {
            return;
        }
        callbacks.execute(() -> {
            try {
                event.accept(options.listener);
            } catch (RuntimeException e) {
                LOG.warn("A listener of a distribution point failed; the point goes on", e);
            }
        });
    }

    // ------------------------------------------------------------------------------------------------- what is offered

    @Override
    public ImageDescription offer(Deployment deployment) throws IOException {
        NamedSource source = (NamedSource) deployment.image();
        Checks.check(!(source instanceof PipeSource), "a pipe can be sent only once, and so not be offered");
        DirectoryClient client = directory.orElseThrow(
                () -> new IllegalStateException("nobody can ask for an image: this point is without a directory"));
        ImageSenderBuilder session = options(options.directory.orElseThrow(), deployment, each -> {}, Optional.empty());
        problems(deployment, session).throwIfAny();
        ImageDescription image;
        try (OpenImage opened =
                source.open(progress -> {}, () -> Thread.currentThread().isInterrupted(), options.network.threads())) {
            image = Descriptions.of(opened.manifest(), true);
        }
        ImageSendTransfer.checkFlags(image, session);
        synchronized (this) {
            checkOpen();
            offers.put(image.id(), deployment);
        }
        client.list(DirectoryWords.offer(image, session.sessionName));
        return image;
    }

    /** What the directory says. */
    private final class Requests implements DirectoryClient.Listener {
        @Override
        public void asked(Listing offer) {
            String image = offer.image().toString();
            synchronized (DefaultDistributionPoint.this) {
                if (closed || !offers.containsKey(image) || isOpen(image) || !opening.add(image)) {
                    return;
                }
            }
            inItsOwnThread(() -> open(image, offer.imageName()));
        }

        private boolean isOpen(String image) {
            return sessions.stream()
                    .filter(each -> each.lane == 1)
                    .anyMatch(each -> each.session
                            .view()
                            .image()
                            .map(ImageDescription::id)
                            .equals(Optional.of(image)));
        }

        private void open(String image, String name) {
            Deployment deployment;
            synchronized (DefaultDistributionPoint.this) {
                deployment = offers.get(image);
            }
            try {
                LOG.info("Image {} was asked for", name);
                PointSession session = deploy(
                        deployment,
                        each -> each.startWhen(StartPolicy.receivers(1)).giveUpAfter(PATIENCE_ON_DEMAND),
                        Optional.empty());
                session.session.completion().whenComplete((report, failure) -> isOver(image));
            } catch (IOException | RuntimeException e) {
                LOG.warn("Image {} was asked for, and no session could be opened: {}", name, e.getMessage());
                isOver(image);
                tell(listener -> listener.requestFailed(name, e));
            } catch (InterruptedException e) {
                isOver(image);
            }
        }

        private void isOver(String image) {
            synchronized (DefaultDistributionPoint.this) {
                opening.remove(image);
            }
        }

        @Override
        public void collision(GroupAddress group, String other) {
            synchronized (DefaultDistributionPoint.this) {
                for (PointSession each : sessions) {
                    if (DirectoryWords.of(each.session.group()).equals(group)) {
                        LOG.warn(
                                "Distribution point {} uses group {} too: receivers hear both. End one of the two, and give"
                                        + " each point addresses of its own",
                                other,
                                each.session.group());
                        tell(listener -> listener.collision(each.session, other));
                    }
                }
            }
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the distribution point is closed");
        }
    }

    @Override
    public void close() {
        List<PointSession> open;
        synchronized (this) {
            closed = true;
            open = new ArrayList<>(sessions);
        }
        open.forEach(each -> each.session.cancel());
        open.forEach(each -> each.sender.close());
        directory.ifPresent(client -> {
            open.forEach(each -> each.listing().ifPresent(client::withdraw));
            client.close();
        });
        end(point);
        end(callbacks);
        groups.releaseAll();
        options.network.groupKey.ifPresent(GroupSecret::close);
    }

    /** Lets it do what waits, for a moment. */
    private static void end(ThreadPoolExecutor executor) {
        executor.shutdown();
        try {
            executor.awaitTermination(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "distribution point " + options.name;
    }
}
