package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimeo.SigningKey;
import dev.mimeo.StorageException;
import dev.mimeo.TrustedKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {
    /** RFC 8410, section 10.3 and 10.1. */
    private static final String PRIVATE = "-----BEGIN PRIVATE KEY-----\n"
            + "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
            + "-----END PRIVATE KEY-----\n";

    private static final String PUBLIC = "-----BEGIN PUBLIC KEY-----\n"
            + "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
            + "-----END PUBLIC KEY-----\n";

    @TempDir
    Path directory;

    @Test
    void theKeysOfTheRfcAreOnePair() throws IOException {
        SigningKey key = SigningKey.ofFile(Files.writeString(path("a.key"), "a comment\n" + PRIVATE));
        TrustedKey trusted = TrustedKey.ofFile(Files.writeString(path("a.pub"), PUBLIC));
        assertThat(key.publicKey()).isEqualTo(trusted).hasSameHashCodeAs(trusted);
        assertThat(trusted.base64()).isEqualTo("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
        assertThat(TrustedKey.of(" " + trusted.base64() + "\n")).isEqualTo(trusted);
    }

    @Test
    void signsAsTheRfcDoes() {
        byte[] pkcs8 = HexFormat.of()
                .parseHex("302e020100300506032b657004220420"
                        + "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        Ed25519.Pair pair = Ed25519.ofPrivate(pkcs8);
        assertThat(Ed25519.raw(pair.publicKey()))
                .asHexString()
                .isEqualToIgnoringCase("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assertThat(Ed25519.sign(pkcs8, ByteBuffer.allocate(0)))
                .asHexString()
                .isEqualToIgnoringCase("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
                        + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    }

    @Test
    void aSignatureIsOfTheseBytesByThisKey() {
        Ed25519.Pair pair = Ed25519.generate();
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3});
        byte[] signature = Ed25519.sign(pair.privateKey(), bytes.slice(0, 1), bytes.slice(1, 2));
        assertThat(Ed25519.verify(pair.publicKey(), signature, bytes)).isTrue();
        assertThat(Ed25519.verify(Ed25519.generate().publicKey(), signature, bytes))
                .isFalse();
        assertThat(Ed25519.verify(pair.publicKey(), signature, bytes.slice(0, 2)))
                .isFalse();
        int cases = 0;
        for (int bit = 0; bit < signature.length * 8; bit++) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Ed25519.verify(pair.publicKey(), flipped, bytes))
                    .as("bit %d", bit)
                    .isFalse();
            cases++;
        }
        assertThat(cases).isEqualTo(512);
        for (byte[] noPoint : new byte[][] {new byte[32], bytesOf(0xff), bytesOf(0x7f), bytesOf(2)}) {
            assertThat(Ed25519.verify(Ed25519.x509(noPoint), signature, bytes)).isFalse();
        }
    }

    private static byte[] bytesOf(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void keysAreWrittenOnceAndReadAgain() throws IOException {
        SigningKey key = SigningKey.generate();
        key.write(path("lab.key"));
        key.publicKey().write(path("lab.pub"));
        assertThat(SigningKey.ofFile(path("lab.key")).publicKey()).isEqualTo(key.publicKey());
        assertThat(TrustedKey.ofFile(path("lab.pub"))).isEqualTo(key.publicKey());
        assertThat(path("lab.key"))
                .content()
                .matches("-----BEGIN PRIVATE KEY-----\n.{64}\n-----END PRIVATE KEY-----\n");

        String before = Files.readString(path("lab.key"));
        refused(
                "it is there already, and a key is never replaced",
                () -> SigningKey.generate().write(path("lab.key")));
        refused("it is there already", () -> SigningKey.generate().publicKey().write(path("lab.pub")));
        refused("no such file", () -> key.write(path("none/lab.key")));
        assertThat(path("lab.key")).hasContent(before);
    }

    @Test
    void onlyItsOwnerReadsAPrivateKey() throws IOException {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        SigningKey.generate().write(path("lab.key"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path("lab.key"))))
                .isEqualTo("rw-------");
        assertThat(KeyFile.isReadByOthers(path("lab.key"))).isFalse();
        Files.setPosixFilePermissions(path("lab.key"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(KeyFile.isReadByOthers(path("lab.key"))).isTrue();
    }

    @Test
    void whatIsNoKeyIsNamed() throws IOException {
        Path file = path("x");
        refused(file + ": there is no such file", () -> SigningKey.ofFile(file));
        Files.writeString(file, PUBLIC);
        refused("no line -----BEGIN PRIVATE KEY-----; it is the other key of its pair", () -> SigningKey.ofFile(file));
        Files.writeString(file, PRIVATE);
        refused("no line -----BEGIN PUBLIC KEY-----; it is the other key of its pair", () -> TrustedKey.ofFile(file));
        Files.writeString(file, "hello");
        refused("\"mimeo keygen\" writes keys", () -> TrustedKey.ofFile(file));
        Files.writeString(file, PRIVATE + PRIVATE);
        refused("more than one key", () -> SigningKey.ofFile(file));
        Files.writeString(file, PRIVATE.replace("MC4C", "MC5C"));
        refused("not a private Ed25519 key", () -> SigningKey.ofFile(file));
        Files.writeString(file, PUBLIC.replace("MCow", "MCo="));
        refused("Cannot use " + file + " as a key", () -> TrustedKey.ofFile(file));
        Files.write(file, new byte[20_000]);
        refused("too long", () -> TrustedKey.ofFile(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "MCowBQYDK2VwAyEA", "?", "MCowBQYDK2VuAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="})
    void whatIsNoPublicKeyIsRefused(String base64) {
        assertThatIllegalArgumentException().isThrownBy(() -> TrustedKey.of(base64));
    }

    @Test
    void thePrivateKeyIsNeverTold() throws IOException {
        SigningKey key = SigningKey.ofFile(Files.writeString(path("a.key"), PRIVATE));
        String hex = "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";
        assertThat(key.toString())
                .isEqualTo("signing key of key " + key.publicKey().fingerprint())
                .doesNotContain(hex)
                .doesNotContain("1O5y2/kTWErVttjx92n4rTr+fCjL8dT74Jeoj0R1WEI");
        assertThat(Ed25519.generate()).hasToString("a pair of keys");
        String spoiled = PRIVATE.replace("BCIEI", "BCIEJ");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> SigningKey.ofFile(Files.writeString(path("b.key"), spoiled)))
                .satisfies(e -> {
                    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                        assertThat(cause.toString()).doesNotContain("kTWErVttjx", "5842");
                    }
                });
    }

    @Test
    void aDestroyedKeySignsNothing() {
        SigningKey key = SigningKey.generate();
        key.destroy();
        assertThat(key.isDestroyed()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> key.write(path("a.key")))
                .withMessageContaining("was destroyed");
        assertThatIllegalStateException().isThrownBy(() -> ((Ed25519Key) key).sign(TargetRig.manifest(new byte[1])));
        assertThat(path("a.key")).doesNotExist();
        assertThat(Base64.getDecoder().decode(key.publicKey().base64())).hasSize(44);
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void refused(String message, Action action) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(action::run)
                .withMessageContaining(message);
    }

    private Path path(String name) {
        return directory.resolve(name);
    }
}
