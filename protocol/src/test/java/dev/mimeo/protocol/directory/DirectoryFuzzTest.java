package dev.mimeo.protocol.directory;

import dev.mimeo.protocol.fuzz.FuzzTarget;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Messages of the directory: what is taken and fits into a message of ours is read as the same again. */
class DirectoryFuzzTest extends FuzzTarget {
    private static final int HEAP_PER_BYTE = 32;

    @Override
    protected List<byte[]> seeds() {
        return DirectoryCodecTest.samples();
    }

    @Override
    protected void run(byte[] input) throws Exception {
        allocatesAtMost(HEAP_PER_BYTE, input, () -> judge(input));
    }

    private static void judge(byte[] input) {
        ByteBuffer content = ByteBuffer.wrap(input);
        try {
            Optional<DirectoryMessage> message = DirectoryCodec.decode(content);
            require(content.position() == 0 && content.limit() == input.length, "the content was moved");
            if (message.isPresent() && input.length <= DirectoryCodec.LONGEST) {
                ByteBuffer again = DirectoryCodec.encode(message.get());
                require(again.remaining() <= input.length, "grew");
                require(DirectoryCodec.decode(again).equals(message), "changed in encoding");
            }
        } catch (MalformedDatagramException refused) {
            require(refused.getMessage() != null, "no reason");
        }
    }
}
