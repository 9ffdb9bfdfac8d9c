package dev.mimeo.protocol.manifest;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what a piece of code allocates on the heap. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RUNS = 3;

    private Allocation() {}

    /** What may throw. */
    public interface Code {
        void run() throws Exception;
    }

    /** Runs the code, and returns the bytes that this thread allocated meanwhile. */
    public static long bytesOfOne(Code code) throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        code.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /**
     * Runs the code once to load classes, then a few times more, and returns the fewest bytes that this thread allocated
     * in one of them: the virtual machine sometimes spins up something of its own on the way.
     */
    public static long bytesOf(Code code) {
        try {
            code.run();
            long fewest = Long.MAX_VALUE;
            for (int i = 0; i < RUNS; i++) {
                fewest = Math.min(fewest, bytesOfOne(code));
            }
            return fewest;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
