package dev.mimeo.protocol.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class FaultTableTest {
    private static final String CATALOGUE = """
            F1 | Loss | Everybody has it
            F2 | Fire | It is put out
            F3 | Flood | Nobody drowns
            """;

    @TempDir
    Path project;

    private void write(String module, String test, String fault, FaultRecord record, Throwable failure)
            throws IOException {
        write(module, "now", test, fault, record, failure);
    }

    private void write(String module, String build, String test, String fault, FaultRecord record, Throwable failure)
            throws IOException {
        Path directory = Files.createDirectories(FaultTable.records(project.resolve(module)));
        Files.writeString(
                directory.resolve(test + ".txt"),
                record.lines(build, new String[] {fault}, "unit", test, Optional.ofNullable(failure)));
    }

    private FaultTable table() throws IOException {
        return FaultTable.of(CATALOGUE, project, "now");
    }

    private String row(String fault) throws IOException {
        return table().render()
                .lines()
                .filter(line -> line.startsWith("| " + fault + " |"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theWorstOfAllRunsIsShown() throws IOException {
        write(
                "core",
                "A.one",
                "F1",
                new FaultRecord().runs(5).atMost("ratio", 1.2, 1.5).atMost("ratio", 1.1, 1.5),
                null);
        write(
                "core",
                "B.two",
                "F1",
                new FaultRecord().run().atMost("ratio", 1.25, 1.5).none("wrong", 0),
                null);
        assertThat(row("F1"))
                .isEqualTo(
                        "| F1 | Loss | Everybody has it | unit: A, B | 6 | ratio: 1.25 (≤ 1.50)<br>wrong: 0 | held |");
    }

    @Test
    void beyondABoundATestFailsAndTheRowSaysSo() throws IOException {
        FaultRecord record = new FaultRecord().atLeast("share", 0.9, 0.8);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> record.atLeast("share", 0.7, 0.8))
                .withMessage("share: 0.70 (≥ 0.80)");
        write("core", "A.one", "F1", record, new AssertionError());
        assertThat(row("F1")).contains("share: 0.70 (≥ 0.80)").endsWith("| **failed**: A.one |");
    }

    @Test
    void whatIsNotKeptAndWhatWasNotRunIsSaid() throws IOException {
        write("core", "A.one", "F1", new FaultRecord().shortfall("1.3 times"), null);
        write("core", "B.two", "F1", new FaultRecord(), new TestAbortedException("needs root"));
        assertThat(row("F1")).contains("| 1 |").endsWith("| shortfall: 1.3 times<br>B.two skipped: needs root |");
    }

    @Test
    void faultsThatNobodyTriedAreNamedAndOtherBuildsDoNotCount() throws IOException {
        write("protocol", "A.one", "F1", new FaultRecord(), null);
        write("core", "before", "B.two", "F2", new FaultRecord(), null);
        write("examples", "C.three", "F3", new FaultRecord(), null);
        assertThat(table().untried()).containsExactly("F2");
        assertThat(table().isOfAllModules()).isFalse();
        assertThat(row("F2")).endsWith("| 0 |  | not tried |");
        write("core", "B.two", "F2", new FaultRecord(), null);
        assertThat(table().untried()).isEmpty();
        assertThat(table().isOfAllModules()).isTrue();
    }

    @Test
    void aFaultThatIsNotInTheCatalogueIsAMistake() throws IOException {
        write("core", "A.one", "F9", new FaultRecord(), null);
        assertThatIllegalStateException().isThrownBy(this::table).withMessageContaining("A.one covers F9");
    }

    @Test
    void theCatalogueNumbersItsFaultsFromOne() throws IOException {
        assertThat(FaultTable.of(project, "now").untried())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 51)
                        .mapToObj(number -> "F" + number)
                        .collect(Collectors.toList()));
    }
}
