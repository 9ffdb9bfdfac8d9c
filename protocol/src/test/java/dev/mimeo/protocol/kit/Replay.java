package dev.mimeo.protocol.kit;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a failed run is run again: which command, and where its trace goes. Traces cost time, so a run is traced only when it
 * is known to fail: it is simply run a second time.
 */
final class Replay {
    /** Where traces go while a run is repeated for its trace; null otherwise. */
    private static final ThreadLocal<Path> TRACING = new ThreadLocal<>();

    /** Something that can be run again. */
    interface Body {
        void run() throws Throwable;
    }

    private Replay() {}

    /** Returns the seed that the command line asks for ({@code -Dmimeo.seed=N}), if any. */
    static Optional<Long> seed() {
        return Optional.ofNullable(System.getProperty("mimeo.seed")).map(Long::decode);
    }

    /** Returns the one command that runs the calling test with this seed. */
    static String command(long seed) {
        Path module = moduleDirectory();
        String where = Files.exists(module.resolveSibling("pom.xml")) ? "-pl " + module.getFileName() + " " : "";
        return "mvn " + where + "test -Dtest=" + callingTest() + " -Dmimeo.seed=" + seed;
    }

    /** Returns whether runs are being traced on this thread. */
    static boolean isTracing() {
        return TRACING.get() != null;
    }

    /** Opens the trace of a run, if runs are being traced. */
    static Optional<BufferedWriter> openTrace() throws IOException {
        Path path = TRACING.get();
        if (path == null) {
            return Optional.empty();
        }
        Files.createDirectories(path.getParent());
        return Optional.of(Files.newBufferedWriter(path));
    }

    /** Runs {@code body} once more with traces; whether it fails again does not matter. Returns where the trace is. */
    private static Path trace(long seed, Body body) {
        Path path = moduleDirectory()
                .resolve("target")
                .resolve("traces")
                .resolve(callingTest().replace('#', '.') + "-" + seed + ".txt");
        TRACING.set(path);
        try {
            body.run();
        } catch (Throwable expected) {
            return path;
        } finally {
            TRACING.remove();
        }
        return path;
    }

    /** Makes the failure of a run into one that says how to see it again, after seeing it again for its trace. */
    static ReplayableFailure explained(long seed, Throwable failure, Body body) {
        return failure instanceof ReplayableFailure known
                ? known
                : new ReplayableFailure(seed, failure, command(seed), trace(seed, body));
    }

    /** Returns the directory of the module whose tests run. */
    static Path moduleDirectory() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath().normalize();
    }

    /** Returns {@code Class#method} of the test that is on the stack. */
    private static String callingTest() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> isTest(frame.getClassName()))
                        .filter(frame -> !frame.getMethodName().contains("$"))
                        .map(frame -> simpleName(frame.getClassName()) + "#" + frame.getMethodName())
                        .findFirst())
                .orElse("*");
    }

    private static boolean isTest(String className) {
        String name = simpleName(className);
        return name.endsWith("Test") || name.endsWith("Tests") || name.endsWith("IT");
    }

    private static String simpleName(String className) {
        String outermost = className.contains("$") ? className.substring(0, className.indexOf('$')) : className;
        return outermost.substring(outermost.lastIndexOf('.') + 1);
    }
}
