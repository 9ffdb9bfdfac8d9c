package dev.mimeo.internal;

import dev.mimeo.ImageDescription;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.StatusReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the protocol says, as users see it; text that came from the network is made harmless here. */
final class Descriptions {
    private static final double MILLION = 1e6;

    private Descriptions() {}

    static ImageDescription of(Manifest manifest) {
        return new ImageDescription(
                Names.clean(manifest.name()),
                Names.clean(manifest.version()),
                manifest.length(),
                manifest.root().toString(),
                manifest.objects().size() == 1
                        ? manifest.objects().get(0).sha256().toString()
                        : "");
    }

    static List<ReceiverStatus> of(List<RosterEntry> roster) {
        return roster.stream().map(Descriptions::of).toList();
    }

    static ReceiverStatus of(RosterEntry entry) {
        Optional<StatusReport> report = entry.report();
        return new ReceiverStatus(
                entry.id().toString(),
                Names.clean(report.map(StatusReport::name).orElse("")),
                state(entry),
                report.map(StatusReport::verifiedBytes).orElse(0L),
                report.map(StatusReport::totalBytes).orElse(0L),
                lossRatio(entry),
                Names.clean(report.map(StatusReport::detail).orElse("")));
    }

    static double lossRatio(RosterEntry entry) {
        return entry.report().map(StatusReport::lossPerMillion).orElse(0) / MILLION;
    }

    private static ReceiverStatus.State state(RosterEntry entry) {
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

    static SessionAnnouncement of(Announcement announcement) {
        return new SessionAnnouncement(
                Names.clean(announcement.sessionName()),
                of(announcement.state()),
                announcement.image().toString(),
                announcement.imageLength(),
                announcement.joined(),
                announcement.expected(),
                announcement.startsInMillis() < 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(announcement.startsInMillis())),
                saturatedBits(announcement.bytesPerSecond()));
    }

    private static long saturatedBits(long bytesPerSecond) {
        return bytesPerSecond > Long.MAX_VALUE / Byte.SIZE ? Long.MAX_VALUE : bytesPerSecond * Byte.SIZE;
    }

    static TransferPhase of(SessionState state) {
        return switch (state) {
            case WAITING -> TransferPhase.WAITING;
            case SENDING -> TransferPhase.TRANSFERRING;
            case COMPLETING -> TransferPhase.COMPLETING;
            case ENDED -> TransferPhase.FINISHED;
        };
    }
}
