package dev.mimeo.examples;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SessionDirectory;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A computer that has an older version of the image gets what differs. The old version can be used until the new one is
 * verified and takes its place; power may fail at any moment.
 */
public final class RefreshScenario {
    private RefreshScenario() {}

    /** Refreshes a file: {@code RefreshScenario FILE IMAGE INTERFACE [TTL]}. */
    public static void main(String[] arguments) throws Exception {
        int timeToLive = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
        ReceiveReport report = refresh(Path.of(arguments[0]), arguments[1], arguments[2], timeToLive);
        System.out.println(report.presentBytes() + " of " + report.image().length() + " bytes were there already");
    }

    /** Refreshes a file with the image of that name, whoever sends it. */
    static ReceiveReport refresh(Path file, String image, String networkInterface, int timeToLive) throws Exception {
        // README: begin
        MulticastGroup group;
        try (SessionDirectory directory =
                SessionDirectory.on(networkInterface).timeToLive(timeToLive).open()) {
            group = directory.find(image, Duration.ofMinutes(10)).group().orElseThrow();
        }
        try (ImageReceiver receiver = ImageReceiver.from(group)
                .networkInterface(networkInterface)
                .timeToLive(timeToLive)
                .admissionToken("room 7")
                .open()) {
            return receiver.receive(ImageTarget.of(file)).await();
        }
        // README: end
    }
}
