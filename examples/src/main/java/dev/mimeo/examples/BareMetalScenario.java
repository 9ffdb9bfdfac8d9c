package dev.mimeo.examples;

import dev.mimeo.Dismissal;
import dev.mimeo.DismissedException;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SessionDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A computer without a system gets one on its raw disk. It runs from memory, and has little; the token that was baked into
 * what it booted is all that it can show. If the point sends it away to fall back, it gets the image in another way.
 */
public final class BareMetalScenario {
    private BareMetalScenario() {}

    /** Writes a disk: {@code BareMetalScenario DEVICE IMAGE INTERFACE [TTL]}. */
    public static void main(String[] arguments) throws Exception {
        int timeToLive = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
        Optional<String> sha256 = install(Path.of(arguments[0]), arguments[1], arguments[2], timeToLive);
        System.out.println(
                sha256.map(hash -> "verified, sha256 " + hash).orElse("get " + arguments[1] + " in another way"));
    }

    /** Writes the image of that name to a disk; returns its hash, or nothing if it is to be had in another way. */
    static Optional<String> install(Path disk, String image, String networkInterface, int timeToLive) throws Exception {
        // README: begin
        MulticastGroup group;
        try (SessionDirectory directory =
                SessionDirectory.on(networkInterface).timeToLive(timeToLive).open()) {
            group = directory.find(image, Duration.ofMinutes(10)).group().orElseThrow();
        }
        try (ImageReceiver receiver = ImageReceiver.from(group)
                .networkInterface(networkInterface)
                .timeToLive(timeToLive)
                .memoryLimit(16 << 20)
                .admissionToken("room 7")
                .open()) {
            return Optional.of(
                    receiver.receive(ImageTarget.device(disk)).await().image().sha256());
        } catch (DismissedException e) {
            if (e.action() == Dismissal.Action.ABORT) {
                throw e;
            }
            return Optional.empty();
        }
        // README: end
    }
}
