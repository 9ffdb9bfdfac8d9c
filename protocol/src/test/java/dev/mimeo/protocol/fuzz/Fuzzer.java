package dev.mimeo.protocol.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs Jazzer over one target, in a process of its own, in {@code target/fuzz/<class>}: what it prints is in {@code log.txt},
 * an input that breaks the target in {@code crash-…} there. {@code -Dmimeo.fuzz.corpus=update} then writes the corpus anew.
 */
final class Fuzzer {
    /** How long to look for new inputs. */
    static final String SECONDS = "mimeo.fuzz.seconds";

    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final boolean UPDATING = "update".equals(System.getProperty("mimeo.fuzz.corpus"));
    private static final int LARGEST_INPUT = 4_096;
    private static final String EXECUTIONS = "stat::number_of_executed_units:";

    private final Class<?> target;
    private final Path directory;
    private final Path inputs;

    Fuzzer(Class<?> target, List<byte[]> start) throws IOException {
        this.target = target;
        directory = Corpus.module().resolve("target/fuzz").resolve(target.getSimpleName());
        inputs = Files.createDirectories(directory.resolve("inputs"));
        for (byte[] input : start) {
            Files.write(
                    inputs.resolve(
                            "start-" + Integer.toHexString(Corpus.hex(input).hashCode())),
                    input);
        }
    }

    void run() throws IOException, InterruptedException {
        Path log = directory.resolve("log.txt");
        int code = jazzer(log, "-max_total_time=" + System.getProperty(SECONDS), inputs.toString());
        String executions = Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(EXECUTIONS))
                .map(line -> line.substring(EXECUTIONS.length()).strip())
                .findFirst()
                .orElse("unknown");
        System.out.println(target.getSimpleName() + ": " + executions + " executions, exit code " + code);
        FuzzTarget.require(code == 0, "a finding, or no Jazzer (-Pfuzz brings it): see " + log);
        if (UPDATING) {
            Corpus.of(target).replace(fewest());
        }
    }

    /** Returns the fewest inputs that reach what all of them reach. */
    private List<byte[]> fewest() throws IOException, InterruptedException {
        Path fewest = Files.createDirectories(directory.resolve("fewest"));
        try (Stream<Path> before = Files.list(fewest)) {
            for (Path file : before.toList()) {
                Files.delete(file);
            }
        }
        Path log = directory.resolve("merge.txt");
        FuzzTarget.require(jazzer(log, "-merge=1", fewest.toString(), inputs.toString()) == 0, "see " + log);
        List<byte[]> contents = new ArrayList<>();
        try (Stream<Path> files = Files.list(fewest)) {
            for (Path file : files.toList()) {
                contents.add(Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private int jazzer(Path log, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx768m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                JAZZER,
                "--target_class=" + FuzzEntry.class.getName(),
                "--target_args=" + target.getName(),
                "--instrumentation_includes=dev.mimeo.**",
                "--instrumentation_excludes=dev.mimeo.protocol.fuzz.**:dev.mimeo.protocol.kit.**",
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*",
                "-artifact_prefix=" + directory + "/",
                "-max_len=" + LARGEST_INPUT,
                "-timeout=20",
                "-print_final_stats=1"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread ending = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(ending);
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(ending);
        return code;
    }
}
