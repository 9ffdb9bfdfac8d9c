package dev.mimeo.internal;

import dev.mimeo.DirectoryEntry;
import dev.mimeo.ImageDescription;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SessionView;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.directory.Heard;
import dev.mimeo.protocol.directory.Listing;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.SessionText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/** What points and those who look for them say, in the words of both sides; text that came from the network is made harmless. */
final class DirectoryWords {
    private DirectoryWords() {}

    static GroupAddress of(MulticastGroup group) {
        return new GroupAddress(ByteBuffer.wrap(group.address().getAddress()), group.port());
    }

    /** Returns a group as people write it, whatever it is. */
    static String text(GroupAddress group) {
        try {
            return of(group).toString();
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    static Listing offer(ImageDescription image, String sessionName) {
        return listing(Listing.State.OFFERED, sessionName, image, Optional.empty(), 0, 0, 0);
    }

    /** Returns the line of a session; empty until it is known what it sends, and when it is over. */
    static Optional<Listing> of(SessionView view) {
        Optional<Listing.State> state = switch (view.phase()) {
            case PREPARING, CHECKING, FINISHED -> Optional.empty();
            case WAITING -> Optional.of(Listing.State.WAITING);
            case TRANSFERRING -> Optional.of(Listing.State.SENDING);
            case COMPLETING -> Optional.of(Listing.State.COMPLETING);
        };
        int joined = (int) view.receivers().stream()
                .filter(each -> switch (each.state()) {
                    case ASKING, REFUSED, DISMISSED, MOVED, SILENT -> false;
                    case JOINED, RECEIVING, VERIFIED, ACKNOWLEDGED, INCOMPLETE, FAILED, LEFT -> true;
                })
                .count();
        return state.flatMap(each -> view.image()
                .map(image -> listing(
                        each,
                        view.name(),
                        image,
                        Optional.of(of(view.group())),
                        joined,
                        StartPolicies.expected(view.startPolicy()),
                        view.bitsPerSecond() / Byte.SIZE)));
    }

    private static Listing listing(
            Listing.State state,
            String sessionName,
            ImageDescription image,
            Optional<GroupAddress> group,
            int joined,
            int expected,
            long bytesPerSecond) {
        return new Listing(
                state,
                SessionText.fit(sessionName),
                SessionText.fit(image.name()),
                SessionText.fit(image.version()),
                Digest.of(HexFormat.of().parseHex(image.id())),
                image.length(),
                group,
                joined,
                expected,
                -1,
                bytesPerSecond);
    }

    /** Returns whether a group is one that may be joined: others have routing on them, or leave this network. */
    static boolean isAllowed(GroupAddress group, boolean allowGlobalScope) {
        try {
            return of(group).isLocalScope() || allowGlobalScope;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Who lists a session at a source-specific group is its source. */
    static DirectoryEntry of(DirectoryClient.Seen seen) {
        Heard heard = seen.heard();
        Listing listing = heard.listing();
        return new DirectoryEntry(
                Names.clean(DirectoryClient.describe(heard)),
                Names.clean(listing.sessionName()),
                Names.clean(listing.imageName()),
                Names.clean(listing.imageVersion()),
                listing.image().toString(),
                listing.imageLength(),
                phase(listing.state()),
                listing.group()
                        .map(DirectoryWords::of)
                        .map(group -> seen.from()
                                .filter(point -> group.isSourceSpecific())
                                .flatMap(point -> from(group, point))
                                .orElse(group)),
                listing.joined(),
                listing.expected(),
                listing.startsInMillis() < 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(listing.startsInMillis())),
                Descriptions.saturatedBits(listing.bytesPerSecond()));
    }

    /** Returns a group with a source, where one belongs; empty if that can be none of it. */
    static Optional<MulticastGroup> from(MulticastGroup group, InetAddress source) {
        try {
            return Optional.of(group.from(source));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<TransferPhase> phase(Listing.State state) {
        return switch (state) {
            case OFFERED -> Optional.empty();
            case WAITING -> Optional.of(TransferPhase.WAITING);
            case SENDING -> Optional.of(TransferPhase.TRANSFERRING);
            case COMPLETING -> Optional.of(TransferPhase.COMPLETING);
            case ENDED -> Optional.of(TransferPhase.FINISHED);
        };
    }

    static MulticastGroup of(GroupAddress group) {
        byte[] address = new byte[group.address().remaining()];
        group.address().get(address);
        try {
            return new MulticastGroup(InetAddress.getByAddress(address), group.port());
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
