package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.NetworkFinding.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Everything that {@code mimeo check} knows to tell, made to be so in network namespaces: what is wrong with one machine on
 * three hosts, what is wrong between machines in one {@link Lan}, whose receivers each have a fault of their own, and one has
 * none. Wants root, {@code ip}, {@code tc} and {@code nft}.
 */
@Timeout(120)
class CheckIT {
    private static final String ADDRESS = "239.255.79.6";
    private static final int PORT = 6210;
    private static final List<String> CHECK = List.of("check", "--json", "--group", ADDRESS + ":" + PORT);
    /** These are many at a time, and short. */
    private static final List<String> MACHINE =
            List.of("-Xmx32m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

    private static final Pattern FINDING =
            Pattern.compile("\"event\":\"finding\",\"code\":\"([A-Z_]+)\",\"where\":\"([^\"]*)\"");
    /** Sends what begins like NORM_CMD to the group ten times a second, from one port. */
    private static final String SENDER = "exec 3>/dev/udp/" + ADDRESS + "/" + PORT
            + "; while printf '\\x13\\x03\\0\\1\\0\\0\\0\\7\\0\\1\\0\\0' >&3; do sleep 0.1; done";

    private final Set<Code> seen = new TreeSet<>();

    @Test
    void everyCauseIsToldWithTheMachineThatItIsAbout() throws Exception {
        List<Child> others = new ArrayList<>();
        try (Lan lan = new Lan(8, "1gbit", 500_000);
                Hosts hosts = new Hosts()) {
            try {
                lan.forgetful(6, 2);
                lan.addBehindRouter();
                List<Child> responders = new ArrayList<>();
                responders.add(check(lan.atReceiver(1), "--respond"));
                for (int seat = 2; seat <= 6; seat++) {
                    responders.add(responding(lan.atReceiver(seat)));
                }
                responders.add(responding(lan.behindRouter()));
                others.addAll(responders);
                lan.longestPacket(2, 1_000);
                lan.dropAtReceiver(2, "ip daddr " + ADDRESS + " numgen random mod 100 < 15");
                lan.blockMulticast(3);
                lan.dropAtReceiver(4, "ip daddr " + ADDRESS);
                lan.dropAtReceiver(5, "ip frag-off & 0x3fff != 0");
                lan.dropAtSender("ip saddr 10.79.0.15 udp sport != " + PORT);
                others.add(sender(lan.atReceiver(7)));
                others.add(sender(lan.atReceiver(8)));

                Child a = check(severalInterfaces(hosts));
                others.add(a);
                Child b = check(noRoute(hosts));
                others.add(b);
                List<String> walled = noWayOut(hosts);
                others.add(sender(hosts.elsewhere("c")));
                Child c = check(walled, "--interface", "lan0");
                others.add(c);
                for (Child each : responders) {
                    each.awaitLine("responding");
                }
                try (Child check = check(
                        lan.atSender(),
                        "--interface",
                        Lan.INTERFACE,
                        "--time",
                        "4s",
                        "--other",
                        "10.79.0.13",
                        "--other",
                        "10.79.0.14",
                        "--other",
                        "10.79.0.15",
                        "--other",
                        "10.79.0.16",
                        "--other",
                        "10.79.0.17",
                        "--other",
                        "10.79.0.99")) {
                    finds(a, "INTERFACE", "PORT");
                    finds(b, "IGMP_VERSION", "MEMBERSHIP", "ROUTE");
                    finds(c, "FIREWALL", "GROUP_IN_USE", "NOBODY");
                    finds(
                            check,
                            "CLOSED 10.79.0.17",
                            "FIREWALL 10.79.0.15",
                            "FRAGMENTS 10.79.0.15",
                            "LOSS 10.79.0.12",
                            "MTU 10.79.0.12",
                            "NO_MULTICAST 10.79.0.13",
                            "ONE_WAY 10.79.0.14",
                            "SILENT 10.79.0.99",
                            "SNOOPING 10.79.0.16",
                            "TTL 10.80.0.2",
                            "TWO_SENDERS");
                    assertThat(check.toString()).contains("10.79.0.11 hears the group");
                }
            } finally {
                others.forEach(Child::close);
            }
        }
        // The limit of receive buffers is one for the whole machine, whatever its namespaces: not to be changed for a
        // test.
        assertThat(seen)
                .containsAll(Arrays.stream(Code.values())
                        .filter(code -> code != Code.BUFFER)
                        .toList());
    }

    /** And a tunnel of the kernel, which does not share its port. */
    private static List<String> severalInterfaces(Hosts hosts) throws Exception {
        hosts.add("a");
        hosts.addInterface("a", "lan0", 0);
        hosts.addInterface("a", "lan1", 1);
        hosts.at("a", "link add tunnel type vxlan id 1 dev lan0 dstport " + PORT);
        hosts.at("a", "link set tunnel up");
        return hosts.in("a");
    }

    /** And settings that have no sense. */
    private static List<String> noRoute(Hosts hosts) throws Exception {
        hosts.add("b");
        hosts.addInterface("b", "lan0", 0);
        hosts.sysctl("b", "net.ipv4.conf.lan0.force_igmp_version=2 net.ipv4.igmp_max_memberships=0");
        return hosts.in("b");
    }

    private static List<String> noWayOut(Hosts hosts) throws Exception {
        hosts.add("c");
        hosts.addInterface("c", "lan0", 0);
        hosts.nft(
                "c",
                "table ip faults ; add chain ip faults out { type filter hook output priority 0 ; } ;"
                        + " add rule ip faults out ip daddr " + ADDRESS + " drop");
        return hosts.in("c");
    }

    private static Child check(List<String> prefix, String... options) {
        List<String> arguments = new ArrayList<>(CHECK);
        arguments.addAll(List.of(options));
        return Child.start(prefix, MACHINE, arguments);
    }

    private static Child responding(List<String> prefix) {
        return Child.start(prefix, MACHINE, Responding.class, List.of(ADDRESS, "" + PORT, Lan.INTERFACE));
    }

    private static Child sender(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("bash", "-c", SENDER));
        return Child.run(command);
    }

    private void finds(Child check, String... expected) throws Exception {
        assertThat(check.await()).as("%s", check).isEqualTo(ExitCode.NETWORK.number());
        List<MatchResult> found = FINDING.matcher(check.toString()).results().collect(Collectors.toList());
        List<String> codes = found.stream()
                .map(match -> (match.group(1) + " " + match.group(2)).strip())
                .filter(code -> !code.equals(Code.BUFFER.name()))
                .sorted()
                .toList();
        found.forEach(match -> seen.add(Code.valueOf(match.group(1))));
        assertThat(codes).as("%s", check).containsExactly(expected);
    }

    /** Hosts, each with cables to a host of its own. */
    private static final class Hosts implements AutoCloseable {
        private static final String PREFIX = "mimeo-" + ProcessHandle.current().pid() + "-check-";

        private final List<String> names = new ArrayList<>();

        void add(String name) throws Exception {
            for (String each : List.of(PREFIX + name, PREFIX + name + "-elsewhere")) {
                Lan.run("ip netns add " + each);
                names.add(each);
            }
            at(name, "link set lo up");
        }

        void addInterface(String name, String networkInterface, int net) throws Exception {
            String elsewhere = PREFIX + name + "-elsewhere";
            at(
                    name,
                    "link add " + networkInterface + " type veth peer name " + networkInterface + " netns "
                            + elsewhere);
            at(name, "addr add 10.79." + net + ".1/24 dev " + networkInterface);
            at(name, "link set " + networkInterface + " up");
            Lan.run("ip -n " + elsewhere + " addr add 10.79." + net + ".2/24 dev " + networkInterface);
            Lan.run("ip -n " + elsewhere + " link set " + networkInterface + " up");
            Lan.run("ip -n " + elsewhere + " route add 224.0.0.0/" + (4 + net) + " dev " + networkInterface);
        }

        void at(String name, String command) throws Exception {
            Lan.run("ip -n " + PREFIX + name + " " + command);
        }

        void sysctl(String name, String setting) throws Exception {
            Lan.run("ip netns exec " + PREFIX + name + " sysctl -q -w " + setting);
        }

        void nft(String name, String what) throws Exception {
            Lan.run("ip netns exec " + PREFIX + name + " nft add " + what);
        }

        List<String> in(String name) {
            return List.of("ip", "netns", "exec", PREFIX + name);
        }

        List<String> elsewhere(String name) {
            return in(name + "-elsewhere");
        }

        @Override
        public void close() {
            names.forEach(Lan::remove);
        }
    }
}
