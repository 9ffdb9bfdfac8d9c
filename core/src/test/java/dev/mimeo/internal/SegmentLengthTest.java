package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.mimeo.MulticastGroup;
import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentLengthTest {
    private static final MulticastGroup GROUP = MulticastGroup.of("239.192.7.1", 6003);

    @ParameterizedTest
    @CsvSource({"1500, 1408", "9000, 1408", "65536, 1408", "1400, 1308", "0, 1408"})
    void whatNobodyChoseFillsUsualDatagramsAndFitsTheInterface(int mtu, int expected) throws IOException {
        assertThat(SegmentLength.choose(Optional.empty(), facts(mtu), GROUP, false))
                .isEqualTo(expected);
    }

    @Test
    void ipv6HasLongerHeaders() throws IOException {
        assertThat(SegmentLength.choose(Optional.empty(), facts(1500), MulticastGroup.of("ff15::7", 6003), false))
                .isEqualTo(1388);
    }

    @Test
    void ofSeveralInterfacesTheLeastCounts() throws IOException {
        List<InterfaceFacts> both = List.of(facts(1500).get(0), facts(1400).get(0));
        assertThat(SegmentLength.choose(Optional.empty(), both, GROUP, false)).isEqualTo(1308);
    }

    @Fault("F14")
    @Test
    void whatTheInterfaceCannotCarryIsRefusedWithWhatItCan() throws IOException {
        assertThat(SegmentLength.choose(Optional.of(8908), facts(9000), GROUP, false))
                .isEqualTo(8908);
        assertThatIOException()
                .isThrownBy(() -> SegmentLength.choose(Optional.of(1409), facts(1500), GROUP, false))
                .withMessage(
                        "Cannot send segments of 1409 bytes on network interface eth0: its MTU of 1500 bytes carries at"
                                + " most 1408; choose segmentLength(1408) or less");
    }

    @ParameterizedTest
    @CsvSource({"1500, 1360", "9000, 1408", "1400, 1264", "0, 1360"})
    void theSealTakesItsRoomAndLeavesWholeWords(int mtu, int expected) throws IOException {
        int length = SegmentLength.choose(Optional.empty(), facts(mtu), GROUP, true);
        assertThat(length).isEqualTo(expected);
        assertThat(length % Long.BYTES).isZero();
    }

    @Test
    void whatIsChosenLeavesRoomForTheSeal() throws IOException {
        assertThat(SegmentLength.choose(Optional.of(1366), facts(1500), GROUP, true))
                .isEqualTo(1366);
        assertThatIOException()
                .isThrownBy(() -> SegmentLength.choose(Optional.of(1367), facts(1500), GROUP, true))
                .withMessageContaining("choose segmentLength(1366) or less");
    }

    private static List<InterfaceFacts> facts(int mtu) {
        return List.of(new InterfaceFacts("eth0", List.of(), true, false, true, mtu));
    }
}
