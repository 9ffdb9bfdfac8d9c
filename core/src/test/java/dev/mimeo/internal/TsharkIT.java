package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.DataRate;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.SendReport;
import dev.mimeo.Transfer;
import dev.mimeo.internal.PcapFile.Packet;
import dev.mimeo.protocol.FecEncoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
            Path image = room.image(TestImage.random(3_000_000, 1));
            ImageSender sender = room.open(room.sender().waitFor(2).rate(DataRate.ofMegabits(60)), port(room, 2, sent));
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
        Set<String> kinds = new TreeSet<>();
        for (int i = 0; i < found.size(); i++) {
            ByteBuffer datagram = datagrams.get(i);
            String kind = DissectedFields.kind(datagram);
            kinds.add(kind);
            Map<String, String> expected = DissectedFields.of(datagram);
            assertThat(DissectedFields.likeIn(expected, found.get(i))).as(kind).isEqualTo(expected);
            if (malformed.contains(Integer.toString(i + 1))) {
                assertThat(DissectorGap.covers(datagram))
                        .as("%s is malformed", kind)
                        .isTrue();
            }
        }
        return kinds;
    }
}
