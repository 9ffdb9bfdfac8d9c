package dev.mimeo.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionCodecTest {
    static final Digest IMAGE =
            Digest.of(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

    static final Announcement ANNOUNCEMENT = new Announcement(
            SessionState.SENDING,
            "Raum \u00c4",
            IMAGE,
            3_166_000,
            new ObjectId(65_535),
            new ObjectId(0),
            3,
            17,
            24,
            -1,
            87_500_000,
            2_500);
    static final Confirmation CONFIRMATION =
            new Confirmation(Confirmation.Subject.END, List.of(new NodeId(0x0a000001), new NodeId(0xfffffffe)));
    static final StatusReport REPORT = new StatusReport(
            ReceiverState.FAILED,
            "Platz 12",
            "",
            IMAGE,
            1 << 20,
            3 << 20,
            4096,
            12_345,
            64 << 20,
            7,
            FailureCause.STORAGE,
            "Datentr\u00e4ger voll");

    static final Needs NEEDS =
            new Needs(IMAGE, 8_192, 8_202, Needs.Extent.SOME, BitSet.valueOf(new byte[] {(byte) 0x81, 0x02}));

    /** Made by another program from the drawings, not by the codec; as are the two below. */
    private static final String ANNOUNCEMENT_BYTES = "4d494d53" + "01" + "01" // MIMS, version 1, announcement
            + "01" + "07" // SENDING, 7 bytes of name
            + "ffff" + "0000" // manifest, first object
            + "00000003" + "00000011" + "00000018" // objects, joined, expected
            + "000009c4" // report interval
            + "ffffffffffffffff" + "000000000537" + "24e0" // start, rate
            + "0000000000304f30" // image length
            + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            + "5261756d20c384";

    static final Dismissal DISMISSAL =
            new Dismissal(Dismissal.Action.ABORT, "nicht heute", List.of(new NodeId(0x0a000001), new NodeId(7)));
    private static final String DISMISSAL_BYTES = "4d494d53" + "01" + "06" + "01" + "0b" + "0000" + "0002" + "0a000001"
            + "00000007" + "6e696368742068657574" + "65";

    private static final Dismissal MOVE = new Dismissal(
            Dismissal.Action.MOVE,
            "lane 2",
            Optional.of(new GroupAddress(ByteBuffer.wrap(new byte[] {(byte) 239, (byte) 192, 7, 2}), 6_004)),
            List.of(new NodeId(7)));
    private static final String MOVE_BYTES = "4d494d53" + "01" + "06" + "02" + "06" + "04" + "00" + "0001" + "00000007"
            + "6c616e652032" + "1774" + "efc00702";

    private static final String CONFIRMATION_BYTES = "4d494d53" + "01" + "02" + "0002" + "0a000001" + "fffffffe";

    private static final String NEEDS_BYTES = "4d494d53" + "01" + "04" + "02" + "00" + "00002000" + "0000200a"
            + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" + "8102";

    private static final String REPORT_BYTES = "4d494d53" + "01" + "03"
            + "04" + "01" // FAILED, STORAGE
            + "00003039" // loss
            + "0000000000100000" + "0000000000300000" + "0000000000001000" // verified, total, present
            + "0000000004000000" + "0000000000000007" // free buffer, storage lag
            + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            + "08" + "506c61747a203132"
            + "11" + "446174656e7472c3a467657220766f6c6c"
            + "00"; // no token

    @Test
    void writesAndReadsTheseBytes() throws MalformedDatagramException {
        assertThat(hex(SessionCodec.encode(ANNOUNCEMENT))).isEqualTo(ANNOUNCEMENT_BYTES);
        assertThat(hex(SessionCodec.encode(CONFIRMATION))).isEqualTo(CONFIRMATION_BYTES);
        assertThat(hex(SessionCodec.encode(REPORT))).isEqualTo(REPORT_BYTES);
        assertThat(SessionCodec.decodeCommand(bytes(ANNOUNCEMENT_BYTES))).contains(ANNOUNCEMENT);
        assertThat(hex(SessionCodec.encode(DISMISSAL))).isEqualTo(DISMISSAL_BYTES);
        assertThat(hex(SessionCodec.encode(MOVE))).isEqualTo(MOVE_BYTES);
        assertThat(SessionCodec.decodeCommand(bytes(MOVE_BYTES))).contains(MOVE);
        assertThat(SessionCodec.decodeCommand(bytes(CONFIRMATION_BYTES))).contains(CONFIRMATION);
        assertThat(SessionCodec.decodeCommand(bytes(DISMISSAL_BYTES))).contains(DISMISSAL);
        assertThat(SessionCodec.decodeReport(bytes(REPORT_BYTES))).contains(REPORT);
    }

    @Test
    void readsFromPositionToLimitAndLeavesTheBufferAlone() throws MalformedDatagramException {
        byte[] within = HexFormat.of().parseHex("a5a5a5" + REPORT_BYTES + "a5a5");
        ByteBuffer direct = ByteBuffer.allocateDirect(within.length).put(within);
        ByteBuffer content = direct.position(3).limit(within.length - 2).asReadOnlyBuffer();
        assertThat(SessionCodec.decodeReport(content)).contains(REPORT);
        assertThat(content.position()).isEqualTo(3);
        assertThat(content.limit()).isEqualTo(within.length - 2);
    }

    @Test
    void everyStateAndCauseKeepsItsNumber() throws MalformedDatagramException {
        assertThat(List.of(SessionState.values()).toString()).isEqualTo("[WAITING, SENDING, COMPLETING, ENDED]");
        for (int number = 0; number < 4; number++) {
            SessionCommand decoded = SessionCodec.decodeCommand(changed(ANNOUNCEMENT_BYTES, 6, number, 1))
                    .orElseThrow();
            assertThat(((Announcement) decoded).state()).isEqualTo(SessionState.values()[number]);
            assertThat(SessionCodec.encode(decoded)).isEqualTo(changed(ANNOUNCEMENT_BYTES, 6, number, 1));
        }
        for (int state = 0; state < 6; state++) {
            for (int cause = 0; cause < 7; cause++) {
                ByteBuffer content = changed(REPORT_BYTES, 6, state << 8 | cause, 2);
                if (cause == 0 || state == 3 || state == 4) {
                    StatusReport decoded =
                            (StatusReport) SessionCodec.decodeReport(content).orElseThrow();
                    assertThat(decoded.state()).isEqualTo(ReceiverState.values()[state]);
                    assertThat(decoded.cause()).isEqualTo(FailureCause.values()[cause]);
                    assertThat(SessionCodec.encode(decoded)).isEqualTo(content);
                } else {
                    refusedReport(Reason.VALUE, content);
                }
            }
        }
    }

    @Test
    void theLargestMessagesFitInASegment() throws MalformedDatagramException {
        String longest = "\u00e4".repeat(127) + "x";
        Announcement announcement = new Announcement(
                SessionState.WAITING,
                longest,
                IMAGE,
                Long.MAX_VALUE,
                new ObjectId(1),
                new ObjectId(2),
                65_535,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Announcement.LONGEST_WAIT_MILLIS,
                Long.MAX_VALUE,
                Integer.MAX_VALUE);
        StatusReport report = new StatusReport(
                ReceiverState.INCOMPLETE,
                longest,
                longest,
                IMAGE,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                1_000_000,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                FailureCause.SENDER_LOST,
                longest);
        assertThat(SessionCodec.encode(announcement).remaining())
                .isEqualTo(SessionCodec.LARGEST_ANNOUNCEMENT)
                .isEqualTo(339);
        assertThat(SessionCodec.encode(report).remaining())
                .isEqualTo(SessionCodec.LARGEST_REPORT)
                .isEqualTo(852);
        assertThat(SessionCodec.decodeCommand(SessionCodec.encode(announcement)))
                .contains(announcement);
        assertThat(SessionCodec.decodeReport(SessionCodec.encode(report))).contains(report);
    }

    @Test
    void whoIsSentAwayIsNamedAsFarAsASegmentHolds() throws MalformedDatagramException {
        int capacity = SessionCodec.dismissalCapacity(1_408);
        GroupAddress group = new GroupAddress(ByteBuffer.allocate(16).put(0, (byte) 0xff), 6_004);
        Dismissal dismissal = new Dismissal(
                Dismissal.Action.MOVE,
                "x".repeat(255),
                Optional.of(group),
                Collections.nCopies(capacity, new NodeId(9)));
        assertThat(SessionCodec.encode(dismissal).remaining()).isBetween(1_404, 1_408);
        assertThat(SessionCodec.decodeCommand(SessionCodec.encode(dismissal))).contains(dismissal);
        refusedCommand(Reason.VALUE, changed(DISMISSAL_BYTES, 6, 3, 1)); // no such action
        refusedCommand(Reason.LENGTH, changed(DISMISSAL_BYTES, 10, 6, 2)); // more nodes than there are
        refusedCommand(Reason.VALUE, changed(DISMISSAL_BYTES, 12, 0xffffffffL, 4)); // everybody
        refusedCommand(Reason.VALUE, changed(DISMISSAL_BYTES, 20, '\n', 1));
    }

    @Test
    void whoIsMovedMayBeToldAPortOfItsSenderWhichHasNoAddress() throws MalformedDatagramException {
        SessionCommand move =
                SessionCodec.decodeCommand(changed(MOVE_BYTES, 24, 0, 4)).orElseThrow();
        assertThat(((Dismissal) move).next()).contains(GroupAddress.ofSender(6_004));
        assertThat(GroupAddress.ofSender(6_004).isOfSender()).isTrue();
        assertThat(SessionCodec.decodeCommand(SessionCodec.encode(move))).contains(move);
    }

    @Test
    void whoIsMovedIsToldAMulticastGroupAndNobodyElseIs() {
        refusedCommand(Reason.VALUE, changed(MOVE_BYTES, 8, 0, 1)); // no group
        refusedCommand(Reason.VALUE, changed(DISMISSAL_BYTES, 8, 4, 1)); // a group for nothing
        refusedCommand(Reason.VALUE, changed(MOVE_BYTES, 9, 1, 1)); // reserved
        refusedCommand(Reason.VALUE, changed(MOVE_BYTES, 24, 0xc0a80001L, 4)); // one machine
        refusedCommand(Reason.VALUE, changed(MOVE_BYTES, 22, 0, 2)); // no port
        refusedCommand(Reason.VALUE, changed(MOVE_BYTES + "00", 8, 5, 1)); // no address has so many bytes
        refusedCommand(Reason.LENGTH, changed(MOVE_BYTES, 8, 16, 1));
        refusedCommand(Reason.LENGTH, changed(MOVE_BYTES, 8, 255, 1));
        refusedCommand(Reason.LENGTH, bytes(MOVE_BYTES + "00"));
    }

    @Test
    void aTokenIsTakenAndNotPrinted() throws MalformedDatagramException {
        StatusReport report = new StatusReport(
                ReceiverState.JOINING, "seat", "s3cret", IMAGE, 0, 0, 0, 0, 0, 0, FailureCause.NONE, "");
        assertThat(SessionCodec.decodeReport(SessionCodec.encode(report))).contains(report);
        assertThat(report.toString()).contains("seat").doesNotContain("s3cret");
        assertThat(report.withoutToken().token()).isEmpty();
    }

    @Test
    void emptyTextsAndNoNodesAreFine() throws MalformedDatagramException {
        StatusReport report =
                new StatusReport(ReceiverState.JOINING, "", "", IMAGE, 0, 0, 0, 0, 0, 0, FailureCause.NONE, "");
        assertThat(SessionCodec.decodeReport(SessionCodec.encode(report))).contains(report);
        Confirmation nobody = new Confirmation(Confirmation.Subject.END, List.of());
        assertThat(SessionCodec.decodeCommand(SessionCodec.encode(nobody))).contains(nobody);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, 0", "8, 0", "11, 0", "12, 1", "1408, 350", "8896, 2222", "2147483647, 65535"})
    void aConfirmationFillsASegment(int segmentLength, int capacity) throws MalformedDatagramException {
        assertThat(SessionCodec.confirmationCapacity(segmentLength)).isEqualTo(capacity);
        Confirmation full = new Confirmation(Confirmation.Subject.END, Collections.nCopies(capacity, new NodeId(7)));
        ByteBuffer content = SessionCodec.encode(full);
        assertThat(content.remaining()).isLessThanOrEqualTo(Math.max(8, segmentLength));
        assertThat(SessionCodec.decodeCommand(content)).contains(full);
    }

    @Test
    void contentOfOthersIsNotOurs() throws MalformedDatagramException {
        for (String foreign :
                List.of("", "4d", "4d494d", "4d494d54", "00000000", "4d494d45" + "01", "ff".repeat(500))) {
            assertThat(SessionCodec.decodeCommand(bytes(foreign))).isEmpty();
            assertThat(SessionCodec.decodeReport(bytes(foreign))).isEmpty();
        }
    }

    @Test
    void everyTruncationIsRefused() {
        int refused = 0;
        for (String whole : List.of(
                ANNOUNCEMENT_BYTES, CONFIRMATION_BYTES, DISMISSAL_BYTES, MOVE_BYTES, REPORT_BYTES, NEEDS_BYTES)) {
            for (int length = 4; length < whole.length() / 2; length++) {
                ByteBuffer cut = bytes(whole.substring(0, 2 * length));
                boolean isReport = whole.equals(REPORT_BYTES) || whole.equals(NEEDS_BYTES);
                assertThatThrownBy(() -> decode(cut, isReport))
                        .isInstanceOfSatisfying(
                                MalformedDatagramException.class,
                                e -> assertThat(e.reason()).isIn(Reason.TRUNCATED, Reason.LENGTH));
                refused++;
            }
        }
        assertThat(refused).isEqualTo(87 + 12 + 27 + 24 + 108 + 46);
    }

    @Test
    void whatIsOfAnotherKindOrVersionIsRefused() {
        refusedCommand(Reason.VERSION, changed(ANNOUNCEMENT_BYTES, 4, 0, 1));
        refusedCommand(Reason.TYPE, changed(ANNOUNCEMENT_BYTES, 5, 0, 1));
        refusedCommand(Reason.TYPE, changed(ANNOUNCEMENT_BYTES, 5, 4, 1));
        refusedCommand(Reason.TYPE, bytes(REPORT_BYTES));
        refusedReport(Reason.TYPE, bytes(ANNOUNCEMENT_BYTES));
        refusedReport(Reason.TYPE, bytes(CONFIRMATION_BYTES));
    }

    @Test
    void onlyANewerVersionMayAppend() throws MalformedDatagramException {
        refusedCommand(Reason.LENGTH, bytes(ANNOUNCEMENT_BYTES + "00"));
        refusedCommand(Reason.LENGTH, bytes(CONFIRMATION_BYTES + "00000001"));
        refusedReport(Reason.LENGTH, bytes(REPORT_BYTES + "00"));
        assertThat(SessionCodec.decodeCommand(changed(ANNOUNCEMENT_BYTES + "beef", 4, 2, 1)))
                .contains(ANNOUNCEMENT);
        assertThat(SessionCodec.decodeCommand(changed(CONFIRMATION_BYTES + "beef", 4, 255, 1)))
                .contains(CONFIRMATION);
        assertThat(SessionCodec.decodeReport(changed(REPORT_BYTES + "beef", 4, 2, 1)))
                .contains(REPORT);
        refusedReport(Reason.VALUE, changed(REPORT_BYTES + "beef", 4, 0x02_03_06, 3));
        refusedCommand(Reason.LENGTH, bytes(DISMISSAL_BYTES + "00"));
    }

    @Test
    void textThatIsNotFitForATerminalIsRefused() {
        int name = 84;
        refusedCommand(Reason.VALUE, changed(ANNOUNCEMENT_BYTES, name, '\n', 1));
        refusedCommand(Reason.VALUE, changed(ANNOUNCEMENT_BYTES, name, 0x1b, 1));
        refusedCommand(Reason.VALUE, changed(ANNOUNCEMENT_BYTES, name, 0xc080, 2));
        refusedCommand(Reason.VALUE, changed(ANNOUNCEMENT_BYTES, name, 0xe280ae, 3)); // U+202E
        refusedCommand(Reason.VALUE, changed(ANNOUNCEMENT_BYTES, name, 0xeda080, 3)); // U+D800
        refusedCommand(Reason.LENGTH, changed(ANNOUNCEMENT_BYTES, 7, 8, 1));
        refusedCommand(Reason.VALUE, changed(ANNOUNCEMENT_BYTES, 7, 6, 1)); // half a character
        refusedReport(Reason.LENGTH, changed(REPORT_BYTES, 84, 255, 1));
        refusedReport(Reason.VALUE, changed(REPORT_BYTES, 85, 0, 1));
    }

    /** F32: every number at every edge is either right, and comes back, or refused. */
    @Fault("F32")
    @Test
    void numbersAtTheEdgesAreTakenOrRefused() throws MalformedDatagramException {
        long max = Long.MAX_VALUE;
        List<Field> announcement = List.of(
                new Field("object count", 12, 4, 0, 65_535),
                new Field("joined", 16, 4, 0, Integer.MAX_VALUE),
                new Field("expected", 20, 4, 0, Integer.MAX_VALUE),
                new Field("report interval", 24, 4, 1, Integer.MAX_VALUE),
                new Field("start", 28, 8, -1, Announcement.LONGEST_WAIT_MILLIS),
                new Field("rate", 36, 8, 0, max),
                new Field("image length", 44, 8, 0, max));
        List<Field> report = List.of(
                new Field("loss", 8, 4, 0, 1_000_000),
                new Field("verified", 12, 8, 0, 3 << 20),
                new Field("total", 20, 8, 1 << 20, max),
                new Field("present", 28, 8, 0, 3 << 20),
                new Field("free buffer", 36, 8, 0, max),
                new Field("storage lag", 44, 8, 0, max));
        List<Field> confirmation =
                List.of(new Field("node count", 6, 2, 2, 2), new Field("node id", 8, 4, 1, 0xffff_fffeL, true));
        int cases = 0;
        for (Field field : announcement) {
            cases += field.check(ANNOUNCEMENT_BYTES, false);
        }
        for (Field field : report) {
            cases += field.check(REPORT_BYTES, true);
        }
        for (Field field : confirmation) {
            cases += field.check(CONFIRMATION_BYTES, false);
        }
        assertThat(cases).isEqualTo(15 * Field.EDGES.length);
    }

    @Test
    void recordsRefuseWhatTheWireCannotSay() {
        invalid("image length", 0, -1, 1, 1, 1, 0, 1, 1);
        invalid("object count", 0, 1, 65_536, 1, 1, 0, 1, 1);
        invalid("receivers", 0, 1, 1, -1, 1, 0, 1, 1);
        invalid("receivers", 0, 1, 1, 1, -1, 0, 1, 1);
        invalid("start", 0, 1, 1, 1, 1, -2, 1, 1);
        invalid("rate", 0, 1, 1, 1, 1, 0, -1, 1);
        invalid("report interval", 0, 1, 1, 1, 1, 0, 1, 0);
        invalid("session name: 256 bytes", 128, 1, 1, 1, 1, 0, 1, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Confirmation(Confirmation.Subject.END, List.of(NodeId.NONE)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Confirmation(Confirmation.Subject.END, List.of(NodeId.ANY)));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Confirmation(Confirmation.Subject.END, Collections.nCopies(65_536, new NodeId(1))));
        assertThatIllegalArgumentException().isThrownBy(() -> failed(FailureCause.STORAGE, "a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> failed(FailureCause.STORAGE, "x".repeat(256)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StatusReport(
                        ReceiverState.VERIFIED, "", "", IMAGE, 1, 1, 0, 0, 0, 0, FailureCause.STORAGE, ""))
                .withMessage("VERIFIED because of STORAGE");
    }

    @Test
    void needsAreTold() throws MalformedDatagramException {
        assertThat(SessionCodec.encode(NEEDS)).isEqualTo(bytes(NEEDS_BYTES));
        assertThat(SessionCodec.decodeReport(bytes(NEEDS_BYTES))).contains(NEEDS);
        for (Needs.Extent extent : List.of(Needs.Extent.ALL, Needs.Extent.NONE)) {
            Needs whole = new Needs(IMAGE, 0, Integer.MAX_VALUE, extent, new BitSet());
            assertThat(SessionCodec.decodeReport(SessionCodec.encode(whole))).contains(whole);
        }
    }

    @Test
    void needsThatMakeNoSenseAreRefused() {
        String head = NEEDS_BYTES.substring(0, NEEDS_BYTES.length() - 4);
        refusedReport(Reason.VALUE, changed(NEEDS_BYTES, 6, 3, 1));
        refusedReport(Reason.VALUE, changed(NEEDS_BYTES, 7, 1, 1));
        refusedReport(Reason.VALUE, changed(NEEDS_BYTES, 8, 8_191, 4));
        refusedReport(Reason.VALUE, changed(NEEDS_BYTES, 8, -8_192, 4));
        refusedReport(Reason.VALUE, changed(NEEDS_BYTES, 12, 8_192, 4));
        refusedReport(Reason.VALUE, changed(NEEDS_BYTES, 12, 8_192 + 8_193, 4));
        refusedReport(Reason.VALUE, bytes(head + "8106"));
        refusedReport(Reason.LENGTH, bytes(head + "81"));
        refusedReport(Reason.LENGTH, bytes(NEEDS_BYTES + "00"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Needs(IMAGE, 0, 8_193, Needs.Extent.SOME, new BitSet()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Needs(IMAGE, 0, 1, Needs.Extent.ALL, BitSet.valueOf(new byte[] {1})));
    }

    @Test
    void allNeedsAreToldInFewParts() {
        BitSet needed = new BitSet();
        assertThat(Needs.of(IMAGE, needed, 1_000_000)).hasSize(1).allMatch(part -> part.extent() == Needs.Extent.NONE);
        needed.set(0, 1_000_000);
        assertThat(Needs.of(IMAGE, needed, 1_000_000)).hasSize(1).allMatch(part -> part.extent() == Needs.Extent.ALL);
        needed.clear(500_000);
        assertThat(Needs.of(IMAGE, needed, 1_000_000))
                .extracting(Needs::extent)
                .containsExactly(Needs.Extent.ALL, Needs.Extent.SOME, Needs.Extent.ALL);
        assertThat(Needs.of(IMAGE, needed, 0)).isEmpty();

        Random random = new Random(5740);
        for (int round = 0; round < 200; round++) {
            int count = 1 + random.nextInt(40_000);
            BitSet set = new BitSet();
            for (int at = random.nextInt(20_000); at < count; at += 1 + random.nextInt(20_000)) {
                set.set(at, Math.min(count, at + 1 + random.nextInt(15_000)));
            }
            BitSet told = new BitSet();
            int next = 0;
            for (Needs part : Needs.of(IMAGE, set, count)) {
                assertThat(part.firstChunk()).isEqualTo(next);
                next = part.endChunk();
                switch (part.extent()) {
                    case NONE -> {}
                    case ALL -> told.set(part.firstChunk(), part.endChunk());
                    case SOME -> part.some().stream().forEach(chunk -> told.set(part.firstChunk() + chunk));
                }
            }
            assertThat(next).isEqualTo(count);
            assertThat(told).isEqualTo(set);
        }
    }

    @Test
    void anyTextCanBeMadeToFit() {
        String hostile = "no space left\n\u202e" + "\ud83d\udcbf".repeat(100) + "\ud800";
        StatusReport report = failed(FailureCause.STORAGE, SessionText.fit(hostile));
        assertThat(report.detail())
                .startsWith("no space left\ufffd\ufffd\ud83d\udcbf")
                .endsWith("\udcbf");
        assertThat(SessionText.fit("fine")).isEqualTo("fine");
        assertThat(SessionText.fit("\u0000".repeat(200))).isEqualTo("\ufffd".repeat(85));
    }

    /** A number of {@code length} bytes at {@code offset}, which may be {@code least} to {@code most}. */
    private record Field(String name, int offset, int length, long least, long most, boolean unsigned) {
        static final long[] EDGES = {
            Long.MIN_VALUE,
            -2,
            -1,
            0,
            1,
            65_535,
            65_536,
            1_000_001,
            Integer.MAX_VALUE,
            1L << 31,
            0xffff_fffeL,
            0xffff_ffffL,
            Long.MAX_VALUE
        };

        Field(String name, int offset, int length, long least, long most) {
            this(name, offset, length, least, most, length == 2);
        }

        int check(String whole, boolean isReport) throws MalformedDatagramException {
            for (long edge : EDGES) {
                long value = edge << 64 - 8 * length;
                value = unsigned ? value >>> 64 - 8 * length : value >> 64 - 8 * length;
                ByteBuffer content = changed(whole, offset, edge, length);
                if (value >= least && value <= most) {
                    assertThat(encode(decode(content, isReport)))
                            .as("%s %d", name, value)
                            .isEqualTo(content);
                } else {
                    assertThatThrownBy(() -> decode(content, isReport))
                            .as("%s %d", name, value)
                            .isInstanceOfSatisfying(
                                    MalformedDatagramException.class,
                                    e -> assertThat(e.reason()).isIn(Reason.VALUE, Reason.LENGTH));
                }
            }
            return EDGES.length;
        }
    }

    private static void invalid(
            String message,
            int umlauts,
            long imageLength,
            int objectCount,
            int joined,
            int expected,
            long startsInMillis,
            long bytesPerSecond,
            int reportIntervalMillis) {
        ObjectId id = new ObjectId(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Announcement(
                        SessionState.WAITING,
                        "\u00e4".repeat(umlauts),
                        IMAGE,
                        imageLength,
                        id,
                        id,
                        objectCount,
                        joined,
                        expected,
                        startsInMillis,
                        bytesPerSecond,
                        reportIntervalMillis))
                .withMessageContaining(message);
    }

    private static StatusReport failed(FailureCause cause, String detail) {
        return new StatusReport(ReceiverState.FAILED, "", "", IMAGE, 0, 0, 0, 0, 0, 0, cause, detail);
    }

    static Object decode(ByteBuffer content, boolean isReport) throws MalformedDatagramException {
        return isReport
                ? SessionCodec.decodeReport(content).orElseThrow()
                : SessionCodec.decodeCommand(content).orElseThrow();
    }

    static ByteBuffer encode(Object message) {
        return message instanceof SessionReport report
                ? SessionCodec.encode(report)
                : SessionCodec.encode((SessionCommand) message);
    }

    private static void refusedCommand(Reason reason, ByteBuffer content) {
        refused(reason, content, false);
    }

    private static void refusedReport(Reason reason, ByteBuffer content) {
        refused(reason, content, true);
    }

    private static void refused(Reason reason, ByteBuffer content, boolean isReport) {
        assertThatThrownBy(() -> decode(content, isReport))
                .isInstanceOfSatisfying(
                        MalformedDatagramException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    /** The content with the low {@code length} bytes of a value at an offset. */
    private static ByteBuffer changed(String hex, int offset, long value, int length) {
        ByteBuffer content = bytes(hex);
        for (int i = 0; i < length; i++) {
            content.put(offset + i, (byte) (value >> 8 * (length - 1 - i)));
        }
        return content;
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static String hex(ByteBuffer content) {
        return HexFormat.of().formatHex(Arrays.copyOf(content.array(), content.limit()));
    }

    static List<ByteBuffer> samples() {
        List<ByteBuffer> samples = new ArrayList<>();
        for (String hex : List.of(ANNOUNCEMENT_BYTES, CONFIRMATION_BYTES, REPORT_BYTES)) {
            samples.add(bytes(hex));
        }
        return samples;
    }
}
