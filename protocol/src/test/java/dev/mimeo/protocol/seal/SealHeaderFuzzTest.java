package dev.mimeo.protocol.seal;

import dev.mimeo.protocol.fuzz.FuzzTarget;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.List;

/** Headers of sealed datagrams: one that is taken is written as the same bytes. */
class SealHeaderFuzzTest extends FuzzTarget {
    private static final SealId SESSION = new SealId(0x0123456789abcdefL, -1);
    private static final SealId RECEIVER = new SealId(7, Long.MIN_VALUE);

    private final SealHeader header = new SealHeader();
    private final ByteBuffer again = ByteBuffer.allocate(SealHeader.FEEDBACK_OVERHEAD);

    @Override
    protected List<byte[]> seeds() {
        ByteBuffer data = ByteBuffer.allocate(SealHeader.SENDER_OVERHEAD + 1);
        SealHeader.write(data, SESSION, SealHeader.COUNTER_LIMIT - 1);
        ByteBuffer feedback = ByteBuffer.allocate(SealHeader.FEEDBACK_OVERHEAD + 1);
        SealHeader.write(feedback, SESSION, RECEIVER, 1L << 22);
        return List.of(data.array(), feedback.array());
    }

    @Override
    protected void run(byte[] input) throws Exception {
        allocatesAtMost(1, input, () -> judge(input));
    }

    private void judge(byte[] input) {
        ByteBuffer datagram = ByteBuffer.wrap(input);
        try {
            header.read(datagram);
        } catch (MalformedDatagramException refused) {
            require(refused.getMessage() != null, "no reason");
            return;
        }
        require(SealHeader.isSealed(datagram), "read, but not sealed");
        require(header.length() + SealHeader.TAG_LENGTH < input.length, "no room for a message");
        require(header.epoch() == SealHeader.epoch(header.counter()), "two epochs");
        int length = header.direction() == SealDirection.FEEDBACK
                ? SealHeader.write(again, header.session(), header.receiver(), header.counter())
                : SealHeader.write(again, header.session(), header.counter());
        require(length == header.length(), "another length");
        require(again.slice(0, length).equals(datagram.slice(0, length)), "written otherwise");
    }
}
