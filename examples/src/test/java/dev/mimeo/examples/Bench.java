package dev.mimeo.examples;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A sender and receivers, each in a process of its own, on one network. By default that is the loopback interface; system
 * properties move them into network namespaces:
 *
 * <pre>
 *   mimeo.proof.interface   its name, the same everywhere; default: loopback
 *   mimeo.proof.sender      what the sender is started by, such as "ip netns exec lan-s"
 *   mimeo.proof.receiver    the same for a receiver; %d is its seat, from 1
 * </pre>
 */
final class Bench implements AutoCloseable {
    private static final String INTERFACE = System.getProperty("mimeo.proof.interface", loopback());
    /** Whether it runs on a network that was made for it, with time to do everything. */
    static final boolean IS_PROOF = System.getProperty("mimeo.proof.interface") != null;

    private static final String TTL = IS_PROOF ? "1" : "0";
    private static final String SENDER = System.getProperty("mimeo.proof.sender", "");
    private static final String RECEIVER = System.getProperty("mimeo.proof.receiver", "");
    private static final int FIRST_RECEIVER_ID = 100;

    private final Path directory;
    private final MulticastGroup group;
    private final Tap tap;
    private final Deque<Child> children = new ArrayDeque<>();
    private List<String> machine = List.of("-Xmx64m");

    /** Opens a bench for an image of {@code imageLength} bytes. */
    Bench(Path directory, long imageLength) throws IOException {
        this.directory = directory;
        try (DatagramSocket probe = new DatagramSocket(0)) {
            group = MulticastGroup.of("239.255.79.1", probe.getLocalPort());
        }
        tap = new Tap(group, INTERFACE, imageLength);
    }

    /** Chooses the options of the virtual machines that are started from now on. */
    Bench machine(String... options) {
        machine = List.of(options);
        return this;
    }

    Tap tap() {
        return tap;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    Child send(Path image, String... options) {
        return child(prefix(SENDER), arguments("send", List.of(image.toString()), options));
    }

    /** Starts the receiver of a seat; it has the same node id each time. */
    Child receive(int seat, Path target, String... options) {
        return child(
                prefix(String.format(RECEIVER, seat)),
                arguments(
                        "receive",
                        List.of("--out", target.toString(), "--node-id", Integer.toString(FIRST_RECEIVER_ID + seat)),
                        options));
    }

    /** Starts a distribution point. */
    Child serve(List<Path> images, String... options) {
        return child(
                prefix(SENDER),
                pointArguments("serve", images.stream().map(Path::toString).toList(), options));
    }

    /** Starts a receiver that knows the name of an image and nothing else. */
    Child receive(int seat, String image, Path target, String... options) {
        return child(
                prefix(String.format(RECEIVER, seat)),
                pointArguments("receive", List.of("--image", image, "--out", target.toString()), options));
    }

    /** Starts somebody who watches the directory from the place of a seat. */
    Child watch(int seat, String... options) {
        return child(prefix(String.format(RECEIVER, seat)), pointArguments("watch", List.of(), options));
    }

    private List<String> pointArguments(String command, List<String> what, String... options) {
        MulticastGroup directory = MulticastGroup.of("239.255.79.2", group.port());
        List<String> where =
                List.of("--directory", directory.toString(), "--interface", INTERFACE, "--ttl", TTL, "--json", "-v");
        return Stream.of(List.of(command), what, where, Arrays.asList(options))
                .flatMap(List::stream)
                .toList();
    }

    /** Returns groups that nobody else uses, as {@code --groups} takes them. */
    String groups() {
        return "239.255.79.3-239.255.79.9:" + group.port();
    }

    private Child child(List<String> prefix, List<String> arguments) {
        Child child = Child.start(prefix, machine, arguments);
        children.add(child);
        return child;
    }

    private static List<String> prefix(String command) {
        return command.isEmpty() ? List.of() : List.of(command.split(" "));
    }

    private List<String> arguments(String command, List<String> what, String... options) {
        List<String> where =
                List.of("--group", group.toString(), "--interface", INTERFACE, "--ttl", TTL, "--json", "-v");
        return Stream.of(List.of(command), what, where, Arrays.asList(options))
                .flatMap(List::stream)
                .toList();
    }

    /** Returns the content of an image: the length of its chunks that are not zero. */
    static long contentLength(Path image) throws IOException {
        return matchingLength(image, image);
    }

    /** Returns how much of an image's content, in whole chunks, a file has in the same places. */
    static long matchingLength(Path image, Path other) throws IOException {
        if (!Files.exists(other)) {
            return 0;
        }
        long matching = 0;
        int chunkSize = Manifest.chunkSizeFor(Files.size(image));
        byte[] zeros = new byte[chunkSize];
        try (FileChannel genuine = FileChannel.open(image);
                FileChannel doubtful = FileChannel.open(other)) {
            for (long offset = 0; offset < genuine.size(); offset += chunkSize) {
                byte[] chunk = read(genuine, offset, chunkSize);
                boolean isZero = Arrays.equals(chunk, 0, chunk.length, zeros, 0, chunk.length);
                if (!isZero && Arrays.equals(chunk, read(doubtful, offset, chunkSize))) {
                    matching += chunk.length;
                }
            }
        }
        return matching;
    }

    /** Returns where a file or device first differs from an image, as far as that goes; -1 if it does not. */
    static long mismatch(Path image, Path other) throws IOException {
        int piece = 1 << 20;
        try (FileChannel genuine = FileChannel.open(image);
                FileChannel doubtful = FileChannel.open(other)) {
            for (long offset = 0; offset < genuine.size(); offset += piece) {
                byte[] expected = read(genuine, offset, piece);
                int mismatch = Arrays.mismatch(expected, read(doubtful, offset, expected.length));
                if (mismatch >= 0) {
                    return offset + mismatch;
                }
            }
        }
        return -1;
    }

    private static byte[] read(FileChannel file, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        for (int count = 0; bytes.hasRemaining() && count >= 0; ) {
            count = file.read(bytes, offset + bytes.position());
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** Returns the part file that stands beside a target while it is received. */
    static Path part(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".mimeo-part");
    }

    /** Makes an image of {@code length} bytes, three quarters of it content. */
    Path image(String name, long length, long seed) throws IOException {
        Path image = path(name);
        DemoImage.create(image, length, new SplittableRandom(seed));
        return image;
    }

    /** Copies an image and replaces each of the chunks that are listed. */
    Path changed(Path image, String name, List<Long> chunks, long seed) throws IOException {
        Path copy = Files.copy(image, path(name));
        int chunkSize = Manifest.chunkSizeFor(Files.size(image));
        byte[] content = new byte[chunkSize];
        SplittableRandom random = new SplittableRandom(seed);
        try (FileChannel file = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            for (long chunk : chunks) {
                random.nextBytes(content);
                file.write(ByteBuffer.wrap(content), chunk * chunkSize);
            }
        }
        return copy;
    }

    private static String loopback() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(candidate -> {
                        try {
                            return candidate.isLoopback();
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .findFirst()
                    .orElseThrow()
                    .getName();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        children.forEach(Child::close);
        tap.close();
    }
}
