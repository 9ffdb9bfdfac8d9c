package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.manifest.Names;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which interface a group is joined on. Says, when it cannot tell, which interfaces it saw and what to do.
 *
 * <p>The loopback interface is never chosen by itself, but may be named, even where it does not claim to multicast: Linux
 * delivers there all the same.
 */
record InterfaceChoice(List<InterfaceFacts> interfaces, MulticastGroup group) {
    /** Returns the interface that the user named, or the only one that can serve the group. */
    InterfaceFacts choose(Optional<String> nameOrAddress) throws IOException {
        return nameOrAddress.isPresent() ? named(nameOrAddress.get()) : onlyOne();
    }

    private InterfaceFacts named(String wanted) throws IOException {
        InterfaceFacts found = interfaces.stream()
                .filter(each -> each.name().equals(wanted) || hasAddress(each, wanted))
                .findFirst()
                .orElseThrow(() ->
                        refusal("there is no network interface \"" + Names.clean(wanted) + "\"", "name one of them"));
        if (!found.isUp()) {
            throw refusal("network interface " + found.name() + " is down", "bring it up, or name another");
        }
        if (found.addressLike(group.address()) == null) {
            throw refusal(
                    "network interface " + found.name() + " has no " + family() + " address",
                    "give it one, or name another");
        }
        if (!found.canMulticast() && !found.isLoopback()) {
            throw refusal("network interface " + found.name() + " cannot multicast", "name another");
        }
        return found;
    }

    private InterfaceFacts onlyOne() throws IOException {
        List<InterfaceFacts> usable = interfaces.stream()
                .filter(each -> each.isUp() && each.canMulticast() && !each.isLoopback())
                .filter(each -> each.addressLike(group.address()) != null)
                .collect(Collectors.toUnmodifiableList());
        if (usable.isEmpty()) {
            throw refusal(
                    "no network interface can multicast over " + family(),
                    "bring one up and give it an address, or name the loopback interface to stay within this machine");
        }
        if (usable.size() > 1) {
            throw refusal(
                    "several network interfaces can multicast over " + family(),
                    "name the one that the receivers are on, with networkInterface(\""
                            + usable.get(0).name() + "\") for instance");
        }
        return usable.get(0);
    }

    private IOException refusal(String problem, String remedy) {
        String seen = interfaces.isEmpty()
                ? "none"
                : interfaces.stream().map(InterfaceFacts::toString).collect(Collectors.joining("; "));
        return new NetworkRefusal(
                "Cannot open group " + group + ": " + problem + ". Interfaces seen: " + seen + ".",
                " What to do: ",
                remedy + ".",
                null);
    }

    private String family() {
        return group.address() instanceof Inet4Address ? "IPv4" : "IPv6";
    }

    private static boolean hasAddress(InterfaceFacts facts, String wanted) {
        for (InetAddress address : facts.addresses()) {
            String text = address.getHostAddress();
            if (text.equals(wanted) || text.startsWith(wanted + "%")) {
                return true;
            }
        }
        return false;
    }
}
