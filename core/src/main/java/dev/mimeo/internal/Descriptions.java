package dev.mimeo.internal;

import dev.mimeo.Dismissal;
import dev.mimeo.ImageDescription;
import dev.mimeo.ImageFlag;
import dev.mimeo.SessionAnnouncement;
import dev.mimeo.SlowReceiverPolicy;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.sender.SlowReceivers;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.StatusReport;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What the protocol says, as users see it; text that came from the network is made harmless here. */
final class Descriptions {
    private static final double MILLION = 1e6;

    private Descriptions() {}

    /**
     * Returns what an image is.
     *
     * @param verified whether its signature, if it has one, was verified, and is to be told
     */
    static ImageDescription of(Manifest manifest, boolean verified) {
        return new ImageDescription(
                Names.clean(manifest.name()),
                Names.clean(manifest.version()),
                manifest.length(),
                manifest.root().toString(),
                manifest.objects().size() == 1
                        ? manifest.objects().get(0).sha256().toString()
                        : "",
                flags(manifest.flags()),
                manifest.serial(),
                Optional.of(manifest.notAfterEpochSecond())
                        .filter(seconds -> seconds != 0)
                        .map(Instant::ofEpochSecond),
                manifest.signature()
                        .filter(signature -> verified)
                        .map(signature -> Ed25519.fingerprint(Ed25519.x509(signature.key()))));
    }

    /** Returns the bits of a manifest. */
    static int flags(Set<ImageFlag> flags) {
        int bits = 0;
        for (ImageFlag flag : flags) {
            bits |= bit(flag);
        }
        return bits;
    }

    private static Set<ImageFlag> flags(int bits) {
        Set<ImageFlag> flags = EnumSet.allOf(ImageFlag.class);
        flags.removeIf(flag -> (bits & bit(flag)) == 0);
        return flags;
    }

    private static int bit(ImageFlag flag) {
        return switch (flag) {
            case ALLOW_MULTICAST -> Manifest.ALLOW_MULTICAST;
            case ENCRYPT -> Manifest.ENCRYPT;
            case MULTICAST_ONLY -> Manifest.MULTICAST_ONLY;
        };
    }

    static double lossRatio(RosterEntry entry) {
        return entry.report().map(StatusReport::lossPerMillion).orElse(0) / MILLION;
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

    static dev.mimeo.protocol.session.Dismissal.Action of(Dismissal.Action action) {
        return switch (action) {
            case FALL_BACK -> dev.mimeo.protocol.session.Dismissal.Action.FALL_BACK;
            case ABORT -> dev.mimeo.protocol.session.Dismissal.Action.ABORT;
        };
    }

    /** {@code mayHandOff}: whether there is something to fall back to, at this sender. */
    static SlowReceivers of(SlowReceiverPolicy policy, boolean mayHandOff) {
        if (policy instanceof SlowReceiverPolicy.DropBelow drop) {
            return new SlowReceivers.DropBelow(
                    drop.rate().bytesPerSecond(),
                    drop.grace().toNanos(),
                    mayHandOff && drop.action() == Dismissal.Action.FALL_BACK
                            ? dev.mimeo.protocol.session.Dismissal.Action.MOVE
                            : of(drop.action()));
        }
        if (policy instanceof SlowReceiverPolicy.Lanes) {
            return new SlowReceivers.Move();
        }
        return policy instanceof SlowReceiverPolicy.HoldAll
                ? new SlowReceivers.HoldAll()
                : new SlowReceivers.SecondPass();
    }

    static long saturatedBits(long bytesPerSecond) {
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
