package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Speaks NORM with the reference implementation, NRL's libnorm, over the loopback interface: every case of
 * {@link InteropMatrix}, several at a time. Writes a table of results to {@code target/interop/matrix.md}.
 *
 * <p>Skipped where libnorm is not installed. {@code -Dmimeo.interop=REGEX} runs the cases whose text it is found in, and keeps the
 * headers of what was on the wire.
 */
class InteropIT {
    private static final int CONCURRENCY = Integer.getInteger("mimeo.interop.concurrency", 3);
    private static final String WANTED = System.getProperty("mimeo.interop", "");
    private static final Path RUNS = NormPeer.TARGET.resolve("runs");

    private static ExecutorService executor;
    private static final List<InteropResult> RESULTS = new ArrayList<>();
    /** Rows of the table. */
    private static final List<String> OF_IPV6 = new ArrayList<>();

    @BeforeAll
    static void buildPeer() throws IOException, InterruptedException {
        OptionalTool.require(NormPeer.isAvailable(), "Interoperability tests", "libnorm-dev g++");
        delete(NormPeer.TARGET);
        NormPeer.build();
        executor = Executors.newFixedThreadPool(CONCURRENCY);
    }

    @AfterAll
    static void report() throws IOException {
        if (executor == null) {
            return;
        }
        executor.shutdownNow();
        StringBuilder table = new StringBuilder(InteropResult.HEAD);
        RESULTS.forEach(result -> table.append(result.row()));
        OF_IPV6.forEach(row -> table.append(row).append(System.lineSeparator()));
        Files.writeString(NormPeer.TARGET.resolve("matrix.md"), table);
        long passed =
                RESULTS.stream().filter(result -> result.failure().isEmpty()).count();
        System.out.printf(
                "Interoperability with libnorm: %d cases run, %d passed; see %s%n",
                RESULTS.size(), passed, NormPeer.TARGET.resolve("matrix.md"));
    }

    @TestFactory
    Stream<DynamicTest> speaksNormWithTheReferenceImplementation() {
        List<InteropCase> cases = InteropMatrix.cases().stream()
                .filter(test -> !test.addressing().isIpv6() && isWanted(test))
                .toList();
        List<Future<InteropResult>> results = IntStream.range(0, cases.size())
                .mapToObj(index -> executor.submit(() -> run(cases.get(index), index)))
                .toList();
        return IntStream.range(0, cases.size())
                .mapToObj(
                        index -> DynamicTest.dynamicTest(cases.get(index).toString(), () -> judge(results.get(index))));
    }

    /** One after the other, in a process of their own. */
    @Test
    void speaksItOverIpv6() throws IOException, InterruptedException {
        Isolated.require();
        OptionalTool.Output output = Isolated.run(Ipv6Interop.class);
        output.text().lines().filter(line -> line.startsWith("| ")).forEach(OF_IPV6::add);
        assertThat(output.exitCode()).as(output.text()).isZero();
    }

    /** Returns whether a case is to be run. */
    static boolean isWanted(InteropCase test) {
        return Pattern.compile(WANTED).matcher(test.toString()).find();
    }

    private static void judge(Future<InteropResult> future) throws InterruptedException, ExecutionException {
        InteropResult result = future.get();
        RESULTS.add(result);
        result.failure().ifPresent(failure -> {
            throw failure;
        });
    }

    /** Runs a case, in a directory of that number. */
    static InteropResult run(InteropCase test, int index) throws IOException {
        Path directory = RUNS.resolve("case-" + index);
        try (InteropRun run = new InteropRun(test, directory, test.toString().hashCode())) {
            try {
                InteropResult result = run.run();
                if (!WANTED.isEmpty()) {
                    run.saveCapture(capture(index));
                }
                return result;
            } catch (AssertionError | Exception e) {
                String evidence = run.evidence(capture(index));
                return InteropResult.failed(test, new AssertionError(e.getMessage() + "\n" + evidence, e));
            }
        } finally {
            delete(directory);
        }
    }

    private static Path capture(int index) {
        return NormPeer.TARGET.resolve("case-" + index + ".pcap");
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
