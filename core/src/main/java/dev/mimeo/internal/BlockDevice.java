package dev.mimeo.internal;

import dev.mimeo.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A raw block device, and what must hold before a byte of it is overwritten. Linux tells it in {@code /proc} and {@code /sys}. */
final class BlockDevice {
    private static final Logger LOG = LoggerFactory.getLogger(BlockDevice.class);
    private static final int FILE_TYPE = 0170000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final Path ROOT = Path.of("/");
    private static final List<String> LINKS = List.of("dev/disk/by-id", "dev/disk/by-partuuid");

    private final Path path;
    private final String number;
    private final Path root;

    /**
     * Any device, which may not be there.
     *
     * @param number major and minor, as the kernel writes it: {@code 8:1}
     * @param root the directory that has {@code dev}, {@code proc} and {@code sys}
     */
    BlockDevice(Path path, String number, Path root) {
        this.path = path;
        this.number = number;
        this.root = root;
    }

    /** Finds the device that a path, or a link, leads to. */
    static BlockDevice find(Path path) throws StorageException {
        try {
            Path real = path.toRealPath();
            return new BlockDevice(real, number(real), ROOT);
        } catch (IOException e) {
            throw new StorageException("Cannot receive into " + path + ": " + Reason.of(e), e);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw new StorageException("Cannot receive into " + path + ": this system has no block devices", e);
        }
    }

    /** Returns whether there is a block device. */
    static boolean isAt(Path path) {
        try {
            return ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == BLOCK_DEVICE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String number(Path path) throws IOException {
        if (((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) != BLOCK_DEVICE) {
            throw new IOException("it is not a block device");
        }
        long number = (long) Files.getAttribute(path, "unix:rdev");
        long major = number >>> 8 & 0xfff | number >>> 32 & ~0xfffL;
        long minor = number & 0xff | number >>> 12 & 0xffffff00L;
        return major + ":" + minor;
    }

    Path path() {
        return path;
    }

    /** Fails unless a link of that name leads here. */
    void checkIdentity(Optional<String> name) throws StorageException {
        if (name.isEmpty()) {
            return;
        }
        List<String> found = new ArrayList<>();
        for (String directory : LINKS) {
            Path link = root.resolve(directory).resolve(name.get());
            try {
                Path device = link.toRealPath();
                if (device.equals(path)) {
                    return;
                }
                found.add(link + " leads to " + device);
            } catch (IOException e) {
                LOG.debug("{} leads nowhere: {}", link, Reason.of(e));
            }
        }
        throw refused(
                found.isEmpty()
                        ? "neither of /dev/disk/by-id and /dev/disk/by-partuuid has " + name.get()
                        : found.get(0));
    }

    /** Fails unless the device has the size that is asked for, and room for the image. */
    void checkSize(long size, OptionalLong expected, long needed) throws StorageException {
        if (expected.isPresent() && expected.getAsLong() != size) {
            throw refused("it has " + size + " bytes, not " + expected.getAsLong() + " as asked for");
        }
        if (size < needed) {
            throw refused("it has " + size + " bytes; the image needs " + needed);
        }
    }

    /** Fails if the device or a partition of it is mounted, used for swap, or held by another device. */
    void checkUnused() throws StorageException {
        Path sys = root.resolve("sys/dev/block").resolve(number);
        if (!Files.isDirectory(sys)) {
            LOG.warn("Whether {} is in use cannot be found out on this system", path);
            return;
        }
        try {
            List<Path> nodes = new ArrayList<>(List.of(sys));
            try (Stream<Path> below = Files.list(sys)) {
                below.filter(partition -> Files.exists(partition.resolve("partition")))
                        .forEach(nodes::add);
            }
            for (Path node : nodes) {
                checkNode(node);
            }
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw refused("whether it is in use cannot be found out: " + Reason.of(e));
        }
    }

    private void checkNode(Path node) throws IOException {
        String nodeNumber = Files.readString(node.resolve("dev")).strip();
        String name = node.toRealPath().getFileName().toString();
        for (String line : lines("proc/self/mountinfo")) {
            // 36 35 98:0 /sub /where rw,noatime master:1 - ext3 /dev/root rw
            String[] fields = line.split(" ");
            int separator = List.of(fields).indexOf("-");
            if (fields[2].equals(nodeNumber)
                    || separator > 0 && separator + 2 < fields.length && isNode(fields[separator + 2], nodeNumber)) {
                throw refused(name + " is mounted at " + fields[4] + "; unmount it");
            }
        }
        for (String line : lines("proc/swaps")) {
            if (isNode(line.split("\\s")[0], nodeNumber)) {
                throw refused(name + " is used for swap; end that");
            }
        }
        Path holders = node.resolve("holders");
        if (Files.isDirectory(holders)) {
            try (Stream<Path> found = Files.list(holders)) {
                Optional<Path> holder = found.findFirst();
                if (holder.isPresent()) {
                    throw refused(name + " is held by " + holder.get().getFileName() + "; end that");
                }
            }
        }
    }

    private List<String> lines(String file) throws IOException {
        Path there = root.resolve(file);
        return Files.exists(there) ? Files.readAllLines(there, StandardCharsets.ISO_8859_1) : List.of();
    }

    /** Some file systems have numbers of their own, and name the device that they are on. */
    private boolean isNode(String source, String nodeNumber) {
        if (!source.startsWith("/")) {
            return false;
        }
        try {
            return number(root.resolve(source.substring(1)).toRealPath()).equals(nodeNumber);
        } catch (IOException e) {
            return false;
        }
    }

    private StorageException refused(String why) {
        return new StorageException("Cannot receive into " + path + ": " + why);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
