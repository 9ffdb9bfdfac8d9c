package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is published belongs together. */
class PublishedTest {
    private static final Path ROOT = ReadmeTest.root();

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "core/GUIDE.md"})
    void theVersionThatIsBuiltIsNamed(String file) throws IOException {
        assertThat(first("<artifactId>mimeo-bom</artifactId>\\s*<version>([^<]*)</version>", file))
                .isEqualTo(first("<artifactId>mimeo-parent</artifactId>\\s*<version>([^<]*)</version>", "pom.xml"));
    }

    @Test
    void bomListsWhatIsPublished() throws IOException {
        String bom = Files.readString(ROOT.resolve("core/bom/pom.xml"));
        for (String module : List.of("protocol", "core", "examples", "benchmarks")) {
            String pom = Files.readString(ROOT.resolve(module).resolve("pom.xml"));
            String artifact = first("</parent>\\s*<artifactId>([^<]*)</artifactId>", module + "/pom.xml");
            assertThat(bom.contains("<artifactId>" + artifact + "</artifactId>"))
                    .as(artifact)
                    .isNotEqualTo(pom.contains("<maven.deploy.skip>true</maven.deploy.skip>"));
        }
    }

    private static String first(String pattern, String file) throws IOException {
        var matcher = Pattern.compile(pattern).matcher(Files.readString(ROOT.resolve(file)));
        assertThat(matcher.find()).as("%s in %s", pattern, file).isTrue();
        return matcher.group(1);
    }
}
