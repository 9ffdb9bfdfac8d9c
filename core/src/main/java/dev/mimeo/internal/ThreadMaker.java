package dev.mimeo.internal;

import dev.mimeo.Environment;
import java.util.concurrent.ThreadFactory;

/**
 * Makes threads as the user wants them, and names them. Any thread.
 *
 * @param factory of the user
 */
record ThreadMaker(ThreadFactory factory) {
    /** For what belongs to no sender or receiver. */
    static final ThreadMaker USUAL = new ThreadMaker(Environment.USUAL.threads());

    /** Makes a thread, not yet started. */
    Thread make(String name, Runnable work) {
        Thread thread = factory.newThread(work);
        if (thread == null) {
            throw new IllegalStateException(
                    "the thread factory of the environment() has made no thread for " + name + "; it must not refuse");
        }
        thread.setName(name);
        return thread;
    }

    /** Makes threads of one name for an executor. */
    ThreadFactory named(String name) {
        return work -> make(name, work);
    }
}
