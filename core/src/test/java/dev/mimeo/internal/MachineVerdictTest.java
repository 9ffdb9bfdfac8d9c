package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkFinding;
import dev.mimeo.NetworkFinding.Code;
import dev.mimeo.NetworkReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Facts of a machine, one of which is not as it should be. */
class MachineVerdictTest {
    private static final MulticastGroup GROUP = MulticastGroup.of("239.192.7.1", 6003);

    private final MachineFacts facts = new MachineFacts();

    @BeforeEach
    void aMachineThatWorks() throws UnknownHostException {
        InetAddress address = InetAddress.getByName("10.0.0.7");
        facts.chosen = Optional.of(new InterfaceFacts("eth1", List.of(address), true, false, true, 1_500));
        facts.route = Optional.of(address);
    }

    @Test
    void aMachineThatWorksPassesEverything() {
        assertThat(verdict(false).findings()).isEmpty();
        assertThat(verdict(false).passed())
                .containsExactly(
                        "interface eth1 (10.0.0.7), the only one that can",
                        "port 6003 can be opened",
                        "receive buffer of 16777216 bytes",
                        "route to the group by eth1",
                        "sends to 239.192.7.1:6003, and hears itself",
                        "nobody sends to the group now");
    }

    @Test
    void noInterfaceSaysWhichThereAre() {
        facts.chosen = Optional.empty();
        facts.interfaceRefusal = Optional.of(new NetworkRefusal("there is eth0.", " ", "take it.", null));
        assertFound(Code.INTERFACE, "there is eth0.", "take it.");
    }

    @Test
    void aPortThatIsHeldSaysSo() {
        facts.portRefusal = Optional.of(new IOException("held"));
        assertFound(Code.PORT, "held", "choose another port");
    }

    @Test
    void aRouteByAnotherInterfaceMattersOnlyIfNoneIsNamed() throws UnknownHostException {
        facts.route = Optional.of(InetAddress.getByName("192.168.1.9"));
        assertFound(Code.ROUTE, "from 192.168.1.9, not by eth1", "--interface eth1");
        facts.route = Optional.empty();
        assertFound(Code.ROUTE, "no route to the group", "ip route add 224.0.0.0/4 dev eth1");
        assertThat(verdict(true).findings()).isEmpty();
        assertThat(verdict(true).passed()).contains("no route needed: the interface is named");
    }

    @Test
    void aReceiveBufferBelow4MebibytesIsTooSmall() {
        facts.receiveBuffer = (4 << 20) - 1;
        assertFound(Code.BUFFER, "to 4194303 bytes, 16777216 are asked for", "net.core.rmem_max=16777216");
        facts.receiveBuffer = 4 << 20;
        assertThat(verdict(false).findings()).isEmpty();
    }

    @Test
    void aForcedVersionOfIgmpIsTold() {
        facts.forcedVersion = 1;
        assertFound(Code.IGMP_VERSION, "version 1 of IGMP on eth1", "net.ipv4.conf.eth1.force_igmp_version=0");
    }

    @Test
    void ofIpv6OtherSettingsAreTold() throws UnknownHostException {
        facts.forcedVersion = 1;
        facts.route = Optional.empty();
        assertThat(MachineVerdict.of(facts, MulticastGroup.of("ff15::7", 6003), false)
                        .findings())
                .extracting(NetworkFinding::remedy)
                .satisfiesExactly(
                        remedy -> assertThat(remedy)
                                .endsWith("ip -6 route add multicast ff00::/8 table local metric 1 dev eth1"),
                        remedy -> assertThat(remedy)
                                .isEqualTo("sysctl -w net.ipv6.conf.all.force_mld_version=0"
                                        + " net.ipv6.conf.eth1.force_mld_version=0"));
    }

    @Test
    void aGroupThatCannotBeJoinedIsToldAndNothingElse() {
        facts.joinRefusal = Optional.of(new IOException("No buffer space available"));
        assertFound(Code.MEMBERSHIP, "No buffer space available", "igmp_max_memberships");
    }

    @Test
    void aFirewallKeepsFromSendingOrFromHearing() {
        facts.hearsItself = false;
        assertFound(Code.FIREWALL, "not heard on this very machine", "UDP to port 6003 in");
        facts.sendRefusal = Optional.of(new IOException("Operation not permitted"));
        assertFound(Code.FIREWALL, "refuses to send to 239.192.7.1:6003: Operation not permitted", "out");
    }

    @Test
    void oneSenderHasTheGroupAndTwoDisturbEachOther() {
        facts.senders.add("10.0.0.8:4001");
        assertFound(Code.GROUP_IN_USE, "10.0.0.8:4001", "choose another group");
        facts.senders.add("10.0.0.9:4001");
        assertFound(Code.TWO_SENDERS, "10.0.0.8:4001, 10.0.0.9:4001", "a group of its own");
    }

    private NetworkReport verdict(boolean isNamed) {
        return MachineVerdict.of(facts, GROUP, isNamed);
    }

    private void assertFound(Code code, String evidence, String remedy) {
        assertThat(verdict(false).findings()).hasSize(1);
        NetworkFinding finding = verdict(false).findings().get(0);
        assertThat(finding.code()).isEqualTo(code);
        assertThat(finding.where()).isEmpty();
        assertThat(finding.evidence()).contains(evidence);
        assertThat(finding.remedy()).contains(remedy);
    }
}
