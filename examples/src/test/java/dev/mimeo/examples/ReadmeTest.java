package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.NetworkFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The README shows what is compiled and run here. */
class ReadmeTest {
    private static final Path ROOT = root();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SendExample",
                "ReceiveExample",
                "DeployExample",
                "RefreshScenario",
                "BareMetalScenario",
                "FaultsExample"
            })
    void showsTheExamplesAsTheyAreCompiled(String example) throws IOException {
        String source =
                Files.readString(ROOT.resolve("examples/src/main/java/dev/mimeo/examples/" + example + ".java"));
        String begin = "// README: begin\n";
        String end = "\n        // README: end";
        String shown = source.substring(source.indexOf(begin) + begin.length(), source.indexOf(end))
                .stripIndent();
        assertThat(shown.lines().count()).isBetween(5L, 22L);
        assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```java\n" + shown + "\n```\n");
    }

    @ParameterizedTest
    @CsvSource({"README.md", ".ci/run"})
    void testCommandIsTheSameEverywhere(String file) throws IOException {
        assertThat(Files.readString(ROOT.resolve(file)).lines()).contains("mvn -B verify");
    }

    @Test
    void listsEveryExitCode() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        for (ExitCode code : ExitCode.values()) {
            assertThat(readme).contains("| " + code.number() + " |");
        }
    }

    @Test
    void listsEveryFindingOfACheckInOrder() throws IOException {
        String codes = Files.readString(ROOT.resolve("README.md"))
                .lines()
                .filter(line -> line.matches("\\| `[A-Z_]+` \\|.*"))
                .map(line -> line.split("`")[1])
                .collect(Collectors.joining(" "));
        assertThat(codes)
                .isEqualTo(Arrays.stream(NetworkFinding.Code.values())
                        .map(Enum::name)
                        .collect(Collectors.joining(" ")));
    }

    @Test
    void continuousIntegrationCanBeRun() {
        assertThat(ROOT.resolve(".ci/run")).isExecutable();
    }

    /** Returns the directory of the README. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("README.md")) ? here : here.getParent();
    }
}
