package dev.mimeo.internal;

import dev.mimeo.ImageRefusedException;
import dev.mimeo.ImageSource;
import dev.mimeo.PreparedImage;
import dev.mimeo.Progress;
import dev.mimeo.StorageException;
import dev.mimeo.TransferException;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Names;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An image of files or block devices, one object each; its manifest may have been kept. */
public final class FilesSource extends NamedSource {
    private static final Logger LOG = LoggerFactory.getLogger(FilesSource.class);

    private final List<Path> paths;
    private final List<String> fileNames;
    private final Optional<Path> manifestPath;
    /** What was found when it was opened a moment ago. */
    private final Optional<Known> known;

    /** Refuses what {@link ImageSource#of(List)} refuses. */
    public FilesSource(List<Path> paths) {
        this(Label.NONE, List.copyOf(paths), fileNames(paths), defaultManifest(paths), Optional.empty());
    }

    private FilesSource(
            Label label, List<Path> paths, List<String> fileNames, Optional<Path> manifestPath, Optional<Known> known) {
        super(label);
        this.paths = paths;
        this.fileNames = fileNames;
        this.manifestPath = manifestPath;
        this.known = known;
    }

    private static List<String> fileNames(List<Path> paths) {
        Checks.check(
                !paths.isEmpty() && paths.size() <= LARGEST_FILE_COUNT,
                "an image of %d files is not one of 1 to %d",
                paths.size(),
                LARGEST_FILE_COUNT);
        List<String> names = new ArrayList<>();
        Map<String, Path> known = new HashMap<>();
        for (Path path : paths) {
            Checks.check(
                    path.getFileName() != null && !path.getFileName().toString().isEmpty(),
                    "\"%s\" does not name a file",
                    path);
            String name = Names.asSegment(path.getFileName().toString());
            Path other = known.put(name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), path);
            Checks.check(
                    other == null,
                    "%s and %s have the same name for receivers, who store files by name; rename one",
                    other,
                    path);
            names.add(name);
        }
        return List.copyOf(names);
    }

    private static Optional<Path> defaultManifest(List<Path> paths) {
        return paths.size() > 1
                ? Optional.empty()
                : Optional.of(paths.get(0).resolveSibling(paths.get(0).getFileName() + ".manifest"));
    }

    @Override
    FilesSource labelled(Label label) {
        return new FilesSource(label, paths, fileNames, manifestPath, Optional.empty());
    }

    /** An image, and what its files were like. */
    private record Known(Manifest manifest, List<Long> lengths, List<Optional<FileStamp>> stamps) {
        static Known of(Manifest manifest, List<SourceFile> files) {
            return new Known(
                    manifest,
                    files.stream().map(SourceFile::length).toList(),
                    files.stream().map(SourceFile::stamp).toList());
        }
    }

    /**
     * Returns the same source, to be opened again while it is being sent: not hashed unless a file has changed. That block
     * devices do not change meanwhile is believed, as it is of what is being sent.
     */
    FilesSource known(OpenImage image) {
        Known now = Known.of(image.manifest(), image.files());
        return new FilesSource(label, paths, fileNames, manifestPath, Optional.of(now));
    }

    @Override
    public ImageSource manifest(Path file) {
        Path place = file.toAbsolutePath().normalize();
        for (Path path : paths) {
            Checks.check(
                    !place.equals(path.toAbsolutePath().normalize()),
                    "the manifest would replace %s, of the image",
                    path);
        }
        return new FilesSource(label, paths, fileNames, Optional.of(file), Optional.empty());
    }

    @Override
    public String name() {
        String first = paths.get(0).getFileName().toString();
        return !label.name().isEmpty()
                ? label.name()
                : paths.size() == 1 ? first : first + " and " + (paths.size() - 1) + " more";
    }

    @Override
    public PreparedImage prepare(Consumer<Progress> listener) throws IOException {
        Path place = manifestPath.orElseThrow(
                () -> new IllegalStateException("an image of several files has no place for its manifest; name one"));
        try (Opening opening = new Opening()) {
            List<SourceFile> files = openFiles(opening);
            for (SourceFile file : files) {
                if (file.stamp().isEmpty()) {
                    throw new StorageException("Cannot prepare " + file.path()
                            + ": nothing tells whether a block device has changed; it is hashed when it is sent");
                }
            }
            Manifest manifest = sealed(hash(files, listener, () -> false, ThreadMaker.USUAL));
            PreparedManifest.write(manifest, files, place);
            return new PreparedImage(Descriptions.of(manifest, true), place);
        }
    }

    @Override
    public OpenImage open(Consumer<Progress> listener, BooleanSupplier isCancelled, ThreadMaker threads)
            throws IOException {
        try (Opening opening = new Opening()) {
            List<SourceFile> files = openFiles(opening);
            Optional<Manifest> same = known.filter(image -> image.equals(Known.of(image.manifest(), files)))
                    .map(Known::manifest);
            if (same.isPresent()) {
                opening.succeeded();
                return new OpenImage(same.get(), files);
            }
            Optional<Manifest> kept = kept(files);
            Manifest manifest = sealed(kept.isPresent() ? kept.get() : hash(files, listener, isCancelled, threads));
            opening.succeeded();
            return new OpenImage(manifest, files);
        }
    }

    private List<SourceFile> openFiles(Opening opening) throws StorageException {
        List<SourceFile> files = new ArrayList<>();
        for (Path path : paths) {
            files.add(opening.add(SourceFile.open(path)));
        }
        return files;
    }

    private Manifest hash(
            List<SourceFile> files, Consumer<Progress> listener, BooleanSupplier isCancelled, ThreadMaker threads)
            throws IOException {
        long total = files.stream().mapToLong(SourceFile::length).sum();
        LOG.info("Hashing image {}, {} bytes", this, total);
        List<String> names = objectNames(name());
        List<ImageObject> objects = new ArrayList<>();
        try (ChunkHashing hashing = new ChunkHashing(new HashingProgress(total, listener), isCancelled, threads)) {
            for (int i = 0; i < files.size(); i++) {
                objects.add(hashing.hash(files.get(i), names.get(i)));
            }
        }
        return describe(objects);
    }

    /** A file that is an image by itself is called like the image, whatever it is called here. */
    private List<String> objectNames(String imageName) {
        return paths.size() == 1 ? List.of(Names.asSegment(imageName)) : fileNames;
    }

    /** Returns the manifest that was kept, as it is to be called now; empty if there is none that can be used. */
    private Optional<Manifest> kept(List<SourceFile> files) throws TransferException {
        if (manifestPath.isEmpty()) {
            return Optional.empty();
        }
        Path path = manifestPath.get();
        boolean signsAnew = label.key().isPresent();
        Optional<Manifest> kept = PreparedManifest.read(path, files, signsAnew);
        Optional<Manifest> named = kept.map(this::named);
        if (kept.isPresent() && kept.get().signature().isPresent() && !signsAnew && !named.equals(kept)) {
            throw new ImageRefusedException("Image " + kept.get().name()
                    + " cannot be sent under another name, version,"
                    + " serial, end or flags: its manifest " + path + " is signed as it is. Prepare and sign it again,"
                    + " or send it with the key.");
        }
        return named;
    }

    /** What the source asks for by itself goes before what was kept. */
    private Manifest named(Manifest kept) {
        String name = label.name().isEmpty() ? kept.name() : label.name();
        List<String> names = objectNames(name);
        List<ImageObject> objects = new ArrayList<>();
        for (ImageObject object : kept.objects()) {
            objects.add(new ImageObject(
                    names.get(objects.size()), object.length(), object.chunkSize(), object.sha256(), object.chunks()));
        }
        return new Manifest(
                name,
                version().isEmpty() ? kept.version() : version(),
                kept.createdEpochSecond(),
                label.flags().map(Descriptions::flags).orElse(kept.flags()),
                label.serial() == 0 ? kept.serial() : label.serial(),
                label.notAfter().isEmpty() ? kept.notAfterEpochSecond() : label.notAfterEpochSecond(),
                objects,
                kept.signature());
    }

    @Override
    public String toString() {
        return paths.size() == 1 ? paths.get(0).toString() : paths.toString();
    }
}
