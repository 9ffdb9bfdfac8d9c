package dev.mimeo.internal;

import dev.mimeo.ReceiverStatus;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.StatusReport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of receivers beside the machine's roster: where they were heard from, and why they were sent away. Holds what
 * the roster does, which is bounded: whom that forgets is forgotten here, too, and joins anew if it is heard again. Any thread.
 */
final class Attendance {
    private final MulticastPort port;
    private final Map<NodeId, String> addresses = new ConcurrentHashMap<>();
    private final Map<NodeId, Leave> leaves = new ConcurrentHashMap<>();
    private final Set<NodeId> joined = ConcurrentHashMap.newKeySet();

    private record Leave(ReceiverStatus.State state, String reason) {}

    Attendance(MulticastPort port) {
        this.port = port;
    }

    /** A receiver that is known is told to leave. */
    void sentAway(NodeId receiver, ReceiverStatus.State how, String reason) {
        if (addresses.containsKey(receiver)) {
            leaves.putIfAbsent(receiver, new Leave(how, reason));
        }
    }

    /** A receiver takes part; returns whether it has not until now. The protocol thread. */
    boolean joins(NodeId receiver) {
        boolean isNew = joined.add(receiver);
        if (isNew) {
            address(receiver);
        }
        return isNew;
    }

    /** Nothing is known of a receiver any longer. */
    void forget(NodeId receiver) {
        addresses.remove(receiver);
        leaves.remove(receiver);
        joined.remove(receiver);
    }

    /** Returns of how many receivers something is known, at most. */
    int size() {
        return Math.max(Math.max(addresses.size(), leaves.size()), joined.size());
    }

    /** Returns where a receiver was last heard from, in digits; empty if that is not known. The protocol thread. */
    String address(NodeId receiver) {
        String address = port.addressOf(receiver)
                .filter(InetSocketAddress.class::isInstance)
                .map(from -> ((InetSocketAddress) from).getAddress().getHostAddress())
                .orElse("");
        addresses.put(receiver, address);
        return address;
    }

    List<ReceiverStatus> of(List<RosterEntry> roster) {
        return roster.stream().map(this::of).toList();
    }

    ReceiverStatus of(RosterEntry entry) {
        Optional<StatusReport> report = entry.report();
        String said = Names.clean(report.map(StatusReport::detail).orElse(""));
        String told =
                Optional.ofNullable(leaves.get(entry.id())).map(Leave::reason).orElse("");
        return new ReceiverStatus(
                entry.id().toString(),
                Names.clean(report.map(StatusReport::name).orElse("")),
                addresses.getOrDefault(entry.id(), ""),
                state(entry),
                report.map(StatusReport::verifiedBytes).orElse(0L),
                report.map(StatusReport::totalBytes).orElse(0L),
                report.map(StatusReport::presentBytes).orElse(0L),
                report.map(StatusReport::storageLagBytes).orElse(0L),
                Descriptions.lossRatio(entry),
                Duration.ofNanos(entry.joinedNanos()),
                Duration.ofNanos(entry.heardNanos()),
                said.isEmpty() ? told : said);
    }

    private ReceiverStatus.State state(RosterEntry entry) {
        return switch (entry.standing()) {
            case ASKING -> ReceiverStatus.State.ASKING;
            case DISMISSED ->
                Optional.ofNullable(leaves.get(entry.id())).map(Leave::state).orElse(ReceiverStatus.State.DISMISSED);
            case ADMITTED -> stateOfAdmitted(entry);
        };
    }

    private static ReceiverStatus.State stateOfAdmitted(RosterEntry entry) {
        Optional<ReceiverState> reported = entry.report().map(StatusReport::state);
        if (reported.isPresent() && reported.get().isFinal()) {
            return of(reported.get());
        }
        if (entry.silent()) {
            return ReceiverStatus.State.SILENT;
        }
        if (reported.isPresent()) {
            return of(reported.get());
        }
        return entry.acknowledged() ? ReceiverStatus.State.ACKNOWLEDGED : ReceiverStatus.State.RECEIVING;
    }

    private static ReceiverStatus.State of(ReceiverState state) {
        return switch (state) {
            case JOINING -> ReceiverStatus.State.JOINED;
            case RECEIVING -> ReceiverStatus.State.RECEIVING;
            case VERIFIED -> ReceiverStatus.State.VERIFIED;
            case INCOMPLETE -> ReceiverStatus.State.INCOMPLETE;
            case FAILED -> ReceiverStatus.State.FAILED;
            case LEFT -> ReceiverStatus.State.LEFT;
        };
    }
}
