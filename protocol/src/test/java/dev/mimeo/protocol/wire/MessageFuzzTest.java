package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Any datagram: NORM_DATA with its extensions, NORM_INFO, every command, NACKs and what they ask for, ACKs, reports, FEC
 * payload ids and transmission information. {@link DatagramJudge} says what must hold; besides, what lies around a datagram
 * changes nothing.
 */
class MessageFuzzTest extends FuzzTarget {
    private static final int LONGEST = 4_096;
    private static final int ROOM = 8;
    /** An item of a request is eight bytes or more, and becomes three small objects. */
    private static final int HEAP_PER_BYTE = 64;

    private final DatagramJudge judge = new DatagramJudge();
    private final ByteBuffer memory = ByteBuffer.allocate(LONGEST + 2 * ROOM);

    @Override
    protected List<byte[]> seeds() {
        return MutatedDatagramTest.messages();
    }

    @Override
    protected void run(byte[] input) throws Exception {
        allocatesAtMost(HEAP_PER_BYTE, input, () -> verdict(input, 0));
        require(verdict(input, 0x00).equals(verdict(input, 0xff)), "read outside of the datagram");
    }

    /** Lays the datagram between bytes of {@code filling}, and returns why it was refused; "" if it was not. */
    private String verdict(byte[] input, int filling) {
        int length = Math.min(input.length, LONGEST);
        memory.clear();
        for (int i = 0; i < ROOM; i++) {
            memory.put(i, (byte) filling).put(ROOM + length + i, (byte) filling);
        }
        memory.put(ROOM, input, 0, length).limit(ROOM + length).position(ROOM);
        try {
            judge.decode(memory);
            return "";
        } catch (MalformedDatagramException e) {
            return e.reason() + e.getMessage();
        }
    }
}
