package dev.mimeo.examples;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import java.nio.file.Path;

/** The receiver of the README: one seat. */
public final class ReceiveExample {
    private ReceiveExample() {}

    /** Receives an image: {@code ReceiveExample FILE INTERFACE}. */
    public static void main(String[] arguments) throws Exception {
        Path target = Path.of(arguments[0]);
        String networkInterface = arguments[1];
        // README: begin
        MulticastGroup classroom = MulticastGroup.of("239.192.7.1", 6003);
        try (ImageReceiver receiver = ImageReceiver.from(classroom)
                .networkInterface(networkInterface)
                .name("seat 7")
                .open()) {
            ReceiveReport report = receiver.receive(ImageTarget.of(target)).await();
            System.out.println("verified, sha256 " + report.image().sha256());
        }
        // README: end
    }
}
