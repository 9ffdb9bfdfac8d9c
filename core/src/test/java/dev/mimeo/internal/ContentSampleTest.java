package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.ImageSource;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which changes a look at a few chunks finds. */
class ContentSampleTest {
    private static final int CHUNK = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void everyChunkOfASmallImageIsLookedAt() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(14 * CHUNK - 5, 1));
        Manifest manifest = manifest(image);
        assertThat(difference(manifest, image)).isEmpty();
        for (int chunk = 0; chunk < 14; chunk++) {
            flip(image, (long) chunk * CHUNK + chunk);
            assertThat(difference(manifest, image)).contains("chunk " + chunk + " of " + image + " has other content");
            flip(image, (long) chunk * CHUNK + chunk);
        }
    }

    @Test
    void endsAndContentOfASparseImageAreLookedAt() throws IOException {
        Path image = directory.resolve("image");
        List<Integer> content = List.of(3, 90, 91, 150);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(200L * CHUNK);
            for (int chunk : content) {
                file.seek((long) chunk * CHUNK);
                file.write(1);
            }
        }
        Manifest manifest = manifest(image);
        assertThat(difference(manifest, image)).isEmpty();
        List<Integer> looked = new ArrayList<>(content);
        looked.addAll(List.of(0, 199));
        for (int chunk : looked) {
            flip(image, (long) chunk * CHUNK + CHUNK / 2);
            assertThat(difference(manifest, image)).as("chunk %d", chunk).isPresent();
            flip(image, (long) chunk * CHUNK + CHUNK / 2);
        }
    }

    @Test
    void chunksOfALargeImageAreLookedAtFromEndToEnd() throws IOException {
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(33 * CHUNK, 1));
        Manifest manifest = manifest(image);
        int found = 0;
        for (int chunk = 0; chunk < 33; chunk++) {
            flip(image, (long) chunk * CHUNK);
            found += difference(manifest, image).isPresent() ? 1 : 0;
            flip(image, (long) chunk * CHUNK);
        }
        assertThat(found).isBetween(14, ContentSample.LARGEST);
    }

    @Test
    void filesMayBeEmpty() throws IOException {
        Path empty = TestImage.write(directory.resolve("empty"), new byte[0]);
        Path none = TestImage.write(directory.resolve("none"), new byte[0]);
        Path image = TestImage.write(directory.resolve("image"), TestImage.random(10, 1));
        Manifest manifest = manifest(empty, image, none);
        assertThat(difference(manifest, empty, image, none)).isEmpty();
        flip(image, 9);
        assertThat(difference(manifest, empty, image, none)).isPresent();
        assertThat(difference(manifest(empty), empty)).isEmpty();
    }

    private static Manifest manifest(Path first, Path... more) throws IOException {
        try (OpenImage open =
                ((NamedSource) ImageSource.of(first, more)).open(progress -> {}, () -> false, ThreadMaker.USUAL)) {
            return open.manifest();
        }
    }

    private static Optional<String> difference(Manifest manifest, Path... paths) throws IOException {
        List<SourceFile> files = new ArrayList<>();
        try {
            for (Path path : paths) {
                files.add(SourceFile.open(path));
            }
            return ContentSample.difference(manifest, files);
        } finally {
            files.forEach(SourceFile::close);
        }
    }

    private static void flip(Path image, long offset) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(offset);
            int old = file.read();
            file.seek(offset);
            file.write(old ^ 1);
        }
    }
}
