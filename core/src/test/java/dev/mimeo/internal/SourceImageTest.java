package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.ImageSource;
import dev.mimeo.PreparedImage;
import dev.mimeo.Progress;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a source is taken for, and when the manifest beside it is believed. */
class SourceImageTest {
    @TempDir
    Path directory;

    private Path image;

    @BeforeEach
    void writeImage() throws IOException {
        image = TestImage.write(directory.resolve("win11.raw"), TestImage.random(1_500_000, 1));
        Files.setLastModifiedTime(image, FileTime.from(Instant.parse("2026-11-22T10:11:12.123456789Z")));
    }

    @Test
    void preparingLeavesAManifestThatSpareseHashing() throws IOException {
        PreparedImage prepared =
                ImageSource.of(image).name("Windows 11").version("24H2").prepare();
        assertThat(prepared.manifest())
                .isEqualTo(directory.resolve("win11.raw.manifest"))
                .isRegularFile();
        assertThat(prepared.image().name()).isEqualTo("Windows 11");
        assertThat(prepared.image().version()).isEqualTo("24H2");
        assertThat(prepared.image().length()).isEqualTo(1_500_000);

        Described described = describe(ImageSource.of(image));
        assertThat(described.hashed()).isFalse();
        assertThat(Descriptions.of(described.manifest())).isEqualTo(prepared.image());
    }

    @Test
    void anImageIsNamedLikeItsFile() throws IOException {
        assertThat(describe(ImageSource.of(image)).manifest().name()).isEqualTo("win11.raw");
    }

    @Test
    void anotherNameNeedsNoOtherHashes() throws IOException {
        ImageSource.of(image).name("one").version("1").prepare();
        Described described = describe(ImageSource.of(image).name("two").version("2"));
        assertThat(described.hashed()).isFalse();
        assertThat(described.manifest().name()).isEqualTo("two");
        assertThat(described.manifest().version()).isEqualTo("2");
    }

    @Test
    void anImageOfAnotherLengthIsHashedAgain() throws IOException {
        ImageSource.of(image).prepare();
        FileTime modified = Files.getLastModifiedTime(image);
        TestImage.write(image, TestImage.random(1_500_001, 1));
        Files.setLastModifiedTime(image, modified);
        assertThat(describe(ImageSource.of(image)).hashed()).isTrue();
    }

    @Test
    void anImageOfAnotherTimeIsHashedAgain() throws IOException {
        ImageSource.of(image).prepare();
        Files.setLastModifiedTime(image, FileTime.from(Instant.parse("2026-11-22T10:11:12.123456788Z")));
        assertThat(describe(ImageSource.of(image)).hashed()).isTrue();
    }

    @Test
    void aManifestWithOneWrongBitIsNotBelieved() throws IOException {
        Path manifest = ImageSource.of(image).prepare().manifest();
        byte[] good = Files.readAllBytes(manifest);
        for (int at : List.of(0, 9, 31, 32, good.length - 1)) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            Files.write(manifest, bad);
            assertThat(describe(ImageSource.of(image)).hashed())
                    .as("byte %d", at)
                    .isTrue();
        }
        Files.write(manifest, good);
        assertThat(describe(ImageSource.of(image)).hashed()).isFalse();
    }

    @Test
    void aFileThatOnlyHasTheNameOfAManifestIsNotBelieved() throws IOException {
        Path manifest = PreparedManifest.pathFor(image);
        Files.write(manifest, new byte[0]);
        assertThat(describe(ImageSource.of(image)).hashed()).isTrue();
        Files.write(manifest, new byte[1000]);
        assertThat(describe(ImageSource.of(image)).hashed()).isTrue();
    }

    @Test
    void preparingTellsHowFarItIs() throws IOException {
        List<Progress> progress = new ArrayList<>();
        ImageSource.of(image).prepare(progress::add);
        assertThat(progress).isNotEmpty().last().satisfies(last -> {
            assertThat(last.bytes()).isEqualTo(1_500_000);
            assertThat(last.fraction()).isEqualTo(1);
        });
    }

    @Test
    void aNameThatOtherSystemsWouldNotTakeStaysForDisplayOnly() throws IOException {
        Path odd = TestImage.write(directory.resolve("a:b\n.raw"), new byte[] {1});
        Manifest manifest = describe(ImageSource.of(odd)).manifest();
        assertThat(manifest.name()).isEqualTo("a:b\ufffd.raw");
        assertThat(manifest.objects().get(0).name()).isEqualTo("image");
    }

    @Test
    void namesAndVersionsAreCheckedAtTheCall() {
        ImageSource source = ImageSource.of(image);
        assertThatIllegalArgumentException().isThrownBy(() -> source.name(""));
        assertThatIllegalArgumentException().isThrownBy(() -> source.name("x".repeat(256)));
        assertThatIllegalArgumentException().isThrownBy(() -> source.name("a\u202eb"));
        assertThatIllegalArgumentException().isThrownBy(() -> source.version("\u0000"));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageSource.of(Path.of("/")));
    }

    private record Described(Manifest manifest, boolean hashed) {}

    private static Described describe(ImageSource source) throws IOException {
        AtomicBoolean hashed = new AtomicBoolean();
        try (SourceFile file = SourceFile.open(source.path())) {
            Manifest manifest = SourceImage.describe(source, file, progress -> hashed.set(true), () -> false);
            return new Described(manifest, hashed.get());
        }
    }
}
