package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.DataRate;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SendReport;
import dev.mimeo.Transfer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TransferIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path directory;

    private final MulticastGroup group = Loopback.group();

    private ImageSender.Builder sender() {
        return ImageSender.to(group)
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .rate(DataRate.ofMegabits(400));
    }

    private ImageReceiver.Builder receiver() {
        return ImageReceiver.from(group).networkInterface(Loopback.INTERFACE).timeToLive(0);
    }

    @Test
    void threeReceiversVerifyTheSameBytes() throws Exception {
        byte[] content = TestImage.withZeros(12_345_678, 1);
        Path image = TestImage.write(directory.resolve("image.raw"), content);
        List<ImageReceiver> receivers = new ArrayList<>();
        List<Transfer<ReceiveReport>> transfers = new ArrayList<>();
        try (ImageSender sender = sender().waitFor(3).open()) {
            for (int i = 0; i < 3; i++) {
                ImageReceiver receiver = receiver().name("seat-" + i).open();
                receivers.add(receiver);
                transfers.add(receiver.receive(ImageTarget.of(directory.resolve("copy-" + i))));
            }
            SendReport report = sender.send(ImageSource.of(image)).await(PATIENCE);
            System.out.println(report);
            for (Transfer<ReceiveReport> transfer : transfers) {
                ReceiveReport received = transfer.await(PATIENCE);
                System.out.println(received);
                assertThat(received.path()).hasBinaryContent(content);
            }
            assertThat(report.verifiedCount()).isEqualTo(3);
        } finally {
            receivers.forEach(ImageReceiver::close);
        }
    }
}
