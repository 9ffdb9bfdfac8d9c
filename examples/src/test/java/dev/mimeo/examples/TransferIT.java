package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code prepare}, {@code send} and {@code receive}, on the loopback interface of this machine. */
@Timeout(120)
class TransferIT {
    private static final String[] NETWORK = network();

    @TempDir
    Path directory;

    @Test
    void aPreparedImageIsSentAndReceived() throws Exception {
        Path image = directory.resolve("lab.img");
        Path copy = directory.resolve("copy.img");
        DemoImage.create(image, (9 << 20) + 12_345, new SplittableRandom(1));

        Run prepare = new Run("prepare", image.toString(), "--image-version", "7").start();
        assertThat(prepare.code()).as(prepare.err()).isZero();
        assertThat(directory.resolve("lab.img.manifest")).isNotEmptyFile();
        assertThat(prepare.out()).contains("lab.img version 7", "sha256 " + Sha256.of(image));

        Run receive = new Run("receive", "--out", copy.toString(), "--name", "seat 1", "--json")
                .onNetwork()
                .start();
        Run send = new Run("send", image.toString(), "--rate", "200M", "--max-wait", "60s")
                .onNetwork()
                .start();
        assertThat(send.code()).as(send.out() + send.err()).isZero();
        assertThat(receive.code()).as(receive.out() + receive.err()).isZero();

        assertThat(copy).hasSameBinaryContentAs(image);
        assertThat(send.out())
                .containsPattern("joined    seat 1 \\([0-9a-f]{8}\\)")
                .contains("1 of 1 receivers have verified lab.img");
        assertThat(receive.out().lines().reduce((first, second) -> second))
                .get()
                .asString()
                .startsWith("{\"event\":\"report\",\"name\":\"lab.img\",\"version\":")
                .contains("\"bytes\":9449529,", "\"verified\":true,", "\"sha256\":\"" + Sha256.of(image));
    }

    @Test
    void aSignedImageIsTakenByWhoTrustsItsKeyAndByNobodyElse() throws Exception {
        Path image = directory.resolve("lab.img");
        Path copy = directory.resolve("copy.img");
        DemoImage.create(image, 2 << 20, new SplittableRandom(7));
        Run keygen = new Run("keygen", "--signing", directory.resolve("maker").toString()).start();
        assertThat(keygen.code()).as(keygen.err()).isZero();
        assertThat(keygen.out())
                .containsPattern("maker.pub: key [0-9a-f]{64}\n")
                .doesNotContain("PRIVATE");
        new Run("keygen", "--signing", directory.resolve("other").toString())
                .start()
                .code();
        Run again = new Run("keygen", "--signing", directory.resolve("maker").toString()).start();
        assertThat(again.code()).as("a key is never replaced").isEqualTo(5);

        Run prepare = new Run(
                        "prepare",
                        image.toString(),
                        "--sign",
                        directory.resolve("maker.key").toString(),
                        "--serial",
                        "7",
                        "--not-after",
                        "2199-12-31")
                .start();
        assertThat(prepare.code()).as(prepare.err()).isZero();
        assertThat(prepare.out()).containsPattern("signed by key [0-9a-f]{64}, serial 7");

        String fingerprint = keygen.out().replaceAll("(?s).*maker.pub: key ([0-9a-f]{64}).*", "$1");
        Run wrong = receive(copy, "other.pub", "--timeout", "8s").start();
        Run right = receive(directory.resolve("right.img"), "maker.pub", "--min-serial", "7")
                .start();
        Run send = new Run("send", image.toString(), "--min-receivers", "2", "--max-wait", "60s")
                .onNetwork()
                .start();
        assertThat(right.code()).as(right.out() + right.err()).isZero();
        assertThat(right.out()).contains("\"serial\":7,\"signedBy\":\"" + fingerprint + "\"", "\"verified\":true");
        assertThat(send.code()).as("somebody refused").isEqualTo(3);
        assertThat(send.out()).contains("failed", "is signed by key " + fingerprint);
        assertThat(wrong.code()).as(wrong.out() + wrong.err()).isEqualTo(4);
        assertThat(wrong.err()).contains("is signed by key " + fingerprint + ", which this receiver does not trust");
        assertThat(wrong.out()).contains("\"event\":\"refused\"", "\"reason\":\"refused\"");
        assertThat(copy).doesNotExist();
    }

    private Run receive(Path out, String trusted, String... more) {
        Stream<String> arguments = Stream.of(
                "receive",
                "--out",
                out.toString(),
                "--trust",
                directory.resolve(trusted).toString(),
                "--json");
        return new Run(Stream.concat(arguments, Stream.of(more)).toArray(String[]::new)).onNetwork();
    }

    @Test
    void whoeverHasTheKeyTakesPartAndNobodyElse() throws Exception {
        Path image = directory.resolve("lab.img");
        DemoImage.create(image, 1 << 20, new SplittableRandom(4));
        String key = directory.resolve("key").toString();
        Run keygen = new Run("keygen", "--group", key).start();
        assertThat(keygen.code()).as(keygen.err()).isZero();
        assertThat(new Run("keygen", "--group", key).start().code()).isEqualTo(5);
        Path passphrase = Files.writeString(directory.resolve("passphrase"), "correct horse battery\n");

        Run stranger = new Run(
                        "receive",
                        "--out",
                        directory.resolve("none").toString(),
                        "--passphrase-file",
                        passphrase.toString(),
                        "--passphrase-label",
                        "room 7",
                        "--timeout",
                        "2s")
                .onNetwork()
                .start();
        Run send = new Run("send", image.toString(), "--key-file", key, "--max-wait", "60s")
                .onNetwork()
                .start();
        assertThat(stranger.code()).as(stranger.out() + stranger.err()).isEqualTo(6);
        assertThat(stranger.err()).contains("could not be opened; is the group key the same on both sides?");
        Path copy = directory.resolve("copy.img");
        Run receive = new Run("receive", "--out", copy.toString(), "--key-file", key)
                .onNetwork()
                .start();
        assertThat(send.code()).as(send.out() + send.err()).isZero();
        assertThat(receive.code()).as(receive.out() + receive.err()).isZero();
        assertThat(copy).hasSameBinaryContentAs(image);
    }

    @Test
    void standardInputIsSentUnderItsName() throws Exception {
        byte[] content = new byte[2_000_001];
        new SplittableRandom(3).nextBytes(content);
        Path copy = directory.resolve("copy.img");
        InputStream standardInput = System.in;
        System.setIn(new ByteArrayInputStream(content));
        try {
            Run receive =
                    new Run("receive", "--out", copy.toString()).onNetwork().start();
            Run send = new Run("send", "-", "--name", "from tar", "--spool", directory.toString())
                    .onNetwork()
                    .start();
            assertThat(send.code()).as(send.out() + send.err()).isZero();
            assertThat(receive.code()).as(receive.out() + receive.err()).isZero();
            assertThat(send.out()).contains("1 of 1 receivers have verified from tar");
            assertThat(copy).hasBinaryContent(content);
        } finally {
            System.setIn(standardInput);
        }
    }

    @Test
    void severalFilesAreOneImage() throws Exception {
        Path first = Files.writeString(directory.resolve("efi.img"), "one");
        Path second = Files.writeString(directory.resolve("root.img"), "two");
        Path manifest = directory.resolve("lab.manifest");
        Path target = Files.createDirectory(directory.resolve("in"));
        Run prepare = new Run(
                        "prepare", first.toString(), second.toString(), "-o", manifest.toString(), "--name", "lab 7")
                .start();
        assertThat(prepare.code()).as(prepare.err()).isZero();
        assertThat(prepare.out()).contains(manifest + ": lab 7 (6 B)").containsPattern("image [0-9a-f]{64}");

        Run receive = new Run("receive", "--out", target.toString()).onNetwork().start();
        Run send = new Run("send", first.toString(), second.toString(), "--manifest", manifest.toString())
                .onNetwork()
                .start();
        assertThat(send.code()).as(send.out() + send.err()).isZero();
        assertThat(receive.code()).as(receive.out() + receive.err()).isZero();
        assertThat(send.out()).contains("1 of 1 receivers have verified lab 7");
        assertThat(target.resolve("efi.img")).hasContent("one");
        assertThat(target.resolve("root.img")).hasContent("two");
    }

    @Test
    void whatIsThereAlreadyIsNotReceivedAgain() throws Exception {
        Path image = directory.resolve("lab.img");
        Path into = Files.createDirectory(directory.resolve("into"));
        DemoImage.create(image, 4 << 20, new SplittableRandom(3));
        Files.copy(image, into.resolve("lab.img"));
        Run receive = new Run("receive", "--out", into.toString()).onNetwork().start();
        Run send = new Run("send", image.toString()).onNetwork().start();
        assertThat(send.code()).as(send.out() + send.err()).isZero();
        assertThat(receive.code()).as(receive.out() + receive.err()).isZero();
        assertThat(receive.out())
                .contains(" of it were there already.", into.resolve("lab.img").toString());
        assertThat(into.resolve("lab.img")).hasSameBinaryContentAs(image);
    }

    @Test
    void aTargetIsNamedForWhatItIs() {
        String file = directory.resolve("file").toString();
        assertRefused("say --device as well", "--out", "/dev/null");
        assertRefused("--in-place is for files", "--out", file, "--device", "--in-place");
        assertRefused("are for --device", "--out", file, "--device-size", "1M");
        assertRefused("not the name of a link", "--out", file, "--device", "--device-id", "../sda");
        assertRefused("plain NORM has no hashes", "--out", file, "--plain-norm", "--fresh");
    }

    private static void assertRefused(String message, String... options) {
        Run receive = new Run(
                        Stream.concat(Stream.of("receive"), Stream.of(options)).toArray(String[]::new))
                .onNetwork()
                .start();
        assertThat(receive.code()).isEqualTo(2);
        assertThat(receive.err()).contains(message);
    }

    @Test
    void filesAreSentAndReceivedAsPlainNorm() throws Exception {
        Path first = directory.resolve("a b.img");
        DemoImage.create(first, (3 << 20) + 1, new SplittableRandom(2));
        Path second = Files.writeString(directory.resolve("note.txt"), "complete, unverified");
        Path target = Files.createDirectory(directory.resolve("in"));

        Run receive = new Run("receive", "--plain-norm", "--out", target.toString(), "--node-id", "0x2a", "--json")
                .onNetwork()
                .start();
        Run send = new Run(
                        "send",
                        "--plain-norm",
                        first.toString(),
                        second.toString(),
                        "--ack",
                        "42",
                        "--fec-id",
                        "5",
                        "--rate",
                        "20M")
                .onNetwork()
                .start();
        assertThat(send.code()).as(send.out() + send.err()).isZero();
        assertThat(receive.code()).as(receive.out() + receive.err()).isZero();

        assertThat(target.resolve("a b.img")).hasSameBinaryContentAs(first);
        assertThat(target.resolve("note.txt")).hasSameBinaryContentAs(second);
        assertThat(send.out())
                .contains(
                        "0000002a  complete, unverified", "1 of 1 receivers have acknowledged: complete, unverified.");
        assertThat(receive.out().lines().filter(line -> line.startsWith("{\"event\":\"stored\"")))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line)
                        .contains("\"name\":\"a b.img\"", "\"bytes\":3145729,", "\"sha256\":\"" + Sha256.of(first)));
        assertThat(receive.out().lines().reduce((before, last) -> last))
                .get()
                .asString()
                .startsWith("{\"event\":\"report\",\"objects\":2,\"bytes\":3145749,")
                .contains("\"verified\":false,\"complete\":true,");
    }

    @Test
    void whoeverIsToAcknowledgeAndDoesNotIsMissed() throws Exception {
        Path file = Files.writeString(directory.resolve("note.txt"), "to nobody");
        Run send = new Run("send", "--plain-norm", file.toString(), "--ack", "42")
                .onNetwork()
                .start();
        assertThat(send.code()).isEqualTo(3);
        assertThat(send.out()).contains("0000002a  still receives", "0 of 1 receivers have acknowledged");
    }

    @Test
    void whatCannotBeDoneHasItsCode() {
        String missing = directory.resolve("missing.img").toString();
        Path image = directory.resolve("small.img");
        assertThat(new Run("prepare", missing).start().code()).isEqualTo(5);
        assertThat(new Run("send", missing).onNetwork().start().code()).isEqualTo(5);
        assertThat(new Run("receive", "--out", missing, "--timeout", "300ms")
                        .onNetwork()
                        .start()
                        .code())
                .isEqualTo(6);
        assertThat(create(image)).isRegularFile();
        assertThat(new Run("send", image.toString(), "--max-wait", "300ms")
                        .onNetwork()
                        .start()
                        .code())
                .isEqualTo(6);
        assertThat(new Run("send", image.toString(), "--group", "239.255.1.1:6003", "--interface", "nosuch0")
                        .start()
                        .code())
                .isEqualTo(6);
        assertThat(new Run("send", image.toString(), "--start-now")
                        .onNetwork()
                        .start()
                        .code())
                .isEqualTo(3);
    }

    private static Path create(Path image) {
        try {
            return Files.writeString(image, "a small image");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String[] network() {
        try (DatagramSocket probe = new DatagramSocket(0)) {
            NetworkInterface loopback =
                    NetworkInterface.getByInetAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
            String group = "239.255.78.1:" + probe.getLocalPort();
            return new String[] {"--group", group, "--interface", loopback.getName(), "--ttl", "0"};
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One run of the command on a thread of its own. */
    private static final class Run {
        private final String[] arguments;
        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private CompletableFuture<Integer> code = CompletableFuture.completedFuture(-1);

        Run(String... arguments) {
            this.arguments = arguments;
        }

        Run onNetwork() {
            return new Run(
                    Stream.concat(Stream.of(arguments), Stream.of(NETWORK)).toArray(String[]::new));
        }

        Run start() {
            CommandLine command = MimeoCommand.commandLine(false);
            command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
            code = CompletableFuture.supplyAsync(() -> command.execute(arguments));
            return this;
        }

        int code() {
            return code.join();
        }

        String out() {
            return out.toString();
        }

        String err() {
            return err.toString();
        }
    }
}
