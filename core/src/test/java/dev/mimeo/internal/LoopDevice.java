package dev.mimeo.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A block device that is a file, where this user may have one; elsewhere the test is skipped. */
record LoopDevice(Path path) implements AutoCloseable {
    static LoopDevice of(Path file) throws IOException {
        String path;
        try {
            path = losetup("--find", "--show", file.toString());
        } catch (IOException e) {
            path = "";
        }
        assumeTrue(path.startsWith("/dev/"), "no loop device can be set up here");
        return new LoopDevice(Path.of(path));
    }

    @Override
    public void close() throws IOException {
        losetup("--detach", path.toString());
    }

    private static String losetup(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "losetup";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.onExit().join().exitValue() == 0 ? out.strip() : "";
    }
}
