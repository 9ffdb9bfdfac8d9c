package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide and the Javadoc tell people to write is Java, without a warning. */
class GuideTest {
    private static final Path CORE = ReadmeTest.root().resolve("core");

    @TempDir
    Path classes;

    @Test
    void everyProgramOfTheGuideCompiles() throws IOException {
        List<String> programs = all("```java\n(.*?)```", Files.readString(CORE.resolve("GUIDE.md")));
        assertThat(programs).hasSize(6);
        List<JavaFileObject> sources = new ArrayList<>();
        for (String program : programs) {
            sources.add(
                    source(all("\nclass (\\w+)|\npublic class (\\w+)", program).get(0), program));
        }
        assertThat(complaints(sources)).isEmpty();
    }

    @Test
    void everyExampleOfTheJavadocCompiles() throws IOException {
        List<JavaFileObject> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CORE.resolve("src/main/java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                for (String example : all("<pre>\\{@code\n(.*?)\n \\* \\}</pre>", Files.readString(file))) {
                    String name = "Example" + sources.size();
                    sources.add(source(
                            name,
                            "import dev.mimeo.*; import java.nio.file.*; import java.time.*;\nclass " + name
                                    + " { static void run(Path path) throws Exception {\n"
                                    + example.replaceAll("(?m)^ \\* ?", "") + "\n} }"));
                }
            }
        }
        assertThat(sources).hasSizeGreaterThanOrEqualTo(2);
        assertThat(complaints(sources)).isEmpty();
    }

    private static List<String> all(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return found;
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("memory:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private String complaints(List<JavaFileObject> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        List<String> options = List.of(
                "--release", "17", "-Xlint:all,-path", "-proc:none", "-d", classes.toString(), "-cp", classPath());
        compiler.getTask(complaints, null, null, options, null, sources).call();
        return complaints.toString();
    }

    /** What is on the class path of this test: core as a user has it, and JUnit. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
