package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.manifest.Names;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the builders refuse, in the same words. */
final class Checks {
    private static final int LONGEST_NAME = 255;
    private static final long USUAL_MEMORY_LIMIT = 64L << 20;
    private static final int MOST_INTERFACES = 16;
    private static final Duration LONGEST_DURATION = Duration.ofDays(365);

    private Checks() {}

    static void check(boolean holds, String message, Object... arguments) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }

    static Duration positive(Duration duration, String what) {
        check(
                !duration.isZero() && !duration.isNegative() && duration.compareTo(LONGEST_DURATION) <= 0,
                "a %s of %s is not within 1 ns and 365 days",
                what,
                duration);
        return duration;
    }

    static int timeToLive(int timeToLive) {
        check(timeToLive >= 0 && timeToLive <= 255, "a time to live of %d is not within 0 to 255", timeToLive);
        return timeToLive;
    }

    static String displayName(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        check(length <= LONGEST_NAME, "a name of %d bytes of UTF-8 is longer than %d", length, LONGEST_NAME);
        String fault = Names.characterFault(name);
        check(fault == null, "a name cannot be shown: %s", fault);
        return name;
    }

    static long serial(long serial) {
        check(serial >= 1, "a serial of %d is not within 1 to 2^63 - 1", serial);
        return serial;
    }

    static NodeId nodeId(int value) {
        NodeId nodeId = new NodeId(value);
        check(nodeId.isParticipant(), "node id %s names nobody; choose another", nodeId);
        return nodeId;
    }

    /** Returns 64 MiB, or half of what this process may use if that is less. */
    static long usualMemoryLimit() {
        return Math.min(USUAL_MEMORY_LIMIT, Runtime.getRuntime().maxMemory() / 2);
    }

    static long memoryLimit(long bytes) {
        long largest = Runtime.getRuntime().maxMemory();
        check(bytes >= 1 << 20, "a memory limit of %d bytes is below 1 MiB", bytes);
        check(
                bytes <= largest,
                "a memory limit of %d bytes exceeds the %d that this Java process may use; raise -Xmx",
                bytes,
                largest);
        return bytes;
    }

    static int dscp(int codePoint) {
        check(codePoint >= 0 && codePoint <= 63, "a code point of %d is not within 0 to 63", codePoint);
        return codePoint;
    }

    /** Returns the names of interfaces that somebody gave. */
    static List<String> interfaces(String... namesOrAddresses) {
        check(
                namesOrAddresses.length >= 1 && namesOrAddresses.length <= MOST_INTERFACES,
                "%d network interfaces are not within 1 to %d",
                namesOrAddresses.length,
                MOST_INTERFACES);
        return List.of(namesOrAddresses);
    }

    /** Refuses a group whose traffic may leave the network, unless that is allowed. */
    static MulticastGroup scope(MulticastGroup group, boolean allowGlobalScope) {
        check(
                allowGlobalScope || group.isLocalScope(),
                "group %s is not of local scope: its traffic may leave this network; choose an address %s, or call"
                        + " allowGlobalScope()",
                group,
                group.address() instanceof Inet4Address
                        ? "within 239.0.0.0 to 239.255.255.255"
                        : "that begins with ff12 to ff15, or ff32 to ff35");
        return group;
    }

    /** Refuses a group where not everybody can be heard. */
    static MulticastGroup forAnybody(MulticastGroup group, String what) {
        check(
                !group.isSourceSpecific() && group.source().isEmpty(),
                "group %s is for one source: %s; choose a group outside 232.0.0.0/8 and ff3x::/32, without a source",
                group,
                what);
        return group;
    }

    /**
     * Returns the interface that a receiver is to meet a group on, or notes everything that speaks against meeting there.
     *
     * @param networkInterface as its user named it, if so
     */
    static Optional<InterfaceFacts> place(
            Problems problems,
            MulticastGroup group,
            boolean allowGlobalScope,
            Optional<GroupSecret> key,
            Optional<String> networkInterface) {
        meeting(problems, group, allowGlobalScope, key);
        return problems.attempt(
                () -> new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).choose(networkInterface));
    }

    /**
     * The same for a sender, which may be on several interfaces: none are returned if anything speaks against one of them.
     *
     * @param networkInterfaces as their user named them; may be empty
     */
    static List<InterfaceFacts> places(
            Problems problems,
            MulticastGroup group,
            boolean allowGlobalScope,
            Optional<GroupSecret> key,
            List<String> networkInterfaces) {
        meeting(problems, group, allowGlobalScope, key);
        return problems.attempt(() ->
                        new InterfaceChoice(InterfaceFacts.ofThisMachine(), group).chooseForSender(networkInterfaces))
                .orElse(List.of());
    }

    private static void meeting(
            Problems problems, MulticastGroup group, boolean allowGlobalScope, Optional<GroupSecret> key) {
        problems.attempt(() -> scope(group, allowGlobalScope));
        problems.attempt(() -> {
            key.ifPresent(GroupSecret::checkOpen);
            return key;
        });
    }
}
