package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A protocol simple enough to test the kit with: a carousel that turns until everybody has said that it has everything. */
final class Toys {
    static final NodeId CAROUSEL = new NodeId(1);

    private static final int ITEM = 0x70;
    private static final int DONE = 0x71;

    private Toys() {}

    /** What both machines tell. */
    interface Handler {
        void onDone();
    }

    /** Half a machine: no blocks, one event. */
    abstract static class Toy implements Machine<Handler> {
        private boolean done;
        private boolean told;

        final void done() {
            done = true;
        }

        final boolean isDone() {
            return done;
        }

        @Override
        public void onBlock(SourceBlock block, long nowNanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onTime(long nowNanos) {}

        @Override
        public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {}

        @Override
        public boolean pollDatagram(Outbound outbound, long nowNanos) {
            return false;
        }

        @Override
        public void drainEvents(Handler handler) {
            if (done && !told) {
                told = true;
                handler.onDone();
            }
        }

        @Override
        public long nextDeadlineNanos() {
            return NEVER;
        }
    }

    /** Sends items 0 to n - 1 again and again, one at a time. */
    static final class Carousel extends Toy {
        private final int itemCount;
        private final int itemLength;
        private final int listenerCount;
        private final long intervalNanos;
        private final Set<Integer> finished = new HashSet<>();
        private int next;
        private long dueNanos;

        Carousel(int itemCount, int itemLength, int listenerCount, long intervalNanos) {
            this.itemCount = itemCount;
            this.itemLength = itemLength;
            this.listenerCount = listenerCount;
            this.intervalNanos = intervalNanos;
        }

        @Override
        public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
            if (datagram.remaining() >= 5 && datagram.get(datagram.position()) == DONE) {
                finished.add(datagram.getInt(datagram.position() + 1));
                if (finished.size() == listenerCount) {
                    done();
                }
            }
        }

        @Override
        public boolean pollDatagram(Outbound outbound, long nowNanos) {
            if (isDone() || nowNanos < dueNanos) {
                return false;
            }
            dueNanos = nowNanos + intervalNanos;
            ByteBuffer out = outbound.toGroup();
            out.put((byte) ITEM).putInt(next);
            out.position(itemLength);
            next = (next + 1) % itemCount;
            return true;
        }

        @Override
        public long nextDeadlineNanos() {
            return isDone() ? NEVER : dueNanos;
        }
    }

    /** Collects items; says so when it has all of them, and again as long as any arrive, after a random while. */
    static final class Listener extends Toy {
        private final NodeId id;
        private final int itemCount;
        private final RandomGenerator random;
        private final BitSet items = new BitSet();
        private final ArrayDeque<Integer> order = new ArrayDeque<>();
        private long sayNanos = NEVER;

        Listener(NodeId id, int itemCount, RandomGenerator random) {
            this.id = id;
            this.itemCount = itemCount;
            this.random = random;
        }

        ArrayDeque<Integer> order() {
            return order;
        }

        @Override
        public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
            if (datagram.remaining() < 5 || datagram.get(datagram.position()) != ITEM) {
                return;
            }
            int item = datagram.getInt(datagram.position() + 1);
            if (item >= 0 && item < itemCount) {
                items.set(item);
                if (order.size() < 2 * itemCount) {
                    order.add(item);
                }
            }
            if (items.cardinality() == itemCount && sayNanos == NEVER) {
                sayNanos = nowNanos + random.nextLong(1_000_000);
            }
        }

        @Override
        public boolean pollDatagram(Outbound outbound, long nowNanos) {
            if (nowNanos < sayNanos) {
                return false;
            }
            sayNanos = NEVER;
            outbound.toNode(CAROUSEL).put((byte) DONE).putInt(id.value());
            return true;
        }

        @Override
        public long nextDeadlineNanos() {
            return sayNanos;
        }
    }

    /** A node around the carousel. */
    static final class CarouselNode extends SimulatedNode<Handler> {
        private final int itemCount;
        private final int itemLength;
        private final int listenerCount;

        CarouselNode(int itemCount, int itemLength, int listenerCount) {
            super(CAROUSEL, "carousel");
            this.itemCount = itemCount;
            this.itemLength = itemLength;
            this.listenerCount = listenerCount;
        }

        @Override
        protected Machine<Handler> boot(RandomGenerator random) {
            return new Carousel(itemCount, itemLength, listenerCount, 100_000);
        }

        @Override
        protected Handler handler() {
            return this::ended;
        }
    }

    /** A node around a listener, which is done only with the simulation. */
    static final class ListenerNode extends SimulatedNode<Handler> {
        private final int itemCount;
        private Listener listener;

        ListenerNode(int number, int itemCount) {
            super(new NodeId(0x100 + number), "listener " + number);
            this.itemCount = itemCount;
        }

        Listener listener() {
            return listener;
        }

        @Override
        protected Machine<Handler> boot(RandomGenerator random) {
            listener = new Listener(id(), itemCount, random);
            return listener;
        }

        @Override
        protected Handler handler() {
            return () -> {};
        }
    }

    /** Runs a carousel until it knows that everybody is done; {@code arrange} is called before. */
    static Simulation turn(
            long seed, int listeners, int items, int itemLength, java.util.function.Consumer<Simulation> arrange) {
        Simulation simulation = new Simulation(seed);
        CarouselNode carousel = simulation.add(new CarouselNode(items, itemLength, listeners));
        for (int i = 0; i < listeners; i++) {
            simulation.add(new ListenerNode(i, items));
        }
        arrange.accept(simulation);
        simulation.runUntil(carousel::isDone);
        return simulation;
    }
}
