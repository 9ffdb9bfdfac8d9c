package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Datagram;
import dev.mimeo.protocol.kit.ErasureBound;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.kit.NackMeter;
import dev.mimeo.protocol.kit.Outcome;
import dev.mimeo.protocol.kit.Scenario;
import dev.mimeo.protocol.kit.SimulatedDisk;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.wire.MessageType;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What receivers say, from one to ten thousand of them that are switched on at the same moment. The sender states 200 Mbit/s,
 * and its disk makes the first pass last half a minute.
 */
class ScaleTest {
    private static final long RATE = 25_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final long BLOCK_NANOS = 2 * SECOND;
    private static final int BLOCK_COUNT = 16;

    /** More in a build of their own: {@code -Dmimeo.scale=10000}. */
    static IntStream groups() {
        return IntStream.concat(IntStream.of(1, 10, 100, 1_000), IntStream.of(Integer.getInteger("mimeo.scale", 0)))
                .filter(count -> count > 0);
    }

    /** What receivers sent, by the second and by the tenth of it. */
    private static final class Feedback {
        private final long[] bytesBySecond = new long[600];
        private final long[] bytesByTenth = new long[6_000];
        private long bytes;
        private long reports;

        void hear(Datagram datagram, long nowNanos) {
            int length = datagram.length();
            if (datagram.type().orElseThrow().code() >= MessageType.NACK.code()) {
                bytes += length;
                reports += datagram.is(MessageType.REPORT) ? 1 : 0;
                bytesBySecond[(int) (nowNanos / SECOND)] += length;
                bytesByTenth[(int) (10 * nowNanos / SECOND)] += length;
            }
        }

        double share(int fromSecond, int toSecond) {
            long sum = IntStream.range(fromSecond, toSecond)
                    .mapToLong(second -> bytesBySecond[second])
                    .sum();
            return (double) sum / ((toSecond - fromSecond) * RATE);
        }

        double peak() {
            return IntStream.range(0, bytesByTenth.length)
                            .mapToLong(i -> bytesByTenth[i])
                            .max()
                            .orElse(0)
                    * 10.0
                    / RATE;
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void whatReceiversSayStaysBelowOnePercentOfTheRateAndJoinsDoNotImplode(int count) {
        Feedback feedback = new Feedback();
        Outcome outcome = Scenario.seed(count)
                .receivers(count)
                .image(BLOCK_COUNT * 32 * 256)
                .rate(RATE)
                .loss(0.01)
                .sending(config -> config.groupSize(Math.max(1_000, count)))
                .sender(sender -> sender.disk(new SimulatedDisk().latencyNanos(BLOCK_NANOS))
                        .poolBlocks(8))
                .everyReceiver(receiver -> receiver.poolBlocks(4).keepingNothing())
                .arrange((simulation, cast) ->
                        simulation.network().tap(datagram -> feedback.hear(datagram, simulation.nowNanos())))
                .limit(Duration.ofMinutes(9), 2_000_000_000L)
                .run();

        assertThat(outcome.verified()).isEqualTo(count);
        assertThat(outcome.sender().state()).isEqualTo(SessionState.ENDED);
        assertThat(outcome.sender().receivers()).hasSize(count).allMatch(receiver -> receiver.isSettled());
        int end = (int) (outcome.lastFinished().toNanos() / SECOND);
        double steady = feedback.share(10, Math.min(end - 2, 30));
        System.out.println(String.format(
                Locale.ROOT,
                "%d receivers: %.4f %% of the rate while they receive, at most %.2f %% within a tenth of a second; "
                        + "%d reports, %d NACKs, %d bytes for each receiver in all; all ended at %.1f s",
                count,
                100 * steady,
                100 * feedback.peak(),
                feedback.reports,
                outcome.nackCount(),
                feedback.bytes / count,
                outcome.lastFinished().toMillis() / 1e3));
        assertThat(steady).isLessThan(0.01);
        assertThat(feedback.peak()).as("the worst tenth of a second").isLessThan(0.2);
    }

    /** A thousand, and more in a build of their own. */
    static IntStream crowds() {
        return groups().filter(count -> count >= 1_000);
    }

    /**
     * Blocks of 128 symbols follow each other as at 1 Gbit/s, in miniature, and each receiver lacks something of three blocks in four.
     * Round trips take 10 ms at least, so that all blocks are asked for at about the same time.
     */
    @Fault("F40")
    @ParameterizedTest
    @MethodSource("crowds")
    void whereEachLosesItsOwnPercentFewAskAndLittleMoreIsSentThanTheCodeNeeds(int count, FaultRecord record) {
        int blockLength = 128;
        int symbolLength = 32;
        NackMeter[] meter = new NackMeter[1];
        Outcome outcome = Scenario.seed(count)
                .receivers(count)
                .image(8 * blockLength * symbolLength)
                .symbol(symbolLength)
                .block(blockLength)
                .parity(32)
                .rate(5_600_000)
                .loss(0.01)
                .sending(config -> config.groupSize(count))
                .everyReceiver(receiver -> receiver.poolBlocks(12).keepingNothing())
                .arrange((simulation, cast) -> meter[0] = NackMeter.of(simulation))
                .limit(Duration.ofMinutes(9), 2_000_000_000L)
                .run();

        double sent =
                (double) (outcome.senderStatistics().sourceBytes() + outcome.repairBytes()) / outcome.leastBytes();
        String crowd = ", " + count + " receivers";
        record.none("not verified" + crowd, count - outcome.verified())
                .atMost("NACKs for a block and round, p99" + crowd, meter[0].nacksInARound(0.01), 100)
                .atMost(
                        "sent, of the bound of the block code" + crowd,
                        sent / ErasureBound.ofBlock(blockLength, 0.01, count),
                        1.15);
    }
}
