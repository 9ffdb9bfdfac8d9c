package dev.mimeo;

import java.util.Objects;

/**
 * Something that keeps multicast from working, or from working well.
 *
 * @param where the address of the machine that it is about; empty if it is this one
 * @param evidence what was seen, in one sentence or some
 * @param remedy what to do
 */
public record NetworkFinding(Code code, String where, String evidence, String remedy) {
    /** What is wrong. The names are stable: programs may depend on them. */
    public enum Code {
        /** No interface can be used, or several can and none was named. */
        INTERFACE,
        /** No interface was named, and the system would send to the group by another, or by none. */
        ROUTE,
        /** The port is held by a program that does not share it, or wants rights of its own. */
        PORT,
        /** The system refuses to join the group. */
        MEMBERSHIP,
        /** The system limits receive buffers to less than a burst. */
        BUFFER,
        /** The interface is forced to an old version of IGMP. */
        IGMP_VERSION,
        /** Somebody sends to the group already. */
        GROUP_IN_USE,
        /** Several send to the group already, each disturbing the others. */
        TWO_SENDERS,
        /** A firewall: of this machine, which does not hear itself or drops answers, or refuses to send. */
        FIREWALL,
        /** Nobody answers at all. */
        NOBODY,
        /** A machine that was named does not answer, neither to the group nor to unicast. */
        SILENT,
        /** A machine that was named is there, but nobody listens on the port. */
        CLOSED,
        /** Unicast works, multicast does not, in neither direction. */
        NO_MULTICAST,
        /** Multicast works in one direction only. */
        ONE_WAY,
        /** The network forgets who listens to the group: a switch with IGMP snooping that hears no querier. */
        SNOOPING,
        /** There are routers in between, which drop what has too small a time to live. */
        TTL,
        /** Small datagrams arrive, and those of usual length do not. */
        MTU,
        /** Datagrams in one piece arrive, and those in fragments do not. */
        FRAGMENTS,
        /** Some of the datagrams are lost. */
        LOSS;

        /** Returns whether Mimeo works nevertheless, and something may be slower or less robust than it could be. */
        public boolean isAdvice() {
            return this == ROUTE || this == BUFFER || this == IGMP_VERSION || this == FRAGMENTS;
        }
    }

    /** Refuses what says nothing. */
    public NetworkFinding {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(evidence, "evidence");
        Objects.requireNonNull(remedy, "remedy");
    }
}
