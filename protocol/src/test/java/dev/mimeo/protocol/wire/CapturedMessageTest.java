package dev.mimeo.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Messages that were captured from the reference implementation, field by field and both ways. Not one needs an exception:
 * what that implementation leaves unset (see {@link FeedbackField}) are fields that we keep.
 */
class CapturedMessageTest {
    private static final List<String> FEC_FILES = List.of(
            "fec129-large-small-short-segment",
            "rs16-10-250",
            "rs16-odd-segment",
            "rs8-223-32",
            "rs8-64-16",
            "rs8-full-block",
            "rs8-large-small-short-segment",
            "rs8-short-last-segment",
            "rs8-shortened-blocks",
            "rs8-tiny-object");

    @Test
    void everyCapturedMessageDecodesToItsFieldsAndBack() throws Exception {
        List<Captured> messages = captured();
        for (Captured message : messages) {
            ByteBuffer datagram = message.datagram();
            assertThat(MessageText.of(datagram)).as(message.name).isEqualTo(message.text);
            assertThat(Bytes.hex(encodedAgain(datagram))).as(message.name).isEqualTo(message.hex);
            assertThat(datagram.remaining()).as("left as it was").isEqualTo(message.hex.length() / 2);
        }
        assertThat(messages).hasSize(25);
        assertThat(messages.stream().map(Captured::kind).distinct()).hasSize(9);
    }

    @Test
    void informationOfEveryCodeDecodesAndBack() throws Exception {
        int count = 0;
        for (String file : FEC_FILES) {
            for (String line : lines(file, "info_packet ")) {
                ByteBuffer datagram = Bytes.hex(line);
                Info info = (Info) MessageCodec.decode(datagram);
                assertThat(info.information()).as(file).isEqualTo(information(file));
                assertThat(info.encoding()).isEqualTo(information(file).encoding());
                assertThat(info.object()).isEqualTo(new ObjectId(0));
                assertThat(Bytes.hex(info.content())).isEqualTo("7665632e62696e");
                assertThat(info.content().isReadOnly()).isTrue();
                assertThat(Bytes.hex(Bytes.encoded(info))).as(file).isEqualTo(line);
                count++;
            }
        }
        assertThat(count).isEqualTo(10);
    }

    @Test
    void symbolsOfEveryCodeDecodeAndBack() throws Exception {
        DataHeader view = new DataHeader();
        int count = 0;
        for (String file : FEC_FILES) {
            TransmissionInformation information = information(file);
            for (String line : lines(file, "data_packet ")) {
                String[] words = line.split(" ");
                DataHeader data = view.wrap(Bytes.hex(words[2]));
                assertThat(data.blockNumber()).as(file).isEqualTo(Long.parseLong(words[0]));
                assertThat(data.symbolId()).as(file).isEqualTo(Integer.parseInt(words[1]));
                assertThat(data.information()).as(file).isEqualTo(information);
                assertThat(data.informationEquals(information)).as(file).isTrue();
                assertThat(payload(data, words[2])).as(file).isEqualTo(symbol(file, words[0], words[1]));
                assertThat(Bytes.hex(encodedAgain(Bytes.hex(words[2]))))
                        .as(file)
                        .isEqualTo(words[2]);
                count++;
            }
        }
        assertThat(count).isEqualTo(20);
    }

    @Test
    void streamsAreRefused() {
        List<String> packets = lines("stream-header-in-parity", "data_packet ");
        assertThat(packets).hasSize(3);
        for (String line : packets) {
            assertThatThrownBy(() -> new DataHeader().wrap(Bytes.hex(line.split(" ")[2])))
                    .isInstanceOfSatisfying(
                            MalformedDatagramException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.VALUE))
                    .hasMessageContaining("streams not supported");
        }
    }

    /** The captured messages, also the seeds of the mutation test. */
    static List<Captured> captured() {
        List<Captured> messages = new ArrayList<>();
        for (String line : Bytes.lines("wire/messages.txt")) {
            if (line.startsWith("message ")) {
                messages.add(new Captured(line.substring("message ".length()), new ArrayList<>()));
            } else if (line.startsWith("hex ")) {
                messages.get(messages.size() - 1).hex = line.substring("hex ".length());
            } else if (line.startsWith("  ")) {
                messages.get(messages.size() - 1)
                        .text
                        .add(line.replaceAll(" \\([^)]*\\)", "").strip());
            }
        }
        return messages;
    }

    /** Every NORM_INFO and NORM_DATA that came with the code's vectors. */
    static List<ByteBuffer> codePackets() {
        return FEC_FILES.stream()
                .flatMap(file -> Stream.concat(
                        lines(file, "info_packet ").stream(),
                        lines(file, "data_packet ").stream().map(line -> line.split(" ")[2])))
                .map(Bytes::hex)
                .toList();
    }

    private static ByteBuffer encodedAgain(ByteBuffer datagram) throws MalformedDatagramException {
        if (MessageCodec.type(datagram).orElseThrow() != MessageType.DATA) {
            return Bytes.encoded(MessageCodec.decode(datagram));
        }
        DataHeader data = new DataHeader().wrap(datagram);
        DataEncoder encoder = new DataEncoder(
                new NodeId(data.source()),
                data.instanceId(),
                new ObjectId(data.object()),
                data.flags(),
                data.information());
        ByteBuffer out = ByteBuffer.allocate(datagram.remaining());
        encoder.encode(
                out,
                data.sequence(),
                data.grtt(),
                data.backoffFactor(),
                data.groupSize(),
                (data.flags() & ObjectFlags.REPAIR) != 0,
                data.blockNumber(),
                data.blockLength(),
                data.symbolId());
        assertThat(out.position()).isEqualTo(encoder.length()).isEqualTo(data.payloadPosition());
        return out.put(out.position(), datagram, data.payloadPosition(), data.payloadLength())
                .rewind();
    }

    private static TransmissionInformation information(String file) {
        Function<String, Integer> number =
                key -> Integer.parseInt(lines(file, key + " ").get(0));
        FecEncoding encoding = switch (number.apply("fec_id")) {
            case 129 -> FecEncoding.SMALL_BLOCK_SYSTEMATIC;
            case 5 -> FecEncoding.REED_SOLOMON_8;
            default -> FecEncoding.REED_SOLOMON_16;
        };
        return new TransmissionInformation(
                encoding,
                number.apply("object_size"),
                number.apply("segment_size"),
                number.apply("max_block_len"),
                number.apply("num_parity"));
    }

    private static String payload(DataHeader data, String datagram) {
        return datagram.substring(2 * data.payloadPosition(), 2 * (data.payloadPosition() + data.payloadLength()));
    }

    private static String symbol(String file, String blockNumber, String symbolId) {
        Map<String, String> symbols = new HashMap<>();
        String block = "";
        for (String line : Bytes.lines("fec/" + file + ".txt")) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "block" -> block = words[1];
                case "source", "parity" -> symbols.put(block + "/" + words[1], words[2]);
                default -> {}
            }
        }
        return symbols.get(blockNumber + "/" + symbolId);
    }

    private static List<String> lines(String file, String start) {
        return Bytes.lines("fec/" + file + ".txt").stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .collect(Collectors.toList());
    }

    /** One captured message and what is said about it. */
    static final class Captured {
        final String name;
        final List<String> text;
        String hex;

        Captured(String name, List<String> text) {
            this.name = name;
            this.text = text;
        }

        ByteBuffer datagram() {
            return Bytes.hex(hex);
        }

        /** Type and, of a command, sub-type. */
        String kind() {
            return hex.charAt(1) + (hex.charAt(1) == '3' ? hex.substring(24, 26) : "");
        }
    }
}
