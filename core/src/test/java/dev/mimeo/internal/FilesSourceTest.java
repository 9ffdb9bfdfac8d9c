package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimeo.ImageSource;
import dev.mimeo.PreparedImage;
import dev.mimeo.Progress;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a source is taken for, and when the manifest beside it is believed. */
class FilesSourceTest {
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
        assertThat(Descriptions.of(described.manifest(), true)).isEqualTo(prepared.image());
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
    void whatIsOpenIsNotHashedAgainUnlessItHasChanged() throws IOException {
        FilesSource source = (FilesSource) ImageSource.of(image).name("lab");
        try (OpenImage open = source.open(progress -> {}, () -> false, ThreadMaker.USUAL)) {
            Described again = describe(source.known(open));
            assertThat(again.hashed()).isFalse();
            assertThat(again.manifest()).isSameAs(open.manifest());
            TestImage.write(image, TestImage.random(1_500_001, 1));
            assertThat(describe(source.known(open)).hashed()).isTrue();
        }
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
    void anImageThatWasChangedInSecretIsHashedAgain() throws IOException {
        assumeTrue(Files.getFileStore(image).supportsFileAttributeView("unix"));
        ImageSource.of(image).prepare();
        FileTime modified = Files.getLastModifiedTime(image);
        TestImage.write(image, TestImage.random(1_500_000, 2));
        Files.setLastModifiedTime(image, modified);
        assertThat(describe(ImageSource.of(image)).hashed()).isTrue();
    }

    @Test
    void severalFilesAreOneImageOfSeveralObjects() throws IOException {
        Path empty = TestImage.write(directory.resolve("empty"), new byte[0]);
        Path second = TestImage.write(directory.resolve("Efi part:1"), TestImage.withZeros(5_000_000, 2));
        Described described = describe(ImageSource.of(image, empty, second).version("7"));
        assertThat(described.manifest().objects())
                .extracting(ImageObject::name, ImageObject::length)
                .containsExactly(tuple("win11.raw", 1_500_000L), tuple("empty", 0L), tuple("Efi part_1", 5_000_000L));
        assertThat(described.manifest().name()).isEqualTo("win11.raw and 2 more");
        assertThat(described.manifest().version()).isEqualTo("7");
        assertThat(described.manifest().objects().get(2).chunks().zeroCount()).isPositive();
        assertThat(Descriptions.of(described.manifest(), true).sha256()).isEmpty();
    }

    @Test
    void theManifestOfSeveralFilesIsKeptWhereTheUserSays() throws IOException {
        Path second = TestImage.write(directory.resolve("second"), TestImage.random(3_000_000, 2));
        Path manifest = directory.resolve("lab.manifest");
        ImageSource source = ImageSource.of(image, second);
        assertThatIllegalStateException().isThrownBy(source::prepare);
        PreparedImage prepared = source.manifest(manifest).prepare();
        assertThat(prepared.manifest()).isEqualTo(manifest);
        assertThat(describe(source.manifest(manifest)).hashed()).isFalse();
        assertThat(describe(source).hashed()).as("nobody said where it is").isTrue();
        assertThat(describe(ImageSource.of(second, image).manifest(manifest)).hashed())
                .as("another order")
                .isTrue();
        assertThat(describe(ImageSource.of(image).manifest(manifest)).hashed())
                .as("one of them")
                .isTrue();
        TestImage.write(second, TestImage.random(3_000_000, 3));
        assertThat(describe(source.manifest(manifest)).hashed())
                .as("one has changed")
                .isTrue();
    }

    @Test
    void aManifestOfAnotherImageIsNotBelieved() throws IOException {
        Path other = TestImage.write(directory.resolve("other"), TestImage.random(1_500_000, 9));
        Path manifest = ImageSource.of(other).prepare().manifest();
        Files.copy(manifest, directory.resolve("win11.raw.manifest"));
        assertThat(describe(ImageSource.of(image)).hashed()).isTrue();
    }

    @Test
    void aTornManifestIsNotBelieved() throws IOException {
        Path manifest = ImageSource.of(image).prepare().manifest();
        byte[] good = Files.readAllBytes(manifest);
        for (int length = 0; length < good.length; length += 7) {
            Files.write(manifest, Arrays.copyOf(good, length));
            assertThat(describe(ImageSource.of(image)).hashed())
                    .as("%d bytes", length)
                    .isTrue();
        }
    }

    @Test
    void aManifestWithOneWrongBitIsNotBelieved() throws IOException {
        Path manifest = ImageSource.of(image).prepare().manifest();
        byte[] good = Files.readAllBytes(manifest);
        for (int at : List.of(0, 7, 9, 13, 31, 32, good.length - 1)) {
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
        Path manifest = directory.resolve("win11.raw.manifest");
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
        assertThat(manifest.objects().get(0).name()).isEqualTo("a_b_.raw");
    }

    @Test
    void namesAndVersionsAreCheckedAtTheCall() {
        ImageSource source = ImageSource.of(image);
        assertThatIllegalArgumentException().isThrownBy(() -> source.name(""));
        assertThatIllegalArgumentException().isThrownBy(() -> source.name("x".repeat(256)));
        assertThatIllegalArgumentException().isThrownBy(() -> source.name("a\u202eb"));
        assertThatIllegalArgumentException().isThrownBy(() -> source.version("\u0000"));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageSource.of(Path.of("/")));
        assertThatIllegalArgumentException().isThrownBy(() -> source.manifest(image));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageSource.of(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageSource.of(Collections.nCopies(1_025, image)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageSource.of(Path.of("a/disk.img"), Path.of("b/Disk.img")))
                .withMessage("a/disk.img and b/Disk.img have the same name for receivers, who store files by name;"
                        + " rename one");
    }

    private record Described(Manifest manifest, boolean hashed) {}

    private static Described describe(ImageSource source) throws IOException {
        AtomicBoolean hashed = new AtomicBoolean();
        try (OpenImage open =
                ((NamedSource) source).open(progress -> hashed.set(true), () -> false, ThreadMaker.USUAL)) {
            return new Described(open.manifest(), hashed.get());
        }
    }
}
