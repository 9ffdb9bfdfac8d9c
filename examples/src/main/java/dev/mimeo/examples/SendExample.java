package dev.mimeo.examples;

import static dev.mimeo.StartPolicy.afterFirst;
import static dev.mimeo.StartPolicy.anyOf;
import static dev.mimeo.StartPolicy.receivers;

import dev.mimeo.DataRate;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SendReport;
import java.nio.file.Path;
import java.time.Duration;

/** The sender of the README: a classroom of up to thirty seats gets the image that is named on the command line. */
public final class SendExample {
    private SendExample() {}

    /** Sends an image: {@code SendExample FILE INTERFACE}. */
    public static void main(String[] arguments) throws Exception {
        Path image = Path.of(arguments[0]);
        String networkInterface = arguments[1];
        // README: begin
        MulticastGroup classroom = MulticastGroup.of("239.192.7.1", 6003);
        try (ImageSender sender = ImageSender.to(classroom)
                .networkInterface(networkInterface)
                .rate(DataRate.ofMegabits(700))
                .startWhen(anyOf(receivers(30), afterFirst(Duration.ofMinutes(15))))
                .open()) {
            SendReport report = sender.send(ImageSource.of(image)).await();
            System.out.println(report.verifiedCount() + " machines have it, verified");
        }
        // README: end
    }
}
