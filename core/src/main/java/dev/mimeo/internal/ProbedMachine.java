package dev.mimeo.internal;

import java.net.InetAddress;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;

/** What a prober knows of another machine by its answers, none of which is believed to be honest. Confined to one thread. */
final class ProbedMachine {
    private final InetAddress address;
    private final Map<Probe.Reply, Integer> answers = new EnumMap<>(Probe.Reply.class);
    private final BitSet heard = new BitSet();
    private int asOf = -1;
    private int late;
    private boolean rejoined;
    private boolean closed;

    /** Nothing is known yet. */
    ProbedMachine(InetAddress address) {
        this.address = address;
    }

    /** It answered. */
    void onAnswer(Probe answer) {
        answers.merge(answer.reply(), 1, Integer::sum);
        heard.or(answer.heard());
        asOf = Math.max(asOf, answer.number());
        late = Math.max(late, answer.late());
        rejoined |= answer.rejoined();
    }

    /** Its system says that nobody listens on the port. */
    void onClosed() {
        closed = true;
    }

    InetAddress address() {
        return address;
    }

    boolean hasAnswered() {
        return !answers.isEmpty();
    }

    /** Returns how many answers came in this way. */
    int answers(Probe.Reply way) {
        return answers.getOrDefault(way, 0);
    }

    /** Returns whether it has heard this probe from the group. */
    boolean hasHeard(int number) {
        return heard.get(number);
    }

    /** Returns the last probe to the group that had been sent when it answered; -1 if it has not. */
    int asOf() {
        return asOf;
    }

    /** Returns how many probes it has heard after a later one. */
    int late() {
        return late;
    }

    /** Returns whether it joined the group anew because it was probed by unicast and had heard nothing from the group. */
    boolean hasRejoined() {
        return rejoined;
    }

    boolean isClosed() {
        return closed;
    }
}
