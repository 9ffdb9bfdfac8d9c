package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.manifest.Names;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which interfaces a group is met on, and from which of their addresses. Says, when it cannot tell, which interfaces it saw and
 * what to do.
 *
 * <p>The loopback interface is never chosen by itself, but may be named, even where it does not claim to multicast: Linux
 * delivers there all the same.
 */
record InterfaceChoice(List<InterfaceFacts> interfaces, MulticastGroup group) {
    /** Returns the interface that the user named, or the only one that can serve the group. */
    InterfaceFacts choose(Optional<String> nameOrAddress) throws IOException {
        return nameOrAddress.isPresent() ? named(nameOrAddress.get()) : onlyOne();
    }

    /** Returns the interfaces that a sender's user named, or the one that has the source of the group, or the only one. */
    List<InterfaceFacts> chooseForSender(List<String> namesOrAddresses) throws IOException {
        if (namesOrAddresses.isEmpty()) {
            return List.of(fromSource(choose(group.source().map(InetAddress::getHostAddress))));
        }
        List<InterfaceFacts> chosen = new ArrayList<>();
        for (String each : namesOrAddresses) {
            InterfaceFacts found = fromSource(named(each));
            if (chosen.stream().anyMatch(other -> other.name().equals(found.name()))) {
                throw refusal("network interface " + found.name() + " is named twice", "name each once");
            }
            chosen.add(found);
        }
        return chosen;
    }

    /** Returns whether one of the names is an address of IPv6, or names an interface that has no other. */
    static boolean meansIpv6(List<InterfaceFacts> interfaces, List<String> namesOrAddresses) {
        return namesOrAddresses.stream()
                .anyMatch(wanted -> interfaces.stream()
                        .filter(each -> isNamed(each, wanted))
                        .anyMatch(each -> address(each, wanted).map(List::of).orElse(each.addresses()).stream()
                                .allMatch(Inet6Address.class::isInstance)));
    }

    private static boolean isNamed(InterfaceFacts facts, String wanted) {
        return facts.name().equals(wanted) || address(facts, wanted).isPresent();
    }

    private InterfaceFacts fromSource(InterfaceFacts facts) throws IOException {
        Optional<InetAddress> source = group.source();
        if (source.isEmpty()) {
            return facts;
        }
        if (!facts.addresses().contains(source.get())) {
            throw refusal(
                    source.get().getHostAddress() + " is no address of network interface " + facts.name(),
                    "give the group another source, or none, or name another interface");
        }
        return facts.withFirst(source.get());
    }

    private InterfaceFacts named(String wanted) throws IOException {
        InterfaceFacts found = interfaces.stream()
                .filter(each -> isNamed(each, wanted))
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
        return address(found, wanted)
                .filter(each -> each.getClass() == group.address().getClass())
                .map(found::withFirst)
                .orElse(found);
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

    /** Returns the address of an interface that a text is, in digits, with or without the name of the interface behind it. */
    private static Optional<InetAddress> address(InterfaceFacts facts, String wanted) {
        int zone = wanted.indexOf('%');
        if (zone >= 0 && !wanted.substring(zone + 1).equals(facts.name())) {
            return Optional.empty();
        }
        return Addresses.inDigits(zone < 0 ? wanted : wanted.substring(0, zone))
                .flatMap(found ->
                        facts.addresses().stream().filter(found::equals).findFirst());
    }
}
