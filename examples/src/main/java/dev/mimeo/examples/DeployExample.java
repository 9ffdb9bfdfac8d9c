package dev.mimeo.examples;

import static dev.mimeo.StartPolicy.afterFirst;
import static dev.mimeo.StartPolicy.anyOf;
import static dev.mimeo.StartPolicy.receivers;

import dev.mimeo.DataRate;
import dev.mimeo.Deployment;
import dev.mimeo.DistributionPoint;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.SendReport;
import dev.mimeo.TargetSet;
import java.nio.file.Path;
import java.time.Duration;

/** The distribution point of the README: one image for thirty machines that know a token. */
public final class DeployExample {
    private DeployExample() {}

    /** Deploys an image: {@code DeployExample FILE INTERFACE [TTL]}. */
    public static void main(String[] arguments) throws Exception {
        deploy(Path.of(arguments[0]), arguments[1], arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1);
    }

    /** Deploys an image, and returns what became of it. */
    static SendReport deploy(Path image, String networkInterface, int timeToLive) throws Exception {
        // README: begin
        try (DistributionPoint point = DistributionPoint.on(networkInterface)
                .timeToLive(timeToLive)
                .rateBudget(DataRate.ofMegabits(900))
                .open()) {
            ImageSession session = point.deploy(Deployment.of(ImageSource.of(image))
                    .to(TargetSet.token("room 7"))
                    .startWhen(anyOf(receivers(30), afterFirst(Duration.ofMinutes(15)))));
            return session.await();
        }
        // README: end
    }
}
