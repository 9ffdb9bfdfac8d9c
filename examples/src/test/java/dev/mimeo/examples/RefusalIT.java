package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.kit.Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the command says of a host on which it cannot work, word for word, in {@code golden/refusals.txt}: the host is a
 * network namespace whose interfaces are made for each case. Wants root and {@code ip}.
 */
@Timeout(120)
class RefusalIT {
    private static final String HOST = "mimeo-" + ProcessHandle.current().pid() + "-h";
    /** Where the other ends of its cables are. */
    private static final String ELSEWHERE = "mimeo-" + ProcessHandle.current().pid() + "-e";

    private static final List<String> AT_HOST = List.of("ip", "netns", "exec", HOST);

    @TempDir
    Path directory;

    private final StringBuilder said = new StringBuilder();
    private double slowest;

    @BeforeEach
    void makeHost() throws Exception {
        Lan.requireTools();
        Lan.run("ip netns add " + HOST);
        Lan.run("ip netns add " + ELSEWHERE);
        // Addresses that systems choose by themselves would be others each time.
        Lan.run("ip netns exec " + HOST
                + " sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
    }

    @AfterEach
    void removeHost() throws Exception {
        Lan.run("ip netns del " + HOST);
        Lan.run("ip netns del " + ELSEWHERE);
    }

    private static void at(String command) throws IOException, InterruptedException {
        Lan.run("ip -n " + HOST + " " + command);
    }

    private void addInterface(String name, int net) throws Exception {
        at("link add " + name + " type veth peer name " + name + " netns " + ELSEWHERE);
        Lan.run("ip -n " + ELSEWHERE + " link set " + name + " up");
        at("addr add 10.79." + net + ".1/24 dev " + name);
        at("link set " + name + " up");
    }

    private void refused(String what, List<String> prefix, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("receive", "--out", "" + directory.resolve("copy")));
        arguments.addAll(List.of(options));
        long start = System.nanoTime();
        try (Child child = Child.start(prefix, List.of("-Xmx64m"), arguments)) {
            int code = child.await();
            slowest = Math.max(slowest, (System.nanoTime() - start) / 1e9);
            said.append(what)
                    .append(": exit code ")
                    .append(code)
                    .append("\n    ")
                    .append(child.toString().replace("\n", "\n    "))
                    .append("\n\n");
            assertThat(code).as("%s", child).isNotZero();
        }
    }

    @Test
    @Fault({"F49", "F50"})
    void whatCannotBeOpenedSaysWhyAndWhatToDo(FaultRecord record) throws Exception {
        at("link set lo up");
        addInterface("lan0", 0);
        addInterface("lan1", 1);
        refused("no interface chosen", AT_HOST, "--group", "239.192.7.1:6003");
        refused("an interface that is not there", AT_HOST, "--group", "239.192.7.1:6003", "--interface", "eth0");
        refused("a group beyond local scope", AT_HOST, "--group", "224.7.7.7:6003", "--interface", "lan0");
        refused(
                "a time to live that is none",
                AT_HOST,
                "--group",
                "239.192.7.1:6003",
                "--interface",
                "lan0",
                "--ttl",
                "256");
        List<String> unprivileged = new ArrayList<>(AT_HOST);
        unprivileged.addAll(List.of("setpriv", "--bounding-set", "-net_bind_service"));
        refused("a port that wants rights", unprivileged, "--group", "239.192.7.1:80", "--interface", "lan0");
        at("link set lan1 down");
        refused("an interface that is down", AT_HOST, "--group", "239.192.7.1:6003", "--interface", "lan1");
        Golden.file("refusals.txt").check(said.toString());
        record.runs(6).atMost("seconds until it fails, the start of Java among them, beside other tests", slowest, 20);
    }
}
