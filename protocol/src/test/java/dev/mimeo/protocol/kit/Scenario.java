package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.sender.SenderConfig;
import dev.mimeo.protocol.sender.StartCondition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One transfer of an image from a sender to receivers, told in short lines:
 *
 * <pre>{@code
 * Outcome outcome = Scenario.seed(7).receivers(100).image(64_000).loss(0.01).lateReceiver(0.5).run();
 * outcome.assertAllVerified();
 * }</pre>
 *
 * <p>Receivers are numbered from 0; the sender waits for all that are not late. Times are shares of the first pass: 0 is its start, 1 about when every symbol has been
 * sent once at the sender's rate; later times are allowed.
 *
 * <p>A run fails by itself if a machine breaks a promise, if it does not end, or if anybody calls a wrong byte verified;
 * whether everybody got the image is the test's to say. A failure names the command that replays it and the trace.
 */
public final class Scenario {
    /** Who the sender is. */
    public static final NodeId SENDER = new NodeId(1);

    private static final int FIRST_RECEIVER = 0x100;
    private static final int HEADER_ESTIMATE = 32;
    private static final long DEFAULT_RATE = 1_000_000;
    private static final long LONGEST_WAIT_NANOS = 30_000_000_000L;

    private final long seed;
    private int receiverCount = 1;
    private final List<Integer> objectLengths = new ArrayList<>(List.of(64_000));
    private double zeroShare;
    private int chunkSize = 4096;
    private Coding coding = Coding.SMALL;
    private long bytesPerSecond = DEFAULT_RATE;
    private boolean perturbed;
    private Duration timeLimit = Duration.ofMinutes(10);
    private long stepLimit = 100_000_000;
    private UnaryOperator<SenderConfig.Builder> senderSettings = UnaryOperator.identity();
    private UnaryOperator<ReceiverConfig.Builder> receiverSettings = UnaryOperator.identity();
    private final List<BiConsumer<Simulation, Cast>> arrangements = new ArrayList<>();
    private int lateReceivers;
    private boolean waiting = true;

    /** Who takes part, for arrangements that go beyond what the scenario has words for. */
    public static final class Cast {
        private final SimulatedSender sender;
        private final List<SimulatedReceiver> receivers;
        private final long firstPassNanos;

        Cast(SimulatedSender sender, List<SimulatedReceiver> receivers, long firstPassNanos) {
            this.sender = sender;
            this.receivers = List.copyOf(receivers);
            this.firstPassNanos = firstPassNanos;
        }

        /** Returns the sender. */
        public SimulatedSender sender() {
            return sender;
        }

        /** Returns the receivers. */
        public List<SimulatedReceiver> receivers() {
            return receivers;
        }

        /** Returns when a share of the first pass is over, roughly. */
        public long at(double share) {
            return (long) (firstPassNanos * share);
        }
    }

    private Scenario(long seed) {
        this.seed = seed;
    }

    /** Starts from the defaults: one receiver, one object of 64,000 bytes, {@link Coding#SMALL}, 1 MB/s, no faults. */
    public static Scenario seed(long seed) {
        return new Scenario(seed);
    }

    /** Returns who a receiver is. */
    public static NodeId receiverId(int receiver) {
        return new NodeId(FIRST_RECEIVER + receiver);
    }

    // What is sent.

    /** Default: 1. */
    public Scenario receivers(int count) {
        receiverCount = count;
        return this;
    }

    /** Default: 64,000 bytes in one object. */
    public Scenario image(int length) {
        return objects(length);
    }

    /** Default: one of 64,000 bytes. The objects of the image by their lengths, none of them 0. */
    public Scenario objects(int... lengths) {
        objectLengths.clear();
        for (int length : lengths) {
            objectLengths.add(length);
        }
        return this;
    }

    /** Default: 0. Which share of the chunks is zero, roughly. */
    public Scenario zeros(double share) {
        zeroShare = share;
        return this;
    }

    /** Default: 4,096. */
    public Scenario chunk(int size) {
        chunkSize = size;
        return this;
    }

    /** Default: 256 bytes in a symbol. */
    public Scenario symbol(int length) {
        coding = new Coding(
                coding.encoding(), length, coding.blockLength(), coding.parityCount(), coding.proactiveParity());
        return this;
    }

    /** Default: 32 source symbols in a block. */
    public Scenario block(int length) {
        coding = new Coding(
                coding.encoding(), coding.symbolLength(), length, coding.parityCount(), coding.proactiveParity());
        return this;
    }

    /** Default: 8 parity symbols for each block. */
    public Scenario parity(int count) {
        coding = new Coding(
                coding.encoding(), coding.symbolLength(), coding.blockLength(), count, coding.proactiveParity());
        return this;
    }

    /** Default: 0 parity symbols sent unasked. */
    public Scenario proactive(int count) {
        coding =
                new Coding(coding.encoding(), coding.symbolLength(), coding.blockLength(), coding.parityCount(), count);
        return this;
    }

    /** Default: {@link FecEncoding#SMALL_BLOCK_SYSTEMATIC}. */
    public Scenario encoding(FecEncoding encoding) {
        coding = new Coding(
                encoding, coding.symbolLength(), coding.blockLength(), coding.parityCount(), coding.proactiveParity());
        return this;
    }

    /** Default: 1,000,000. */
    public Scenario rate(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
        return this;
    }

    // What the network does. Receivers' links only; the sender's own are perfect unless arranged otherwise.

    /** Default: 0. What every receiver loses of what is sent to it, independently. */
    public Scenario loss(double probability) {
        return loss(LossModel.uniform(probability));
    }

    /** Like {@link #loss(double)}, in bursts. */
    public Scenario burst(double meanLoss, double meanBurstLength) {
        return loss(LossModel.burst(meanLoss, meanBurstLength));
    }

    /** What every receiver loses of what is sent to it. Models add up. */
    public Scenario loss(LossModel model) {
        return everyInbound(link -> link.alsoLoss(model));
    }

    /** What one receiver loses of what is sent to it. */
    public Scenario loss(int receiver, LossModel model) {
        return inbound(receiver, link -> link.alsoLoss(model));
    }

    /** Default: 0. What the network loses of what each receiver sends, before anybody hears it. */
    public Scenario feedbackLoss(double probability) {
        return everyOutbound(link -> link.alsoLoss(LossModel.uniform(probability)));
    }

    /** Default: 0.2 ms one way, no jitter. */
    public Scenario delay(Duration delay, Duration jitter) {
        return everyInbound(link -> link.delayNanos(delay.toNanos()).jitterNanos(jitter.toNanos()));
    }

    /** Default: 0. Datagrams to receivers that take longer, so that later ones overtake them. */
    public Scenario reorder(double probability, Duration extra) {
        return everyInbound(link -> link.reorder(probability, extra.toNanos()));
    }

    /** Default: 0. Datagrams to receivers that arrive twice. */
    public Scenario duplicate(double probability) {
        return everyInbound(link -> link.duplicate(probability));
    }

    /** Default: 0. Datagrams to receivers that arrive with bits inverted. */
    public Scenario corrupt(double probability) {
        return everyInbound(link -> link.corrupt(probability));
    }

    /** Default: 0. NORM_DATA to receivers of which the last byte arrives inverted. */
    public Scenario corruptContent(double probability) {
        return everyInbound(link -> link.corruptContent(probability));
    }

    /** Default: 0. Datagrams to receivers that arrive cut short. */
    public Scenario truncate(double probability) {
        return everyInbound(link -> link.truncate(probability));
    }

    /** Cuts one receiver off, both ways, from one time to another. */
    public Scenario partition(int receiver, double from, double to) {
        return arrange((simulation, cast) -> {
            NodeId id = cast.receivers().get(receiver).id();
            simulation.network().inbound(id).partition(cast.at(from), cast.at(to));
            simulation.network().outbound(id).partition(cast.at(from), cast.at(to));
        });
    }

    /** Settings of the inbound links of all receivers. */
    public Scenario everyInbound(Consumer<Link> setting) {
        return arrange((simulation, cast) -> cast.receivers()
                .forEach(receiver -> setting.accept(simulation.network().inbound(receiver.id()))));
    }

    /** Settings of the outbound links of all receivers. */
    public Scenario everyOutbound(Consumer<Link> setting) {
        return arrange((simulation, cast) -> cast.receivers()
                .forEach(receiver -> setting.accept(simulation.network().outbound(receiver.id()))));
    }

    /** Settings of the inbound link of one receiver. */
    public Scenario inbound(int receiver, Consumer<Link> setting) {
        return arrange((simulation, cast) -> setting.accept(simulation.network().inbound(receiverId(receiver))));
    }

    /** Settings of the outbound link of one receiver. */
    public Scenario outbound(int receiver, Consumer<Link> setting) {
        return arrange((simulation, cast) -> setting.accept(simulation.network().outbound(receiverId(receiver))));
    }

    // Who is there when.

    /** The last receiver starts late. Said several times: the last but one, and so on. */
    public Scenario lateReceiver(double at) {
        int fromEnd = ++lateReceivers;
        return arrange((simulation, cast) ->
                cast.receivers().get(cast.receivers().size() - fromEnd).startAt(cast.at(at)));
    }

    /** All receivers start late, together. */
    public Scenario everybodyJoins(double at) {
        return arrange((simulation, cast) -> cast.receivers().forEach(receiver -> receiver.startAt(cast.at(at))));
    }

    /** A receiver is gone without a word. */
    public Scenario receiverGone(int receiver, double at) {
        return arrange((simulation, cast) -> cast.receivers().get(receiver).crashAt(cast.at(at)));
    }

    /** A receiver is gone without a word, and starts again, empty. */
    public Scenario receiverBack(int receiver, double goneAt, double backAt) {
        return arrange((simulation, cast) -> {
            cast.receivers().get(receiver).crashAt(cast.at(goneAt));
            cast.receivers().get(receiver).restartAt(cast.at(backAt));
        });
    }

    /** A receiver's user cancels. */
    public Scenario receiverLeaves(int receiver, double at) {
        return arrange((simulation, cast) -> cast.receivers().get(receiver).leaveAt(cast.at(at)));
    }

    /** The sender is gone without a word. */
    public Scenario senderGone(double at) {
        return arrange((simulation, cast) -> cast.sender().crashAt(cast.at(at)));
    }

    /** The sender is gone without a word, and starts again with the same image. */
    public Scenario senderBack(double goneAt, double backAt) {
        return arrange((simulation, cast) -> {
            cast.sender().crashAt(cast.at(goneAt));
            cast.sender().restartAt(cast.at(backAt));
        });
    }

    /** Default: waits for all receivers that are not late, at most 30 s. Starts at once, whoever is there. */
    public Scenario senderStartsAtOnce() {
        waiting = false;
        return this;
    }

    // How they are set up.

    /** Settings of the sender. */
    public Scenario sending(UnaryOperator<SenderConfig.Builder> settings) {
        UnaryOperator<SenderConfig.Builder> before = senderSettings;
        senderSettings = builder -> settings.apply(before.apply(builder));
        return this;
    }

    /** Settings of all receivers. */
    public Scenario receiving(UnaryOperator<ReceiverConfig.Builder> settings) {
        UnaryOperator<ReceiverConfig.Builder> before = receiverSettings;
        receiverSettings = builder -> settings.apply(before.apply(builder));
        return this;
    }

    /** Default: {@link Delivery#MULTICAST}. Where NACKs and ACKs go. */
    public Scenario feedback(Delivery feedback) {
        return receiving(receiver -> receiver.feedback(feedback));
    }

    /** The sender, before it starts. */
    public Scenario sender(Consumer<SimulatedSender> arrangement) {
        return arrange((simulation, cast) -> arrangement.accept(cast.sender()));
    }

    /** One receiver, before it starts. */
    public Scenario receiver(int receiver, Consumer<SimulatedReceiver> arrangement) {
        return arrange((simulation, cast) -> arrangement.accept(cast.receivers().get(receiver)));
    }

    /** All receivers, before they start. */
    public Scenario everyReceiver(Consumer<SimulatedReceiver> arrangement) {
        return arrange((simulation, cast) -> cast.receivers().forEach(arrangement));
    }

    /** Anything else, at time 0. Arrangements are made in the order in which they were given. */
    public Scenario arrange(BiConsumer<Simulation, Cast> arrangement) {
        arrangements.add(arrangement);
        return this;
    }

    /** Wakes machines when they did not ask for it; see {@link Simulation#perturbed()}. */
    public Scenario perturbed() {
        perturbed = true;
        return this;
    }

    /** Default: 10 minutes of virtual time and 100 million steps. */
    public Scenario limit(Duration virtualTime, long steps) {
        timeLimit = virtualTime;
        stepLimit = steps;
        return this;
    }

    /** Runs until everybody is done and returns what came of it. */
    public Outcome run() {
        if (Replay.isTracing()) {
            return runTraced();
        }
        try {
            return play(Optional.empty());
        } catch (SimulationFailure failure) {
            throw Replay.explained(seed, failure, this::runTraced);
        }
    }

    private Outcome runTraced() {
        try (Writer trace = Replay.openTrace().orElseThrow()) {
            return play(Optional.of(trace));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Outcome play(Optional<Writer> trace) {
        SimulatedImage.Builder image =
                SimulatedImage.builder(seed).chunkSize(chunkSize).zeros(zeroShare);
        objectLengths.forEach(image::object);
        return play(image.build(), trace);
    }

    private Outcome play(SimulatedImage image, Optional<Writer> trace) {
        Simulation simulation = new Simulation(seed).limit(timeLimit, stepLimit);
        trace.ifPresent(simulation::traceTo);
        if (perturbed) {
            simulation.perturbed();
        }
        SimulatedSender sender = simulation.add(new SimulatedSender(SENDER, image, coding)
                .config(builder -> senderSettings.apply(builder.bytesPerSecond(bytesPerSecond)
                        .giveUpNanos(LONGEST_WAIT_NANOS)
                        .startWhen(startCondition()))));
        List<SimulatedReceiver> receivers = new ArrayList<>();
        for (int i = 0; i < receiverCount; i++) {
            receivers.add(simulation.add(
                    new SimulatedReceiver(receiverId(i), "receiver " + i, image, coding).config(receiverSettings)));
        }
        Cast cast = new Cast(sender, receivers, firstPassNanos(image));
        arrangements.forEach(arrangement -> arrangement.accept(simulation, cast));
        simulation.runUntil(() -> isOver(simulation, receivers));
        return Outcome.of(seed, simulation, sender, receivers);
    }

    private StartCondition startCondition() {
        int expected = receiverCount - lateReceivers;
        return waiting && expected > 0
                ? new StartCondition.AnyOf(List.of(
                        new StartCondition.Receivers(expected), new StartCondition.AfterOpening(LONGEST_WAIT_NANOS)))
                : new StartCondition.AtOnce();
    }

    /** Everybody is done; or nobody but receivers that never heard of a session, which wait for one as long as they are let. */
    private static boolean isOver(Simulation simulation, List<SimulatedReceiver> receivers) {
        return simulation.isDone()
                || simulation.nextNanos() == Machine.NEVER
                        && receivers.stream().allMatch(receiver -> receiver.isDone() || !receiver.hasHeardOfASession());
    }

    private long firstPassNanos(SimulatedImage image) {
        long symbols = 0;
        for (int i = 0; i < image.objectCount(); i++) {
            symbols += coding.of(image.content(i).length).partition().symbolCount();
        }
        return symbols * (coding.symbolLength() + HEADER_ESTIMATE) * 1_000_000_000L / bytesPerSecond;
    }
}
