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
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "255.255.255.255",
                "224.0.0.1",
                "224.0.0.255",
                "fe80::1",
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
        "239.0.0.1, true",
        "239.255.255.255, true",
        "224.0.1.1, false",
        "232.1.1.1, false",
        "238.255.255.255, false",
        "ff02::1, true",
        "ff05::1, true",
        "ff08::1, false",
        "ff0e::1, false"
    })
    void knowsLocalScope(String address, boolean isLocal) {
        assertThat(MulticastGroup.of(address, 6003).isLocalScope()).isEqualTo(isLocal);
    }
}
