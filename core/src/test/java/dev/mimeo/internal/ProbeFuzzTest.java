package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.internal.Probe.Reply;
import dev.mimeo.protocol.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Probes and answers to them: what is taken is what is written again. */
class ProbeFuzzTest extends FuzzTarget {
    private static final MulticastGroup GROUP = MulticastGroup.of("239.192.7.1", 6003);
    private static final long BYTES_PER_BYTE = 64;

    @Override
    protected List<byte[]> seeds() {
        Probe probe = Probe.of(true, Reply.UNICAST, 3, 0x0102030405060708L, GROUP);
        BitSet heard = new BitSet();
        heard.set(0, 500);
        return List.of(
                probe.encode(Probe.LENGTH).array(),
                probe.answer(2, true, heard).encode(Probe.LENGTH).array());
    }

    @Override
    protected void run(byte[] input) throws Exception {
        allocatesAtMost(BYTES_PER_BYTE, input, () -> Probe.decode(ByteBuffer.wrap(input)));
        Optional<Probe> probe = Probe.decode(ByteBuffer.wrap(input));
        probe.ifPresent(
                it -> require(Probe.decode(it.encode(Probe.LENGTH)).equals(probe), "is written as something else"));
    }
}
