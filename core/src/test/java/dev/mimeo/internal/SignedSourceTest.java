package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.ImageFlag;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.ImageSource;
import dev.mimeo.PreparedImage;
import dev.mimeo.SigningKey;
import dev.mimeo.protocol.manifest.MalformedManifestException;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.SignedBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a signature between prepare and send: it stays as it is, or is made anew, or nothing is sent. */
class SignedSourceTest {
    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private final SigningKey key = SigningKey.generate();
    private Path image;
    private ImageSource source;

    @BeforeEach
    void writeImage() throws IOException {
        image = TestImage.write(directory.resolve("lab.img"), TestImage.random(1_500_000, 1));
        source = ImageSource.of(image);
    }

    @Test
    void whatIsPreparedAndSignedIsSentJustSoWithoutTheKey() throws Exception {
        PreparedImage prepared =
                source.serial(7).notAfter(END).version("7").signedBy(key).prepare();
        assertThat(prepared.image().signedBy()).contains(key.publicKey().fingerprint());
        assertThat(prepared.image().serial()).isEqualTo(7);
        assertThat(prepared.image().notAfter()).contains(END);
        key.destroy();

        Manifest sent = manifest(source);
        assertThat(isSigned(sent)).isTrue();
        assertThat(Descriptions.of(sent, true)).isEqualTo(prepared.image());
        assertThat(manifest(source.name("lab.img").version("7").serial(7))).isEqualTo(sent);
    }

    @Test
    void whatIsSignedIsNotSentUnderAnotherLabel() throws IOException {
        source.serial(7).signedBy(key).prepare();
        refused("cannot be sent under another name", source.name("other"));
        refused("Prepare and sign it again", source.version("8"));
        refused("cannot be sent", source.serial(8));
        refused("cannot be sent", source.notAfter(END));
        refused("cannot be sent", source.flags(Set.of(ImageFlag.ALLOW_MULTICAST, ImageFlag.MULTICAST_ONLY)));
    }

    @Test
    void whatIsSignedIsSentUnderAnotherLabelWithTheKey() throws Exception {
        source.serial(7).signedBy(key).prepare();
        Manifest sent = manifest(source.serial(8).signedBy(key));
        assertThat(sent.serial()).isEqualTo(8);
        assertThat(isSigned(sent)).isTrue();
        SigningKey next = SigningKey.generate();
        assertThat(Descriptions.of(manifest(source.signedBy(next)), true).signedBy())
                .contains(next.publicKey().fingerprint());
    }

    @Test
    void aSignedImageThatHasChangedIsNotSentUnsigned() throws Exception {
        source.signedBy(key).prepare();
        Files.write(image, TestImage.random(1_500_001, 2));
        refused("the image has changed since it was made", source);
        refused("Prepare and sign the image again, or remove the manifest", source);
        assertThat(isSigned(manifest(source.signedBy(key)))).isTrue();
        Files.delete(directory.resolve("lab.img.manifest"));
        assertThat(manifest(source).signature()).isEmpty();
    }

    @Test
    void aSignedManifestThatWasTamperedWithIsNotSent() throws IOException {
        Path manifest = source.signedBy(key).prepare().manifest();
        byte[] good = Files.readAllBytes(manifest);
        int name = new String(good, StandardCharsets.ISO_8859_1).indexOf("lab.img");
        for (int at : new int[] {name, good.length - 1, good.length - 70}) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(manifest, bad);
            refused("The signed manifest " + manifest + " cannot be used: its checksum does not match", source);
            Files.write(manifest, checked(bad));
            refused("its signature by key", source);
        }
        byte[] stripped = Arrays.copyOf(good, good.length - 101);
        Files.write(manifest, checked(stripped));
        refused("it has no signature", source);
    }

    /** Corrects the checksum, as somebody would who wants to be believed. */
    private static byte[] checked(byte[] kept) {
        CRC32C checksum = new CRC32C();
        checksum.update(kept, 12, kept.length - 12);
        return ByteBuffer.wrap(kept.clone())
                .putInt(8, (int) checksum.getValue())
                .array();
    }

    @Test
    void whatWasPreparedUnsignedIsSignedWhenItIsSent() throws Exception {
        source.serial(3).prepare();
        Manifest sent = manifest(source.signedBy(key));
        assertThat(isSigned(sent)).isTrue();
        assertThat(sent.serial()).isEqualTo(3);
    }

    @Test
    void aPipeIsSignedWhenItHasEnded() throws Exception {
        ImageSource pipe = ImageSource.pipe(
                        Channels.newChannel(new ByteArrayInputStream(new byte[] {1, 2, 3})), "pipe", directory)
                .signedBy(key)
                .serial(9);
        Manifest sent = manifest(pipe);
        assertThat(isSigned(sent)).isTrue();
        assertThat(sent.serial()).isEqualTo(9);
    }

    @Test
    void whatIsOpenedAgainWhileItIsSentKeepsItsSignature() throws Exception {
        FilesSource signed = (FilesSource) source.signedBy(key);
        try (OpenImage open = signed.open(progress -> {}, () -> false, ThreadMaker.USUAL)) {
            assertThat(manifest(signed.known(open))).isSameAs(open.manifest());
        }
    }

    @Test
    void serialsAndEndsAreCheckedAtTheCall() {
        assertThatIllegalArgumentException().isThrownBy(() -> source.serial(0));
        assertThatIllegalArgumentException().isThrownBy(() -> source.serial(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> source.notAfter(Instant.EPOCH));
        assertThatIllegalArgumentException().isThrownBy(() -> source.notAfter(Instant.MAX));
    }

    private static boolean isSigned(Manifest manifest) throws MalformedManifestException {
        SignedBytes bytes = ManifestCodec.takeApart(ManifestCodec.encode(manifest));
        return bytes.signature()
                .filter(it -> Ed25519.verify(Ed25519.x509(it.key()), it.signature(), bytes.covered()))
                .isPresent();
    }

    private static void refused(String message, ImageSource source) {
        assertThatExceptionOfType(ImageRefusedException.class)
                .isThrownBy(() -> manifest(source))
                .withMessageContaining(message);
    }

    private static Manifest manifest(ImageSource source) throws IOException {
        try (OpenImage open = ((NamedSource) source).open(progress -> {}, () -> false, ThreadMaker.USUAL)) {
            return open.manifest();
        }
    }
}
