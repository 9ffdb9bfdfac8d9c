package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.StatusReport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A receiver in one LAN and a sender in another, in one computer: what the former has verified the latter sends, from the same
 * target. The sender starts when the target is open, and leaves when the receiver fails.
 *
 * <p>Of an image of one object a relay that starts again has what it had verified.
 */
public final class SimulatedRelay implements SimulatedReceiver.Watcher, SimulatedSender.Store {
    private final Simulation simulation;
    private final SimulatedImage image;
    private final SimulatedReceiver intake;
    private final SimulatedSender outlet;
    private final List<BlockSet> here = new ArrayList<>();
    private long openedNanos = Machine.NEVER;

    /** Puts a relay between two LANs; its receiver has the id {@code upstream}, its sender {@code downstream}. */
    public SimulatedRelay(
            Simulation simulation, NodeId upstream, int fromLan, NodeId downstream, int toLan, SimulatedImage image) {
        this.simulation = simulation;
        this.image = image;
        this.intake = simulation.add(
                new SimulatedReceiver(upstream, "intake of " + downstream, image, Coding.SMALL).watchedBy(this));
        this.outlet =
                simulation.add(new SimulatedSender(downstream, "outlet " + downstream, image, Coding.SMALL).from(this));
        outlet.startAt(Machine.NEVER);
        intake.holding(chunk -> !here.isEmpty() && here.get(0).contains(chunk));
        simulation.network().lan(upstream, fromLan);
        simulation.network().lan(downstream, toLan);
    }

    /** Returns its receiver. */
    public SimulatedReceiver intake() {
        return intake;
    }

    /** Returns its sender. */
    public SimulatedSender outlet() {
        return outlet;
    }

    /** Returns when its sender could start, in the simulation's time. */
    public long openedNanos() {
        return openedNanos;
    }

    /** Loses its current at some time, and has it again at another. */
    public void crashAt(long nanos, long backNanos) {
        intake.crashAt(nanos);
        outlet.crashAt(nanos);
        intake.restartAt(backNanos);
    }

    @Override
    public void opened(List<BlockSet> present) {
        here.clear();
        for (int i = 0; i < image.objectCount(); i++) {
            ImageObject object = image.manifest().objects().get(i);
            BlockSet chunks = new BlockSet(object.chunks().count());
            chunks.addAll(present.get(i));
            for (long chunk = 0; chunk < chunks.size(); chunk++) {
                if (object.chunks().isZero(chunk)) {
                    chunks.add(chunk);
                }
            }
            here.add(chunks);
        }
        openedNanos = simulation.nowNanos();
        if (intake.incarnation() > 1) {
            outlet.restartAt(openedNanos);
        } else {
            outlet.startAt(openedNanos);
        }
    }

    @Override
    public void verified(int object, long chunk) {
        here.get(object).add(chunk);
        outlet.available(object, chunk);
    }

    @Override
    public void finished(StatusReport report) {
        if (report.state() != ReceiverState.VERIFIED) {
            outlet.endAt(simulation.nowNanos());
        }
    }

    @Override
    public BlockSet present(int object) {
        return here.get(object);
    }

    /** Fails the run if what would be sent is not as in the image. */
    @Override
    public ByteBuffer read(int object, long offset, int length) {
        ByteBuffer content = intake.read(object, offset, length);
        if (!content.equals(ByteBuffer.wrap(image.content(object), (int) offset, length))) {
            throw simulation.failure(
                    SimulationFailure.Rule.WRONG_CONTENT,
                    outlet + " would send what is not genuine at " + offset,
                    null);
        }
        return content;
    }
}
