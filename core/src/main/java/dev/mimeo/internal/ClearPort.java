package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.protocol.seal.SealHeader;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port of the open network: lets everything through but what is sealed, which it counts. */
final class ClearPort extends PortLayer {
    private static final Logger LOG = LoggerFactory.getLogger(ClearPort.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final MulticastPort port;
    private final Refusals refusals;

    /**
     * Lets through what goes through {@code port}. The first in the life of the process whose traffic leaves this machine says
     * in the log what that means.
     *
     * @param where what people call the group
     * @param timeToLive with 0, traffic stays on this machine
     */
    ClearPort(MulticastPort port, Object where, int timeToLive) {
        this.port = port;
        this.refusals = new Refusals(where);
        if (timeToLive > 0 && WARNED.compareAndSet(false, true)) {
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
    MulticastPort port() {
        return port;
    }

    @Override
    public String complaint() {
        return refusals.words();
    }

    @Override
    public DroppedDatagrams dropped() {
        return refusals.dropped().plus(port.dropped());
    }
}
