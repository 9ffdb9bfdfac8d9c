package dev.mimeo.examples;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.testkit.FaultyNetwork;
import java.nio.file.Path;
import java.time.Duration;

/** The test of the README: what a tool does when the network is bad. */
public final class FaultsExample {
    private FaultsExample() {}

    /** Copies an image over a bad network: {@code FaultsExample FILE TARGET SEED}. */
    public static void main(String[] arguments) throws Exception {
        Path image = Path.of(arguments[0]);
        Path target = Path.of(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        // README: begin
        try (FaultyNetwork network = FaultyNetwork.open(1, seed)) {
            network.everyLink(link -> link.burst(0.05, 20).duplicate(0.01).truncate(0.01));
            network.to(0).reorder(0.1, Duration.ofMillis(5));
            try (ImageSender sender = ImageSender.to(network.senderGroup())
                            .networkInterface(network.networkInterface())
                            .timeToLive(0)
                            .open();
                    ImageReceiver receiver = ImageReceiver.from(network.seatGroup(0))
                            .networkInterface(network.networkInterface())
                            .timeToLive(0)
                            .open()) {
                sender.send(ImageSource.of(image));
                System.out.println(receiver.receive(ImageTarget.of(target)).await() + " over a " + network);
            }
        }
        // README: end
    }
}
