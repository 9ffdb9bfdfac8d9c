package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Machines that have IPv6 and nothing else, and that lose some of what they hear. With {@code -Dmimeo.addressing=all}, half a
 * minute, also a group where everybody is heard, and a check.
 */
@Timeout(120)
class Ipv6LanIT {
    /** These are short. */
    private static final List<String> MACHINE =
            List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

    private static final String MARKED = "ip6 dscp 8 udp dport 6200";
    private static final String UNMARKED = "ip6 dscp 0 udp dport 6200";

    @TempDir
    Path directory;

    private Path image;
    private Path key;

    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("lab.img");
        DemoImage.create(image, 2 << 20, new SplittableRandom(1));
        key = directory.resolve("room.key");
        assertThat(MimeoCommand.commandLine(false).execute("keygen", "--group", key.toString()))
                .isZero();
    }

    /** Sealed, marked, found in the directory by its name, and heard from its source alone. */
    @Test
    void anImageArrivesAndNobodyElseIsHeard() throws Exception {
        List<Child> receivers = new ArrayList<>();
        try (Lan lan = Lan.ofIpv6(2, "1gbit", 500_000)) {
            lan.lose(30);
            lan.countAtReceiver(1, MARKED);
            lan.countAtReceiver(1, UNMARKED);
            lan.countAtSender("ip6 daddr ff30::/12");
            try (Child point = start(
                    lan.atSender(),
                    "serve",
                    image,
                    "--groups",
                    "[ff35::efff:4f10-ff35::efff:4f1f]:6200",
                    "--dscp",
                    8)) {
                for (int seat = 1; seat <= 2; seat++) {
                    receivers.add(start(lan.atReceiver(seat), "receive", "--image", "lab.img", "--out", target(seat)));
                }
                for (int seat = 1; seat <= 2; seat++) {
                    Child receiver = receivers.get(seat - 1);
                    assertThat(receiver.await()).as("%s%n%s", receiver, point).isZero();
                    assertThat(receiver.toString()).contains(":6200 from fd79:0:0:0:0:0:0:1");
                    assertThat(target(seat)).hasSameBinaryContentAs(image);
                }
            } finally {
                receivers.forEach(Child::close);
            }
            assertThat(lan.countedAtReceiver(1).get(0)).as("marked").isGreaterThan(1_000);
            assertThat(lan.countedAtReceiver(1).get(1)).as("not marked").isZero();
            assertThat(lan.countedAtSender()).as("what receivers multicast").containsExactly(0L);
        }
    }

    private Path target(int seat) {
        return directory.resolve("seat-" + seat);
    }

    private Child start(List<String> prefix, Object... words) {
        List<String> arguments = new ArrayList<>();
        Stream.of(words).map(Object::toString).forEach(arguments::add);
        arguments.addAll(List.of("--interface", Lan.INTERFACE, "--key-file", key.toString()));
        return Child.start(prefix, MACHINE, arguments);
    }

    @Test
    @EnabledIfSystemProperty(named = "mimeo.addressing", matches = "all")
    void anImageArrivesWhereEverybodyIsHeard() throws Exception {
        try (Lan lan = Lan.ofIpv6(2, "1gbit", 500_000);
                LanClass seats = new LanClass(lan, image, "[ff15::efff:4f05]:6200", "--dscp", "8")) {
            lan.lose(30);
            lan.countAtSender(MARKED);
            lan.countAtSender(UNMARKED);
            seats.start(2, 40);
            seats.awaitSlowest(2);
            assertThat(seats.sender().await()).as("%s", seats.sender()).isZero();
            assertThat(seats.sender().reported("repairBytes")).isPositive();
            assertThat(lan.countedAtSender().get(0))
                    .as("marked requests to the group")
                    .isPositive();
            assertThat(lan.countedAtSender().get(1)).as("not marked").isZero();
        }
    }

    /** It asks who listens once in a minute: before that, only a new report of MLD tells it. */
    @Test
    @EnabledIfSystemProperty(named = "mimeo.addressing", matches = "all")
    void aSwitchThatForgetsWhoListensIsTold() throws Exception {
        try (Lan lan = Lan.ofIpv6(1, "1gbit", 500_000);
                LanClass seats = new LanClass(lan, image, "[ff15::efff:4f05]:6200")) {
            lan.snoop(60);
            seats.start(1, 4);
            seats.receiver(1).awaitTransferred(1 << 20);
            lan.forget(1, "ff15::efff:4f05");
            long forgotten = System.nanoTime();
            seats.awaitSlowest(1);
            assertThat((System.nanoTime() - forgotten) / 1_000_000_000)
                    .as("seconds, of a querier's 60")
                    .isLessThan(20);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "mimeo.addressing", matches = "all")
    void aCheckFindsNothingWrong() throws Exception {
        List<String> check =
                List.of("check", "--json", "--group", "[ff15::efff:4f05]:6200", "--interface", Lan.INTERFACE);
        List<String> respond = new ArrayList<>(check);
        respond.add("--respond");
        List<String> ask = new ArrayList<>(check);
        ask.addAll(List.of("--other", "fd79::11", "--time", "4s"));
        try (Lan lan = Lan.ofIpv6(1, "1gbit", 500_000);
                Child responder = Child.start(lan.atReceiver(1), MACHINE, respond)) {
            responder.awaitLine("responding");
            try (Child checking = Child.start(lan.atSender(), MACHINE, ask)) {
                assertThat(checking.await()).as("%s", checking).isZero();
                assertThat(checking.toString()).contains("fd79:0:0:0:0:0:0:11 hears the group", "up to 1452 bytes");
            }
        }
    }
}
