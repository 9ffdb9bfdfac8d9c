package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkFinding;
import dev.mimeo.NetworkFinding.Code;
import dev.mimeo.NetworkReport;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the facts of one machine mean for multicast. Pure computation. */
final class MachineVerdict {
    private final MachineFacts facts;
    private final MulticastGroup group;
    private final boolean isNamed;
    private final boolean isIpv4;
    private final List<String> passed = new ArrayList<>();
    private final List<NetworkFinding> findings = new ArrayList<>();

    private MachineVerdict(MachineFacts facts, MulticastGroup group, boolean isNamed) {
        this.facts = facts;
        this.group = group;
        this.isNamed = isNamed;
        this.isIpv4 = group.address() instanceof Inet4Address;
    }

    /**
     * Judges.
     *
     * @param isNamed whether the user named the interface
     */
    static NetworkReport of(MachineFacts facts, MulticastGroup group, boolean isNamed) {
        return new MachineVerdict(facts, group, isNamed).judge();
    }

    private NetworkReport judge() {
        judgeInterface();
        judgePort();
        judgeBuffer();
        if (facts.chosen.isPresent()) {
            judgeRoute();
            judgeIgmp();
            if (facts.portRefusal.isEmpty()) {
                judgeGroup();
            }
        }
        return new NetworkReport(passed, findings);
    }

    private void judgeInterface() {
        facts.chosen.ifPresent(
                chosen -> passed.add("interface " + chosen + (isNamed ? ", as named" : ", the only one that can")));
        facts.interfaceRefusal.ifPresent(refusal ->
                found(Code.INTERFACE, refusal, "bring the interface up that the other machines are on, and name it"));
    }

    private void judgePort() {
        if (facts.portRefusal.isEmpty()) {
            passed.add("port " + group.port() + " can be opened");
        }
        facts.portRefusal.ifPresent(refusal -> found(Code.PORT, refusal, "choose another port"));
    }

    private void judgeBuffer() {
        if (facts.receiveBuffer >= ReceiveBuffer.ENOUGH) {
            passed.add("receive buffer of " + facts.receiveBuffer + " bytes");
            return;
        }
        found(
                Code.BUFFER,
                "the system limits receive buffers to " + facts.receiveBuffer + " bytes, " + ReceiveBuffer.WANTED
                        + " are asked for: bursts will be lost and repaired, which costs rate",
                "on Linux: sysctl -w net.core.rmem_max=" + ReceiveBuffer.WANTED);
    }

    private void judgeRoute() {
        InterfaceFacts chosen = facts.chosen.orElseThrow();
        boolean isThere = facts.route.filter(chosen.addresses()::contains).isPresent();
        if (isThere || isNamed) {
            passed.add(isThere ? "route to the group by " + chosen.name() : "no route needed: the interface is named");
            return;
        }
        found(
                Code.ROUTE,
                facts.route
                                .map(InetAddress::getHostAddress)
                                .map(address -> "the system would send to the group from " + address + ", not by ")
                                .orElse("the system has no route to the group, not by ")
                        + chosen.name() + ", and no interface was named",
                "name it, with --interface " + chosen.name()
                        + ", and no route is needed; for programs that cannot, on Linux: "
                        + (isIpv4
                                ? "ip route add 224.0.0.0/4 dev "
                                : "ip -6 route add multicast ff00::/8 table local metric 1 dev ")
                        + chosen.name());
    }

    private void judgeIgmp() {
        if (facts.forcedVersion > 0) {
            String name = facts.chosen.orElseThrow().name();
            String protocol = isIpv4 ? "igmp" : "mld";
            String setting = (isIpv4 ? " net.ipv4.conf." : " net.ipv6.conf.") + "%s.force_" + protocol + "_version=0";
            found(
                    Code.IGMP_VERSION,
                    "the system is told to speak version " + facts.forcedVersion + " of "
                            + protocol.toUpperCase(Locale.ROOT) + " on " + name
                            + ", whatever the network speaks: switches may not understand that it listens",
                    "sysctl -w" + String.format(Locale.ROOT, setting + setting, "all", name));
        }
    }

    private void judgeGroup() {
        if (facts.joinRefusal.isPresent()) {
            found(
                    Code.MEMBERSHIP,
                    "the system refuses to join " + group + ": "
                            + facts.joinRefusal.get().getMessage(),
                    "on Linux: sysctl -w "
                            + (isIpv4 ? "net.ipv4.igmp_max_memberships=20" : "net.core.optmem_max=131072"));
            return;
        }
        if (facts.sendRefusal.isPresent()) {
            found(
                    Code.FIREWALL,
                    "the system refuses to send to " + group + ": "
                            + facts.sendRefusal.get().getMessage(),
                    "allow UDP to " + group + " out, in the firewall of this machine (nft list ruleset)");
        } else if (!facts.hearsItself) {
            found(
                    Code.FIREWALL,
                    "what is sent to " + group + " is not heard on this very machine",
                    "allow UDP to port " + group.port()
                            + " in, and multicast out, in the firewall of this machine (nft list ruleset, ufw status)");
        } else {
            passed.add("sends to " + group + ", and hears itself");
        }
        judgeSenders();
    }

    private void judgeSenders() {
        if (facts.senders.isEmpty()) {
            passed.add("nobody sends to the group now");
        } else {
            found(
                    facts.senders.size() == 1 ? Code.GROUP_IN_USE : Code.TWO_SENDERS,
                    "to " + group + " send now: " + String.join(", ", facts.senders),
                    facts.senders.size() == 1
                            ? "wait until it is done, or choose another group"
                            : "have each send to a group of its own");
        }
    }

    private void found(Code code, IOException refusal, String otherwise) {
        if (refusal instanceof NetworkRefusal known) {
            String remedy =
                    code == Code.INTERFACE ? known.remedy() + " The command has --interface for it." : known.remedy();
            found(code, known.evidence(), remedy);
        } else {
            found(code, String.valueOf(refusal.getMessage()), otherwise);
        }
    }

    private void found(Code code, String evidence, String remedy) {
        findings.add(new NetworkFinding(code, "", evidence, remedy));
    }
}
