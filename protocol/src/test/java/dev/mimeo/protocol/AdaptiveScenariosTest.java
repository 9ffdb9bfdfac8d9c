package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Bottleneck;
import dev.mimeo.protocol.kit.Coding;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.kit.Link;
import dev.mimeo.protocol.kit.LossModel;
import dev.mimeo.protocol.kit.SimulatedDisk;
import dev.mimeo.protocol.kit.SimulatedImage;
import dev.mimeo.protocol.kit.SimulatedReceiver;
import dev.mimeo.protocol.kit.SimulatedSender;
import dev.mimeo.protocol.kit.Simulation;
import dev.mimeo.protocol.sender.RatePolicy;
import dev.mimeo.protocol.sender.RatePolicy.Sharing;
import dev.mimeo.protocol.sender.SlowReceivers;
import dev.mimeo.protocol.sender.StartCondition;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.RateLimit;
import dev.mimeo.protocol.wire.ReceiverHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An adaptive rate on whole networks: it finds what they carry, whatever they lose, and does not fill what is slow. */
class AdaptiveScenariosTest {
    private static final SimulatedImage IMAGE = image(90_000_000);
    private static final SimulatedImage SMALL_IMAGE = image(20_000_000);
    private static final Coding CODING = new Coding(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 1_400, 64, 16, 0);
    private static final int POOL_BLOCKS = 256;
    private static final double SECOND = 1e9;
    private static final NodeId SENDER = new NodeId(1);
    private static final NodeId OTHER_SENDER = new NodeId(2);
    /** 100 Mbit/s. */
    private static final long LINE = 12_500_000;

    private static final int QUEUE = 150_000;

    private Simulation simulation = new Simulation(1).limit(Duration.ofMinutes(10), 1_000_000_000);
    private final List<SimulatedReceiver> receivers = new ArrayList<>();
    private SimulatedImage image = IMAGE;
    private int poolBlocks = POOL_BLOCKS;

    private static SimulatedImage image(int length) {
        return SimulatedImage.builder(1).chunkSize(1 << 16).object(length).build();
    }

    private SimulatedSender sender(NodeId id, long cap, Sharing sharing, int receiverCount) {
        return simulation.add(new SimulatedSender(id, image, CODING)
                .poolBlocks(POOL_BLOCKS)
                .config(config -> config.bytesPerSecond(cap)
                        .rate(new RatePolicy.Adaptive(cap / 100, sharing))
                        .startWhen(new StartCondition.Receivers(receiverCount))));
    }

    private SimulatedReceiver receiver(int id) {
        return simulation.add(new SimulatedReceiver(new NodeId(id), "receiver " + id, image, CODING)
                .keepingNothing()
                .poolBlocks(poolBlocks));
    }

    /** One sender, and receivers that are numbered from 0. */
    private SimulatedSender room(long cap, int receiverCount) {
        SimulatedSender sender = sender(SENDER, cap, Sharing.FIRM, receiverCount);
        for (int i = 0; i < receiverCount; i++) {
            receivers.add(receiver(0x100 + i));
        }
        return sender;
    }

    /** Runs until the data flows. */
    private void untilItFlows(SimulatedSender sender) {
        simulation.runUntil(() -> sender.state() == SessionState.SENDING);
    }

    private Link outbound() {
        return simulation.network().outbound(SENDER);
    }

    private Link inbound(int receiver) {
        return simulation.network().inbound(receivers.get(receiver).id());
    }

    /** Returns the mean rate of what got through the sender's link for some time from now on. */
    private double carried(double seconds) {
        long before = carriedBytes(SENDER);
        simulation.runFor(Duration.ofNanos((long) (seconds * SECOND)));
        return (carriedBytes(SENDER) - before) / seconds;
    }

    /** Returns what has got through a sender's link. All datagrams that matter are of one length. */
    private long carriedBytes(NodeId sender) {
        Link link = simulation.network().outbound(sender);
        return (long) ((double) simulation.network().bytesFrom(sender)
                / Math.max(1, link.offeredCount())
                * (link.offeredCount() - link.lostCount()));
    }

    private double lost() {
        return (double) outbound().lostCount() / outbound().offeredCount();
    }

    @ParameterizedTest
    @CsvSource({
        // line, queue, cap
        "1250000, 64000, 12500000",
        "12500000, 150000, 12500000",
        "12500000, 50000, 1250000000",
        "125000000, 1500000, 125000000"
    })
    void itFindsTheLineWithinThreeSeconds(long line, int queue, long cap) {
        SimulatedSender sender = room(cap, 1);
        outbound().bottleneck(new Bottleneck(line, queue));

        untilItFlows(sender);
        carried(line > LINE ? 0.55 : 2.5);
        assertThat(carried(line > LINE ? 0.2 : 2)).isBetween(0.9 * line, 1.05 * line);
        assertThat(lost()).isLessThan(0.03);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.05, 0.1})
    void whatIsLostAtAnyRateDoesNotKeepItDown(double loss) {
        room(10 * LINE, 1);
        outbound().bottleneck(new Bottleneck(LINE, QUEUE));
        inbound(0).loss(LossModel.uniform(loss));

        carried(3);
        assertThat(carried(2)).isBetween(0.9 * LINE, 1.05 * LINE);
        assertThat(lost()).isLessThan(0.05);
    }

    @Test
    void neitherDoBursts() {
        room(10 * LINE, 1);
        outbound().bottleneck(new Bottleneck(LINE, QUEUE));
        inbound(0).loss(LossModel.burst(0.02, 10));

        carried(2);
        assertThat(carried(3)).isBetween(0.9 * LINE, 1.05 * LINE);
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void aHundredReceiversWhichLoseThisAndThatAreNoSlowerThanTheirSlowestPath(Delivery feedback) {
        long line = LINE / 5;
        SimulatedSender sender = hundred(10 * line, feedback);
        sender.config(config -> config.slowReceivers(new SlowReceivers.HoldAll()));
        outbound().bottleneck(new Bottleneck(line, QUEUE));
        inbound(50).bottleneck(new Bottleneck(line * 2 / 3, QUEUE));

        untilItFlows(sender);
        carried(3);
        long told = toldBytes();
        double rate = carried(4);
        assertThat(rate).isBetween(0.7 * line * 2 / 3, 1.25 * line * 2 / 3);
        assertThat(toldBytes() - told).isLessThan((long) (0.02 * 4 * rate));
    }

    @Test
    void oneSlowMachineDoesNotHoldTheOthers() {
        SimulatedSender sender = hundred(LINE / 5, Delivery.MULTICAST);
        receivers.get(20).disk(new SimulatedDisk().bytesPerSecond(LINE / 500));
        inbound(50).bottleneck(new Bottleneck(LINE / 500, QUEUE));

        untilItFlows(sender);
        carried(2);
        assertThat(carried(3)).isGreaterThan(0.9 * LINE / 5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theSearchDoesNotWaitForOneWhoseLineIsFullFromTheFirst(long seed) {
        simulation = new Simulation(seed).limit(Duration.ofMinutes(10), 1_000_000_000);
        SimulatedSender sender = room(3_000_000, 7);
        inbound(6).bottleneck(new Bottleneck(30_000, 50_000));

        untilItFlows(sender);
        carried(1);
        assertThat(carried(1)).isGreaterThan(0.7 * 3_000_000);
        assertThat(carried(3)).isGreaterThan(0.95 * 3_000_000);
    }

    /** What a full buffer holds is old: the sender learns in its time. */
    @ParameterizedTest
    @CsvSource({
        // ms between turns, buffer in bytes, seconds until the rate is found
        "20, 1000000, 5",
        "60, 1000000, 5",
        "60, 4000000, 9",
        "200, 1000000, 5",
        "200, 4000000, 12"
    })
    void aClassThatIsShortOfTimeIsHeard(long period, int buffer, int seconds) {
        long taken = LINE / 10;
        SimulatedSender sender = room(4 * taken, 12);
        for (SimulatedReceiver receiver : receivers) {
            simulation
                    .network()
                    .inbound(receiver.id())
                    .loss(LossModel.uniform(0.01))
                    .bottleneck(Bottleneck.starved(taken, buffer, period * 1_000_000));
        }

        untilItFlows(sender);
        carried(seconds);
        long offered = inbound(3).offeredCount();
        long lost = inbound(3).lostCount();
        assertThat(carried(4)).isBetween(0.75 * taken, 1.2 * taken);
        assertThat(inbound(3).lostCount() - lost).isLessThan((inbound(3).offeredCount() - offered) / 5);
    }

    @Test
    void whenWhoLimitsDiesTheOthersAreHeardOverOneThatIsNotHeeded() {
        SimulatedSender sender = room(LINE / 5, 8);
        untilItFlows(sender);
        carried(1);
        inbound(6).bottleneck(new Bottleneck(LINE / 500, QUEUE / 50));
        carried(2);
        double before = carried(1);
        assertThat(before).isGreaterThan(0.5 * LINE / 5);
        NodeId limiting =
                sender.senderMachine().limiting().orElse(receivers.get(7).id());
        receivers.stream()
                .filter(receiver -> receiver.id().equals(limiting) || receiver == receivers.get(7))
                .filter(receiver -> receiver != receivers.get(6))
                .forEach(receiver -> receiver.crashAt(simulation.nowNanos()));
        for (int second = 0; second < 4; second++) {
            assertThat(carried(1)).isGreaterThan(0.9 * before);
        }
    }

    @Test
    void whereAllAreSlowAllAreHeeded() {
        SimulatedSender sender = hundred(LINE / 5, Delivery.MULTICAST);
        Bottleneck line = new Bottleneck(LINE / 5, QUEUE);
        outbound().bottleneck(line);
        untilItFlows(sender);
        carried(2);
        line.bytesPerSecond(LINE / 20);
        carried(3);
        double before = lost();
        assertThat(carried(2)).isBetween(0.8 * LINE / 20, 1.1 * LINE / 20);
        assertThat(lost()).isLessThan(before + 0.01);
    }

    /** They lose up to five percent of what they are sent, and what they say is lost now and then. */
    private SimulatedSender hundred(long cap, Delivery feedback) {
        image = SMALL_IMAGE;
        poolBlocks = 32;
        SimulatedSender sender = room(cap, 100);
        for (int i = 0; i < 100; i++) {
            receivers.get(i).config(config -> config.feedback(feedback));
            inbound(i).loss(LossModel.uniform(0.0005 * i));
            simulation.network().outbound(receivers.get(i).id()).loss(LossModel.uniform(0.3));
        }
        return sender;
    }

    private long toldBytes() {
        return receivers.stream()
                .mapToLong(receiver -> simulation.network().bytesFrom(receiver.id()))
                .sum();
    }

    @Test
    void itFollowsALineThatChanges() {
        room(10 * LINE, 3);
        Bottleneck line = new Bottleneck(LINE, QUEUE);
        outbound().bottleneck(line);
        carried(1.5);
        line.bytesPerSecond(LINE / 4);
        carried(0.5);
        assertThat(carried(2)).isBetween(0.9 * LINE / 4, 1.05 * LINE / 4);
        line.bytesPerSecond(LINE);
        carried(3);
        assertThat(carried(1)).isBetween(0.9 * LINE, 1.05 * LINE);
    }

    @Test
    void theCapIsObeyedAtOnce() {
        SimulatedSender sender = room(LINE, 1);
        carried(2);
        simulation.at(simulation.nowNanos(), () -> sender.senderMachine().cap(LINE / 10, sender.nowNanos()));
        carried(0.01);
        assertThat(carried(1)).isBetween(0.09 * LINE, 0.102 * LINE);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "10, 0", "1, 3", "10, 3"})
    void twoSendersShareALine(int cap, int secondsLater) {
        sender(SENDER, cap * LINE, Sharing.FIRM, 1);
        SimulatedSender other = sender(OTHER_SENDER, cap * LINE, Sharing.FIRM, 1);
        share(other, secondsLater);

        simulation.runFor(Duration.ofSeconds(secondsLater + 4));
        long first = -carriedBytes(SENDER);
        long second = -carriedBytes(OTHER_SENDER);
        simulation.runFor(Duration.ofSeconds(3));
        first += carriedBytes(SENDER);
        second += carriedBytes(OTHER_SENDER);

        assertThat(first + second).isBetween((long) (2.7 * LINE), (long) (3.01 * LINE));
        assertThat((double) first / second).isBetween(0.5, 2.0);
    }

    @Fault("F18")
    @Test
    void whoYieldsLeavesMostToWhoDoesNot(FaultRecord record) {
        sender(SENDER, LINE, Sharing.POLITE, 1);
        share(sender(OTHER_SENDER, LINE, Sharing.FIRM, 1), 1);

        simulation.runFor(Duration.ofSeconds(3));
        long polite = -carriedBytes(SENDER);
        long firm = -carriedBytes(OTHER_SENDER);
        simulation.runFor(Duration.ofSeconds(4));
        polite += carriedBytes(SENDER);
        firm += carriedBytes(OTHER_SENDER);

        assertThat(polite + firm).isGreaterThan(3 * LINE);
        record.atLeast("times as much for who does not yield as for who does", (double) firm / polite, 2);
    }

    /** Each has a receiver of its own, and both send through one line. */
    private void share(SimulatedSender other, int secondsLater) {
        receivers.add(receiver(0x100));
        receivers.add(receiver(0x200));
        long start = (long) (secondsLater * SECOND);
        other.startAt(start);
        receivers.get(1).startAt(start);
        inbound(0).alsoLoss(LossModel.matching(datagram -> datagram.origin().equals(OTHER_SENDER)));
        inbound(1).alsoLoss(LossModel.matching(datagram -> datagram.origin().equals(SENDER)));
        Bottleneck line = new Bottleneck(LINE, QUEUE);
        outbound().bottleneck(line);
        simulation.network().outbound(OTHER_SENDER).bottleneck(line);
    }

    /** Its disk writes everything, and reads it to hash it: half of its speed is what it takes. */
    @Fault("F47")
    @Test
    void aSlowDiskFillsHalfOfTheMemoryAndNothingIsDropped() {
        room(10 * LINE, 2);
        SimulatedReceiver slow = receivers.get(0);
        slow.disk(new SimulatedDisk().bytesPerSecond(6_000_000));

        carried(8);
        for (int i = 0; i < 8; i++) {
            assertThat(carried(1)).isBetween(2_200_000.0, 3_800_000.0);
            long memory = CODING.blockCapacity() * POOL_BLOCKS;
            assertThat(slow.receiverMachine().status().freeBufferBytes()).isBetween(memory / 4, memory * 3 / 4);
        }
        assertThat(slow.receiverMachine().statistics().withoutRoom()).isZero();
    }

    @Test
    void whoeverForgesFeedbackMovesTheRateNoFurtherThanTheFloor() {
        SimulatedSender sender = room(LINE, 1);
        carried(2);
        simulation.network().attachOutsider(new NodeId(0x666));
        for (int i = 0; i < 1_000; i++) {
            int probe = i;
            simulation.at(simulation.nowNanos() + i * 1_000_000L, () -> forge(probe));
        }
        assertThat(carried(1)).isGreaterThan(0.009 * LINE);
        assertThat(sender.statistics().bytesPerSecond()).isBetween(LINE / 100, LINE);
        carried(6);
        assertThat(carried(1)).as("once the forger is silent").isGreaterThan(0.9 * LINE);
    }

    private void forge(int probe) {
        CcFeedback nothing = new CcFeedback(probe, 0, 0, 0, Quantization.rate(1), 0, RateLimit.STORAGE);
        ReceiverHeader header = new ReceiverHeader(0, new NodeId(0x666), SENDER, 0x4d02, 0);
        Ack forged = new Ack(header, Ack.CC, 0, nothing, null);
        ByteBuffer bytes = ByteBuffer.allocate(MessageCodec.length(forged));
        MessageCodec.encode(forged, bytes);
        simulation.network().inject(new NodeId(0x666), SENDER, bytes.flip());
    }
}
