package dev.mimeo.protocol.manifest;

import java.lang.reflect.Method;

/**
 * Counts what a piece of code allocates on the heap. By reflection: tests are compiled as part of the module, which does
 * not read java.management.
 */
public final class Allocation {
    private static final Object THREADS;
    private static final Method ALLOCATED_BYTES;

    static {
        try {
            THREADS = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            ALLOCATED_BYTES =
                    Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Allocation() {}

    /** What may throw. */
    public interface Code {
        void run() throws Exception;
    }

    /** Runs the code once to load classes, then once more, and returns the bytes that this thread allocated. */
    public static long bytesOf(Code code) {
        try {
            code.run();
            long before = now();
            code.run();
            return now() - before;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static long now() throws ReflectiveOperationException {
        return (long) ALLOCATED_BYTES.invoke(THREADS, Thread.currentThread().getId());
    }
}
