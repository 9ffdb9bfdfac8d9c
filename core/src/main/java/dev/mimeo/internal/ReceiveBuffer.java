package dev.mimeo.internal;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room in which datagrams wait while the protocol thread is busy or the collector runs. Systems cap it; a cap that is
 * too small for a burst is worth one warning in the life of the process.
 */
final class ReceiveBuffer {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiveBuffer.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();
    private static final int WANTED = 8 << 20;
    private static final int ENOUGH = 4 << 20;

    private ReceiveBuffer() {}

    /** Makes the receive buffer of {@code channel} as large as the system allows, up to 8 MiB. */
    static void enlarge(DatagramChannel channel) throws IOException {
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
    }
}
