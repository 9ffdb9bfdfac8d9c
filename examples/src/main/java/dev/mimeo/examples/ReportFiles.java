package dev.mimeo.examples;

import dev.mimeo.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Where the report of finished sessions is put: the same facts for people, in HTML, and for programs, in JSON. */
final class ReportFiles {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'mimeo-'yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final Path place;

    private ReportFiles(Path place) {
        this.place = place;
    }

    /**
     * Chooses a place.
     *
     * @param place a directory that is there, or a file in one; of the latter, an ending of {@code .html} or {@code .json} is
     *     left out
     */
    static ReportFiles at(Path place) throws StorageException {
        Path directory =
                Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw new StorageException("no report can be put at " + place + ": " + directory
                    + " is not a directory that can be written; make it, or choose another --report");
        }
        return new ReportFiles(place);
    }

    /** Writes both, each in one step: a file is whole, or as it was before. Returns the one for people. */
    Path write(List<Snapshot> sessions, Instant began, Instant ended) throws IOException {
        Path base = Files.isDirectory(place)
                ? place.resolve(NAME.format(began)
                        + sessions.stream()
                                .findFirst()
                                .map(session -> "-" + session.view().id())
                                .orElse(""))
                : place.resolveSibling(place.getFileName().toString().replaceFirst("\\.(html|json)$", ""));
        Path page = base.resolveSibling(base.getFileName() + ".html");
        replace(
                base.resolveSibling(base.getFileName() + ".json"),
                SnapshotJson.of(sessions, ended, Integer.MAX_VALUE) + "\n");
        replace(page, ReportPage.of(sessions, began, ended));
        return page;
    }

    private static void replace(Path file, String text) throws IOException {
        Path growing = file.resolveSibling("." + file.getFileName() + ".mimeo-part");
        Files.deleteIfExists(growing);
        try {
            try (FileChannel channel =
                    FileChannel.open(growing, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (ByteBuffer bytes = StandardCharsets.UTF_8.encode(text); bytes.hasRemaining(); ) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(growing, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(growing);
        }
    }
}
