package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Bottleneck;
import dev.mimeo.protocol.kit.Coding;
import dev.mimeo.protocol.kit.LossModel;
import dev.mimeo.protocol.kit.Outcome;
import dev.mimeo.protocol.kit.Scenario;
import dev.mimeo.protocol.kit.Seeds;
import dev.mimeo.protocol.kit.SimulatedImage;
import dev.mimeo.protocol.kit.SimulatedReceiver;
import dev.mimeo.protocol.kit.SimulatedSender;
import dev.mimeo.protocol.kit.Simulation;
import dev.mimeo.protocol.sender.RatePolicy;
import dev.mimeo.protocol.sender.StartCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole transfers with congestion control: the rate finds the narrowest path, and leaves room for others. */
class CongestionScenariosTest {
    private static final long SECOND = 1_000_000_000;
    private static final long BOTTLENECK = 1_250_000;
    private static final long FLOOR = 50_000;
    private static final long CAP = 12_500_000;
    private static final NodeId SENDER = Scenario.SENDER;

    /** Bytes that the sender has sent by the end of each tenth of a second. */
    private final List<Long> sentBytes = new ArrayList<>();

    private Scenario scenario(long seed, int megabytes) {
        return Scenario.seed(seed)
                .image(megabytes * 1_000_000)
                .symbol(1_400)
                .rate(CAP)
                .sending(sender -> sender.rate(new RatePolicy.CongestionControl(FLOOR)))
                .delay(Duration.ofMillis(20), Duration.ZERO)
                .everyOutbound(link -> link.delayNanos(20_000_000))
                .arrange((simulation, cast) -> {
                    for (int tenth = 1; tenth < 1_200; tenth++) {
                        simulation.at(
                                tenth * SECOND / 10,
                                () -> sentBytes.add(simulation.network().bytesFrom(SENDER)));
                    }
                });
    }

    /** Returns the mean rate of the sender from one second to another, in bytes per second. */
    private double rate(int fromSecond, int toSecond) {
        return (sentBytes.get(10 * toSecond - 1) - sentBytes.get(10 * fromSecond - 1))
                / (double) (toSecond - fromSecond);
    }

    private static Bottleneck bottleneck() {
        return new Bottleneck(BOTTLENECK, 64_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void theRateFindsTheBottleneckThatAllShare(int receivers) {
        Bottleneck line = bottleneck();
        scenario(1, 15)
                .receivers(receivers)
                .arrange((simulation, cast) ->
                        simulation.network().outbound(SENDER).bottleneck(line))
                .run()
                .assertAllVerified();

        assertThat(rate(4, 10)).isBetween(0.6 * BOTTLENECK, 1.05 * BOTTLENECK);
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void withoutLossTheRateReachesTheCap(Delivery feedback) {
        scenario(2, 60).receivers(3).feedback(feedback).run().assertAllVerified();

        assertThat(rate(3, 5)).isBetween(0.95 * CAP, 1.05 * CAP);
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void theSlowestReceiverLimitsTheRateUntilItLeaves(Delivery feedback) {
        Outcome outcome = scenario(3, 25)
                .receivers(4)
                .feedback(feedback)
                .inbound(0, link -> link.bottleneck(new Bottleneck(BOTTLENECK / 4, 32_000)))
                .arrange((simulation, cast) -> {
                    simulation.network().outbound(SENDER).bottleneck(bottleneck());
                    cast.receivers().get(0).leaveAt(10 * SECOND);
                })
                .run();

        assertThat(rate(5, 10)).isBetween(0.6 * BOTTLENECK / 4, 1.05 * BOTTLENECK / 4);
        assertThat(rate(14, 18)).isBetween(0.6 * BOTTLENECK, 1.05 * BOTTLENECK);
        assertThat(outcome.receivers().stream().skip(1)).allMatch(SimulatedReceiver::isVerified);
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void whateverTheNetworkDoesEverybodyGetsTheImage(Delivery feedback) {
        Seeds.forEach(
                10,
                seed -> Scenario.seed(seed)
                        .receivers(5)
                        .feedback(feedback)
                        .sending(sender -> sender.rate(new RatePolicy.CongestionControl(FLOOR)))
                        .loss(0.05)
                        .feedbackLoss(0.05)
                        .reorder(0.05, Duration.ofMillis(1))
                        .duplicate(0.05)
                        .corrupt(0.003)
                        .lateReceiver(0.5)
                        .perturbed()
                        .run()
                        .assertAllVerified());
    }

    @Test
    void twoSendersShareABottleneck() {
        NodeId otherSender = new NodeId(2);
        long[] sent = new long[2];
        Bottleneck line = bottleneck();
        scenario(4, 12)
                .arrange((simulation, cast) -> {
                    SimulatedImage image = SimulatedImage.builder(4)
                            .chunkSize(4096)
                            .object(12_000_000)
                            .build();
                    Coding coding = new Coding(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 1_400, 32, 8, 0);
                    simulation.add(new SimulatedSender(otherSender, image, coding)
                            .config(config -> config.bytesPerSecond(CAP)
                                    .rate(new RatePolicy.CongestionControl(FLOOR))
                                    .startWhen(new StartCondition.Receivers(1))));
                    SimulatedReceiver receiver =
                            simulation.add(new SimulatedReceiver(new NodeId(0x200), "other", image, coding));
                    simulation.network().inbound(receiver.id()).delayNanos(20_000_000);
                    simulation.network().outbound(receiver.id()).delayNanos(20_000_000);
                    hearsNothingOf(otherSender, simulation, Scenario.receiverId(0));
                    hearsNothingOf(SENDER, simulation, receiver.id());
                    simulation.network().outbound(SENDER).bottleneck(line);
                    simulation.network().outbound(otherSender).bottleneck(line);
                    simulation.at(5 * SECOND, () -> count(simulation, sent, -1, SENDER, otherSender));
                    simulation.at(15 * SECOND, () -> count(simulation, sent, 1, SENDER, otherSender));
                })
                .run()
                .assertAllVerified();

        assertThat(sent[0] + sent[1]).isBetween((long) (0.6 * 10 * BOTTLENECK), (long) (1.05 * 10 * BOTTLENECK));
        assertThat((double) sent[0] / sent[1]).isBetween(0.5, 2.0);
    }

    private static void count(Simulation simulation, long[] sent, int sign, NodeId... senders) {
        for (int i = 0; i < senders.length; i++) {
            sent[i] += sign * simulation.network().bytesFrom(senders[i]);
        }
    }

    private static void hearsNothingOf(NodeId sender, Simulation simulation, NodeId receiver) {
        simulation
                .network()
                .inbound(receiver)
                .alsoLoss(LossModel.matching(datagram -> datagram.origin().equals(sender)));
    }
}
