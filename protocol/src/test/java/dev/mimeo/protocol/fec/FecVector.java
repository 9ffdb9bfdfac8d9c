package dev.mimeo.protocol.fec;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One file of {@code vectors/fec}: what the NORM reference implementation, libnorm 1.5.9, put on the wire for one object.
 *
 * @param blocks the blocks of which symbols are listed
 * @param blockLengths the lengths of all blocks of the object
 */
record FecVector(
        String name,
        int encodingId,
        long transferLength,
        int symbolLength,
        int maximumBlockLength,
        int parityCount,
        List<Integer> blockLengths,
        List<Block> blocks) {

    /** The vectors of objects whose parity is of use. */
    static final List<String> OURS = List.of(
            "rs8-full-block",
            "rs8-short-last-segment",
            "rs8-shortened-blocks",
            "rs8-large-small-short-segment",
            "rs8-tiny-object",
            "rs8-64-16",
            "rs8-223-32",
            "fec129-large-small-short-segment",
            "rs16-10-250");

    /** A stream: its symbols, 8 bytes longer than stated, are coded like any others; the object is not ours to send. */
    static final String STREAM = "stream-header-in-parity";

    /** Symbols of an odd number of bytes over GF(2^16), whose parity is cut short and of no use. */
    static final String ODD = "rs16-odd-segment";

    /** The symbols of one block by symbol id, as they were sent. */
    record Block(int number, int symbolCount, Map<Integer, byte[]> source, Map<Integer, byte[]> parity) {}

    static FecVector read(String name) {
        String path = "/vectors/fec/" + name + ".txt";
        try (var in = new BufferedReader(
                new InputStreamReader(FecVector.class.getResourceAsStream(path), StandardCharsets.US_ASCII))) {
            Map<String, String> fields = new TreeMap<>();
            List<Block> blocks = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "block" ->
                        blocks.add(new Block(
                                Integer.parseInt(words[1]),
                                Integer.parseInt(words[3]),
                                new TreeMap<>(),
                                new TreeMap<>()));
                    case "source" -> put(blocks.get(blocks.size() - 1).source, words);
                    case "parity" -> put(blocks.get(blocks.size() - 1).parity, words);
                    default -> fields.put(words[0], line.substring(words[0].length() + 1));
                }
            }
            return new FecVector(
                    name,
                    Integer.parseInt(fields.get("fec_id")),
                    Long.parseLong(fields.get("object_size")),
                    Integer.parseInt(fields.get("segment_size")),
                    Integer.parseInt(fields.get("max_block_len")),
                    Integer.parseInt(fields.get("num_parity")),
                    List.of(fields.get("blocks").split(" ")).stream()
                            .map(Integer::valueOf)
                            .toList(),
                    blocks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(Map<Integer, byte[]> symbols, String[] words) {
        symbols.put(Integer.valueOf(words[1]), HexFormat.of().parseHex(words[2]));
    }

    TransmissionInformation information() {
        FecEncoding encoding = switch (encodingId) {
            case 5 -> FecEncoding.REED_SOLOMON_8;
            case 129 -> FecEncoding.SMALL_BLOCK_SYSTEMATIC;
            default -> FecEncoding.REED_SOLOMON_16;
        };
        return new TransmissionInformation(encoding, transferLength, symbolLength, maximumBlockLength, parityCount);
    }

    /** Returns how many parity symbols of each block are listed: all of them, but the first four of 250. */
    int listedParityCount() {
        return parityCount == 250 ? 4 : parityCount;
    }

    /** Returns a block of this object, every source symbol in its place and no parity. */
    SourceBlock open(Block listed, ByteBuffer memory) {
        SourceBlock block = SourceBlock.standalone(memory);
        block.open(new ObjectId(1), information(), information().partition(), listed.number);
        listed.source.forEach((id, bytes) -> block.place(id, ByteBuffer.wrap(bytes), 0, bytes.length));
        return block;
    }

    @Override
    public String toString() {
        return name;
    }
}
