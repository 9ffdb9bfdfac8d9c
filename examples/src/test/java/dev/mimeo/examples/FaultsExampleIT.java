package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README, as it is. */
@Timeout(60)
class FaultsExampleIT {
    @Test
    void anImageArrivesOverABadNetwork(@TempDir Path directory) throws Exception {
        byte[] content = new byte[2_000_000];
        new SplittableRandom(1).nextBytes(content);
        Path image = Files.write(directory.resolve("image.raw"), content);
        Path target = directory.resolve("copy.raw");
        FaultsExample.main(new String[] {image.toString(), target.toString(), "7"});
        assertThat(target).hasBinaryContent(content);
    }
}
