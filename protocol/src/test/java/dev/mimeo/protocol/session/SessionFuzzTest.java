package dev.mimeo.protocol.session;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.fuzz.FuzzTarget;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Commands and reports of a session: what is taken is encoded as the same bytes, and read as the same again. */
class SessionFuzzTest extends FuzzTarget {
    private static final int VERSION_POSITION = 4;
    private static final int HEAP_PER_BYTE = 32;

    @Override
    protected List<byte[]> seeds() {
        Digest image = Digest.of(new byte[Digest.LENGTH]);
        List<NodeId> nodes = List.of(new NodeId(7), new NodeId(0x80000001));
        GroupAddress group = new GroupAddress(ByteBuffer.wrap(new byte[] {(byte) 239, 1, 2, 3}), 6_003);
        BitSet some = new BitSet();
        some.set(2, 9);
        List<ByteBuffer> messages = new ArrayList<>(SessionCodecTest.samples());
        messages.add(SessionCodec.encode(new Confirmation(Confirmation.Subject.NEEDS, nodes)));
        messages.add(
                SessionCodec.encode(new Dismissal(Dismissal.Action.MOVE, "to the lane", Optional.of(group), nodes)));
        messages.add(SessionCodec.encode(new Dismissal(Dismissal.Action.ABORT, "", List.of())));
        messages.add(SessionCodec.encode(new Needs(image, 0, 20, Needs.Extent.SOME, some)));
        messages.add(SessionCodec.encode(new Needs(image, 0, 20, Needs.Extent.ALL, new BitSet())));
        return messages.stream().map(ByteBuffer::array).toList();
    }

    @Override
    protected void run(byte[] input) throws Exception {
        allocatesAtMost(HEAP_PER_BYTE, input, () -> {
            judge(input, false);
            judge(input, true);
        });
    }

    private static void judge(byte[] input, boolean isReport) {
        ByteBuffer content = ByteBuffer.wrap(input);
        try {
            Optional<?> message = decode(content, isReport);
            require(content.position() == 0 && content.limit() == input.length, "the content was moved");
            if (message.isPresent()) {
                ByteBuffer again = SessionCodecTest.encode(message.get());
                require(decode(again, isReport).equals(message), "changed in encoding");
                // A newer version may append.
                require(again.remaining() <= input.length, "grew");
                again.put(VERSION_POSITION, input[VERSION_POSITION]);
                require(again.equals(content.limit(again.limit())), "not as it was");
            }
        } catch (MalformedDatagramException refused) {
            require(refused.getMessage() != null, "no reason");
        }
    }

    private static Optional<?> decode(ByteBuffer content, boolean isReport) throws MalformedDatagramException {
        return isReport ? SessionCodec.decodeReport(content) : SessionCodec.decodeCommand(content);
    }
}
