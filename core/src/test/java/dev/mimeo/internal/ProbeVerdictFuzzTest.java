package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkReport;
import dev.mimeo.internal.Probe.Reply;
import dev.mimeo.protocol.fuzz.FuzzTarget;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Whatever answers come, what they say of a machine can be judged. An input is one datagram after another. */
class ProbeVerdictFuzzTest extends FuzzTarget {
    private static final MulticastGroup GROUP = MulticastGroup.of("239.192.7.1", 6003);
    private static final ProbePlan PLAN = ProbePlan.of(3_000_000_000L, 1, 1_472);
    private static final int LONGEST = 16 * Probe.LENGTH;

    @Override
    protected List<byte[]> seeds() {
        Probe probe = Probe.of(true, Reply.UNICAST, 3, 0x0102030405060708L, GROUP);
        BitSet heard = new BitSet();
        heard.set(0, PLAN.steps().size());
        Probe last = Probe.of(false, Reply.BACK, PLAN.steps().size() - 1, 9, GROUP);
        return List.of(
                probe.encode(Probe.LENGTH).array(),
                probe.answer(2, true, heard).encode(Probe.LENGTH).array(),
                last.answer(0, false, heard).encode(Probe.LENGTH).array());
    }

    @Override
    protected void run(byte[] input) throws Exception {
        if (input.length > LONGEST) {
            return;
        }
        ProbedMachine machine = new ProbedMachine(InetAddress.getLoopbackAddress(), true);
        for (int start = 0; start < Math.max(1, input.length); start += Probe.LENGTH) {
            byte[] datagram = Arrays.copyOfRange(input, start, Math.min(input.length, start + Probe.LENGTH));
            Probe.decode(ByteBuffer.wrap(datagram)).filter(Probe::isAnswer).ifPresent(machine::onAnswer);
        }
        NetworkReport report = ProbeVerdict.of(PLAN, machine, GROUP);
        require(report.passed().isEmpty() != report.findings().isEmpty(), "neither praise nor blame, or both");
    }
}
