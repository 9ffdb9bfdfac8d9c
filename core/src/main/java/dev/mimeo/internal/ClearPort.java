package dev.mimeo.internal;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.seal.SealHeader;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port of the open network: lets everything through but what is sealed, which it counts. */
final class ClearPort implements MulticastPort {
    private static final Logger LOG = LoggerFactory.getLogger(ClearPort.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final MulticastPort port;
    private final Refusals refusals;

    /** {@code where} is what people call the group. The first in the life of the process says what it means. */
    ClearPort(MulticastPort port, Object where) {
        this.port = port;
        this.refusals = new Refusals(where);
        if (WARNED.compareAndSet(false, true)) {
            LOG.warn(
                    "Open network: whoever is on it can read what is sent, and send. A group key prevents that; see Security"
                            + " in the README.");
        }
    }

    @Override
    public boolean receive(Inbound inbound) throws IOException {
        if (!port.receive(inbound)) {
            return false;
        }
        if (SealHeader.isSealed(inbound.datagram())) {
            refusals.count(Refusals.Reason.SEALED);
            inbound.drop();
        }
        return true;
    }

    @Override
    public void heard(Inbound inbound) {
        port.heard(inbound);
    }

    @Override
    public boolean send(ByteBuffer datagram, NodeId destination) throws IOException {
        return port.send(datagram, destination);
    }

    @Override
    public Optional<SocketAddress> addressOf(NodeId node) {
        return port.addressOf(node);
    }

    @Override
    public String complaint() {
        return refusals.words();
    }

    @Override
    public void await(long nanos) throws IOException {
        port.await(nanos);
    }

    @Override
    public void wakeup() {
        port.wakeup();
    }

    @Override
    public void close() {
        port.close();
    }
}
