package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One machine and what its owner does around it. Subclasses make the machine, handle its events, and feed back what they
 * lead to with {@link #later}.
 *
 * <p>A node may start late, crash (its machine is dropped without a word), and start again with a new machine. Each machine
 * has a clock of its own that reads 0 when it starts, as a real session's does; {@link #nowNanos()} is that clock. Call what
 * happens "at" some time after the node was added to a simulation.
 *
 * @param <H> the handler of the machine's events
 */
public abstract class SimulatedNode<H> {
    /** Where a node is. */
    public enum Life {
        /** It starts later. */
        WAITING,
        /** It runs. */
        RUNNING,
        /** Its machine has said its last word; datagrams still reach it, and it must stay silent. */
        ENDED,
        /** It crashed. */
        DOWN
    }

    private static final long PPM = 1_000_000;

    private final NodeId id;
    private final String name;
    private long startNanos;
    private long clockOriginNanos;
    private long clockDriftPpm;

    Simulation simulation;
    int index;
    Life life = Life.WAITING;
    boolean countedAsDone;
    Machine<H> machine;
    H handler;
    private int incarnation;
    private long bootedNanos;
    private int startNumber;
    private int pendingRestarts;

    /** Makes a node that starts at 0. */
    protected SimulatedNode(NodeId id, String name) {
        this.id = id;
        this.name = name;
    }

    /** Makes the machine and feeds it what its owner would before the first turn of its loop; the clock reads 0 now. */
    protected abstract Machine<H> boot(RandomGenerator random);

    /** Returns what takes the events of the machine that was made last. */
    protected abstract H handler();

    /** Returns what to show of this node when a run fails. */
    protected String describe() {
        return "";
    }

    /** Default: 0. When the node starts, in the simulation's time; may be changed until it does. */
    public final void startAt(long nanos) {
        startNanos = nanos;
        if (simulation != null) {
            scheduleStart();
        }
    }

    /** Default: 0. What the machine's clock reads when it starts, to reach the far end of what clocks count. */
    public final void clockOrigin(long nanos) {
        clockOriginNanos = nanos;
    }

    /** Default: 0. How many millionths the machine's clock runs too fast; negative if it is slow. At most 100,000 either way. */
    public final void clockDrift(long ppm) {
        clockDriftPpm = ppm;
    }

    /** Returns who this is. */
    public final NodeId id() {
        return id;
    }

    /** Returns what traces and failures call this node. */
    public final String name() {
        return name;
    }

    /** Returns where this node is. */
    public final Life life() {
        return life;
    }

    /** Returns whether nothing more is to be expected of this node. */
    public final boolean isDone() {
        return pendingRestarts == 0 && (life == Life.ENDED || life == Life.DOWN);
    }

    /** Returns which start of this node it is: 1 is the first. */
    public final int incarnation() {
        return incarnation;
    }

    /** Returns the machine, unless the node is waiting or down. */
    public final Optional<Machine<H>> machine() {
        return Optional.ofNullable(machine);
    }

    /** Returns the time on the machine's clock. */
    public final long nowNanos() {
        return toLocalNanos(simulation.nowNanos());
    }

    /** Returns when the machine that runs now was started, in the simulation's time. */
    public final long bootedNanos() {
        return bootedNanos;
    }

    /** Gives the machine an input after {@code delayNanos}, and a turn; forgotten if the node crashes before. */
    protected final void later(long delayNanos, Runnable input) {
        int expected = incarnation;
        simulation.at(simulation.nowNanos() + delayNanos, () -> {
            if (incarnation == expected && machine != null) {
                input.run();
                simulation.turn(this);
            }
        });
    }

    /** The machine has said its last word: from now on nothing may leave. */
    protected final void ended() {
        enter(Life.ENDED);
    }

    /** Starts the node again at some time: a new machine under the same id. */
    public final void restartAt(long nanos) {
        pendingRestarts++;
        simulation.doneChanged(this);
        simulation.at(nanos, () -> {
            pendingRestarts--;
            crash();
            start();
        });
    }

    /** Crashes the node at some time: its machine is dropped, and nobody is told. */
    public final void crashAt(long nanos) {
        simulation.at(nanos, this::crash);
    }

    /** Does something to the running node at some time, {@code machine.leave} for instance, and gives it a turn. */
    protected final void inputAt(long nanos, Runnable input) {
        simulation.at(nanos, () -> {
            if (life == Life.RUNNING) {
                input.run();
                simulation.turn(this);
            }
        });
    }

    void attached(Simulation simulation, int index) {
        this.simulation = simulation;
        this.index = index;
        scheduleStart();
    }

    private void scheduleStart() {
        int number = ++startNumber;
        simulation.at(startNanos, () -> {
            if (number == startNumber && life == Life.WAITING) {
                start();
            }
        });
    }

    private void start() {
        incarnation++;
        bootedNanos = simulation.nowNanos();
        enter(Life.RUNNING);
        machine = boot(simulation.randomFor(this));
        handler = handler();
        simulation.started(this);
    }

    private void crash() {
        if (machine != null) {
            machine = null;
            enter(Life.DOWN);
            simulation.stopped(this);
        }
    }

    private void enter(Life next) {
        life = next;
        simulation.doneChanged(this);
    }

    final long toLocalNanos(long simulationNanos) {
        long elapsed = simulationNanos - bootedNanos;
        return elapsed + elapsed / PPM * clockDriftPpm + elapsed % PPM * clockDriftPpm / PPM + clockOriginNanos;
    }

    /** Returns the machine's deadline in the simulation's time. */
    final long deadlineNanos() {
        long local = machine.nextDeadlineNanos();
        if (local == Machine.NEVER || local - clockOriginNanos > Machine.NEVER - bootedNanos) {
            return Machine.NEVER;
        }
        return notBefore(local - clockOriginNanos + bootedNanos, local);
    }

    /** Returns the first time that the clock reads {@code local} or more, {@code undrifted} on a clock that is right. */
    private long notBefore(long undrifted, long local) {
        if (clockDriftPpm == 0) {
            return undrifted;
        }
        double elapsed = (undrifted - bootedNanos) * (double) PPM / (PPM + clockDriftPpm);
        long nanos = bootedNanos + (long) elapsed - 1;
        while (toLocalNanos(nanos) < local) {
            nanos++;
        }
        return nanos;
    }

    @Override
    public String toString() {
        return name;
    }
}
