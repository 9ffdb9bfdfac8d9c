package dev.mimeo.internal;

import dev.mimeo.ImageDescription;
import dev.mimeo.ImageTarget;
import dev.mimeo.NoReceiversException;
import dev.mimeo.ReceiveReport;
import dev.mimeo.Relay;
import dev.mimeo.RelayReport;
import dev.mimeo.SendReport;
import dev.mimeo.Transfer;
import dev.mimeo.TransferException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A receiver and a sender with a store between them. While it runs a thread of its own awaits them, one after the other; whatever
 * fails ends both.
 */
final class DefaultRelay implements Relay {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultRelay.class);

    private final DefaultImageReceiver receiver;
    private final DefaultImageSender sender;
    private final ImageTarget.Directory target;
    private final Optional<Duration> keepServing;
    private final ThreadMaker threads;
    private final String name;
    /** Guarded by {@code this}; null before the first. */
    private Run latest;
    /** Guarded by {@code this}. */
    private boolean closed;

    /** Closes both sides when it is closed. */
    DefaultRelay(
            DefaultImageReceiver receiver,
            DefaultImageSender sender,
            ImageTarget.Directory target,
            Optional<Duration> keepServing) {
        this.receiver = receiver;
        this.sender = sender;
        this.target = target;
        this.keepServing = keepServing;
        this.threads = new ThreadMaker(receiver.options().environment.threads());
        this.name = "mimeo-relay-" + sender.group();
    }

    @Override
    public synchronized Transfer<RelayReport> relay() {
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
        if (latest != null && latest.thread.isAlive()) {
            throw new IllegalStateException(this + " runs already; await it, or open another");
        }
        latest = new Run();
        latest.thread.start();
        return latest.task;
    }

    @Override
    public void close() {
        Run run;
        synchronized (this) {
            closed = true;
            run = latest;
        }
        if (run != null) {
            run.task.cancel();
        }
        sender.close();
        receiver.close();
        if (run != null && !Joining.join(run.thread, Joining.PATIENCE_NANOS)) {
            LOG.warn("{} has not ended in time; its threads are left to end by themselves", this);
        }
    }

    @Override
    public String toString() {
        return "relay from " + receiver.group() + " to " + sender.group();
    }

    /** One image, relayed. */
    private final class Run {
        private final TransferTask<RelayReport> task = new TransferTask<>(this::cancel);
        private final Thread thread = threads.make(name, this::run);
        /** Guarded by {@code this}; empty unless it receives. */
        private Optional<Transfer<ReceiveReport>> upstream = Optional.empty();
        /** Guarded by {@code this}; null before the first session. */
        private SteeredSession session;
        /** Guarded by {@code this}; why both sides are to end, or null. */
        private Throwable end;

        private void run() {
            try {
                task.succeed(relay());
            } catch (InterruptedException e) {
                task.fail(new CancellationException("the relay was cancelled"));
            } catch (IOException | RuntimeException | Error e) {
                task.fail(e);
            }
        }

        /** The thread may be looking what the store holds. */
        private void cancel() {
            end(new CancellationException("the relay was cancelled"));
            thread.interrupt();
        }

        /** Ends both sides; the first cause counts. */
        private synchronized void end(Throwable cause) {
            end = end == null ? cause : end;
            upstream.ifPresent(Transfer::cancel);
            if (session != null) {
                session.cancel();
            }
        }

        private RelayReport relay() throws IOException, InterruptedException {
            try (ImageStore store = new ImageStore(target, receiver.options(), threads, name, this::end)) {
                store.restore();
                try {
                    return relay(store);
                } catch (IOException | RuntimeException e) {
                    end(e);
                    throw e;
                } finally {
                    settle();
                }
            } catch (IOException | RuntimeException e) {
                throwFirst();
                throw e;
            }
        }

        private RelayReport relay(ImageStore store) throws IOException, InterruptedException {
            receive(store);
            List<SendReport> sent = new ArrayList<>();
            sent.add(serve(() -> sender.start(store)));
            Optional<ReceiveReport> received =
                    upstream.isPresent() ? Optional.of(upstream.get().await()) : Optional.empty();
            try {
                while (keepServing.isPresent()) {
                    sent.add(serve(() -> sender.startForLate(store, keepServing.get())));
                }
            } catch (NoReceiversException e) {
                LOG.debug("Nobody has come to {} late", sender.group());
            }
            ImageDescription image = sent.get(0).image();
            LOG.info("Relayed image {} to {} in {} sessions", image.name(), sender.group(), sent.size());
            return new RelayReport(image, received, sent);
        }

        private synchronized void receive(ImageStore store) {
            checkGoesOn();
            if (store.isComplete()) {
                LOG.info("All of the image is in {}", target);
                return;
            }
            Transfer<ReceiveReport> started = receiver.receive(store);
            upstream = Optional.of(started);
            started.completion().whenComplete((report, failure) -> {
                if (failure != null) {
                    end(failure);
                }
            });
        }

        private SendReport serve(Supplier<SteeredSession> start) throws TransferException, InterruptedException {
            synchronized (this) {
                checkGoesOn();
                session = start.get();
            }
            return session.await();
        }

        private void checkGoesOn() {
            if (end != null) {
                throw new CancellationException("the relay has ended");
            }
        }

        /** Waits until neither side reads or writes the store any more. */
        private void settle() throws InterruptedException {
            List<Transfer<?>> both = new ArrayList<>();
            synchronized (this) {
                upstream.ifPresent(both::add);
                if (session != null) {
                    both.add(session);
                }
            }
            for (Transfer<?> side : both) {
                try {
                    side.await();
                } catch (TransferException | RuntimeException e) {
                    LOG.debug("{} ended: {}", side, e.getMessage());
                }
            }
        }

        /** Of two sides that fail, one has ended the other. */
        private synchronized void throwFirst() throws IOException {
            if (end instanceof IOException failure) {
                throw failure;
            } else if (end instanceof RuntimeException failure) {
                throw failure;
            } else if (end != null) {
                throw new IllegalStateException("the relay ended by a fault", end);
            }
        }
    }
}
