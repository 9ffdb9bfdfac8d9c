package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkFinding;
import dev.mimeo.NetworkFinding.Code;
import dev.mimeo.NetworkReport;
import dev.mimeo.internal.Probe.Reply;
import dev.mimeo.internal.ProbePlan.Purpose;
import dev.mimeo.internal.ProbePlan.Step;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What the network does to datagrams on their way to one machine and back, by what it has heard of a plan and how its answers
 * came. Pure computation.
 */
final class ProbeVerdict {
    /** What was sent so shortly before an answer may not have been there yet. */
    private static final long ON_ITS_WAY_NANOS = 100_000_000;
    /** Silence that is no accident: as many probes as this in a row, for as long. */
    private static final int SILENT_PROBES = 8;

    private static final long SILENT_NANOS = 1_000_000_000;
    /** How often something must have been tried before its failure says something. */
    private static final int TRIES = 3;

    private static final double NANOS = 1e9;

    private final ProbePlan plan;
    private final ProbedMachine machine;
    private final MulticastGroup group;
    private final String where;
    private final List<NetworkFinding> findings = new ArrayList<>();
    /** Steady probes of which the machine can have told. */
    private final int[] steady;

    private ProbeVerdict(ProbePlan plan, ProbedMachine machine, MulticastGroup group) {
        this.plan = plan;
        this.machine = machine;
        this.group = group;
        this.where = machine.address().getHostAddress();
        this.steady = judged(Purpose.STEADY, number -> true);
    }

    /** Judges by everything that was heard until the end of the plan. */
    static NetworkReport of(ProbePlan plan, ProbedMachine machine, MulticastGroup group) {
        return new ProbeVerdict(plan, machine, group).judge();
    }

    private NetworkReport judge() {
        if (!machine.hasAnswered()) {
            judgeSilence();
        } else if (heard(steady).length == 0) {
            judgeDeafness();
        } else {
            judgeWay();
            judgeAnswers();
            judgeEnd();
        }
        return new NetworkReport(findings.isEmpty() ? List.of(praise()) : List.of(), findings);
    }

    private void judgeSilence() {
        if (machine.isClosed()) {
            found(
                    Code.CLOSED,
                    "is there, but nobody listens on its UDP port " + group.port() + ", or a firewall there says so",
                    "start \"mimeo check --respond\" there, with the same group, and allow UDP to that port in its firewall");
        } else {
            found(
                    Code.SILENT,
                    "does not answer, neither to the group nor to unicast",
                    "is that its address, and does \"mimeo check --respond\" run there, with the same group? If so, a"
                            + " firewall on the way drops UDP to port " + group.port()
                            + ": allow it, here, there and in between");
        }
    }

    private void judgeDeafness() {
        OptionalInt enough = IntStream.rangeClosed(
                        0, Math.min(machine.asOf(), plan.steps().size() - 1))
                .filter(number -> step(number).purpose() == Purpose.FARTHER && machine.hasHeard(number))
                .map(number -> step(number).timeToLive())
                .min();
        if (enough.isPresent()) {
            int used = step(steadyNumber()).timeToLive();
            found(
                    Code.TTL,
                    "hears what is sent with a time to live of " + enough.getAsInt() + ", and nothing with " + used
                            + ": there are routers in between",
                    "use --ttl " + enough.getAsInt() + ", or timeToLive(" + enough.getAsInt()
                            + "), here and on the receivers");
        } else if (steady.length < SILENT_PROBES) {
            found(
                    Code.SILENT,
                    "answered at first, and then no more",
                    "does \"mimeo check --respond\" still run there?");
        } else if (machine.answers(Reply.GROUP) > 0) {
            found(
                    Code.ONE_WAY,
                    "is heard here when it sends to the group, and does not hear what is sent from here to it",
                    "allow UDP to port " + group.port()
                            + " in the firewall there; on Linux, with several interfaces, see"
                            + " that rp_filter is 0 or 2 there (sysctl net.ipv4.conf.all.rp_filter)");
        } else {
            found(
                    Code.NO_MULTICAST,
                    "answers to unicast, and hears nothing that is sent to the group, nor is heard there",
                    "have switches, access points and virtual networks in between pass multicast to " + group
                            + " (are both on one VLAN? is there a filter for unknown multicast?), and allow it in the"
                            + " firewalls of both machines");
        }
    }

    private int steadyNumber() {
        return IntStream.range(0, plan.steps().size())
                .filter(number -> step(number).purpose() == Purpose.STEADY)
                .findFirst()
                .orElseThrow();
    }

    /** Some of the steady probes were heard: between the first and the last of them, multicast worked. */
    private void judgeWay() {
        int[] heard = heard(steady);
        int first = heard[0];
        int last = heard[heard.length - 1];
        int[] before = number(steady, number -> number < first);
        int[] after = number(steady, number -> number > last);
        String protocol = group.address() instanceof Inet4Address ? "IGMP" : "MLD";
        String remedy = "have an " + protocol
                + " querier on the network: switch it on in the switch, or in a router of this VLAN; or" + " switch "
                + protocol + " snooping off, and multicast goes everywhere";
        if (after.length >= SILENT_PROBES && span(after) >= SILENT_NANOS) {
            found(
                    Code.SNOOPING,
                    String.format(
                            Locale.ROOT,
                            "hears the group for %.1f s, and then nothing for %.1f s, while unicast works: a switch forgets"
                                    + " who listens, since nobody asks",
                            (step(last).atNanos() - step(first).atNanos()) / NANOS,
                            span(after) / NANOS),
                    remedy);
        } else if (machine.hasRejoined() && before.length >= SILENT_PROBES) {
            found(
                    Code.SNOOPING,
                    "heard nothing from the group until it joined anew: a switch had forgotten that it listens, since nobody"
                            + " asks",
                    remedy);
        }
        int[] alive = number(steady, number -> number >= first && number <= last);
        IntPredicate meanwhile = number -> number > first && number < last;
        if (heard(alive).length * 2 > alive.length) {
            judgeLengths(meanwhile);
        }
        // A switch that forgets loses some before it is told anew.
        if (findings.stream().noneMatch(finding -> finding.code() == Code.SNOOPING)) {
            judgeLoss(alive);
        }
    }

    private void judgeLengths(IntPredicate meanwhile) {
        int longest = plan.longest();
        int arrived = Probe.LENGTH;
        int refused = 0;
        for (int number : judged(Purpose.LONG, meanwhile)) {
            int length = step(number).length();
            int[] same = judged(Purpose.LONG, meanwhile.and(other -> step(other).length() == length));
            if (heard(same).length > 0) {
                arrived = Math.max(arrived, length);
            } else if (same.length >= TRIES && (refused == 0 || length < refused)) {
                refused = length;
            }
        }
        int[] fragmented = judged(Purpose.FRAGMENTED, meanwhile);
        if (refused > arrived) {
            found(
                    Code.MTU,
                    "hears datagrams of " + arrived + " bytes, and none of " + refused
                            + ": something on the way carries less than its MTU says",
                    "set the same MTU everywhere; or send segments that fit, with --segment "
                            + SegmentLength.within(arrived));
        } else if (arrived == longest && fragmented.length >= TRIES && heard(fragmented).length == 0) {
            found(
                    Code.FRAGMENTS,
                    "hears datagrams of " + arrived + " bytes in one piece, and none of "
                            + step(fragmented[0]).length()
                            + " in two: a firewall or switch on the way drops fragments",
                    "leave --segment at its default, which is not fragmented; or allow fragments");
        }
    }

    private void judgeLoss(int[] alive) {
        int lost = alive.length - heard(alive).length;
        if (lost >= TRIES && lost * 100 >= alive.length) {
            found(
                    Code.LOSS,
                    String.format(
                            Locale.ROOT,
                            "lost %d of %d small probes (%.1f %%), a few dozen a second",
                            lost,
                            alive.length,
                            100.0 * lost / alive.length),
                    "look at the cable, the port of the switch (errors, half duplex), Wi-Fi, and what else fills the line;"
                            + " Mimeo repairs what is lost, at a cost of as much again");
        }
    }

    /** It hears the group: do its answers arrive in every way? */
    private void judgeAnswers() {
        boolean byGroup = machine.answers(Reply.GROUP) > 0 || asked(Reply.GROUP) < TRIES;
        boolean byUnicast = machine.answers(Reply.UNICAST) > 0 || asked(Reply.UNICAST) < TRIES;
        if (!byUnicast) {
            found(
                    Code.FIREWALL,
                    byGroup
                            ? "hears the group, but what it sends by unicast to a port of this machine does not arrive"
                            : "hears the group, but neither what it sends to the group nor to a port of this machine"
                                    + " arrives, except in reply to unicast",
                    "allow UDP from the receivers in, in the firewall of this machine, to port " + group.port()
                            + " and to ports that the system chooses");
        } else if (!byGroup) {
            found(
                    Code.ONE_WAY,
                    "hears the group, but what it sends to the group does not arrive here",
                    "allow UDP to port " + group.port()
                            + " in, in the firewall of this machine, and multicast out in that of the other; or use"
                            + " --unicast-nacks on the receivers");
        }
    }

    /** Returns how many probes it heard that asked for an answer in this way. */
    private int asked(Reply way) {
        return heard(judged(Purpose.STEADY, number -> step(number).reply() == way)).length;
    }

    private void judgeEnd() {
        long heardUntil =
                step(Math.min(machine.asOf(), plan.steps().size() - 1)).atNanos();
        if (heardUntil < plan.endNanos() - SILENT_NANOS) {
            found(
                    Code.SILENT,
                    String.format(Locale.ROOT, "answered for %.1f s, and then no more", heardUntil / NANOS),
                    "does \"mimeo check --respond\" still run there, and is its cable in place?");
        }
    }

    private String praise() {
        int[] heard = heard(steady);
        return String.format(
                Locale.ROOT,
                "%s hears the group for %.1f s: %d of %d probes, %d late, up to %d bytes; its answers arrive",
                where,
                (step(heard[heard.length - 1]).atNanos() - step(heard[0]).atNanos()) / NANOS,
                heard.length,
                steady.length,
                machine.late(),
                plan.longest());
    }

    private void found(Code code, String evidence, String remedy) {
        findings.add(new NetworkFinding(code, where, evidence, remedy));
    }

    private Step step(int number) {
        return plan.steps().get(number);
    }

    private int[] judged(Purpose purpose, IntPredicate which) {
        int asOf = Math.min(machine.asOf(), plan.steps().size() - 1);
        return IntStream.rangeClosed(0, asOf)
                .filter(number -> step(number).purpose() == purpose)
                .filter(number -> step(number).atNanos() <= step(asOf).atNanos() - ON_ITS_WAY_NANOS)
                .filter(which)
                .toArray();
    }

    private int[] heard(int[] numbers) {
        return number(numbers, machine::hasHeard);
    }

    private static int[] number(int[] numbers, IntPredicate which) {
        return IntStream.of(numbers).filter(which).toArray();
    }

    private long span(int[] numbers) {
        return step(numbers[numbers.length - 1]).atNanos() - step(numbers[0]).atNanos();
    }
}
