package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.FaultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Runs when all tests of all modules have, and writes {@code examples/target/faults.md}: the catalogue of faults with what
 * this build found of each.
 */
class FaultTableCheck {
    @Test
    void everyFaultOfTheCatalogueWasTried() throws IOException {
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        FaultTable table = FaultTable.of(module.getParent(), System.getProperty("mimeo.build", ""));
        Files.writeString(module.resolve("target").resolve("faults.md"), table.render());
        boolean isWholeBuild =
                table.isOfAllModules() && System.getProperty("test") == null && System.getProperty("it.test") == null;
        if (isWholeBuild) {
            assertThat(table.untried()).as("faults that no test has tried").isEmpty();
        }
    }
}
