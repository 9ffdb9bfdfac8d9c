package dev.mimeo.examples;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command take its leave when the process is told to end, by Ctrl-C for instance: what it opened is closed, newest
 * first, and the command has a few seconds to say its last words. Closed by the command when those are said.
 */
final class Shutdown implements AutoCloseable {
    private static final long LAST_WORDS_SECONDS = 5;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::leave, "mimeo-shutdown");
    private boolean leaving;

    Shutdown() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Closes {@code resource} when the process is told to end, or at once if it has been. Closing twice must be harmless. */
    void closes(AutoCloseable resource) {
        synchronized (opened) {
            if (!leaving) {
                opened.push(resource);
                return;
            }
        }
        close(resource);
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, and has just been told that we are done.
        }
    }

    private void leave() {
        Deque<AutoCloseable> resources;
        synchronized (opened) {
            leaving = true;
            resources = new ArrayDeque<>(opened);
        }
        resources.forEach(Shutdown::close);
        try {
            finished.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            System.err.println("mimeo: could not close " + resource + ": " + e);
        }
    }
}
