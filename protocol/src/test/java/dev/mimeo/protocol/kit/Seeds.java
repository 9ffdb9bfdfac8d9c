package dev.mimeo.protocol.kit;

/**
 * Runs a test with many seeds. A failure names the seed, the one command that replays it, and the trace of it.
 *
 * <p>{@code -Dmimeo.seed=N} runs that seed only.
 */
public final class Seeds {
    private Seeds() {}

    /** A test that depends on nothing but a seed. */
    @FunctionalInterface
    public interface SeedTest {
        /** Runs with one seed. */
        void run(long seed) throws Exception;
    }

    /** Runs with seeds 0 to {@code count - 1}, or with the one seed that the command line asks for. */
    public static void forEach(int count, SeedTest test) {
        if (Replay.seed().isPresent()) {
            run(Replay.seed().get(), test);
            return;
        }
        for (long seed = 0; seed < count; seed++) {
            run(seed, test);
        }
    }

    private static void run(long seed, SeedTest test) {
        try {
            test.run(seed);
        } catch (Exception | AssertionError failure) {
            if (isAbort(failure)) {
                sneak(failure);
            }
            throw Replay.explained(seed, failure, () -> test.run(seed));
        }
    }

    /** Returns whether it is no failure, but a test that JUnit should skip. */
    static boolean isAbort(Throwable failure) {
        return failure.getClass().getSimpleName().equals("TestAbortedException");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }
}
