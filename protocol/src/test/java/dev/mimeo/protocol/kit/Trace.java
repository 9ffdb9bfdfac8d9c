package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Writes one line for each datagram: when, from, to, what, and what became of it. */
final class Trace {
    private static final int RECIPIENTS_NAMED = 12;

    private final Appendable out;
    private final Function<NodeId, String> names;
    private final Map<String, List<NodeId>> fates = new TreeMap<>();
    private Datagram datagram;

    Trace(Appendable out, Function<NodeId, String> names) {
        this.out = out;
        this.names = names;
    }

    void begin(Datagram datagram) {
        this.datagram = datagram;
    }

    void note(String fate, NodeId recipient) {
        List<NodeId> recipients = fates.computeIfAbsent(fate, f -> new ArrayList<>());
        if (recipient != null) {
            recipients.add(recipient);
        }
    }

    void end() {
        StringBuilder line = new StringBuilder();
        fates.forEach((fate, recipients) ->
                line.append(line.isEmpty() ? "" : "; ").append(fate).append(named(recipients)));
        String to = datagram.isToGroup() ? "group" : names.apply(datagram.destination());
        write(
                datagram.sentNanos(),
                String.format(
                        "#%d %-12s -> %-12s %s [%s]",
                        datagram.number(),
                        names.apply(datagram.origin()),
                        to,
                        datagram,
                        line.isEmpty() ? "delivered" : line));
        fates.clear();
        datagram = null;
    }

    /** Writes a line about something else. */
    void remark(long atNanos, String what) {
        write(atNanos, "* " + what);
    }

    private void write(long atNanos, String line) {
        try {
            out.append(String.format(Locale.ROOT, "%14.6f ms  %s%n", atNanos / 1e6, line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String named(List<NodeId> recipients) {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < recipients.size(); i++) {
            if (i == RECIPIENTS_NAMED) {
                list.append(" and ").append(recipients.size() - i).append(" more");
                break;
            }
            list.append(i == 0 ? " " : ", ").append(names.apply(recipients.get(i)));
        }
        return list.toString();
    }
}
