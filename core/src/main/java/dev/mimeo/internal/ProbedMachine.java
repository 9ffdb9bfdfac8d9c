package dev.mimeo.internal;

import java.net.InetAddress;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;

/** What a prober knows of another machine by its answers, none of which is believed to be honest. Confined to one thread. */
final class ProbedMachine {
    /** Who was not named and has not answered so many probes by unicast is asked no more: it may never have been there. */
    private static final int MOST_UNANSWERED = 12;

    private final InetAddress address;
    private final boolean isNamed;
    private final Map<Probe.Reply, Integer> answers = new EnumMap<>(Probe.Reply.class);
    private final BitSet heard = new BitSet();
    private int asOf = -1;
    private int late;
    private boolean rejoined;
    private boolean closed;
    private int unanswered;

    /**
     * Nothing is known yet.
     *
     * @param isNamed whether the user said that it is there
     */
    ProbedMachine(InetAddress address, boolean isNamed) {
        this.address = address;
        this.isNamed = isNamed;
    }

    /** It is to be probed by unicast now; returns whether it may be. */
    boolean mayBeAsked() {
        return unanswered++ < MOST_UNANSWERED || isNamed;
    }

    /** It answered. */
    void onAnswer(Probe answer) {
        unanswered = 0;
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
