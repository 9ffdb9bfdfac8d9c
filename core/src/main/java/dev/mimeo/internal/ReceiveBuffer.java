package dev.mimeo.internal;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room in which datagrams wait while the protocol thread is busy or the collector runs: a tenth of a second of a Gbit/s.
 * Systems cap it; who may administer the network of a Linux (CAP_NET_ADMIN) may go beyond the cap, if Java lets us ask. A
 * cap that is too small for a burst is worth one warning in the life of the process.
 */
final class ReceiveBuffer {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiveBuffer.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();
    static final int WANTED = 16 << 20;
    static final int ENOUGH = 4 << 20;
    private static final int SO_RCVBUFFORCE = 33;

    private ReceiveBuffer() {}

    /**
     * Makes the receive buffer of {@code channel}, whose socket is {@code socket}, as large as we may, up to 16 MiB.
     *
     * @return how many bytes that is
     */
    static int enlarge(DatagramChannel channel, Optional<NativeSocket> socket) throws IOException {
        if (socket.isPresent() && socket.get().set(NativeSocket.SOL_SOCKET, SO_RCVBUFFORCE, WANTED)) {
            return WANTED;
        }
        channel.setOption(StandardSocketOptions.SO_RCVBUF, WANTED);
        int granted = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        if (granted < ENOUGH && WARNED.compareAndSet(false, true)) {
            LOG.warn(
                    "The system limits socket receive buffers to {} bytes, {} were asked for: bursts will be lost and"
                            + " repaired, which costs rate. On Linux, raise net.core.rmem_max to {}.",
                    granted,
                    WANTED,
                    WANTED);
        }
        return granted;
    }
}
