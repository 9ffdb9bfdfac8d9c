package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Machines, a network between them, and a clock that jumps from one thing that is due to the next. The same seed and the
 * same code give the same run, to the byte.
 *
 * <p>Every step holds the machines to the promises of {@link Machine}: a turn ends with nothing due, nothing leaves after
 * the end, a datagram stays as it was given, nothing is thrown. A run that does not end within its limits fails as hung and
 * shows what every node was doing. {@link #perturbed()} adds turns that no machine asked for.
 *
 * <p>Confined to one thread. Time is nanoseconds from 0.
 */
public final class Simulation {
    private static final int ROUNDS_PER_TURN = 10_000;
    private static final int NODES_SHOWN = 40;

    private final long seed;
    private final SimulatedNetwork network;
    private final List<SimulatedNode<?>> nodes = new ArrayList<>();
    private final Map<NodeId, SimulatedNode<?>> nodesById = new HashMap<>();
    private final TimedQueue<Runnable> tasks = new TimedQueue<>();
    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final Outbound outbound = new Outbound(ByteBuffer.allocate(Outbound.LARGEST_DATAGRAM));
    private final SplittableRandom mischief;
    private final SimulatedNetwork.Sink sink = this::arrived;
    private boolean perturbed;
    private long nowNanos;
    private long stepCount;
    private long stepsAtThisInstant;
    private long timeLimitNanos = Duration.ofHours(2).toNanos();
    private long stepLimit = 500_000_000;
    private long stepLimitPerInstant = 20_000_000;
    private Trace trace;
    private int undoneCount;

    /** Makes an empty simulation. */
    public Simulation(long seed) {
        this.seed = seed;
        this.network = new SimulatedNetwork(seed);
        this.mischief = new SplittableRandom(Mix.of(seed, 0x6d69_7363_6869_6566L));
    }

    /** Returns what all chance in this run derives from. */
    public long seed() {
        return seed;
    }

    /** Returns the network between the nodes. */
    public SimulatedNetwork network() {
        return network;
    }

    /** Returns the time. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Returns how many things have happened: arrivals, deadlines, tasks. */
    public long stepCount() {
        return stepCount;
    }

    /** Returns the nodes in the order in which they were added. */
    public List<SimulatedNode<?>> nodes() {
        return List.copyOf(nodes);
    }

    /** Default: 2 hours and 500 million steps. A run that goes on longer fails as hung. */
    public Simulation limit(Duration virtualTime, long steps) {
        timeLimitNanos = virtualTime.toNanos();
        stepLimit = steps;
        return this;
    }

    /** Default: 20 million. More than that without the clock moving is a livelock. */
    public Simulation limitPerInstant(long steps) {
        stepLimitPerInstant = steps;
        return this;
    }

    /**
     * Wakes machines before they are due, calls {@code onTime} twice, asks for deadlines twice, at random. None of it may
     * change what they do: the {@linkplain SimulatedNetwork#traceHash() trace} has to stay the same.
     */
    public Simulation perturbed() {
        perturbed = true;
        return this;
    }

    /** Writes one line for each datagram to {@code out}. */
    public Simulation traceTo(Appendable out) {
        trace = new Trace(out, this::nameOf);
        network.trace(trace);
        return this;
    }

    /** Adds a node; it starts when its time has come. */
    public <N extends SimulatedNode<?>> N add(N node) {
        int index = network.attach(node.id());
        network.listening(index, false);
        while (nodes.size() < index) {
            nodes.add(null);
            deadlines.grow();
        }
        nodes.add(node);
        nodesById.put(node.id(), node);
        deadlines.grow();
        undoneCount++;
        node.attached(this, index);
        return node;
    }

    /** Adds a node whose owner does nothing but take events. */
    public <H> SimulatedNode<H> add(NodeId id, Supplier<? extends Machine<H>> maker, H handler) {
        return add(new SimulatedNode<H>(id, "node " + id) {
            @Override
            protected Machine<H> boot(RandomGenerator random) {
                return maker.get();
            }

            @Override
            protected H handler() {
                return handler;
            }
        });
    }

    /** Does something at some time, not before now. */
    public void at(long nanos, Runnable action) {
        tasks.add(Math.max(nanos, nowNanos), action);
    }

    /** Writes a line of one's own into the trace, if there is one. */
    public void remark(String what) {
        if (trace != null) {
            trace.remark(nowNanos, what);
        }
    }

    /** Runs until every node is done: its machine has said its last word, or it is down for good. */
    public void run() {
        runUntil(this::isDone);
    }

    /** Runs until {@code condition} holds, tested after every step; fails if nothing is due before. */
    public void runUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (nextNanos() == Machine.NEVER) {
                throw failure(SimulationFailure.Rule.HUNG, "nothing is due any more", null);
            }
            step();
        }
    }

    /** Runs for some time, or until nothing is due; the clock then stands at the end of it. */
    public void runFor(Duration time) {
        long end = nowNanos + time.toNanos();
        while (nextNanos() <= end) {
            step();
        }
        nowNanos = end;
    }

    /** Returns whether every node is done. */
    public boolean isDone() {
        return undoneCount == 0;
    }

    void doneChanged(SimulatedNode<?> node) {
        if (node.isDone() != node.countedAsDone) {
            node.countedAsDone = node.isDone();
            undoneCount += node.countedAsDone ? -1 : 1;
        }
    }

    /** Returns when something happens next, or {@link Machine#NEVER}. */
    public long nextNanos() {
        return Math.min(tasks.nextNanos(), Math.min(network.nextArrivalNanos(), deadlines.nextNanos()));
    }

    private void step() {
        long next = nextNanos();
        if (next > nowNanos) {
            nowNanos = next;
            stepsAtThisInstant = 0;
        }
        if (nowNanos > timeLimitNanos || ++stepCount > stepLimit) {
            throw failure(SimulationFailure.Rule.HUNG, "the run is over its limit after " + stepCount + " steps", null);
        }
        if (++stepsAtThisInstant > stepLimitPerInstant) {
            throw failure(
                    SimulationFailure.Rule.LIVELOCK, stepsAtThisInstant + " steps and the clock has not moved", null);
        }
        if (tasks.nextNanos() <= next) {
            tasks.poll().run();
        } else if (network.nextArrivalNanos() <= next) {
            network.arrive(sink);
        } else {
            turn(nodes.get(deadlines.first()));
        }
    }

    private void arrived(int index, Datagram datagram, Delivery delivery) {
        stepCount++;
        SimulatedNode<?> node = nodes.get(index);
        try {
            node.machine.onDatagram(datagram.view(), delivery, node.toLocalNanos(nowNanos));
        } catch (RuntimeException | Error thrown) {
            throw thrown(node, "onDatagram of " + datagram, thrown);
        }
        if (datagram.restoreView()) {
            throw failure(
                    SimulationFailure.Rule.DATAGRAM_TOUCHED,
                    node + " moved the position or limit of " + datagram,
                    null);
        }
        turn(node);
    }

    /** One turn of a node's loop: time, datagrams, events, until nothing is due. */
    <H> void turn(SimulatedNode<H> node) {
        if (node.machine == null) {
            return;
        }
        long now = node.toLocalNanos(nowNanos);
        try {
            if (perturbed) {
                disturb(node, now);
            }
            long deadline = node.machine.nextDeadlineNanos();
            int rounds = 0;
            do {
                if (++rounds > ROUNDS_PER_TURN) {
                    throw failure(
                            SimulationFailure.Rule.LIVELOCK,
                            node + " is still due at " + deadline + " ns on its clock, which reads " + now + ", after "
                                    + ROUNDS_PER_TURN + " rounds of the same turn",
                            null);
                }
                if (deadline <= now) {
                    node.machine.onTime(now);
                }
                drain(node, now);
                deadline = node.machine == null ? Machine.NEVER : node.machine.nextDeadlineNanos();
            } while (deadline <= now && node.life == SimulatedNode.Life.RUNNING);
        } catch (RuntimeException | Error thrown) {
            throw thrown(node, "a turn", thrown);
        }
        deadlines.set(node.index, node.life == SimulatedNode.Life.RUNNING ? node.deadlineNanos() : Machine.NEVER);
        if (perturbed && node.life == SimulatedNode.Life.RUNNING) {
            wakeEarly(node);
        }
    }

    /** Datagrams, then events, again and again until a round brings no datagram; what is due after that is another round. */
    private <H> void drain(SimulatedNode<H> node, long now) {
        boolean more = true;
        while (more && node.machine != null) {
            more = false;
            while (node.machine.pollDatagram(outbound, now)) {
                send(node);
                more = true;
                if (++stepsAtThisInstant > stepLimitPerInstant) {
                    throw failure(SimulationFailure.Rule.LIVELOCK, node + " sends without end", null);
                }
            }
            node.machine.drainEvents(node.handler);
        }
    }

    private void send(SimulatedNode<?> node) {
        if (node.life == SimulatedNode.Life.ENDED) {
            throw failure(SimulationFailure.Rule.SILENCE_AFTER_END, "something left " + node, null);
        }
        ByteBuffer datagram = outbound.datagram();
        if (!datagram.hasRemaining()) {
            throw failure(SimulationFailure.Rule.DATAGRAM_LENGTH, node + " sent an empty datagram", null);
        }
        network.send(node.index, outbound.destination(), datagram, nowNanos);
    }

    private void disturb(SimulatedNode<?> node, long now) {
        if (mischief.nextInt(4) == 0) {
            node.machine.onTime(now);
            if (mischief.nextBoolean()) {
                node.machine.onTime(now);
            }
        }
        if (node.machine.nextDeadlineNanos() != node.machine.nextDeadlineNanos()) {
            throw failure(SimulationFailure.Rule.DEADLINE_UNSTABLE, "deadline of " + node, null);
        }
    }

    private void wakeEarly(SimulatedNode<?> node) {
        long deadline = deadlines.deadlineNanos(node.index);
        if (deadline != Machine.NEVER && deadline - nowNanos > 1 && mischief.nextInt(8) == 0) {
            int incarnation = node.incarnation();
            at(mischief.nextLong(nowNanos, deadline), () -> {
                if (node.incarnation() == incarnation && node.life == SimulatedNode.Life.RUNNING) {
                    node.machine.onTime(node.toLocalNanos(nowNanos));
                    turn(node);
                }
            });
        }
    }

    void started(SimulatedNode<?> node) {
        remark(node + " starts");
        network.listening(node.index, true);
        turn(node);
    }

    void stopped(SimulatedNode<?> node) {
        remark(node + " is down");
        network.listening(node.index, false);
        deadlines.set(node.index, Machine.NEVER);
    }

    RandomGenerator randomFor(SimulatedNode<?> node) {
        return new SplittableRandom(Mix.of(Mix.of(seed, node.id().value()), 0x1000L + node.incarnation()));
    }

    private String nameOf(NodeId id) {
        SimulatedNode<?> node = nodesById.get(id);
        return node == null ? id.toString() : node.name();
    }

    private SimulationFailure thrown(SimulatedNode<?> node, String during, Throwable thrown) {
        return thrown instanceof SimulationFailure failure
                ? failure
                : failure(SimulationFailure.Rule.THROWN, node + " threw " + thrown + " during " + during, thrown);
    }

    /** Makes a failure that shows when it happened and what every node was doing. */
    SimulationFailure failure(SimulationFailure.Rule rule, String message, Throwable cause) {
        return new SimulationFailure(rule, message + "\n" + dump(), cause);
    }

    /** Returns the time, what is under way, and what every node is doing. */
    public String dump() {
        StringBuilder dump = new StringBuilder();
        dump.append("seed ")
                .append(seed)
                .append(", at ")
                .append(nowNanos / 1e6)
                .append(" ms, step ")
                .append(stepCount);
        dump.append(", ").append(network.counters()).append('\n');
        int shown = 0;
        int undone = 0;
        for (SimulatedNode<?> node : nodes) {
            if (node == null || node.isDone() && nodes.size() > NODES_SHOWN) {
                continue;
            }
            undone++;
            if (shown++ < NODES_SHOWN) {
                dump.append("  ").append(node).append(": ").append(node.life()).append(dueText(node));
                dump.append(' ').append(node.describe()).append('\n');
            }
        }
        if (undone > NODES_SHOWN) {
            dump.append("  and ").append(undone - NODES_SHOWN).append(" more\n");
        }
        return dump.toString();
    }

    private String dueText(SimulatedNode<?> node) {
        long deadline = deadlines.deadlineNanos(node.index);
        return deadline == Machine.NEVER ? ", nothing due," : ", due at " + deadline / 1e6 + " ms,";
    }
}
