package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.protocol.NodeId;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A port over another, which does what the layer does not. */
abstract class PortLayer implements MulticastPort {
    /**
     * Returns what a machine uses in the place of {@code port}: sealed if there is a group key, and else in the clear.
     *
     * @param where what people call the group
     */
    static MulticastPort guard(
            MulticastPort port, Optional<GroupSecret> key, SealedPort.Role role, Object where, int timeToLive) {
        return key.<MulticastPort>map(secret -> new SealedPort(port, role, secret, where))
                .orElseGet(() -> new ClearPort(port, where, timeToLive));
    }

    /** Returns the port below. */
    abstract MulticastPort port();

    @Override
    public boolean receive(Inbound inbound) throws IOException {
        return port().receive(inbound);
    }

    @Override
    public void heard(Inbound inbound) {
        port().heard(inbound);
    }

    @Override
    public boolean send(ByteBuffer datagram, NodeId destination) throws IOException {
        return port().send(datagram, destination);
    }

    @Override
    public boolean flush() throws IOException {
        return port().flush();
    }

    @Override
    public Optional<SocketAddress> addressOf(NodeId node) {
        return port().addressOf(node);
    }

    @Override
    public DroppedDatagrams dropped() {
        return port().dropped();
    }

    @Override
    public void await(long nanos) throws IOException {
        port().await(nanos);
    }

    @Override
    public void wakeup() {
        port().wakeup();
    }

    @Override
    public void close() {
        port().close();
    }
}
