package dev.mimeo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.DataRate;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SendReport;
import dev.mimeo.StartPolicy;
import dev.mimeo.Transfer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A sender and two receivers as users open them, with a group key, and between them each fault: both get the image, byte for
 * byte.
 */
@Timeout(60)
class FaultyNetworkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final long SEED = 6;

    private final GroupKey key = GroupKey.random();

    @TempDir
    Path directory;

    /** What the network does to every datagram on its way, and how often it did. */
    enum Fault {
        BURSTS(Link::lost) {
            @Override
            void on(Link link) {
                link.burst(0.05, 30);
            }
        },
        DISORDER(Link::reordered) {
            @Override
            void on(Link link) {
                link.reorder(0.2, Duration.ofMillis(5));
            }
        },
        DAMAGE(Link::damaged) {
            @Override
            void on(Link link) {
                link.corrupt(0.02).truncate(0.02);
            }
        },
        DISTANCE(Link::offered) {
            @Override
            void on(Link link) {
                link.delay(Duration.ofMillis(20), Duration.ofMillis(5));
            }
        };

        private final ToLongFunction<Link> count;

        Fault(ToLongFunction<Link> count) {
            this.count = count;
        }

        abstract void on(Link link);
    }

    @ParameterizedTest
    @EnumSource
    void bothReceiversHaveTheImageAllTheSame(Fault fault) throws Exception {
        byte[] content = new byte[2_000_000];
        new Random(SEED).nextBytes(content);
        Path image = Files.write(directory.resolve("image.raw"), content);
        try (FaultyNetwork network = FaultyNetwork.open(2, SEED).everyLink(fault::on);
                ImageSender sender = ImageSender.to(network.senderGroup())
                        .groupKey(key)
                        .networkInterface(network.networkInterface())
                        .timeToLive(0)
                        .rate(DataRate.ofMegabits(40))
                        .startWhen(StartPolicy.receivers(2))
                        .open();
                ImageReceiver first = receiver(network, 0);
                ImageReceiver second = receiver(network, 1)) {
            Transfer<ReceiveReport> one = first.receive(ImageTarget.of(directory.resolve("one")));
            Transfer<ReceiveReport> two = second.receive(ImageTarget.of(directory.resolve("two")));
            SendReport report = sender.send(ImageSource.of(image)).await(PATIENCE);
            assertThat(report.verifiedCount()).as(network.toString()).isEqualTo(2);
            assertThat(one.await(PATIENCE).path()).hasBinaryContent(content);
            assertThat(two.await(PATIENCE).path()).hasBinaryContent(content);
            assertThat(fault.count.applyAsLong(network.to(0)))
                    .as("the fault happened")
                    .isGreaterThan(20);
        }
    }

    private ImageReceiver receiver(FaultyNetwork network, int seat) throws Exception {
        return ImageReceiver.from(network.seatGroup(seat))
                .groupKey(key)
                .networkInterface(network.networkInterface())
                .timeToLive(0)
                .open();
    }
}
