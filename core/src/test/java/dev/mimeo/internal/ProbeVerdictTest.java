package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkFinding;
import dev.mimeo.NetworkFinding.Code;
import dev.mimeo.NetworkReport;
import dev.mimeo.internal.Probe.Reply;
import dev.mimeo.internal.ProbePlan.Purpose;
import dev.mimeo.internal.ProbePlan.Step;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A machine that answers as the network lets it, and what is said of it. */
class ProbeVerdictTest {
    private static final MulticastGroup GROUP = MulticastGroup.of("239.192.7.1", 6003);
    private static final long SECOND = 1_000_000_000;
    private static final ProbePlan PLAN = ProbePlan.of(10 * SECOND, 1, 1_472);
    private static final int LAST = PLAN.steps().size() - 1;
    private static final Set<Reply> ALL = EnumSet.of(Reply.BACK, Reply.UNICAST, Reply.GROUP);

    /** What crosses no router: all but what may cross some is heard as well. */
    private static final Predicate<Step> EVERYTHING = step -> true;

    @Test
    void aGoodNetworkIsPraised() throws Exception {
        NetworkReport report = verdict(machine(EVERYTHING, ALL, LAST, false));
        assertThat(report.findings()).isEmpty();
        assertThat(report.passed())
                .containsExactly(
                        "10.0.0.12 hears the group for 9.9 s: 495 of 495 probes, 0 late, up to 1472 bytes; its answers arrive");
    }

    @Test
    void whoDoesNotAnswerIsSilentOrClosed() throws Exception {
        ProbedMachine machine = new ProbedMachine(address(), true);
        assertThat(codes(machine)).containsExactly(Code.SILENT);
        machine.onClosed();
        assertThat(codes(machine)).containsExactly(Code.CLOSED);
    }

    @Test
    void whoAnswersUnicastOnlyHasNoMulticast() throws Exception {
        Set<Reply> unicast = EnumSet.of(Reply.BACK, Reply.UNICAST);
        assertThat(codes(machine(step -> false, unicast, LAST, true))).containsExactly(Code.NO_MULTICAST);
        assertThat(codes(machine(step -> false, ALL, LAST, true))).containsExactly(Code.ONE_WAY);
    }

    @Test
    void whatCrossesRoutersWithAnotherTimeToLiveSaysWhich() throws Exception {
        NetworkFinding finding = only(machine(step -> step.timeToLive() >= 5, ALL, LAST, true));
        assertThat(finding.code()).isEqualTo(Code.TTL);
        assertThat(finding.evidence()).contains("time to live of 8, and nothing with 1:");
        assertThat(finding.remedy()).contains("--ttl 8");
    }

    @Test
    void whatStopsWhileUnicastGoesOnIsSnooping() throws Exception {
        NetworkFinding finding = only(machine(step -> step.atNanos() < 4 * SECOND, ALL, LAST, false));
        assertThat(finding.code()).isEqualTo(Code.SNOOPING);
        assertThat(finding.evidence()).startsWith("hears the group for 4.0 s, and then nothing for 5.9 s");
    }

    @Test
    void whatIsHeardOnlyAfterJoiningAnewIsSnooping() throws Exception {
        Predicate<Step> late = step -> step.atNanos() > SECOND * 7 / 10;
        assertThat(codes(machine(late, ALL, LAST, true))).containsExactly(Code.SNOOPING);
        assertThat(codes(machine(late, ALL, LAST, false))).isEmpty();
        Predicate<Step> withGap = step -> step.atNanos() < 3 * SECOND || step.atNanos() > 4 * SECOND;
        assertThat(codes(machine(late.and(withGap), ALL, LAST, true))).containsExactly(Code.SNOOPING);
        assertThat(codes(machine(withGap, ALL, LAST, false))).containsExactly(Code.LOSS);
    }

    @Test
    void whatStopsForAMomentAtTheEndIsNoSnooping() throws Exception {
        assertThat(codes(machine(step -> step.atNanos() < 9 * SECOND, ALL, LAST, false)))
                .isEmpty();
    }

    @Test
    void whatIsTooLongSaysWhatFits() throws Exception {
        NetworkFinding finding = only(machine(step -> step.length() <= 1_400, ALL, LAST, false));
        assertThat(finding.code()).isEqualTo(Code.MTU);
        assertThat(finding.evidence()).startsWith("hears datagrams of 1372 bytes, and none of 1432");
        assertThat(finding.remedy()).endsWith("--segment 1264");
    }

    @Test
    void fragmentsMayBeDropped() throws Exception {
        assertThat(codes(machine(step -> step.purpose() != Purpose.FRAGMENTED, ALL, LAST, false)))
                .containsExactly(Code.FRAGMENTS);
    }

    @Test
    void lossIsTold() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        NetworkFinding finding = only(machine(step -> random.nextInt(100) >= 5, ALL, LAST, false));
        assertThat(finding.code()).isEqualTo(Code.LOSS);
        assertThat(finding.evidence()).matches("lost [0-9]+ of [0-9]+ small probes \\([3-7]\\.[0-9] %\\).*");
    }

    @Test
    void oneInAHundredOrMoreIsLoss() throws Exception {
        assertThat(codes(machineHearing(number -> number < 100 || number >= 104, ALL, LAST, false)))
                .isEmpty();
        assertThat(codes(machineHearing(number -> number < 300 || number >= 305, ALL, LAST, false)))
                .containsExactly(Code.LOSS);
    }

    @Test
    void heavyLossIsNotTakenForAnythingElse() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            assertThat(codes(machine(step -> random.nextInt(100) >= 20, ALL, LAST, false)))
                    .as("seed %d", seed)
                    .containsExactly(Code.LOSS);
        }
    }

    @Test
    void answersThatDoNotArriveAreAFirewallOrOneWay() throws Exception {
        assertThat(codes(machine(EVERYTHING, EnumSet.of(Reply.BACK), LAST, false)))
                .containsExactly(Code.FIREWALL);
        assertThat(codes(machine(EVERYTHING, EnumSet.of(Reply.BACK, Reply.GROUP), LAST, false)))
                .containsExactly(Code.FIREWALL);
        assertThat(codes(machine(EVERYTHING, EnumSet.of(Reply.BACK, Reply.UNICAST), LAST, false)))
                .containsExactly(Code.ONE_WAY);
    }

    @Test
    void whoLeavesMeanwhileIsSaidToHaveAnsweredSoLong() throws Exception {
        NetworkFinding finding = only(machine(EVERYTHING, ALL, LAST / 2, false));
        assertThat(finding.code()).isEqualTo(Code.SILENT);
        assertThat(finding.evidence()).matches("answered for 4\\.[0-9] s, and then no more");
        assertThat(codes(machine(EVERYTHING, ALL, 3, false))).containsExactly(Code.SILENT);
    }

    @Test
    void whateverIsForgedIsJudged() throws Exception {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 2_000; i++) {
            ProbedMachine machine = new ProbedMachine(address(), true);
            for (int answers = random.nextInt(4); answers >= 0; answers--) {
                byte[] heard = new byte[128];
                random.nextBytes(heard);
                machine.onAnswer(new Probe(
                        true,
                        false,
                        Reply.values()[random.nextInt(4)],
                        random.nextInt(Probe.MOST_NUMBERS),
                        random.nextInt(1 << 16),
                        random.nextBoolean(),
                        1,
                        1,
                        random.nextBoolean() ? BitSet.valueOf(heard) : new BitSet()));
            }
            NetworkReport report = verdict(machine);
            assertThat(report.findings().size() + report.passed().size()).isPositive();
        }
    }

    @Test
    void whoIsInventedIsNotAskedForEver() throws Exception {
        ProbedMachine invented = new ProbedMachine(address(), false);
        Probe answer = Probe.of(false, Reply.BACK, 0, 1, GROUP).answer(0, false, new BitSet());
        for (int i = 0; i < 100; i++) {
            assertThat(invented.mayBeAsked()).isTrue();
            invented.onAnswer(answer);
        }
        for (int i = 0; i < 12; i++) {
            assertThat(invented.mayBeAsked()).isTrue();
        }
        assertThat(invented.mayBeAsked()).isFalse();
        ProbedMachine named = new ProbedMachine(address(), true);
        for (int i = 0; i < 100; i++) {
            assertThat(named.mayBeAsked()).isTrue();
        }
    }

    private static InetAddress address() throws UnknownHostException {
        return InetAddress.getByName("10.0.0.12");
    }

    private static ProbedMachine machine(Predicate<Step> hears, Set<Reply> ways, int asOf, boolean rejoined)
            throws UnknownHostException {
        return machineHearing(number -> hears.test(PLAN.steps().get(number)), ways, asOf, rejoined);
    }

    private static ProbedMachine machineHearing(IntPredicate hears, Set<Reply> ways, int asOf, boolean rejoined)
            throws UnknownHostException {
        BitSet heard = new BitSet();
        for (int number = 0; number <= asOf; number++) {
            heard.set(number, hears.test(number));
        }
        ProbedMachine machine = new ProbedMachine(address(), true);
        for (Reply way : ways) {
            machine.onAnswer(Probe.of(false, way, asOf, 1, GROUP).answer(0, rejoined, heard));
        }
        return machine;
    }

    private static NetworkReport verdict(ProbedMachine machine) {
        return ProbeVerdict.of(PLAN, machine, GROUP);
    }

    private static Set<Code> codes(ProbedMachine machine) {
        EnumSet<Code> codes = EnumSet.noneOf(Code.class);
        verdict(machine).findings().forEach(finding -> codes.add(finding.code()));
        return codes;
    }

    private static NetworkFinding only(ProbedMachine machine) {
        NetworkReport report = verdict(machine);
        assertThat(report.findings()).hasSize(1);
        assertThat(report.findings().get(0).where()).isEqualTo("10.0.0.12");
        return report.findings().get(0);
    }
}
