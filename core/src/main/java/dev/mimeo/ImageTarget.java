package dev.mimeo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a receiver stores an image. Immutable, touches nothing by itself; its receiver chooses it, nothing that a sender says
 * can change it.
 *
 * <p>Whatever the target holds already is hashed first, chunk by chunk; what matches the image is never sent for. So a
 * receiver that was cancelled, killed or switched off goes on where it was, and a target that holds an older version gets
 * only what differs. There is no journal that could be torn, stale or of another image: the content is its own journal, and
 * trusted by its hash alone. {@link #fresh()} does without.
 *
 * <table>
 * <caption>What the old content is worth while the new one arrives</caption>
 * <tr><td>{@link #of file}, {@link #directory}</td><td>usable until the new image is verified and takes its place</td></tr>
 * <tr><td>{@link #inPlace}, {@link #device}, {@link #channel}</td><td>not usable from the first byte that is written until
 *     the transfer has ended with a report; receive again if it does not</td></tr>
 * </table>
 *
 * <p>A transfer whose target cannot be written fails with a {@link StorageException}: before the first byte if there is too
 * little room, or if the target is not what it should be. One receiver uses a target at a time; a second one is refused.
 */
public sealed interface ImageTarget {
    /** Returns the same target, whose present content is ignored: everything is received again. */
    ImageTarget fresh();

    /** Returns whether the present content is ignored. */
    boolean isFresh();

    /**
     * Returns the target that is a regular file at {@code path}. An image of one object is received.
     *
     * <p>The image is first written to {@code .NAME.mimeo-part} in the same directory, verified, forced to disk, and only then
     * moved to the path in one atomic step: the path holds what it held before, or the whole image, never a part. The part
     * file stays when the transfer fails or is cancelled, unless nothing in it is verified; the next receiver of the same
     * target goes on with it. What an older file at the path has at the same offset is copied from there. Runs of zeros
     * become holes where the file system has them.
     *
     * <p>A symbolic link at the path is replaced itself, not followed; one in the place of the part file is refused. A
     * directory or a device at the path, or a missing parent directory, fails the transfer.
     */
    static File of(Path path) {
        return new File(path, false);
    }

    /**
     * Returns the target that is a regular file, changed in place; created if there is none. An image of one object is
     * received.
     *
     * <p>Needs room for one copy only. The file is not usable until the image is verified. Zeros are written where the file
     * does not read as zeros. In the end it has exactly the length of the image.
     */
    static InPlace inPlace(Path path) {
        return new InPlace(path, false);
    }

    /**
     * Returns the target that is a raw block device, such as {@code /dev/nvme0n1}. An image of one object is received.
     *
     * <p>Before the first byte: it must be a block device, writable, at least as long as the image; neither it nor a
     * partition of it may be mounted, used for swap, or held by another device (LVM, RAID, encryption). What lies behind the
     * end of the image is not touched. Zeros are written where the device does not read as zeros. The device is not usable
     * until the image is verified.
     *
     * @see Device#size
     * @see Device#identity
     */
    static Device device(Path path) {
        return new Device(path, OptionalLong.empty(), Optional.empty(), false);
    }

    /**
     * Returns the target that is a directory, which must be there: each object of the image becomes a file in it, as
     * {@link #of} would store it.
     *
     * <p>An object has the name that the manifest gives it, as far as every system takes it for an ordinary file of that
     * very name; what is not allowed becomes {@code _}. No name leads out of the directory. Files take their places one by
     * one, when all are verified; other files in the directory stay.
     */
    static Directory directory(Path path) {
        return new Directory(path, false);
    }

    /**
     * Returns the target that is a channel of the caller, who opened it for reading and writing (not appending), and closes
     * it; it must be open until the transfer has ended. An image of one object is received.
     *
     * <p>The image is stored from offset 0; what lies behind its end is not touched. Zeros are written where the channel does
     * not read as zeros. The content is not usable until the image is verified.
     *
     * @throws IllegalArgumentException if it cannot be read and written
     */
    static Channel channel(FileChannel channel) {
        return new Channel(channel, false);
    }

    /**
     * A regular file that is replaced.
     *
     * @param path where the image will be
     * @param isFresh whether the present content is ignored
     */
    record File(Path path, boolean isFresh) implements ImageTarget {
        /** Refuses what names no file. */
        public File {
            requireName(path);
        }

        @Override
        public File fresh() {
            return new File(path, true);
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A regular file that is changed in place.
     *
     * @param path where the image will be; a symbolic link is followed
     * @param isFresh whether the present content is ignored
     */
    record InPlace(Path path, boolean isFresh) implements ImageTarget {
        /** Refuses what names no file. */
        public InPlace {
            requireName(path);
        }

        @Override
        public InPlace fresh() {
            return new InPlace(path, true);
        }

        @Override
        public String toString() {
            return path + " (in place)";
        }
    }

    /**
     * A raw block device.
     *
     * @param path of the device, or of a link to it
     * @param expectedSize bytes that it must have, exactly
     * @param expectedIdentity name of a link that must lead to it
     * @param isFresh whether the present content is ignored
     */
    record Device(Path path, OptionalLong expectedSize, Optional<String> expectedIdentity, boolean isFresh)
            implements ImageTarget {
        /** Refuses nulls, a size that no device has, and an identity that is no name. */
        public Device {
            Objects.requireNonNull(path, "path");
            if (expectedSize.isPresent() && expectedSize.getAsLong() <= 0) {
                throw new IllegalArgumentException("a device of " + expectedSize.getAsLong() + " bytes");
            }
            if (expectedIdentity.isPresent() && !expectedIdentity.get().matches("(?!\\.{1,2}$)[^/\\x00]+")) {
                throw new IllegalArgumentException("\"" + expectedIdentity.get()
                        + "\" is not the name of a link in /dev/disk/by-id or /dev/disk/by-partuuid");
            }
        }

        /** Returns the same device, which is refused unless it has exactly so many bytes. Default: any that suffices. */
        public Device size(long bytes) {
            return new Device(path, OptionalLong.of(bytes), expectedIdentity, isFresh);
        }

        /**
         * Returns the same device, which is refused unless the link of that name in {@code /dev/disk/by-id} or
         * {@code /dev/disk/by-partuuid} leads to it: device numbers change from one boot to the next, those do not. Default:
         * none is asked for.
         */
        public Device identity(String name) {
            return new Device(path, expectedSize, Optional.of(name), isFresh);
        }

        @Override
        public Device fresh() {
            return new Device(path, expectedSize, expectedIdentity, true);
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A directory.
     *
     * @param path where it is
     * @param isFresh whether the present content is ignored
     */
    record Directory(Path path, boolean isFresh) implements ImageTarget {
        /** Refuses nulls. */
        public Directory {
            Objects.requireNonNull(path, "path");
        }

        @Override
        public Directory fresh() {
            return new Directory(path, true);
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A channel of the caller.
     *
     * @param channel open for reading and writing
     * @param isFresh whether the present content is ignored
     */
    record Channel(FileChannel channel, boolean isFresh) implements ImageTarget {
        /** Refuses a channel that cannot be read and written. */
        public Channel {
            try {
                channel.read(ByteBuffer.allocate(0), 0);
                channel.write(ByteBuffer.allocate(0), 0);
            } catch (NonReadableChannelException | NonWritableChannelException | IOException e) {
                throw new IllegalArgumentException("the channel must be open for reading and writing", e);
            }
        }

        @Override
        public Channel fresh() {
            return new Channel(channel, true);
        }

        @Override
        public String toString() {
            return "a channel of the caller";
        }
    }

    private static void requireName(Path path) {
        Objects.requireNonNull(path, "path");
        if (path.getFileName() == null || path.getFileName().toString().isEmpty()) {
            throw new IllegalArgumentException("\"" + path + "\" does not name a file");
        }
    }
}
