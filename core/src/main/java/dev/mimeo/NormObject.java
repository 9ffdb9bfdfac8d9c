package dev.mimeo;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Something to be sent as one NORM object. Immutable. */
public sealed interface NormObject {
    /** Returns the name that goes in its NORM_INFO, in UTF-8; empty if the object has no NORM_INFO. */
    Optional<String> name();

    /** Returns the same object without NORM_INFO. */
    NormObject withoutInfo();

    /** Returns the file at {@code path}, a regular file or block device, under its own name. */
    static NormObject file(Path path) {
        Objects.requireNonNull(path, "path");
        if (path.getFileName() == null || path.getFileName().toString().isEmpty()) {
            throw new IllegalArgumentException("\"" + path + "\" does not name a file");
        }
        return new File(path, Optional.of(path.getFileName().toString()));
    }

    /** Returns the file at {@code path}, a regular file or block device, under another name. */
    static NormObject file(Path path, String name) {
        return new File(path, Optional.of(name));
    }

    /** Returns a copy of {@code content} as it is now; what becomes of it is up to the receivers. */
    static NormObject data(byte[] content, String name) {
        return new Data(ByteBuffer.wrap(content), Optional.of(name));
    }

    /**
     * A file: NORM_OBJECT_FILE.
     *
     * @param path where it is
     * @param name its name for receivers
     */
    record File(Path path, Optional<String> name) implements NormObject {
        /** Refuses nulls and names without a character. */
        public File {
            Objects.requireNonNull(path, "path");
            checkName(name);
        }

        @Override
        public File withoutInfo() {
            return new File(path, Optional.empty());
        }
    }

    /**
     * Bytes in memory: NORM_OBJECT_DATA.
     *
     * @param content the bytes
     * @param name their name for receivers
     */
    record Data(ByteBuffer content, Optional<String> name) implements NormObject {
        /** Copies the bytes, and refuses names without a character. */
        public Data {
            ByteBuffer copy = ByteBuffer.allocate(content.remaining());
            content = copy.put(content.duplicate()).flip().asReadOnlyBuffer();
            checkName(name);
        }

        /** Returns the bytes, with a position of the caller's own. */
        @Override
        public ByteBuffer content() {
            return content.duplicate();
        }

        @Override
        public Data withoutInfo() {
            return new Data(content, Optional.empty());
        }
    }

    private static void checkName(Optional<String> name) {
        if (name.isPresent() && name.get().isEmpty()) {
            throw new IllegalArgumentException("a name is empty; withoutInfo() sends none");
        }
    }
}
