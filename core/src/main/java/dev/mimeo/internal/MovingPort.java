package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.MulticastGroup;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port that leaves its group for another one, or for one sender alone, and comes back: it is in one place at a time. */
final class MovingPort extends PortLayer {
    private static final Logger LOG = LoggerFactory.getLogger(MovingPort.class);

    private final MulticastGroup home;
    private final Opener opener;
    private volatile MulticastPort port;
    /** What was dropped in the groups that were left. */
    private DroppedDatagrams droppedBefore = DroppedDatagrams.NONE;

    /** The thread's that uses the port. */
    private boolean away;
    /** Guarded by {@code this}. */
    private boolean closed;

    /** Opens the port of the home group. */
    interface Opener {
        /** Opens it. */
        MulticastPort open() throws IOException;
    }

    /** Starts at {@code home}, whose port is open. */
    MovingPort(MulticastGroup home, MulticastPort port, Opener opener) {
        this.home = home;
        this.port = port;
        this.opener = opener;
    }

    /** Leaves the present group for what {@code next} has joined; for the thread that uses the port. */
    void moveTo(MulticastPort next) {
        exchange(next);
        away = true;
    }

    /** Goes back to the home group; if that fails the next transfer says so. */
    void moveHome() {
        if (away) {
            try {
                exchange(opener.open());
                away = false;
            } catch (IOException e) {
                LOG.warn("Cannot join group {} again: {}. Open another receiver", home, Reason.of(e));
                port.close();
            }
        }
    }

    @Override
    MulticastPort port() {
        return port;
    }

    @Override
    public DroppedDatagrams dropped() {
        return droppedBefore.plus(port.dropped());
    }

    private synchronized void exchange(MulticastPort next) {
        droppedBefore = dropped();
        MulticastPort left = closed ? next : port;
        port = closed ? port : next;
        left.close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        port.close();
    }
}
