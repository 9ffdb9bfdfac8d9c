package dev.mimeo.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket of a datagram channel as the C library knows it, for what Java has no methods for ({@link NativeCalls}).
 *
 * <p>Java does not tell which descriptor a channel has. But when the channel's receive buffer is changed, there is only one
 * descriptor whose receive buffer changes likewise.
 *
 * <p>Results are those of the functions: -1 for a failure, and after {@link #close}, which comes before that of the channel:
 * then the number may be another's. Any thread.
 */
final class NativeSocket implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(NativeSocket.class);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    /** Receive buffers that nobody chooses, within what every system allows, and that they are changed to twice. */
    private static final int FIRST_MARK = 70_001;

    private static final int MARK_COUNT = 30_000;
    private static final int CHANGES = 2;

    /** Guarded by the class. */
    private static int marks;

    private final NativeCalls calls;
    private final int descriptor;
    /** Guarded by {@code this}. */
    private boolean closed;

    private NativeSocket(NativeCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /** Returns the socket of a channel, whose receive buffer is small afterwards; empty where the platform does not help. */
    static Optional<NativeSocket> of(DatagramChannel channel) throws IOException {
        Optional<NativeCalls> calls = NativeCalls.found();
        return calls.isEmpty() ? Optional.empty() : find(channel, calls.get());
    }

    private static synchronized Optional<NativeSocket> find(DatagramChannel channel, NativeCalls calls)
            throws IOException {
        Set<Integer> candidates;
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            candidates = descriptors
                    .map(descriptor -> Integer.valueOf(descriptor.getFileName().toString()))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            LOG.debug("Descriptors cannot be listed", e);
            return Optional.empty();
        }
        for (int i = 0; i < CHANGES; i++) {
            int mark = FIRST_MARK + marks++ % MARK_COUNT;
            channel.setOption(StandardSocketOptions.SO_RCVBUF, mark);
            // Linux doubles it, for what it needs itself.
            candidates.removeIf(descriptor -> calls.option(descriptor, SOL_SOCKET, SO_RCVBUF) != 2 * mark);
        }
        return candidates.size() == 1
                ? Optional.of(new NativeSocket(calls, candidates.iterator().next()))
                : Optional.empty();
    }

    /** Sets an option that is a number; returns whether the system has it, and takes the value. */
    synchronized boolean set(int level, int name, int value) {
        return !closed && calls.setOption(descriptor, level, name, value) == 0;
    }

    /** Receives a datagram, if there is one, as {@code header} says; returns its length. */
    synchronized int receive(MessageHeader header) {
        return closed ? -1 : (int) calls.receive(descriptor, header.address(), MessageHeader.DO_NOT_WAIT);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
