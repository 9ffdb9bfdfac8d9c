package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The house rules that a machine can check. Every ban names what to use instead. */
class TidyTest {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path PROTOCOL = MODULE.resolve("src/main/java");
    private static final Path CORE = MODULE.resolveSibling("core").resolve("src/main/java");

    /**
     * Something that must not be in a source file.
     *
     * @param text where to look: code, without comments and literals, or everything
     * @param except files that may
     */
    private record Ban(String what, Pattern pattern, Text text, Predicate<Path> except, String instead) {
        static Ban code(String what, String pattern, String instead) {
            return new Ban(what, Pattern.compile(pattern), Text.CODE, path -> false, instead);
        }

        Ban except(Predicate<Path> except) {
            return new Ban(what, pattern, text, except, instead);
        }
    }

    private enum Text {
        CODE,
        EVERYTHING
    }

    private static final List<Ban> EVERYWHERE = List.of(
            new Ban(
                    "unfinished business",
                    Pattern.compile("\\b(TODO|FIXME|XXX)\\b"),
                    Text.EVERYTHING,
                    path -> false,
                    "do it, or open an issue"),
            Ban.code(
                    "Java serialization",
                    "\\bObject(In|Out)putStream\\b|\\b(read|write)(Object|External|Replace|Resolve)\\b|\\breadResolve\\b"
                            + "|\\b(Serializable|Externalizable|SerializedLambda|XMLDecoder)\\b",
                    "a codec of our own"),
            Ban.code("names that are looked up", "\\bjavax\\.naming\\b|\\bInitialContext\\b", "an argument"),
            Ban.code(
                    "code that is found or loaded at run time",
                    "\\b(URL)?ClassLoader\\b|\\bServiceLoader\\b|\\bScriptEngine|\\bdefineClass\\b|\\bjava\\.rmi\\b"
                            + "|\\bRuntime\\.getRuntime\\(\\)\\.exec\\b|\\bProcessBuilder\\b|\\bProxy\\.newProxyInstance\\b",
                    "a class that is named in the source"),
            Ban.code(
                            "reflection",
                            "\\bjava\\.lang\\.reflect\\b|\\bClass\\.forName\\b|\\bgetDeclared(Method|Field|Constructor)s?\\b"
                                    + "|\\.newInstance\\(|\\bsetAccessible\\b",
                            "a constructor, a sealed type, a switch")
                    // What later versions of Java have, if one runs.
                    .except(path -> path.endsWith("internal/NativeCalls.java")),
            Ban.code("the inside of the JDK", "\\bsun\\.misc\\b|\\bjdk\\.internal\\b|\\bUnsafe\\b", "ByteBuffer"),
            Ban.code(
                    "the console",
                    "\\bSystem\\.(out|err)\\b|\\bprintStackTrace\\b",
                    "an event or a counter in protocol, SLF4J in core"),
            Ban.code("star imports", "^import [^;]*\\*;", "one import for each type"));

    private static final List<Ban> IN_PROTOCOL = List.of(
            Ban.code("sockets", "\\bjava\\.net\\b", "Outbound and onDatagram; sockets are core's"),
            Ban.code("channels", "\\bjava\\.nio\\.channels\\b", "Outbound and SourceBlock; channels are core's"),
            Ban.code("files", "\\bjava\\.nio\\.file\\b|\\bjava\\.io\\.File\\b", "SourceBlock; files are core's"),
            Ban.code("streams", "\\bjava\\.io\\.(?!Serial;|Serializable;)", "ByteBuffer"),
            Ban.code(
                    "a clock",
                    "\\bnanoTime\\b|\\bcurrentTimeMillis\\b|\\bjava\\.time\\.(Clock|Instant|LocalDate|LocalDateTime"
                            + "|ZonedDateTime)\\b|\\bjava\\.util\\.(Date|Calendar|Timer)\\b",
                    "the argument nowNanos"),
            Ban.code(
                            "threads and locks",
                            "\\bThread(Local|Group)?\\b|\\bsynchronized\\b|\\bvolatile\\b|\\bjava\\.util\\.concurrent\\b",
                            "nothing: a machine is confined to one thread")
                    // A table of hashes that the manifests of all threads share.
                    .except(path -> path.endsWith("manifest/ZeroLeaf.java")),
            Ban.code(
                    "chance of its own",
                    "\\bMath\\.random\\b|\\bThreadLocalRandom\\b|\\bSecureRandom\\b|\\bUUID\\.randomUUID\\b"
                            + "|\\bnew (Splittable)?Random\\b|\\bRandomGenerator\\.(of|getDefault)\\b",
                    "the argument random, a RandomGenerator"),
            Ban.code(
                    "logging",
                    "\\borg\\.slf4j\\b|\\bjava\\.util\\.logging\\b|\\bSystem\\.Logger\\b",
                    "an event or a counter"),
            Ban.code("locale-dependent text", "\\bto(Lower|Upper)Case\\(\\)", "the same with Locale.ROOT"),
            Ban.code(
                    "the platform's character set",
                    "\\.getBytes\\(\\)|\\bCharset\\.defaultCharset\\b",
                    "StandardCharsets.UTF_8"),
            Ban.code("finalizers", "\\bfinalize\\(\\)|\\bjava\\.lang\\.ref\\b", "an explicit end"),
            Ban.code(
                            "relative reads",
                            "\\.get(Short|Int|Long|Char)\\(\\)|\\b(datagram|buffer|bytes|content|payload|memory|in)\\.get\\(\\)",
                            "absolute reads, get(position); relative ones belong into a wire reader")
                    .except(TidyTest::isReader));

    private static final List<Ban> IN_CORE = List.of(
            Ban.code("a clock", "\\bnanoTime\\b|\\bcurrentTimeMillis\\b", "SessionClock")
                    .except(path -> path.endsWith("SessionClock.java")),
            Ban.code(
                    "hidden chance",
                    "\\bMath\\.random\\b|\\bThreadLocalRandom\\b",
                    "a RandomGenerator made once, or SecureRandom"),
            Ban.code(
                    "the platform's character set",
                    "\\.getBytes\\(\\)|\\bCharset\\.defaultCharset\\b",
                    "StandardCharsets.UTF_8"));

    /** Classes whose job is to read bytes from the network one after the other, with every length checked. */
    private static boolean isReader(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith("Reader.java") || name.endsWith("Decoder.java") || name.endsWith("Codec.java");
    }

    @Fault("F26")
    @Test
    void protocolKeepsTheHouseRules() throws IOException {
        assertThat(faults(PROTOCOL, EVERYWHERE, IN_PROTOCOL)).isEmpty();
    }

    @Test
    @EnabledIf("coreIsHere")
    void coreKeepsTheHouseRules() throws IOException {
        assertThat(faults(CORE, EVERYWHERE, IN_CORE)).isEmpty();
    }

    static boolean coreIsHere() {
        return Files.isDirectory(CORE);
    }

    @Test
    void rolesDoNotKnowEachOther() throws IOException {
        Path base = PROTOCOL.resolve("dev/mimeo/protocol");
        List<Ban> nothing = List.of();
        List<String> faults = new ArrayList<>();
        faults.addAll(faults(base.resolve("sender"), nothing, List.of(layer("receiver|image"))));
        faults.addAll(faults(base.resolve("receiver"), nothing, List.of(layer("sender|image"))));
        faults.addAll(faults(base.resolve("image"), nothing, List.of(layer("sender"))));
        for (String leaf : List.of("wire", "fec", "timing")) {
            faults.addAll(
                    faults(base.resolve(leaf), nothing, List.of(layer("sender|receiver|image|session|manifest"))));
        }
        faults.addAll(faults(base.resolve("manifest"), nothing, List.of(layer("sender|receiver|image|session|wire"))));
        assertThat(faults).isEmpty();
    }

    private static Ban layer(String packages) {
        return Ban.code(
                "another layer",
                "\\bdev\\.mimeo\\.protocol\\.(" + packages + ")\\b",
                "a type of dev.mimeo.protocol, or an argument");
    }

    private static List<String> faults(Path root, List<Ban> some, List<Ban> others) throws IOException {
        List<Ban> bans = Stream.concat(some.stream(), others.stream()).toList();
        List<String> faults = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                String source = Files.readString(file);
                String code = withoutCommentsAndLiterals(source);
                for (Ban ban : bans) {
                    if (!ban.except().test(file)) {
                        addFaults(faults, root.relativize(file), ban, ban.text() == Text.CODE ? code : source);
                    }
                }
            }
        }
        return faults;
    }

    private static void addFaults(List<String> faults, Path file, Ban ban, String text) {
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            Matcher matcher = ban.pattern().matcher(lines[i]);
            if (matcher.find()) {
                faults.add(String.format(
                        "%s:%d has %s (%s); use %s", file, i + 1, ban.what(), matcher.group(), ban.instead()));
            }
        }
    }

    /** Comments, strings and characters become spaces; lines stay where they are. */
    private static String withoutCommentsAndLiterals(String source) {
        Matcher matcher = Pattern.compile(
                        "/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])+'",
                        Pattern.DOTALL)
                .matcher(source);
        StringBuilder code = new StringBuilder();
        int end = 0;
        while (matcher.find()) {
            code.append(source, end, matcher.start()).append(matcher.group().replaceAll("[^\n]", " "));
            end = matcher.end();
        }
        return code.append(source.substring(end)).toString();
    }

    // The checker itself.

    @Test
    void commentsAndLiteralsAreNotCode() {
        assertThat(withoutCommentsAndLiterals("a /* Thread\nb */ c // Thread\n\"Th\\\"read\" '\"' d"))
                .isEqualTo("a          \n     c          \n               d");
    }

    @Test
    void everyBanFindsWhatItForbids() {
        assertThat(found(IN_PROTOCOL, "import java.net.InetAddress;")).containsExactly("sockets");
        assertThat(found(IN_PROTOCOL, "import java.nio.channels.FileChannel;")).containsExactly("channels");
        assertThat(found(IN_PROTOCOL, "import java.nio.file.Path;")).containsExactly("files");
        assertThat(found(IN_PROTOCOL, "import java.io.InputStream;")).containsExactly("streams");
        assertThat(found(IN_PROTOCOL, "import java.io.Serial;")).isEmpty();
        assertThat(found(IN_PROTOCOL, "long now = System.nanoTime();")).containsExactly("a clock");
        assertThat(found(IN_PROTOCOL, "import java.time.Duration;")).isEmpty();
        assertThat(found(IN_PROTOCOL, "new Thread(this)")).containsExactly("threads and locks");
        assertThat(found(IN_PROTOCOL, "new Random()")).containsExactly("chance of its own");
        assertThat(found(IN_PROTOCOL, "import org.slf4j.Logger;")).containsExactly("logging");
        assertThat(found(IN_PROTOCOL, "int a = in.getInt();")).containsExactly("relative reads");
        assertThat(found(IN_PROTOCOL, "int a = in.getInt(4) + list.get(0);")).isEmpty();
        assertThat(found(EVERYWHERE, "// TODO later")).containsExactly("unfinished business");
        assertThat(found(EVERYWHERE, "new ObjectInputStream(in)")).containsExactly("Java serialization");
        assertThat(found(EVERYWHERE, "class A implements java.io.Serializable")).containsExactly("Java serialization");
        assertThat(found(EVERYWHERE, "private Object readResolve() {")).containsExactly("Java serialization");
        assertThat(found(EVERYWHERE, "private static final long serialVersionUID = 1L;"))
                .isEmpty();
        assertThat(found(EVERYWHERE, "import javax.naming.Context;")).containsExactly("names that are looked up");
        assertThat(found(EVERYWHERE, "Class.forName(name)")).containsExactly("reflection");
        assertThat(found(EVERYWHERE, "new URLClassLoader(urls)"))
                .containsExactly("code that is found or loaded at run time");
        assertThat(found(EVERYWHERE, "new ProcessBuilder(command)"))
                .containsExactly("code that is found or loaded at run time");
        assertThat(found(EVERYWHERE, "System.out.println()")).containsExactly("the console");
    }

    private static List<String> found(List<Ban> bans, String line) {
        return bans.stream()
                .filter(ban -> ban.pattern().matcher(line).find())
                .map(Ban::what)
                .toList();
    }
}
