package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo, on the loopback interface of this machine. */
@Timeout(120)
class DemoIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyReceiverHasTheImageThoughDatagramsAreLost() throws IOException {
        List<Path> before = leftovers();
        int code = demo("--size", "16M", "--rate", "200M");

        assertThat(code).as("%s%s", out, err).isZero();
        assertThat(out.toString())
                .contains("3 of 3 receivers have verified demo.img (16 MiB)")
                .containsPattern("receiver-1  sha256 [0-9a-f]{64}  the same")
                .containsPattern("receiver-2  sha256 [0-9a-f]{64}  the same")
                .containsPattern("receiver-3  sha256 [0-9a-f]{64}  the same")
                .containsPattern("The network lost [1-9][0-9]* of [0-9]+ datagrams on purpose");
        assertThat(err.toString()).isEmpty();
        assertThat(leftovers()).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void itWorksSealed() {
        int code = demo("--size", "3M", "--sealed", "--rate", "100M");
        assertThat(code).as("%s%s", out, err).isZero();
        assertThat(out.toString()).contains("3 of 3 receivers have verified demo.img (3 MiB)");
    }

    @Test
    void programsGetAReport() {
        int code = demo("--size", "3M", "--receivers", "1", "--loss", "10", "--json", "--rate", "100M");

        assertThat(code).as("%s%s", out, err).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).allMatch(line -> line.startsWith("{\"event\":\"") && line.endsWith("}"));
        assertThat(lines).anyMatch(line -> line.startsWith("{\"event\":\"joined\",\"receiver\":"));
        assertThat(lines)
                .filteredOn(line -> line.startsWith("{\"event\":\"verified\""))
                .hasSize(1);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("{\"event\":\"compared\""))
                .hasSize(1)
                .allMatch(line -> line.endsWith("\"same\":true}"));
        assertThat(lines.get(lines.size() - 1))
                .startsWith("{\"event\":\"report\",\"name\":\"demo.img\"")
                .contains("\"bytes\":3145728,", "\"verified\":true,", "\"verifiedReceivers\":1,");
    }

    @Test
    void anInterruptedDemoSaysSoAndLeavesNothing(@TempDir Path temporary) throws Exception {
        Process demo = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        MimeoCommand.class.getName(),
                        "demo",
                        "--json",
                        "--size",
                        "64M",
                        "--rate",
                        "10M")
                .redirectError(temporary.resolve("err").toFile())
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = demo.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (line.contains("\"phase\":\"transferring\"")) {
                    demo.toHandle().destroy(); // Process.destroy would close the stream too
                }
            }
        }

        assertThat(demo.waitFor()).isNotZero();
        assertThat(Files.readString(temporary.resolve("err"))).isEqualTo("mimeo: interrupted" + System.lineSeparator());
        assertThat(lines.get(lines.size() - 1))
                .startsWith("{\"event\":\"report\"")
                .contains("\"verified\":false,", "\"message\":\"interrupted\"");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).containsExactly(temporary.resolve("err"));
        }
    }

    private int demo(String... options) {
        String[] arguments =
                Stream.concat(Stream.of("demo"), Stream.of(options)).toArray(String[]::new);
        CommandLine command = MimeoCommand.commandLine(false);
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    private static List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("mimeo-demo-"))
                    .toList();
        }
    }
}
