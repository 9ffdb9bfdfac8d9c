package dev.mimeo.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.opentest4j.TestAbortedException;

/**
 * A network of its own, in network namespaces that nothing leaves: a sender and receivers on a bridge, whose ports to the
 * receivers are slow lines with queues. Wants root, {@code ip} and {@code tc}.
 */
final class Lan implements AutoCloseable {
    /** The interface of everybody. */
    static final String INTERFACE = "lan";
    /** Another of the sender's host. */
    static final String SECOND_INTERFACE = "lan2";
    /** The one to the second network, of the host that has a leg in both. */
    static final String OTHER_LEG = "other";

    private static final String PREFIX = "mimeo-" + ProcessHandle.current().pid();
    private static final String BRIDGE = PREFIX + "-b";
    private static final String SECOND_BRIDGE = PREFIX + "-c";
    private static final String ROUTER = PREFIX + "-x";
    private static final String FAR = PREFIX + "-f";
    private static final String OTHER_BRIDGE = PREFIX + "-ob";
    private static final int MOST_ON_OTHER = 8;

    /** Where the counters of an interface have bytes. */
    private static final int RECEIVED = 0;

    private static final int SENT = 8;

    private final boolean isIpv6;
    private int receivers;

    /**
     * Builds it.
     *
     * @param rate of the line to each receiver, as {@code tc} spells it
     * @param queueLength of that line, in bytes
     */
    Lan(int receivers, String rate, int queueLength) throws IOException, InterruptedException {
        this(receivers, rate, queueLength, false);
    }

    /** Builds one whose hosts have no address of IPv4 at all. */
    static Lan ofIpv6(int receivers, String rate, int queueLength) throws IOException, InterruptedException {
        return new Lan(receivers, rate, queueLength, true);
    }

    private Lan(int receivers, String rate, int queueLength, boolean isIpv6) throws IOException, InterruptedException {
        this.receivers = receivers;
        this.isIpv6 = isIpv6;
        requireTools();
        try {
            bridge(BRIDGE);
            host(sender());
            plug(sender(), INTERFACE, BRIDGE, "ps", "79", 1);
            for (int seat = 1; seat <= receivers; seat++) {
                host(receiver(seat));
                plug(receiver(seat), INTERFACE, BRIDGE, "p" + seat, "79", 10 + seat);
                line(seat, rate, queueLength);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Adds another network, not connected to the first: the sender's host is on it by {@link #SECOND_INTERFACE}, 10.81.0.1, and one
     * more receiver by the interface of everybody, 10.81.0.10 and its seat, which is returned.
     */
    int addNetwork() throws IOException, InterruptedException {
        bridge(SECOND_BRIDGE);
        plug(sender(), SECOND_INTERFACE, SECOND_BRIDGE, "ps", "81", 1);
        receivers++;
        host(receiver(receivers));
        plug(receiver(receivers), INTERFACE, SECOND_BRIDGE, "p" + receivers, "81", 10 + receivers);
        return receivers;
    }

    /** Takes the second interface of the sender's host down, or up again. */
    void setSecondInterface(boolean isUp) throws IOException, InterruptedException {
        run("ip -n " + sender() + " link set " + SECOND_INTERFACE + (isUp ? " up" : " down"));
    }

    /** Has the sender's host count what comes in and is so, as {@code nft} says it. Wants {@code nft}. */
    void countAtSender(String what) throws IOException, InterruptedException {
        count(sender(), what);
    }

    /** The same for a receiver's host. */
    void countAtReceiver(int seat, String what) throws IOException, InterruptedException {
        count(receiver(seat), what);
    }

    private static void count(String host, String what) throws IOException, InterruptedException {
        run("ip netns exec " + host + " nft add table inet counts ;"
                + " add chain inet counts in { type filter hook prerouting priority -350 ; } ;"
                + " add rule inet counts in " + what + " counter");
    }

    /** Returns how many packets the sender's host has counted, by each rule in turn. */
    List<Long> countedAtSender() throws IOException, InterruptedException {
        return counted(sender());
    }

    /** The same for a receiver's host. */
    List<Long> countedAtReceiver(int seat) throws IOException, InterruptedException {
        return counted(receiver(seat));
    }

    private static List<Long> counted(String host) throws IOException, InterruptedException {
        return Pattern.compile("packets ([0-9]+)")
                .matcher(run("ip netns exec " + host + " nft list table inet counts"))
                .results()
                .map(found -> Long.valueOf(found.group(1)))
                .toList();
    }

    /** Plugs in a line to a machine that is not a namespace, but started {@link #atSwitch}; returns what it finds it by. */
    String tap(String name) throws IOException, InterruptedException {
        run("ip netns exec " + BRIDGE + " ip tuntap add dev " + name + " mode tap");
        run("ip -n " + BRIDGE + " link set " + name + " master br0 up");
        return name;
    }

    /** Replaces the line to a receiver. */
    void line(int seat, String rate, int queueLength) throws IOException, InterruptedException {
        run("ip netns exec " + BRIDGE + " tc qdisc replace dev p" + seat + " root tbf rate " + rate
                + " burst 256k limit " + queueLength);
    }

    /** Takes the interface of a receiver's host down, or up again. */
    void setInterface(int seat, boolean isUp) throws IOException, InterruptedException {
        run("ip -n " + receiver(seat) + " link set " + INTERFACE + (isUp ? " up" : " down"));
    }

    /** Makes the line to a receiver lose whatever is longer, headers included. */
    void longestPacket(int seat, int bytes) throws IOException, InterruptedException {
        run("ip -n " + BRIDGE + " link set p" + seat + " mtu " + bytes);
    }

    /** Makes the switch send multicast to those only who said that they listen, and ask for that every few seconds. */
    void snoop(int querySeconds) throws IOException, InterruptedException {
        String interval = " " + 100 * querySeconds;
        String bridge = "ip -n " + BRIDGE + " link set br0 type bridge mcast_snooping 1";
        run(bridge + " mcast_query_interval" + interval + " mcast_startup_query_interval" + interval
                + " mcast_query_response_interval 50");
        // After what is above: a new querier sends to everybody until a response would have come.
        run(bridge + " mcast_querier 1");
    }

    /** Makes the switch forget that a receiver listens to a group. */
    void forget(int seat, String group) throws IOException, InterruptedException {
        run("ip netns exec " + BRIDGE + " bridge mdb del dev br0 port p" + seat + " grp " + group);
    }

    /**
     * Makes the switch forget after some seconds that a receiver listens, since it never asks: IGMP snooping without a querier.
     * Everybody else hears everything.
     */
    void forgetful(int forgotten, int seconds) throws IOException, InterruptedException {
        for (int seat = 1; seat <= receivers; seat++) {
            if (seat != forgotten) {
                run("ip -n " + BRIDGE + " link set p" + seat + " type bridge_slave mcast_router 2");
            }
        }
        run("ip -n " + BRIDGE + " link set ps type bridge_slave mcast_router 2");
        run("ip -n " + BRIDGE + " link set br0 type bridge mcast_snooping 1 mcast_membership_interval " + 100 * seconds
                + " mcast_query_interval 360000 mcast_startup_query_interval 360000 mcast_query_response_interval 50");
        run("ip -n " + BRIDGE + " link set br0 type bridge mcast_querier 1");
    }

    /** Has the sender's host drop what comes in and is so, as {@code nft} says it. */
    void dropAtSender(String what) throws IOException, InterruptedException {
        drop(sender(), what);
    }

    /** The same for a receiver's host. Wants {@code nft}. */
    void dropAtReceiver(int seat, String what) throws IOException, InterruptedException {
        drop(receiver(seat), what);
    }

    /** Has a host drop what comes in, before the fragments are put together. */
    static void drop(String host, String what) throws IOException, InterruptedException {
        run("ip netns exec " + host + " nft add table ip faults ;"
                + " add chain ip faults in { type filter hook prerouting priority -450 ; } ;"
                + " add rule ip faults in " + what + " drop");
    }

    /** Has the switch pass no multicast to a receiver, nor from it. */
    void blockMulticast(int seat) throws IOException, InterruptedException {
        run("ip netns exec " + BRIDGE + " nft add table bridge faults ;"
                + " add chain bridge faults way { type filter hook forward priority 0 ; } ;"
                + " add rule bridge faults way oifname p" + seat + " ip daddr 224.0.0.0/4 drop ;"
                + " add rule bridge faults way iifname p" + seat + " ip daddr 224.0.0.0/4 drop");
    }

    /**
     * Adds a host on a network of its own, 10.80.0.2, behind a router that passes multicast whose time to live suffices; by two
     * other routers as well, for all that one can see.
     */
    void addBehindRouter() throws IOException, InterruptedException {
        run("ip netns add " + ROUTER);
        run("ip netns add " + FAR);
        run("ip link add in0 netns " + ROUTER + " type veth peer name px netns " + BRIDGE);
        run("ip link add out0 netns " + ROUTER + " type veth peer name lan netns " + FAR);
        run("ip -n " + BRIDGE + " link set px master br0 up");
        run("ip -n " + BRIDGE + " link set px type bridge_slave mcast_router 2");
        run("ip -n " + ROUTER + " addr add 10.79.0.254/24 dev in0");
        run("ip -n " + ROUTER + " addr add 10.80.0.1/24 dev out0");
        run("ip -n " + ROUTER + " link set in0 up");
        run("ip -n " + ROUTER + " link set out0 up");
        run("ip netns exec " + ROUTER + " sysctl -q -w net.ipv4.ip_forward=1");
        run("ip -n " + FAR + " addr add 10.80.0.2/24 dev lan");
        run("ip -n " + FAR + " link set lan up");
        run("ip -n " + FAR + " route add default via 10.80.0.1");
        run("ip -n " + sender() + " route add 10.80.0.0/24 via 10.79.0.254");
        run("ip netns exec " + ROUTER + " nft add table netdev routes ;"
                + " add chain netdev routes in { type filter hook ingress device in0 priority 0 ; } ;"
                + " add rule netdev routes in ip daddr 239.0.0.0/8 ip ttl > 3 fwd to out0");
    }

    /** Returns what a process of the host behind the router is started by. */
    List<String> behindRouter() {
        return at(FAR);
    }

    /**
     * Adds a second network, 10.82.0.0, on a bridge of its own, to which a receiver's host has a leg as well, {@link #OTHER_LEG};
     * that host routes nothing.
     */
    void addOther(int seat, int hosts) throws IOException, InterruptedException {
        run("ip netns add " + OTHER_BRIDGE);
        run("ip -n " + OTHER_BRIDGE + " link add br0 type bridge mcast_snooping 0");
        run("ip -n " + OTHER_BRIDGE + " link set br0 up");
        leg(receiver(seat), OTHER_LEG, "p0", 1);
        for (int host = 1; host <= hosts; host++) {
            run("ip netns add " + other(host));
            leg(other(host), INTERFACE, "p" + host, 10 + host);
            run("ip -n " + other(host) + " link set lo up");
            run("ip -n " + other(host) + " route add 224.0.0.0/4 dev " + INTERFACE);
        }
    }

    private static void leg(String host, String device, String port, int address)
            throws IOException, InterruptedException {
        run("ip link add " + device + " netns " + host + " type veth peer name " + port + " netns " + OTHER_BRIDGE);
        run("ip -n " + OTHER_BRIDGE + " link set " + port + " master br0 up");
        run("ip -n " + host + " addr add 10.82.0." + address + "/24 brd + dev " + device);
        run("ip -n " + host + " link set " + device + " up");
    }

    /** Returns what a process of a host of the second network is started by; they count from 1. */
    List<String> atOther(int host) {
        return at(other(host));
    }

    private static String other(int host) {
        return PREFIX + "-o" + host;
    }

    /** Stops a process, as a debugger or a machine that is suspended does, or lets it go on. */
    static void setRunning(Child process, boolean isRunning) throws IOException, InterruptedException {
        run("kill -" + (isRunning ? "CONT " : "STOP ") + process.pid());
    }

    /**
     * Has the host of every receiver lose some of what is multicast to it, each datagram by chance: none leaves the sender's host
     * together with others, or they would be lost together. Wants {@code nft}.
     *
     * @param perMille how many of a thousand
     */
    void lose(int perMille) throws IOException, InterruptedException {
        run("ip -n " + sender() + " link set lan gso_max_segs 1");
        for (int seat = 1; seat <= receivers; seat++) {
            String nft = "ip netns exec " + receiver(seat) + " nft add ";
            run(nft + "table inet loss");
            run(nft + "chain inet loss in { type filter hook prerouting priority -300 ; }");
            // Neighbours look for each other in ff02::/16.
            String groups = isIpv6 ? "ip6 daddr { ff10::/12, ff30::/12 }" : "ip daddr 224.0.0.0/4";
            run(nft + "rule inet loss in " + groups + " numgen random mod 1000 < " + perMille + " drop");
        }
    }

    private static void bridge(String name) throws IOException, InterruptedException {
        run("ip netns add " + name);
        run("ip -n " + name + " link add br0 type bridge mcast_snooping 0");
        run("ip -n " + name + " link set br0 up");
    }

    private void host(String name) throws IOException, InterruptedException {
        run("ip netns add " + name);
        run("ip -n " + name + " link set lo up");
        if (isIpv6) {
            run("ip -n " + name + " addr del 127.0.0.1/8 dev lo");
            // Otherwise addresses cannot be used for a second or two.
            run("ip netns exec " + name + " sysctl -q -w net.ipv6.conf.default.accept_dad=0");
        }
    }

    private void plug(String host, String networkInterface, String bridge, String port, String net, int address)
            throws IOException, InterruptedException {
        run("ip link add " + networkInterface + " netns " + host + " type veth peer name " + port + " netns " + bridge);
        run("ip -n " + bridge + " link set " + port + " master br0 up");
        String own = isIpv6 ? "fd" + net + "::" + address + "/64" : "10." + net + ".0." + address + "/24 brd +";
        run("ip -n " + host + " addr add " + own + " dev " + networkInterface);
        run("ip -n " + host + " link set " + networkInterface + " up");
        if (!isIpv6 && networkInterface.equals(INTERFACE)) {
            run("ip -n " + host + " route add 224.0.0.0/4 dev " + networkInterface);
        }
    }

    static void requireTools() throws InterruptedException {
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        try {
            if (isRoot) {
                run("ip netns add " + BRIDGE + "-probe");
                run("ip netns del " + BRIDGE + "-probe");
                run("tc -V");
                return;
            }
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
        String message = "networks in namespaces need root, ip and tc (apt-get install iproute2)";
        System.out.println("Skipped: " + message);
        throw new TestAbortedException(message);
    }

    /** Returns what a process of the sender's host is started by. */
    List<String> atSender() {
        return at(sender());
    }

    /** Returns what a process of a receiver's host is started by; seats count from 1. */
    List<String> atReceiver(int seat) {
        return at(receiver(seat));
    }

    /** Returns what a process is started by that is on no host, and may plug in lines. */
    List<String> atSwitch() {
        return at(BRIDGE);
    }

    private static List<String> at(String host) {
        return List.of("ip", "netns", "exec", host);
    }

    private static String sender() {
        return PREFIX + "-s";
    }

    private static String receiver(int seat) {
        return PREFIX + "-r" + seat;
    }

    /** Returns how many frames the line to a receiver has dropped. */
    long dropped(int seat) throws IOException, InterruptedException {
        String text = run("ip netns exec " + BRIDGE + " tc -s qdisc show dev p" + seat);
        return Long.parseLong(text.replaceAll("(?s).*dropped ([0-9]+).*", "$1"));
    }

    /** Returns how many bytes have come to the interface of a process, frame headers included; 0 until it is on its host. */
    static long receivedBytes(Child process) throws IOException {
        return counted(process, INTERFACE, RECEIVED);
    }

    /** The same for what has left. */
    static long sentBytes(Child process) throws IOException {
        return counted(process, INTERFACE, SENT);
    }

    /** The same for what has left by the leg in the second network. */
    static long sentBytesToOther(Child process) throws IOException {
        return counted(process, OTHER_LEG, SENT);
    }

    private static long counted(Child process, String device, int column) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/net/dev")).stream()
                .filter(line -> line.trim().startsWith(device + ":"))
                .findFirst()
                .map(line -> Long.parseLong(line.split(":")[1].trim().split(" +")[column]))
                .orElse(0L);
    }

    /** Returns how many datagrams the host of a process has dropped because its processes did not take them in time. */
    static long overrun(Child process) throws IOException {
        List<String[]> udp = Files.readAllLines(Path.of("/proc/" + process.pid() + "/net/snmp")).stream()
                .filter(line -> line.startsWith("Udp:"))
                .map(line -> line.split(" "))
                .collect(Collectors.toUnmodifiableList());
        int column = IntStream.range(0, udp.get(0).length)
                .filter(i -> udp.get(0)[i].equals("RcvbufErrors"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(udp.get(1)[column]);
    }

    /** Runs a command and returns what it writes; fails if it does. */
    static String run(String command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + text.trim());
        }
        return text;
    }

    @Override
    public void close() {
        remove(sender());
        for (int seat = 1; seat <= receivers; seat++) {
            remove(receiver(seat));
        }
        remove(BRIDGE);
        remove(SECOND_BRIDGE);
        remove(ROUTER);
        remove(FAR);
        remove(OTHER_BRIDGE);
        for (int host = 1; host <= MOST_ON_OTHER; host++) {
            remove(other(host));
        }
    }

    /** Removes a host, if it is there. */
    static void remove(String host) {
        try {
            run("ip netns del " + host);
        } catch (IOException e) {
            // It was not made.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
