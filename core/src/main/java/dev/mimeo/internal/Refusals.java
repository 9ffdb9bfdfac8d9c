package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many datagrams a port has dropped before any machine saw them, and why. Each reason is logged once. Confined to the
 * thread that uses the port.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final Object where;
    private final long[] counts = new long[Reason.values().length];

    /** Why a datagram was dropped. */
    enum Reason {
        /** It is sealed, and we have no key. */
        SEALED("were sealed; a group key is needed"),
        /** It is not sealed, and we have a key. */
        CLEAR("were not sealed; does everybody there have the group key?"),
        /** It is nothing that would be sealed like this. */
        MALFORMED("were not sealed as they should be"),
        /** Its tag does not match. */
        FORGED("could not be opened; is the group key the same on both sides?"),
        /** A key would have to be derived to try it, and too many of late were in vain. */
        UNTRIED("were not tried, since too many others could not be opened"),
        /** It was heard before, or is too old to know, or of a session that is over. */
        REPLAYED("were heard before"),
        /** It is of a session, or goes in a direction, that is not listened to. */
        FOREIGN("were for others");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** Returns whether somebody should look into it. */
        private boolean isSuspicious() {
            return this != UNTRIED && this != REPLAYED && this != FOREIGN;
        }
    }

    /** {@code where} is what people call the group. */
    Refusals(Object where) {
        this.where = where;
    }

    void count(Reason reason) {
        if (counts[reason.ordinal()]++ == 0) {
            if (reason.isSuspicious()) {
                LOG.warn("Datagrams on {} {} They are dropped, and not logged again.", where, sentence(reason));
            } else {
                LOG.debug("Datagrams on {} {}", where, sentence(reason));
            }
        }
    }

    private static String sentence(Reason reason) {
        return reason.words.endsWith("?") ? reason.words : reason.words + ".";
    }

    long of(Reason reason) {
        return counts[reason.ordinal()];
    }

    /** Returns how many there were, as users see them. */
    DroppedDatagrams dropped() {
        return new DroppedDatagrams(
                of(Reason.MALFORMED),
                of(Reason.FOREIGN),
                of(Reason.SEALED) + of(Reason.CLEAR) + of(Reason.FORGED),
                of(Reason.REPLAYED),
                of(Reason.UNTRIED),
                0);
    }

    /** Returns what somebody should look into, for the end of a message; empty if there is nothing. */
    String words() {
        List<String> words = new ArrayList<>();
        for (Reason each : Reason.values()) {
            if (each.isSuspicious() && of(each) > 0) {
                words.add(" Of the datagrams there, " + of(each) + " " + sentence(each));
            }
        }
        return String.join("", words);
    }

    @Override
    public String toString() {
        return Arrays.toString(counts);
    }
}
