package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.directory.DirectoryEvent;
import dev.mimeo.protocol.directory.DirectoryMachine;
import dev.mimeo.protocol.directory.Heard;
import dev.mimeo.protocol.directory.Listing;
import dev.mimeo.protocol.session.GroupAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A participant of the directory, on a thread of its own. Any thread. */
final class DirectoryClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryClient.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    /** How long goodbyes may take. */
    private static final long FAREWELL_NANOS = 300_000_000;

    /** Hears what concerns a point; on the thread of the directory, which must not be held up. */
    interface Listener {
        /** Somebody asks for an image that is offered and not sent. */
        void asked(Listing offer);

        /** Another point uses a group of ours. */
        void collision(GroupAddress group, String other);
    }

    /**
     * What was heard.
     *
     * @param from the address of the point; empty if it is not known any more
     */
    record Seen(Heard heard, Optional<InetAddress> from) {}

    private final MulticastPort port;
    private final Inbox inbox;
    private final SessionClock clock = new SessionClock();
    private final DirectoryMachine machine;
    private final Role role;
    private final Thread thread;
    private volatile List<Seen> heard = List.of();
    private volatile boolean closing;

    /** Takes part through {@code port}, which it closes. */
    DirectoryClient(MulticastPort port, MulticastGroup group, String name, NetworkSettings network, Listener listener) {
        boolean allowGlobalScope = network.allowGlobalScope;
        this.port = port;
        this.inbox = new Inbox(port::wakeup);
        this.machine = new DirectoryMachine(
                NodeIds.random(RANDOM),
                RANDOM.nextInt(1 << 16),
                name,
                network.datagramOverhead(),
                heard -> DirectoryWords.isAllowed(heard, allowGlobalScope),
                new SplittableRandom(RANDOM.nextLong()));
        this.role = new Role(listener);
        try {
            this.thread = network.threads().make("mimeo-directory-" + group, this::run);
        } catch (RuntimeException e) {
            port.close();
            throw e;
        }
        thread.start();
    }

    private void run() {
        try {
            new MachineDriver<>(role, port, inbox, clock).run();
        } catch (IOException | RuntimeException e) {
            if (!closing) {
                LOG.error("The directory ended by a fault; sessions go on without it", e);
            }
        } finally {
            role.abandon();
        }
    }

    /** Asks everybody what there is. */
    void browse() {
        inbox.post(machine::browse);
    }

    /** Returns what others list. */
    List<Seen> heard() {
        return heard;
    }

    void list(Listing listing) {
        inbox.post(now -> machine.list(listing, now));
    }

    void withdraw(Listing listing) {
        inbox.post(now -> machine.withdraw(listing.key(), now));
    }

    /** Wants a group; the future says whether it is ours, until {@link #release} or {@link #list}. */
    CompletableFuture<Boolean> claim(GroupAddress group) {
        CompletableFuture<Boolean> settled = new CompletableFuture<>();
        inbox.post(now -> role.claim(group, settled, now));
        return settled;
    }

    void release(GroupAddress group) {
        inbox.post(now -> machine.release(group));
    }

    /** Looks for a session of an image until the future is cancelled. */
    CompletableFuture<Seen> ask(String image) {
        CompletableFuture<Seen> found = new CompletableFuture<>();
        inbox.post(now -> role.ask(image, found, now));
        return found;
    }

    /** Lets what was withdrawn be said, and ends. */
    @Override
    public void close() {
        closing = true;
        inbox.post(role::demandEnd);
        if (!Joining.join(thread, FAREWELL_NANOS + Joining.PATIENCE_NANOS)) {
            LOG.warn("The directory has not ended in time; its thread is left to end by itself");
        }
        port.close();
    }

    private Seen seen(Heard line) {
        return new Seen(line, port.addressOf(line.point()).map(from -> ((InetSocketAddress) from).getAddress()));
    }

    /** The machine's owner; confined to the thread of the directory. */
    private final class Role implements Session<DirectoryEvent.Handler>, DirectoryEvent.Handler {
        private final Listener listener;
        private final Map<GroupAddress, CompletableFuture<Boolean>> claims = new HashMap<>();
        private final Map<String, List<CompletableFuture<Seen>>> wanted = new HashMap<>();
        private long knownChanges;
        private long endNanos = Machine.NEVER;
        private boolean ended;

        Role(Listener listener) {
            this.listener = listener;
        }

        void claim(GroupAddress group, CompletableFuture<Boolean> settled, long nowNanos) {
            claims.put(group, settled);
            machine.claim(group, nowNanos);
        }

        void ask(String image, CompletableFuture<Seen> found, long nowNanos) {
            wanted.computeIfAbsent(image, name -> new ArrayList<>()).add(found);
            machine.ask(image, nowNanos);
        }

        void demandEnd(long nowNanos) {
            endNanos = nowNanos + FAREWELL_NANOS;
        }

        /** Whoever waits for an answer gets none. */
        void abandon() {
            claims.values().forEach(claim -> claim.cancel(false));
            wanted.values().forEach(each -> each.forEach(asking -> asking.cancel(false)));
        }

        @Override
        public Machine<DirectoryEvent.Handler> machine() {
            return machine;
        }

        @Override
        public DirectoryEvent.Handler events() {
            return this;
        }

        @Override
        public void on(DirectoryEvent.Found event) {
            List<CompletableFuture<Seen>> asking = wanted.remove(event.image());
            if (asking != null) {
                asking.forEach(each -> each.complete(seen(event.heard())));
            }
        }

        @Override
        public void on(DirectoryEvent.Asked event) {
            listener.asked(event.offer());
        }

        @Override
        public void on(DirectoryEvent.ClaimSettled event) {
            CompletableFuture<Boolean> claim = claims.remove(event.group());
            if (claim != null) {
                claim.complete(event.isOurs());
            }
        }

        @Override
        public void on(DirectoryEvent.Collision event) {
            listener.collision(event.group(), event.other());
        }

        @Override
        public void onTurn(long nowNanos) {
            if (knownChanges != machine.changes()) {
                knownChanges = machine.changes();
                heard = machine.heard().stream().map(DirectoryClient.this::seen).toList();
            }
            wanted.entrySet().removeIf(each -> {
                each.getValue().removeIf(CompletableFuture::isDone);
                if (each.getValue().isEmpty()) {
                    machine.forget(each.getKey());
                }
                return each.getValue().isEmpty();
            });
            ended = nowNanos >= endNanos;
        }

        @Override
        public long nextDeadlineNanos() {
            return endNanos;
        }

        @Override
        public boolean hasEnded() {
            return ended;
        }
    }

    /** Refers to nobody: what a client hears that is no point. */
    static final Listener NO_POINT = new Listener() {
        @Override
        public void asked(Listing offer) {
            throw new IllegalStateException("nothing is offered: " + offer);
        }

        @Override
        public void collision(GroupAddress group, String other) {
            throw new IllegalStateException("no group is ours: " + group);
        }
    };

    /** Returns a node id for logs. */
    static String describe(Heard heard) {
        NodeId point = heard.point();
        return heard.pointName().isEmpty() ? point.toString() : heard.pointName();
    }
}
