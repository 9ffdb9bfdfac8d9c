package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Machines that multicast does not reach, or not well, each a process on a host of its own of a {@link Lan}. */
@Timeout(120)
class UnicastIT {
    private static final long SIZE = 14 << 20;
    private static final int DOOR = 6_190;
    private static final int SLOW = 2;
    /** The host of the sender, as it is known behind the router. */
    private static final String SENDER = "10.79.0.1";

    @TempDir
    Path directory;

    /**
     * One of a class is behind a slow line, and handed off in the middle; one more is behind a router that carries no multicast of
     * this reach, and asks for unicast. All have the image in one session of one command.
     */
    @Test
    void aStragglerAndWhoIsBehindARouterGetTheImageByUnicast() throws Exception {
        Path image = directory.resolve("lab.img");
        DemoImage.create(image, SIZE, new SplittableRandom(1));
        try (Lan lan = new Lan(SLOW, "1gbit", 500_000)) {
            lan.addBehindRouter();
            lan.line(SLOW, "3mbit", 50_000);
            List<Path> targets = new ArrayList<>();
            List<Child> receivers = new ArrayList<>();
            for (List<String> host : List.of(lan.atReceiver(1), lan.atReceiver(SLOW), lan.behindRouter())) {
                Path target = directory.resolve("copy-" + targets.size());
                targets.add(target);
                receivers.add(start(
                        host,
                        "receive",
                        "--out",
                        "" + target,
                        "--unicast-from",
                        SENDER + ":" + DOOR,
                        "--unicast-after",
                        "1s"));
            }
            Child sender = start(
                    lan.atSender(),
                    "send",
                    "" + image,
                    "--min-receivers",
                    "2",
                    "--rate",
                    "24M",
                    "--fixed",
                    "--slow",
                    "handoff:6M:2s",
                    "--unicast",
                    "" + DOOR);
            try {
                sender.awaitLine("\"moved\"");
                lan.line(SLOW, "1gbit", 500_000);
                for (Child receiver : receivers) {
                    assertThat(receiver.await()).as("%s%n%s", receiver, sender).isZero();
                }
                for (Path target : targets) {
                    assertThat(target).hasSameBinaryContentAs(image);
                }
                assertThat(sender.await()).as("%s", sender).isZero();
                assertThat(sender.reported("verifiedReceivers")).isEqualTo(3);
                assertThat(receivers.get(0).toString()).doesNotContain("unicast");
                assertThat(sender.toString()).containsOnlyOnce("\"event\":\"moved\"");
                assertThat(receivers.get(2).toString()).contains("unicast");
                System.out.printf(
                        "unicast: the class %.1f s, the straggler %.1f s, behind the router %.1f s, %d bytes left the sender%n",
                        receivers.get(0).reportedSeconds(),
                        receivers.get(1).reportedSeconds(),
                        receivers.get(2).reportedSeconds(),
                        sender.reported("wireBytes"));
            } finally {
                receivers.forEach(Child::close);
                sender.close();
            }
        }
    }

    private static Child start(List<String> host, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--group", "239.255.79.9:6191", "--interface", Lan.INTERFACE, "--json"));
        return Child.start(host, LanClass.MACHINE, all);
    }
}
