package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The threads that read, write, code and hash for one transfer, beside the protocol thread.
 *
 * <p>Tasks start in the order of their submission; with several threads they end in any. The queue holds what the machine
 * has given away, whose number the block pool bounds. A task that throws ends the transfer: the failure is handed over
 * once, later tasks are dropped.
 */
final class DiskThreads implements AutoCloseable {
    /** Something to be done beside the protocol thread. */
    interface Task {
        /** Does it, with the tools of the thread that it runs on. */
        void run(Workbench bench) throws IOException;
    }

    private static final Task STOP = bench -> {};

    private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final ThreadMaker maker;
    private final String name;
    private final List<Thread> threads = new ArrayList<>();
    private final Consumer<Throwable> onFailure;
    /** The one that does something apart, or null. */
    private final AtomicReference<Thread> apart = new AtomicReference<>();

    private volatile boolean stopped;

    /**
     * Starts {@code count} threads.
     *
     * @param onFailure hears, on a disk thread, what the first failed task threw
     */
    DiskThreads(ThreadMaker maker, String name, int count, Consumer<Throwable> onFailure) {
        this.maker = maker;
        this.name = name;
        this.onFailure = onFailure;
        for (int i = 0; i < count; i++) {
            threads.add(maker.make(name + "-disk-" + i, this::work));
        }
        threads.forEach(Thread::start);
    }

    /** Starts the threads of a transfer, which ends if a task fails in a way that nobody expects. */
    static DiskThreads of(TransferThread<?> transfer) {
        return new DiskThreads(
                transfer.threads(),
                transfer.name(),
                usualCount(),
                cause -> transfer.inbox().post(now -> {
                    throw new IllegalStateException("a disk thread failed", cause);
                }));
    }

    /** Returns how many threads suit this machine: half of its processors, 1 to 4. */
    static int usualCount() {
        return Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    }

    /** Something that storage may refuse. */
    interface Step {
        /** Does it, with the tools of the thread that it runs on. */
        void run(Workbench bench) throws StorageException;
    }

    /** Queues a step; one of the two hears of its end, unless the threads have stopped. */
    void submit(Step step, Runnable onDone, Consumer<StorageException> onFailure) {
        submit(bench -> {
            try {
                step.run(bench);
            } catch (StorageException e) {
                onFailure.accept(e);
                return;
            }
            onDone.run();
        });
    }

    /** Runs what waits for these threads, longer than anybody else does, on a thread of its own. */
    void runBeside(String name, Runnable work) {
        maker.make(name, work).start();
    }

    /**
     * Does something that takes long on a thread of its own, which is waited for at the end like the others. Any thread.
     *
     * @return whether it is being done: one thing at a time is
     */
    boolean tryRunApart(Runnable work) {
        if (apart.get() != null) {
            return false;
        }
        Thread thread = maker.make(name + "-disk-apart", () -> {
            try {
                work.run();
            } finally {
                apart.set(null);
            }
        });
        boolean isFirst = apart.compareAndSet(null, thread);
        if (isFirst) {
            thread.start();
        }
        return isFirst;
    }

    /** Returns how many there are. */
    int count() {
        return threads.size();
    }

    /** Returns whether nobody waits for what is being done. */
    boolean isStopped() {
        return stopped;
    }

    /** Queues a task. Dropped if the threads have stopped. */
    void submit(Task task) {
        if (!stopped) {
            tasks.add(task);
        }
    }

    private void work() {
        Workbench bench = new Workbench();
        try {
            for (Task task = tasks.take(); task != STOP; task = tasks.take()) {
                task.run(bench);
            }
        } catch (InterruptedException e) {
            // Nobody waits for the rest.
            stop();
        } catch (IOException | RuntimeException | Error e) {
            if (!stopped) {
                stop();
                onFailure.accept(e);
            }
        }
    }

    private void stop() {
        stopped = true;
        tasks.clear();
        threads.forEach(thread -> tasks.add(STOP));
    }

    /** Drops what is queued and returns when what runs has ended, or after {@code nanos}; whether it has. */
    boolean stopAndJoin(long nanos) {
        stop();
        SessionClock clock = new SessionClock();
        boolean ended = true;
        for (Thread thread : threads) {
            ended &= Joining.join(thread, nanos - clock.nanos());
        }
        Thread last = apart.get();
        if (last != null) {
            ended &= Joining.join(last, nanos - clock.nanos());
        }
        return ended;
    }

    @Override
    public void close() {
        stopAndJoin(Joining.PATIENCE_NANOS);
    }
}
