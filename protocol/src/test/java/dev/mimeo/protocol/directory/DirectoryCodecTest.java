package dev.mimeo.protocol.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.protocol.directory.DirectoryMessage.Claim;
import dev.mimeo.protocol.directory.DirectoryMessage.Inquiry;
import dev.mimeo.protocol.directory.DirectoryMessage.Page;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryCodecTest {
    /** Made from the drawing, not by the codec; as are the two below. */
    private static final String PAGE = "4d494d44" + "01" + "01" + "0002" // MIMD, version 1, page of two
            + "00002710" + "04" + "65617374" // valid for ten seconds, "east"
            + "02" + "04" + "1773" + "efc00007" // SENDING on 239.192.0.7:6003
            + "00000003" + "00000014" + "ffffffffffffffff" + "00000000017d7840" // 3 of 20, started, 25 MB/s
            + "0000000200000000" // 8 GiB
            + "0000000700000000000000000000000000000000000000000000000000000000"
            + "06" + "726f6f6d2037" + "05" + "6c61622d37" + "01" + "37" // room 7, lab-7, 7
            + "00" + "00" + "0000" // OFFERED
            + "00000000" + "00000000" + "ffffffffffffffff" + "0000000000000000" + "0000000000000001"
            + "0000000100000000000000000000000000000000000000000000000000000000"
            + "00" + "01" + "62" + "00";

    private static final String CLAIM =
            "4d494d44" + "01" + "02" + "01" + "10" + "1773" + "ff050000000000000000000000000007";
    private static final String INQUIRY = "4d494d44" + "01" + "03" + "05" + "6c61622d37";

    private static final Page EAST = new Page(
            "east",
            10_000,
            List.of(
                    DirectoryRig.session(7, Listing.State.SENDING),
                    new Listing(
                            Listing.State.OFFERED,
                            "",
                            "b",
                            "",
                            DirectoryRig.image(1),
                            1,
                            Optional.empty(),
                            0,
                            0,
                            -1,
                            0)));

    @Test
    void writesAndReadsTheseBytes() throws MalformedDatagramException {
        GroupAddress group =
                new GroupAddress(ByteBuffer.wrap(HexFormat.of().parseHex("ff050000000000000000000000000007")), 6_003);
        assertThat(hex(EAST)).isEqualTo(PAGE);
        assertThat(hex(new Claim(group, true))).isEqualTo(CLAIM);
        assertThat(hex(new Inquiry("lab-7"))).isEqualTo(INQUIRY);
        assertThat(DirectoryCodec.decode(bytes(PAGE))).contains(EAST);
        assertThat(DirectoryCodec.decode(bytes(CLAIM))).contains(new Claim(group, true));
        assertThat(DirectoryCodec.decode(bytes(INQUIRY))).contains(new Inquiry("lab-7"));
    }

    @Test
    void aListingIsAsLongAsItSays() {
        Page one = new Page("east", 10_000, EAST.listings().subList(0, 1));
        int difference = DirectoryCodec.encode(EAST).remaining()
                - DirectoryCodec.encode(one).remaining();
        assertThat(difference).isEqualTo(EAST.listings().get(1).length());
        assertThat(DirectoryCodec.encode(one).remaining())
                .isEqualTo(DirectoryCodec.LONGEST
                        - DirectoryCodec.pageCapacity("east")
                        + EAST.listings().get(0).length());
    }

    @Test
    void everyTruncationIsRefusedAndNothingMayFollow() {
        for (String whole : List.of(PAGE, CLAIM, INQUIRY)) {
            for (int length = 8; length < whole.length(); length += 2) {
                String part = whole.substring(0, length);
                assertThatThrownBy(() -> DirectoryCodec.decode(bytes(part)))
                        .isInstanceOf(MalformedDatagramException.class);
            }
            assertThatThrownBy(() -> DirectoryCodec.decode(bytes(whole + "00")))
                    .isInstanceOf(MalformedDatagramException.class);
        }
    }

    @Test
    void aNewerVersionMayAppend() throws MalformedDatagramException {
        String newer = INQUIRY.replaceFirst("4d494d4401", "4d494d4402") + "beef";
        assertThat(DirectoryCodec.decode(bytes(newer))).contains(new Inquiry("lab-7"));
    }

    @Test
    void whatIsNotOursIsLeftAlone() throws MalformedDatagramException {
        assertThat(DirectoryCodec.decode(bytes("4d494d53" + "0101"))).isEmpty();
        assertThat(DirectoryCodec.decode(bytes("4d49"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4d494d44" + "00" + "03" + "00", // version 0
                "4d494d44" + "01" + "04" + "00", // a kind that is not known
                "4d494d44" + "01" + "03" + "02" + "1b5b", // an escape sequence
                "4d494d44" + "01" + "02" + "02" + "04" + "1773" + "efc00007", // held twice
                "4d494d44" + "01" + "02" + "01" + "04" + "1773" + "0a000001", // not multicast
                "4d494d44" + "01" + "02" + "01" + "04" + "1773" + "00000000", // whoever says so
                "4d494d44" + "01" + "02" + "01" + "04" + "0000" + "efc00007", // port 0
                "4d494d44" + "01" + "02" + "01" + "05" + "1773" + "efc0000700", // five bytes of address
                "4d494d44" + "01" + "01" + "ffff" + "00002710" + "00", // more listings than there are
                "4d494d44" + "01" + "01" + "0000" + "00000000" + "00", // valid for no time
                "4d494d44" + "01" + "01" + "0000" + "7fffffff" + "00" // for longer than anything is
            })
    void liesAreRefused(String content) {
        assertThatThrownBy(() -> DirectoryCodec.decode(bytes(content))).isInstanceOf(MalformedDatagramException.class);
    }

    @Test
    void aSessionMeetsSomewhereAndAnOfferDoesNot() {
        Listing session = DirectoryRig.session(7, Listing.State.SENDING);
        Listing offer = DirectoryRig.offer(7);
        assertThatIllegalArgumentException().isThrownBy(() -> offer.in(Listing.State.SENDING));
        assertThatIllegalArgumentException().isThrownBy(() -> session.in(Listing.State.OFFERED));
        assertThat(session.in(Listing.State.ENDED).key()).isEqualTo(DirectoryRig.group(7));
        assertThat(offer.in(Listing.State.ENDED).key()).isEqualTo(DirectoryRig.image(7));
    }

    private static String hex(DirectoryMessage message) {
        ByteBuffer encoded = DirectoryCodec.encode(message);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    /** One of each kind, encoded. */
    static List<byte[]> samples() {
        return List.of(PAGE, CLAIM, INQUIRY).stream()
                .map(HexFormat.of()::parseHex)
                .toList();
    }
}
