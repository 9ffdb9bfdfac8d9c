package dev.mimeo.protocol.fuzz;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A machine, its clock and its owner, who does what is asked for at once, or, while the disk is stopped, later. Holds at
 * every step what every machine promises: a drain ends, and leaves the next deadline in the future.
 */
abstract class Life<H> {
    static final long MILLI = 1_000_000;
    /** A machine that has more to say than this at one time does not come to an end. */
    private static final int LONGEST_TURN = 20_000;
    /** Turns of one input, which takes long enough then. */
    private static final int MOST_TURNS = 20_000;

    final NodeId id;
    final Machine<H> machine;
    private final H handler;
    private final Outbound outbound = new Outbound(ByteBuffer.allocate(Outbound.LARGEST_DATAGRAM));
    private final Queue<Runnable> disk = new ArrayDeque<>();
    private boolean diskStopped;
    private int turns;
    private long sentBytes;
    long nowNanos;

    /** Takes what a machine sends. */
    interface Listener {
        void sent(ByteBuffer datagram, NodeId destination);
    }

    private Listener listener = (datagram, destination) -> {};

    Life(NodeId id, Machine<H> machine, H handler) {
        this.id = id;
        this.machine = machine;
        this.handler = handler;
    }

    void listener(Listener listener) {
        this.listener = listener;
    }

    /** The owner or the operator does something: one of 32 things, some of which may be nothing. */
    abstract void act(int what);

    /** Fails unless everything is bounded that must be. */
    abstract void judge();

    /** The network has fallen silent for good, and time passes: fails unless the machine comes to an end. */
    abstract void silence();

    long sentBytes() {
        return sentBytes;
    }

    /** Does something with the disk, now or once it runs again. */
    void onDisk(Runnable work) {
        if (diskStopped) {
            disk.add(work);
        } else {
            work.run();
        }
    }

    void stopDisk() {
        diskStopped = true;
    }

    void startDisk() {
        diskStopped = false;
        for (int left = disk.size(); left > 0; left--) {
            disk.remove().run();
        }
        turn();
    }

    void hear(byte[] datagram, Delivery delivery) {
        ByteBuffer buffer = ByteBuffer.wrap(datagram);
        machine.onDatagram(buffer, delivery, nowNanos);
        FuzzTarget.require(buffer.position() == 0 && buffer.limit() == datagram.length, "the datagram was moved");
        turn();
    }

    /** Lets time pass, unless this input has had its share. */
    void advance(long endNanos) {
        turn();
        while (machine.nextDeadlineNanos() <= endNanos && !isExhausted()) {
            nowNanos = machine.nextDeadlineNanos();
            turn();
        }
        nowNanos = Math.max(nowNanos, endNanos);
    }

    boolean isExhausted() {
        return turns > MOST_TURNS;
    }

    void turn() {
        turns++;
        int left = LONGEST_TURN;
        do {
            machine.onTime(nowNanos);
            while (machine.pollDatagram(outbound, nowNanos)) {
                ByteBuffer datagram = outbound.datagram();
                sentBytes += datagram.remaining();
                listener.sent(datagram, outbound.destination());
                FuzzTarget.require(--left > 0, "sends for ever");
            }
            machine.drainEvents(handler);
            FuzzTarget.require(--left > 0, "a deadline in the past after a drain");
        } while (machine.nextDeadlineNanos() <= nowNanos);
    }

    /** A datagram as it arrived when a session was rehearsed. */
    record Heard(long atNanos, byte[] datagram, Delivery delivery) {}

    /** Lets machines talk to each other, each of which loses one datagram in {@code lostOne}; returns what the last of them heard. */
    static List<Heard> rehearse(List<Life<?>> cast, int lostOne, long endNanos) {
        List<Heard> heard = new ArrayList<>();
        Life<?> last = cast.get(cast.size() - 1);
        int[] count = new int[1];
        record Flight(Life<?> to, byte[] datagram, Delivery delivery) {}
        Queue<Flight> flying = new ArrayDeque<>();
        for (Life<?> each : cast) {
            each.listener((datagram, destination) -> {
                byte[] bytes = new byte[datagram.remaining()];
                datagram.get(datagram.position(), bytes);
                for (Life<?> other : cast) {
                    boolean isForAll = destination.equals(NodeId.ANY);
                    if (other != each && (isForAll || other.id.equals(destination)) && ++count[0] % lostOne != 0) {
                        flying.add(new Flight(other, bytes, isForAll ? Delivery.MULTICAST : Delivery.UNICAST));
                    }
                }
            });
        }
        for (long now = 0; now < endNanos; now += MILLI) {
            for (Life<?> each : cast) {
                each.advance(now);
            }
            for (Flight flight = flying.poll(); flight != null; flight = flying.poll()) {
                if (flight.to() == last) {
                    heard.add(new Heard(now, flight.datagram(), flight.delivery()));
                }
                flight.to().hear(flight.datagram(), flight.delivery());
            }
        }
        return List.copyOf(heard);
    }
}
