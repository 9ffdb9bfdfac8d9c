package dev.mimeo.protocol.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenTest {
    @TempDir
    private Path directory;

    @Test
    void sameTextPasses() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "one\ntwo\n");
        Golden.at(file).check("one\ntwo\n", false);
    }

    @Test
    void otherTextFailsWithTheDifference() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "1\n2\n3\n4\n5\n6\n7\n");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Golden.at(file).check("1\n2\n3\n4\nfive\n6\n7\n", false))
                .withMessageContaining("a.txt")
                .withMessageContaining("-Dmimeo.golden=update")
                .withMessageEndingWith("\n  …\n  3\n  4\n- 5\n+ five\n  6\n  7\n");
    }

    @Test
    void missingFileFailsUntilItIsWritten() throws IOException {
        Golden golden = Golden.at(directory.resolve("new/b.txt"));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> golden.check("text", false))
                .withMessageContaining("+ text");
        golden.check("text", true);
        golden.check("text", false);
        assertThat(Files.readString(directory.resolve("new/b.txt"))).isEqualTo("text");
    }

    @Test
    void lineEndingsOfTheCheckoutDoNotMatter() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "one\r\ntwo\r\n");
        Golden.at(file).check("one\ntwo\n", false);
    }

    @Test
    void differenceShowsInsertionsAndDeletions() {
        assertThat(Golden.difference(List.of("a", "b"), List.of("b", "c"))).isEqualTo("- a\n  b\n+ c\n");
    }
}
