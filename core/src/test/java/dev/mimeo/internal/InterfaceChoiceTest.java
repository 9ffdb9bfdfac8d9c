package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every way in which opening fails for want of an interface, and what the user reads then. */
class InterfaceChoiceTest {
    private static final MulticastGroup GROUP = MulticastGroup.of("239.192.7.1", 6003);

    private static final InterfaceFacts LOOPBACK =
            facts("lo", "127.0.0.1").loopback().canNotMulticast().done();
    private static final InterfaceFacts ETH0 =
            facts("eth0", "10.0.0.7", "fe80::7").done();
    private static final InterfaceFacts ETH1 = facts("eth1", "192.168.1.9").done();
    private static final InterfaceFacts DOWN =
            facts("eth2", "192.168.2.9").down().done();
    private static final InterfaceFacts TUNNEL =
            facts("tun0", "10.8.0.1").canNotMulticast().done();
    private static final InterfaceFacts IPV6_ONLY = facts("eth3", "fe80::9").done();

    @Test
    void theOnlyInterfaceThatCanIsChosen() throws IOException {
        assertThat(choose(null, LOOPBACK, DOWN, ETH0, TUNNEL, IPV6_ONLY)).isEqualTo(ETH0);
    }

    @Test
    void anInterfaceIsFoundByNameAndByAddress() throws IOException {
        assertThat(choose("eth1", LOOPBACK, ETH0, ETH1)).isEqualTo(ETH1);
        assertThat(choose("192.168.1.9", LOOPBACK, ETH0, ETH1)).isEqualTo(ETH1);
        assertThat(choose("fe80:0:0:0:0:0:0:7", LOOPBACK, ETH0, ETH1)).isEqualTo(ETH0);
    }

    @Test
    void theAddressThatNamesAnInterfaceIsSentFrom() throws IOException {
        InterfaceFacts dual =
                facts("eth4", "10.0.0.8", "10.0.0.9", "fd00::8", "fe80::8").done();
        MulticastGroup six = MulticastGroup.of("ff15::7", 6003);
        assertThat(choose("10.0.0.9", dual).addressLike(GROUP.address())).isEqualTo(address("10.0.0.9"));
        for (String wanted : new String[] {"fe80::8", "fe80::8%eth4", "fe80:0:0:0:0:0:0:8"}) {
            assertThat(new InterfaceChoice(List.of(ETH0, dual), six)
                            .choose(Optional.of(wanted))
                            .addressLike(six.address()))
                    .isEqualTo(address("fe80::8"));
        }
        assertThat(choose("fe80::8", dual)).as("not of the family of the group").isEqualTo(dual);
        assertRefusedContaining("fe80::8%eth0", "there is no network interface", dual);
    }

    @Test
    void aSenderIsOnEachOfSeveralInterfaces() throws IOException {
        assertThat(chooseForSender(GROUP, "eth1", "10.0.0.7")).containsExactly(ETH1, ETH0);
        assertThatIOException()
                .isThrownBy(() -> chooseForSender(GROUP, "eth1", "eth0", "192.168.1.9"))
                .withMessageContaining("eth1 is named twice");
        assertThatIOException()
                .isThrownBy(() -> chooseForSender(GROUP, "eth1", "eth2"))
                .withMessageContaining("eth2 is down");
    }

    @Test
    void aSourceIsOnTheInterface() throws IOException {
        assertThat(chooseForSender(GROUP.from("192.168.1.9"))).containsExactly(ETH1);
        assertThat(chooseForSender(GROUP.from("192.168.1.9"), "eth1")).containsExactly(ETH1);
        assertThatIOException()
                .isThrownBy(() -> chooseForSender(GROUP.from("192.168.1.9"), "eth0"))
                .withMessageContaining("192.168.1.9 is no address of network interface eth0");
    }

    @Test
    void anInterfaceThatHasNothingElseMeansIpv6() {
        List<InterfaceFacts> all = List.of(ETH0, ETH1, IPV6_ONLY);
        assertThat(InterfaceChoice.meansIpv6(all, List.of("eth0"))).isFalse();
        assertThat(InterfaceChoice.meansIpv6(all, List.of("10.0.0.7"))).isFalse();
        assertThat(InterfaceChoice.meansIpv6(all, List.of("fe80::7"))).isTrue();
        assertThat(InterfaceChoice.meansIpv6(all, List.of("eth3"))).isTrue();
        assertThat(InterfaceChoice.meansIpv6(all, List.of("eth1", "eth3"))).isTrue();
        assertThat(InterfaceChoice.meansIpv6(all, List.of("eth9"))).isFalse();
    }

    private static List<InterfaceFacts> chooseForSender(MulticastGroup group, String... names) throws IOException {
        return new InterfaceChoice(List.of(ETH0, ETH1, DOWN), group).chooseForSender(List.of(names));
    }

    private static InetAddress address(String digits) {
        return Addresses.inDigits(digits).orElseThrow();
    }

    private static void assertRefusedContaining(String wanted, String message, InterfaceFacts... seen) {
        assertThatIOException().isThrownBy(() -> choose(wanted, seen)).withMessageContaining(message);
    }

    @Fault("F49")
    @Test
    void loopbackMayBeNamedButIsNeverChosen() throws IOException {
        assertThat(choose("lo", LOOPBACK, ETH0)).isEqualTo(LOOPBACK);
        assertRefused(
                null,
                "no network interface can multicast over IPv4. Interfaces seen: lo (loopback, 127.0.0.1). What to do: bring"
                        + " one up and give it an address, or name the loopback interface to stay within this machine.",
                LOOPBACK);
    }

    @Fault("F49")
    @Test
    void severalInterfacesNeedAName() {
        assertRefused(
                null,
                "several network interfaces can multicast over IPv4. Interfaces seen: lo (loopback, 127.0.0.1); eth0"
                        + " (10.0.0.7, fe80:0:0:0:0:0:0:7); eth1 (192.168.1.9). What to do: name the one that the receivers"
                        + " are on, with networkInterface(\"eth0\") for instance.",
                LOOPBACK,
                ETH0,
                ETH1);
    }

    @Fault("F49")
    @Test
    void anUnknownNameListsTheKnown() {
        assertRefused(
                "eth9",
                "there is no network interface \"eth9\". Interfaces seen: eth0 (10.0.0.7, fe80:0:0:0:0:0:0:7). What to do:"
                        + " name one of them.",
                ETH0);
        assertRefused(
                "eth9", "there is no network interface \"eth9\". Interfaces seen: none. What to do: name one of them.");
    }

    @Fault("F49")
    @Test
    void anInterfaceThatIsDownIsNoUse() {
        assertRefused(
                "eth2",
                "network interface eth2 is down. Interfaces seen: eth2 (down, 192.168.2.9). What to do: bring it up, or name"
                        + " another.",
                DOWN);
    }

    @Fault("F49")
    @Test
    void anInterfaceOfTheOtherFamilyIsNoUse() {
        assertRefused(
                "eth3",
                "network interface eth3 has no IPv4 address. Interfaces seen: eth3 (fe80:0:0:0:0:0:0:9). What to do: give it"
                        + " one, or name another.",
                IPV6_ONLY);
    }

    @Fault("F49")
    @Test
    void anInterfaceThatCannotMulticastIsNoUse() {
        assertRefused(
                "tun0",
                "network interface tun0 cannot multicast. Interfaces seen: tun0 (no multicast, 10.8.0.1). What to do: name"
                        + " another.",
                TUNNEL);
    }

    @Test
    void thisMachineHasALoopbackInterface() throws IOException {
        assertThat(InterfaceFacts.ofThisMachine()).anyMatch(each -> each.isLoopback() && each.isUp());
    }

    private static InterfaceFacts choose(String wanted, InterfaceFacts... seen) throws IOException {
        return new InterfaceChoice(List.of(seen), GROUP).choose(Optional.ofNullable(wanted));
    }

    private static void assertRefused(String wanted, String message, InterfaceFacts... seen) {
        assertThatIOException()
                .isThrownBy(() -> choose(wanted, seen))
                .withMessage("Cannot open group 239.192.7.1:6003: " + message);
    }

    private static Facts facts(String name, String... addresses) {
        return new Facts(name, addresses);
    }

    private static final class Facts {
        private final String name;
        private final List<InetAddress> addresses = new ArrayList<>();
        private boolean up = true;
        private boolean loopback;
        private boolean multicast = true;

        Facts(String name, String... addresses) {
            this.name = name;
            for (String address : addresses) {
                try {
                    this.addresses.add(InetAddress.getByName(address));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }

        Facts down() {
            up = false;
            return this;
        }

        Facts loopback() {
            loopback = true;
            return this;
        }

        Facts canNotMulticast() {
            multicast = false;
            return this;
        }

        InterfaceFacts done() {
            return new InterfaceFacts(name, addresses, up, loopback, multicast, 1500);
        }
    }
}
