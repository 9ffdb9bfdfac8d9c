package dev.mimeo.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.wire.DatagramJudge.Tally;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Good messages made bad, by chance and exhaustively.
 *
 * <p>A failure names a seed; {@code -Dmimeo.mutations.seed=<seed> -Dmimeo.mutations=1} makes that one input again.
 */
class MutatedDatagramTest {
    private static final long COUNT = Long.getLong("mimeo.mutations", 10_000_000);
    private static final int EDGES = 9;
    private static final long FIRST_SEED = Long.getLong("mimeo.mutations.seed", 5740);

    private final DatagramJudge judge = new DatagramJudge();
    private final Tally tally = new Tally();
    private final List<byte[]> messages = messages();

    @Fault("F30")
    @Test
    void nothingButMalformedDatagramExceptionComesOut(FaultRecord record) {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        for (long seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed++) {
            mutate(new SplittableRandom(seed), buffer);
            judge(buffer, "mimeo.mutations.seed", seed);
        }
        System.out.println(tally);
        assertThat(tally.total()).isEqualTo(COUNT);
        if (COUNT >= 1_000_000) {
            assertThat(tally.accepted()).isGreaterThan(COUNT / 20);
            for (Reason reason : Reason.values()) {
                assertThat(tally.refused(reason)).as(reason.name()).isGreaterThan(COUNT / 1000);
            }
        }
        record.runs(COUNT);
    }

    @Fault({"F8", "F30"})
    @Test
    void everyPrefixAndEveryBit(FaultRecord record) {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        long expected = 0;
        for (byte[] message : messages) {
            for (int length = 0; length <= message.length; length++) {
                judge(buffer.clear().put(message, 0, length).flip(), "prefix", length);
            }
            for (int bit = 0; bit < message.length * Byte.SIZE; bit++) {
                buffer.clear().put(message);
                flip(buffer, bit);
                judge(buffer.flip(), "bit", bit);
            }
            expected += 1 + message.length * (1L + Byte.SIZE);
        }
        System.out.println(tally);
        assertThat(tally.total()).isEqualTo(expected);
        record.runs(expected);
    }

    @Fault("F32")
    @Test
    void everyFieldAtItsEdges(FaultRecord record) {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        long expected = 0;
        for (byte[] message : messages) {
            for (int width : new int[] {1, 2, 3, 4, 6}) {
                for (int at = 0; at + width <= message.length; at++) {
                    for (int edge = 0; edge < EDGES; edge++) {
                        buffer.clear().put(message);
                        putEdge(buffer, at, width, edge);
                        judge(buffer.flip(), width + " bytes at " + at + ", edge", edge);
                        expected++;
                    }
                }
            }
        }
        System.out.println(tally);
        assertThat(tally.total()).isEqualTo(expected);
        record.runs(expected);
    }

    private void judge(ByteBuffer datagram, String what, long which) {
        try {
            judge.decode(datagram);
            tally.accept();
        } catch (MalformedDatagramException e) {
            tally.refuse(e);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what + " = " + which + ": " + Bytes.hex(datagram), e);
        }
    }

    /** Leaves a mutated message between the buffer's position, 0 to 3, and its limit. */
    private void mutate(SplittableRandom random, ByteBuffer buffer) {
        byte[] message = messages.get(random.nextInt(messages.size()));
        int start = random.nextInt(4);
        buffer.clear().position(start).put(message);
        int mutations = 1 + random.nextInt(3);
        for (int i = 0; i < mutations; i++) {
            int length = buffer.position() - start;
            if (length == 0) {
                break;
            }
            switch (random.nextInt(8)) {
                case 0 -> flip(buffer, start * Byte.SIZE + random.nextInt(length * Byte.SIZE));
                case 1 -> buffer.put(start + random.nextInt(length), (byte) random.nextInt(256));
                case 2 -> buffer.position(start + random.nextInt(length));
                case 3 -> extend(buffer, random);
                case 4 -> splice(buffer, start, random);
                case 5 -> edge(buffer, start, length, random);
                case 6 -> insertExtension(buffer, start, random);
                case 7 -> buffer.put(start, (byte) (0x10 | random.nextInt(8)));
                default -> throw new AssertionError();
            }
        }
        buffer.limit(buffer.position()).position(start);
    }

    private static void flip(ByteBuffer buffer, int bit) {
        int at = bit / Byte.SIZE;
        buffer.put(at, (byte) (buffer.get(at) ^ 1 << bit % Byte.SIZE));
    }

    private static void extend(ByteBuffer buffer, SplittableRandom random) {
        for (int more = 1 + random.nextInt(16); more > 0; more--) {
            buffer.put((byte) random.nextInt(256));
        }
    }

    /** Goes on with the end of another message, mostly from where this one stops. */
    private void splice(ByteBuffer buffer, int start, SplittableRandom random) {
        byte[] other = messages.get(random.nextInt(messages.size()));
        int cut = random.nextInt(buffer.position() - start);
        int from = random.nextInt(4) == 0 ? random.nextInt(other.length) : Math.min(cut, other.length);
        buffer.position(start + cut).put(other, from, other.length - from);
    }

    /** Sets a field, mostly in the header, where the lengths are, to a value at one of its edges. */
    private static void edge(ByteBuffer buffer, int start, int length, SplittableRandom random) {
        int width = 1 << random.nextInt(3);
        int within = random.nextBoolean() ? Math.min(length, 48) : length;
        int at = random.nextInt(within) / width * width;
        if (at + width <= length) {
            putEdge(buffer, start + at, width, random.nextInt(EDGES));
        }
    }

    /** 0, 1, 2, -1, -2, the signed extremes, one more, one less. */
    private static void putEdge(ByteBuffer buffer, int at, int width, int edge) {
        long old = 0;
        for (int i = 0; i < width; i++) {
            old = old << Byte.SIZE | buffer.get(at + i) & 0xff;
        }
        long signBit = 1L << width * Byte.SIZE - 1;
        long value = switch (edge) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> 2;
            case 3 -> -1;
            case 4 -> -2;
            case 5 -> signBit;
            case 6 -> signBit - 1;
            case 7 -> old + 1;
            case 8 -> old - 1;
            default -> throw new AssertionError();
        };
        for (int i = width - 1; i >= 0; i--) {
            buffer.put(at + i, (byte) value);
            value >>>= Byte.SIZE;
        }
    }

    /** Inserts words behind the header and counts them in hdr_len, as an extension that is mostly well formed. */
    private static void insertExtension(ByteBuffer buffer, int start, SplittableRandom random) {
        int at = start + 4 * (buffer.get(start + 1) & 0xff);
        int words = 1 + random.nextInt(4);
        int end = buffer.position();
        if (at >= end || end - start < 2) {
            return;
        }
        for (int i = end - 1; i >= at; i--) {
            buffer.put(i + 4 * words, buffer.get(i));
        }
        for (int i = at; i < at + 4 * words; i++) {
            buffer.put(i, (byte) random.nextInt(256));
        }
        if (random.nextInt(4) != 0) {
            int[] types = {1, 3, 64, 65, 128, 200};
            buffer.put(at, (byte) types[random.nextInt(types.length)]).put(at + 1, (byte) words);
        }
        buffer.put(start + 1, (byte) (buffer.get(start + 1) + words));
        buffer.position(end + 4 * words);
    }

    static List<byte[]> messages() {
        List<byte[]> messages = new ArrayList<>();
        CapturedMessageTest.captured().forEach(captured -> messages.add(bytes(captured.datagram())));
        CapturedMessageTest.codePackets().forEach(packet -> messages.add(bytes(packet)));
        LiteralMessageTest.examples().forEach(example -> messages.add(bytes(Bytes.hex(example.bytes()))));
        return messages;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
