package dev.mimeo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MulticastGroupTest {
    @Test
    void printsAsPeopleWriteIt() {
        assertThat(MulticastGroup.of("239.192.7.1", 6003)).hasToString("239.192.7.1:6003");
        assertThat(MulticastGroup.of("ff15::7", 6003)).hasToString("[ff15:0:0:0:0:0:0:7]:6003");
        assertThat(MulticastGroup.of("232.7.7.7", 6003).from("10.0.0.5")).hasToString("232.7.7.7:6003 from 10.0.0.5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "255.255.255.255",
                "224.0.0.1",
                "224.0.0.255",
                "fe80::1",
                "ff00::1",
                "ff10::1",
                "eth0",
                "",
                "localhost",
                "239.1.1"
            })
    void refusesWhatIsNoGroup(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> MulticastGroup.of(address, 6003));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void refusesPortsThatDoNotExist(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MulticastGroup.of("239.192.7.1", port))
                .withMessageContaining("65,535");
    }

    @ParameterizedTest
    @CsvSource({
        "239.0.0.1, true", // administratively scoped, RFC 2365
        "239.255.255.255, true",
        "224.0.1.1, false",
        "232.1.1.1, false",
        "238.255.255.255, false",
        "ff01::1, true", // the interface: this machine
        "ff02::1, true", // the link
        "ff13::1, true", // the realm, RFC 7346
        "ff14::1, true", // what an administrator says
        "ff05::1, true", // the site
        "ff06::1, false", // unassigned, beyond the site
        "ff08::1, false", // the organization: several sites
        "ff0e::1, false", // everywhere
        "ff0f::1, false", // reserved, to be taken for everywhere
        "ff32::8000:1, true", // source-specific: the scope counts
        "ff35::8000:1, true",
        "ff3e::8000:1, false",
        "ff35:30:2001:db8::7, true", // after a prefix, RFC 3306
        "ff3e:30:2001:db8::7, false",
        "ff75:130:2001:db8::7, true" // with a rendezvous point, RFC 3956
    })
    void knowsLocalScope(String address, boolean isLocal) {
        assertThat(MulticastGroup.of(address, 6003).isLocalScope()).isEqualTo(isLocal);
    }

    @ParameterizedTest
    @CsvSource({
        "232.0.0.1, true",
        "232.255.255.255, true",
        "231.255.255.255, false",
        "239.232.0.1, false",
        "ff32::8000:1, true",
        "ff3e::8000:1, true",
        "ff3e:30:2001:db8::7, false",
        "ff35:1::8000:1, false",
        "ff15::8000:1, false",
        "ff75:130:2001:db8::7, false"
    })
    void knowsWhatIsForOneSource(String address, boolean isSourceSpecific) {
        assertThat(MulticastGroup.of(address, 6003).isSourceSpecific()).isEqualTo(isSourceSpecific);
    }

    @Test
    void aSourceIsTheAddressOfAMachineOfTheSameFamily() {
        MulticastGroup group = MulticastGroup.of("239.192.7.1", 6003);
        assertThat(group.from("10.0.0.5").fromAnybody()).isEqualTo(group).isNotEqualTo(group.from("10.0.0.5"));
        assertThat(group.from("10.0.0.5")).isEqualTo(group.from("10.0.0.6").from("10.0.0.5"));
        for (String none : new String[] {"239.192.7.1", "0.0.0.0", "fd00::5", "host", ""}) {
            assertThatIllegalArgumentException().isThrownBy(() -> group.from(none));
        }
    }
}
