package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.DataRate;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.NormObject;
import dev.mimeo.NormReceiver;
import dev.mimeo.NormSendReport;
import dev.mimeo.NormSender;
import dev.mimeo.NormTarget;
import dev.mimeo.SendReport;
import dev.mimeo.StartPolicy;
import dev.mimeo.Transfer;
import dev.mimeo.internal.PcapFile.Packet;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.PayloadId;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.SenderHeader;
import dev.mimeo.protocol.wire.SenderMessage;
import dev.mimeo.protocol.wire.Watermark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What we say is what Wireshark hears: nothing is malformed but what {@link DissectorGap} excuses, and every field has the
 * value that we meant. Skipped where tshark is not installed.
 */
class TsharkIT {
    private static final int PORT = 6_003;
    private static final int LONGEST = 65_535;
    private static final String WRONG = "_ws.malformed || _ws.expert.severity >= error";

    @TempDir
    Path directory;

    @BeforeAll
    static void findTool() throws InterruptedException {
        OptionalTool.require(Tshark.isAvailable(), "Tests against Wireshark", "tshark");
    }

    @ParameterizedTest
    @EnumSource(FecEncoding.class)
    void everyMessageIsReadAsItWasWritten(FecEncoding encoding) throws Exception {
        List<ByteBuffer> datagrams = SampleMessages.of(encoding);
        assertThat(check(datagrams))
                .containsExactly(
                        "Ack 1",
                        "Ack 2",
                        "AckRequest",
                        "ApplicationCommand",
                        "CongestionControl",
                        "DATA",
                        "EndOfTransmission",
                        "Flush",
                        "Info",
                        "Nack",
                        "RepairAdvertisement",
                        "Report",
                        "Squelch");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everythingThatLeavesASessionOfImagesIsReadAsItWasWritten(boolean isUnicast) throws Exception {
        List<ByteBuffer> sent = Collections.synchronizedList(new ArrayList<>());
        try (Classroom room = new Classroom(directory)) {
            for (int seat = 0; seat < 2; seat++) {
                ImageReceiver.Builder options = room.receiver();
                if (isUnicast) {
                    options.unicastFeedback();
                }
                ImageReceiver receiver =
                        room.open(options, port(room, seat, sent).loss(0.05), TargetStorage.LOCAL);
                room.receive(receiver, "copy " + seat);
            }
            Path image = room.image(TestImage.random(1_500_000, 1));
            ImageSender sender = room.open(
                    room.sender().startWhen(StartPolicy.receivers(2)).rate(DataRate.ofMegabits(30)),
                    port(room, 2, sent));
            Transfer<SendReport> transfer = sender.send(ImageSource.of(image));
            assertThat(transfer.await(Classroom.PATIENCE).verifiedCount()).isEqualTo(2);
        }
        assertThat(check(sent))
                .contains(
                        isUnicast ? "RepairAdvertisement" : "Ack 1",
                        "ApplicationCommand",
                        "CongestionControl",
                        "DATA",
                        "EndOfTransmission",
                        "Flush",
                        "Info",
                        "Nack",
                        "Report");
    }

    @ParameterizedTest
    @CsvSource({"129, false", "129, true", "5, false", "5, true"})
    void everythingThatLeavesASessionOfPlainNormIsReadAsItWasWritten(int fecEncodingId, boolean isUnicast)
            throws Exception {
        List<ByteBuffer> sent = Collections.synchronizedList(new ArrayList<>());
        try (Classroom room = new Classroom(directory)) {
            NormReceiver.Builder options = room.normReceiver().nodeId(2);
            if (isUnicast) {
                options.unicastFeedback();
            }
            NormReceiver receiver = room.open(options, port(room, 1, sent).loss(0.05), TargetStorage.LOCAL);
            receiver.receive(NormTarget.directory(Files.createDirectory(room.path("copies"))));
            NormSender sender = room.open(
                    room.normSender()
                            .acknowledgedBy(2)
                            .fecEncodingId(fecEncodingId)
                            .congestionControl(DataRate.ofMegabits(15))
                            .rate(DataRate.ofMegabits(30)),
                    port(room, 2, sent));
            Transfer<NormSendReport> transfer =
                    sender.send(List.of(NormObject.file(room.image(TestImage.random(1_500_000, 1)))));
            assertThat(transfer.await(Classroom.PATIENCE).isAcknowledgedByAll()).isTrue();
        }
        assertThat(check(sent))
                .contains(
                        isUnicast ? "RepairAdvertisement" : "Ack 1",
                        "Ack 2",
                        "CongestionControl",
                        "DATA",
                        "EndOfTransmission",
                        "Flush",
                        "Info",
                        "Nack");
    }

    @Test
    void whoAsksForWhatNeverWasIsAnsweredInReadableWords() throws Exception {
        List<ByteBuffer> sent = Collections.synchronizedList(new ArrayList<>());
        try (Classroom room = new Classroom(directory);
                TestPort stranger = room.port(1)) {
            NormSender sender = room.open(room.normSender(), port(room, 2, sent));
            sender.send(List.of(NormObject.file(room.image(TestImage.random(100_000, 1)))));
            Eventually.holds(() -> !sent.isEmpty());
            stranger.send(requestOfUnknownObject(sent.get(0)), NodeId.ANY);
            Eventually.holds(() -> kinds(sent).contains("Squelch"));
        }
        assertThat(check(sent)).contains("Squelch");
    }

    private static Set<String> kinds(List<ByteBuffer> datagrams) {
        Set<String> kinds = new TreeSet<>();
        for (ByteBuffer datagram : List.copyOf(datagrams)) {
            try {
                kinds.add(DissectedFields.kind(datagram));
            } catch (MalformedDatagramException e) {
                throw new AssertionError(e);
            }
        }
        return kinds;
    }

    private static ByteBuffer requestOfUnknownObject(ByteBuffer fromSender) throws MalformedDatagramException {
        SenderHeader sender = ((SenderMessage) MessageCodec.decode(fromSender)).header();
        Watermark item = new Watermark(
                FecEncoding.SMALL_BLOCK_SYSTEMATIC,
                new ObjectId(sender.sequence() + 12_345 & 0xffff),
                new PayloadId(0, 1, 0));
        Nack nack = new Nack(
                new ReceiverHeader(0, new NodeId(3), sender.source(), sender.instanceId(), 0),
                null,
                List.of(new RepairRequest(RepairRequest.Form.ITEMS, RepairRequest.OBJECT, List.of(item))));
        ByteBuffer datagram = ByteBuffer.allocate(MessageCodec.length(nack));
        MessageCodec.encode(nack, datagram);
        return datagram.flip();
    }

    private static TestPort port(Classroom room, long seed, List<ByteBuffer> sent) throws IOException {
        return room.port(seed)
                .tap(datagram -> sent.add(ByteBuffer.allocate(datagram.remaining())
                        .put(datagram.duplicate())
                        .flip()));
    }

    /** Compares what is found in each datagram with what we meant; returns the kinds of messages that there were. */
    private Set<String> check(List<ByteBuffer> datagrams) throws Exception {
        Path capture = directory.resolve("capture.pcap");
        PcapFile.write(
                capture,
                PORT,
                datagrams.stream()
                        .map(datagram -> Packet.of(0, datagram, LONGEST))
                        .toList());
        Set<String> malformed = new HashSet<>();
        for (Map<String, String> row :
                Tshark.dissect(capture, PORT, WRONG, List.of("frame.number", "_ws.expert.message"))) {
            malformed.add(row.get("frame.number"));
        }
        List<Map<String, String>> found = Tshark.dissect(capture, PORT, "norm", DissectedFields.ALL);
        assertThat(found).hasSameSizeAs(datagrams);
        for (int i = 0; i < found.size(); i++) {
            ByteBuffer datagram = datagrams.get(i);
            String kind = DissectedFields.kind(datagram);
            Map<String, String> expected = DissectedFields.of(datagram);
            assertThat(DissectedFields.likeIn(expected, found.get(i))).as(kind).isEqualTo(expected);
            if (malformed.contains(Integer.toString(i + 1))) {
                assertThat(DissectorGap.covers(datagram))
                        .as("%s is malformed", kind)
                        .isTrue();
            }
        }
        return kinds(datagrams);
    }
}
