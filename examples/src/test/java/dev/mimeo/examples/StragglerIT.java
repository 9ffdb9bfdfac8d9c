package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A class with bad machines among its own, each in a process and on a host of its own of a {@link Lan}: one behind a line of a
 * hundredth of the rate, and one whose power fails after a tenth of the image. The default protects the others.
 *
 * <pre>
 *   mimeo.straggler.idle   whether nothing else runs here, so that times can be compared; default: false
 *   mimeo.straggler.size   bytes of the image; default: 16 MiB
 *   mimeo.straggler.rate   in Mbit/s; default: 24
 * </pre>
 *
 * <p>Each run is one line on standard output.
 */
@Timeout(240)
class StragglerIT {
    private static final boolean IS_IDLE = Boolean.getBoolean("mimeo.straggler.idle");
    private static final long SIZE = Long.getLong("mimeo.straggler.size", 16L << 20);
    private static final int MEGABITS = Integer.getInteger("mimeo.straggler.rate", 24);
    private static final String GROUP = "239.255.79.3:6180";
    private static final int CLASS = 6;
    private static final int SLOW = CLASS + 1;
    private static final int DEAD = CLASS + 2;

    @TempDir
    Path directory;

    private Path image;
    private long content;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("lab.img");
        DemoImage.create(image, SIZE, new SplittableRandom(1));
        content = Bench.contentLength(image);
    }

    @Fault("F17")
    @Test
    void oneAtAHundredthOfTheRateAndOneThatDiesCostTheOthersLittle(FaultRecord record) throws Exception {
        try (Lan lan = new Lan(DEAD, "1gbit", 500_000)) {
            lan.line(SLOW, MEGABITS * 10 + "kbit", 50_000);
            double without = slowestOfClass(lan, CLASS);
            double with = slowestOfClass(lan, DEAD);
            System.out.printf(
                    "six of a class: %.2f s alone, %.2f s with one at a hundredth of the rate and one that dies: %+.1f %%%n",
                    without, with, 100 * (with / without - 1));
            record.atMost("the others' time, beside other tests", with / without, IS_IDLE ? 1.1 : 3);
        }
    }

    /** Sends the image to so many, the last of whom dies if it is not of the class; returns how long the class took. */
    private double slowestOfClass(Lan lan, int count) throws Exception {
        try (LanClass seats = new LanClass(lan, image, GROUP)) {
            seats.start(count, MEGABITS);
            if (count == DEAD) {
                Child dying = seats.receiver(DEAD);
                dying.awaitTransferred(SIZE - content + content / 10);
                assertThat(dying.kill()).isTrue();
            }
            return seats.awaitSlowest(CLASS);
        }
    }
}
