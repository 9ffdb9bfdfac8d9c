package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Bottleneck;
import dev.mimeo.protocol.kit.Outcome;
import dev.mimeo.protocol.kit.Scenario;
import dev.mimeo.protocol.kit.SimulatedReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
                .sending(sender -> sender.congestionControl(FLOOR))
                .delay(Duration.ofMillis(20), Duration.ZERO)
                .everyOutbound(link -> link.delayNanos(20_000_000))
                .arrange((simulation, cast) -> {
                    for (int tenth = 1; tenth < 1_200; tenth++) {
                        simulation.at(tenth * SECOND / 10, () -> {
                            sentBytes.add(simulation.network().bytesFrom(SENDER));
                            if (Boolean.getBoolean("cc.trace") && cast.sender().senderMachine() != null)
                                System.out.println(simulation.nowNanos() / 1e9 + " "
                                        + cast.sender().statistics());
                        });
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
}
