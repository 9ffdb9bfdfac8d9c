package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Programs that some tests need and that a machine may lack. */
final class OptionalTool {
    private static final boolean IS_REQUIRED = "required".equals(System.getenv("MIMEO_INTEROP"));

    private OptionalTool() {}

    /**
     * Skips the tests if a tool is not there, and says so in one line; fails them if the environment variable MIMEO_INTEROP is
     * {@code required}.
     *
     * @param packages what to install, as Debian calls it
     */
    static void require(boolean isAvailable, String tests, String packages) {
        if (isAvailable) {
            return;
        }
        String message = tests + " need what is not installed: apt-get install " + packages;
        if (IS_REQUIRED) {
            fail(message);
        }
        System.out.println("Skipped: " + message);
        throw new TestAbortedException(message);
    }

    /** Returns whether a command is there and ends well. */
    static boolean succeeds(String... command) throws InterruptedException {
        try {
            return run(List.of(command)).exitCode() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs a command to its end. */
    static Output run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), text);
    }

    /** How a command ended, and what it printed. */
    record Output(int exitCode, String text) {}
}
