package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.sender.SenderStatistics;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.wire.MessageType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What came of a {@link Scenario}. */
public final class Outcome {
    private final long seed;
    private final Simulation simulation;
    private final SimulatedSender sender;
    private final List<SimulatedReceiver> receivers;

    private Outcome(long seed, Simulation simulation, SimulatedSender sender, List<SimulatedReceiver> receivers) {
        this.seed = seed;
        this.simulation = simulation;
        this.sender = sender;
        this.receivers = receivers;
    }

    static Outcome of(long seed, Simulation simulation, SimulatedSender sender, List<SimulatedReceiver> receivers) {
        return new Outcome(seed, simulation, sender, List.copyOf(receivers));
    }

    /** Returns the seed of the run. */
    public long seed() {
        return seed;
    }

    /** Returns the simulation as it stands at the end. */
    public Simulation simulation() {
        return simulation;
    }

    /** Returns the sender. */
    public SimulatedSender sender() {
        return sender;
    }

    /** Returns a receiver, from 0. */
    public SimulatedReceiver receiver(int receiver) {
        return receivers.get(receiver);
    }

    /** Returns the receivers. */
    public List<SimulatedReceiver> receivers() {
        return receivers;
    }

    /** Returns the last report of each receiver; empty for one that crashed or never heard of a session. */
    public List<Optional<StatusReport>> reports() {
        List<Optional<StatusReport>> reports = new ArrayList<>();
        receivers.forEach(receiver -> reports.add(receiver.report()));
        return reports;
    }

    /** Returns the state that a receiver ended in; empty if it crashed. */
    public Optional<ReceiverState> stateOf(int receiver) {
        return receivers.get(receiver).report().map(StatusReport::state);
    }

    /** Returns how many receivers have the image, verified and compared byte by byte. */
    public int verified() {
        return (int) receivers.stream().filter(SimulatedReceiver::isVerified).count();
    }

    /** Fails unless every receiver has the image. */
    public Outcome assertAllVerified() {
        receivers.forEach(SimulatedReceiver::assertVerified);
        return this;
    }

    /** Fails unless every receiver but these has the image. */
    public Outcome assertVerifiedExcept(int... others) {
        List<SimulatedReceiver> expected = new ArrayList<>(receivers);
        for (int other : others) {
            expected.remove(receivers.get(other));
        }
        expected.forEach(SimulatedReceiver::assertVerified);
        return this;
    }

    /** Fails unless every receiver has ended: verified, byte by byte, or for a stated cause. */
    public Outcome assertEverybodyHasATypedEnd() {
        for (SimulatedReceiver receiver : receivers) {
            if (receiver.isVerified()) {
                receiver.assertVerified();
            } else if (receiver.report().map(StatusReport::cause).orElse(FailureCause.NONE) == FailureCause.NONE) {
                throw new AssertionError(receiver + " ended without a cause: " + receiver.report());
            }
        }
        return this;
    }

    /** Returns what the network did. */
    public NetworkCounters network() {
        return simulation.network().counters();
    }

    /** Returns what the sender's machine says it did; after a restart, the last one. */
    public SenderStatistics senderStatistics() {
        return sender.statistics();
    }

    /** Returns the bytes that the sender put on the wire, UDP payload, of all its instances. */
    public long senderBytes() {
        return simulation.network().bytesFrom(sender.id());
    }

    /** Returns the payload of the source symbols that have to be sent at least: those outside blocks of zeros. */
    public long leastBytes() {
        return sender.firstPassBytes();
    }

    /** Returns how much the sender sent for each byte that it had to send at least. */
    public double overhead() {
        return (double) senderBytes() / Math.max(1, leastBytes());
    }

    /** Returns the payload of what the sender sent on request. */
    public long repairBytes() {
        return sender.statistics().repairBytes();
    }

    /** Returns how many NACK messages receivers sent, whoever heard them. */
    public long nackCount() {
        return sentByReceivers(MessageType.NACK);
    }

    /** Returns how many messages of a type receivers sent. */
    public long sentByReceivers(MessageType type) {
        return receivers.stream()
                .mapToLong(receiver -> simulation.network().datagramsFrom(receiver.id(), type))
                .sum();
    }

    /** Returns the bytes that receivers put on the wire, UDP payload. */
    public long receiverBytes() {
        return receivers.stream()
                .mapToLong(receiver -> simulation.network().bytesFrom(receiver.id()))
                .sum();
    }

    /** Returns when the last receiver finished, in virtual time. */
    public Duration lastFinished() {
        return Duration.ofNanos(receivers.stream()
                .mapToLong(SimulatedReceiver::finishedNanos)
                .max()
                .orElse(0));
    }

    /** Returns when everybody was done, in virtual time. */
    public Duration duration() {
        return Duration.ofNanos(simulation.nowNanos());
    }

    /** Returns a number that depends on every datagram; see {@link SimulatedNetwork#traceHash()}. */
    public long traceHash() {
        return simulation.network().traceHash();
    }

    /** Returns the command that runs the calling test again with this seed. */
    public String replayCommand() {
        return Replay.command(seed);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "seed %d: %d of %d verified, %d bytes from the sender (%.3f of the least), %d of them repair, %d NACKs, "
                        + "last finished at %.1f ms, all done at %.1f ms",
                seed,
                verified(),
                receivers.size(),
                senderBytes(),
                overhead(),
                repairBytes(),
                nackCount(),
                lastFinished().toNanos() / 1e6,
                duration().toNanos() / 1e6);
    }
}
