package dev.mimeo.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of the command in a process of its own, which can be killed as a power cut would. */
final class Child implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;
    private static final int KILLED = 128 + 9;

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    private Child(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "reader of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts {@code mimeo} with options of the virtual machine and arguments.
     *
     * @param prefix what the machine is started by, such as {@code ip netns exec NAME}; may be empty
     */
    static Child start(List<String> prefix, List<String> machine, List<String> arguments) {
        return start(prefix, machine, MimeoCommand.class, arguments);
    }

    /** Starts another program. */
    static Child start(List<String> prefix, List<String> machine, Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(machine);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        return run(command);
    }

    /** Starts what is not of Java. */
    static Child run(List<String> command) {
        try {
            return new Child(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            synchronized (lines) {
                lines.add("(" + e.getMessage() + ")");
            }
        }
    }

    /** Writes a line to its standard input. */
    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Waits until it has written something that matches. */
    void awaitLine(String pattern) throws InterruptedException {
        awaitLine(Pattern.compile(pattern), found -> true);
    }

    /** Waits until it has so many bytes while the image is sent, what it had before and zeros among them. */
    void awaitTransferred(long bytes) throws InterruptedException {
        awaitLine(
                Pattern.compile("\"event\":\"progress\",\"phase\":\"transferring\",\"bytes\":([0-9]+)"),
                found -> Long.parseLong(found.group(1)) >= bytes);
    }

    private void awaitLine(Pattern wanted, Predicate<Matcher> isEnough) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (lines) {
            while (lines.stream().map(wanted::matcher).noneMatch(line -> line.find() && isEnough.test(line))) {
                if (System.nanoTime() > end || !process.isAlive() && !reader.isAlive()) {
                    throw new AssertionError("no " + wanted + " in " + String.join("\n", lines));
                }
                lines.wait(200);
            }
        }
    }

    /** Returns the number that the system knows it by. */
    long pid() {
        return process.pid();
    }

    /** Returns how much time of processors it has had by now; empty once it has ended. */
    Optional<Duration> cpuTime() {
        return process.isAlive() ? process.info().totalCpuDuration() : Optional.empty();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Ends it at once (SIGKILL): nothing is flushed, said or closed. Returns whether it had not ended by itself. */
    boolean kill() throws InterruptedException {
        int code = process.destroyForcibly().waitFor();
        reader.join();
        return code == KILLED;
    }

    /** Returns the exit code. */
    int await() throws InterruptedException {
        return await(PATIENCE_SECONDS);
    }

    /** Returns the exit code; fails if there is none by then. */
    int await(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it hangs: " + this);
        }
        reader.join();
        return process.exitValue();
    }

    /** Returns a whole number of the report, the last line of JSON. */
    long reported(String field) {
        return Long.parseLong(reported(field, "[0-9]+"));
    }

    /** Returns how long it took, by the report, from the first content to the end. */
    double reportedSeconds() {
        return Double.parseDouble(reported("seconds", "[0-9.]+"));
    }

    private String reported(String field, String number) {
        synchronized (lines) {
            Pattern pattern = Pattern.compile("\"event\":\"report\".*\"" + field + "\":(" + number + ")");
            return lines.stream()
                    .map(pattern::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> matcher.group(1))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + field + " in " + this));
        }
    }

    /** Returns everything that it wrote. */
    @Override
    public String toString() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
