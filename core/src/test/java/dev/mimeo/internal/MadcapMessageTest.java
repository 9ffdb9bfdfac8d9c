package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.internal.MadcapMessage.Option;
import dev.mimeo.internal.MadcapMessage.Scope;
import dev.mimeo.internal.MadcapMessage.Type;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MadcapMessageTest {
    private static final String END = "00000000";
    /** The example of RFC 2730, section 3.10. */
    private static final String SCOPES = "0009003302"
            + "efc00000" + "efc3ffff" + "0a01" + "8002" + "656e" + "0f" + "496e7369646520616263642e636f6d"
            + "e0000100" + "eeffffff" + "1001" + "8002" + "656e" + "05" + "776f726c64";

    private static Optional<MadcapMessage> decode(String hex) {
        return MadcapMessage.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    @Test
    void aQuestionIsTheseBytes() {
        MadcapMessage question = new MadcapMessage(
                Type.DISCOVER,
                0x11223344,
                Map.of(
                        Option.LEASE_TIME,
                        MadcapMessage.content(3_600),
                        Option.LEASE_IDENTIFIER,
                        ByteBuffer.wrap(new byte[] {0, 7}),
                        Option.MULTICAST_SCOPE,
                        MadcapMessage.content(MadcapServer.address("239.255.0.0"))));
        String bytes = "00010001" + "11223344" + "0001000400000e10" + "000300020007" + "00040004efff0000" + END;
        assertThat(HexFormat.of().formatHex(question.encode().array())).isEqualTo(bytes);
        assertThat(decode(bytes)).contains(question);
    }

    @Test
    void anAnswerTellsTheLeaseAndTheAddress() {
        MadcapMessage answer = decode("00050001" + "00000001" + "0001000400000258" + "000a0006efff00070001"
                        + "000200060001c0a80001" + END)
                .orElseThrow();
        assertThat(answer.type()).isEqualTo(Type.ACK);
        assertThat(answer.number(Option.LEASE_TIME)).contains(600L);
        assertThat(answer.firstAddress()).contains(MadcapServer.address("239.255.0.7"));
        assertThat(answer.number(Option.START_TIME)).isEmpty();
    }

    @Test
    void scopesAreThoseOfTheExample() {
        assertThat(decode("00050001" + "00000001" + SCOPES + END).orElseThrow().scopes())
                .containsExactly(
                        new Scope(MadcapServer.address("239.192.0.0"), MadcapServer.address("239.195.255.255"), 10),
                        new Scope(MadcapServer.address("224.0.1.0"), MadcapServer.address("238.255.255.255"), 16));
    }

    @Test
    void whatIsUnknownIsSkipped() {
        assertThat(decode("00050001" + "00000001" + "7fff0003aabbcc" + "0001000400000258" + "0008" + "0000" + END))
                .contains(new MadcapMessage(Type.ACK, 1, Map.of(Option.LEASE_TIME, MadcapMessage.content(600))));
    }

    @Test
    void noAddressIsGivenByAnEmptyListOrOneThatIsNoGroup() {
        assertThat(decode("0005000100000001" + "000a0000" + END).orElseThrow().firstAddress())
                .isEmpty();
        assertThat(decode("0005000100000001" + "000a0006efff00070000" + END)
                        .orElseThrow()
                        .firstAddress())
                .isEmpty();
        assertThat(decode("0005000100000001" + "000a0006c0a800010001" + END)
                        .orElseThrow()
                        .firstAddress())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "0005000100000001", // no end
                "0105000100000001" + END, // another version
                "0000000100000001" + END, // no type
                "0009000100000001" + END, // an unknown type
                "0005000200000001" + END, // another family
                "0005000100000001" + "00000001" + "00", // an end with content
                "0005000100000001" + END + "00", // something behind the end
                "0005000100000001" + "0001000300000e" + END, // too short
                "0005000100000001" + "000100050000000e10" + END, // too long
                "0005000100000001" + "00010004000000010001000400000001" + END, // twice
                "0005000100000001" + "00030041" + END, // longer than what is there
                "0005000100000001" + "0009000101" + END, // a scope that is missing
                "0005000100000001" + "0009000b01efff0000effeffff1000" + END, // a scope that ends before it begins
                "0005000100000001" + "0009000b01c0a80000efffffff1000" + END, // a scope that is none
                "0005000100000001" + "0009000b01efff0000efffffff1001" + END, // a name that is missing
                "0005000100000001" + "0009000d01efff0000efffffff10018000" + END, // a language without a name
                "0005000100000001" + "0009000200ff" + END // something behind the scopes
            })
    void whatTheRfcDoesNotAllowIsIgnored(String hex) {
        assertThat(decode(hex)).isEmpty();
    }

    @Test
    void errorsAreToldInWords() {
        assertThat(decode("0006000100000001" + "001000040000ffff" + END)
                        .orElseThrow()
                        .error())
                .contains("no address is free");
        assertThat(decode("0006000100000001" + "001000020401" + END)
                        .orElseThrow()
                        .error())
                .isEqualTo("error 1025");
        assertThat(decode("0006000100000001" + END).orElseThrow().error()).isEqualTo("no reason is given");
    }
}
