package dev.mimeo.protocol.directory;

import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.SessionText;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * One line of the directory: a session, or an image that becomes one when somebody asks for it. Texts are up to 255 bytes
 * of UTF-8; see {@link SessionText}.
 *
 * @param state where it is
 * @param sessionName what its operator calls the session; may be empty
 * @param imageName display name of the image
 * @param imageVersion what its maker calls this version; may be empty
 * @param image identity of the image
 * @param imageLength bytes
 * @param group where the session meets; empty if the image is only {@link State#OFFERED}
 * @param joined receivers that have joined
 * @param expected receivers that it waits for; 0 if it does not
 * @param startsInMillis time until it starts whoever has joined; -1 if it has started or waits without end
 * @param bytesPerSecond the rate it sends at
 */
public record Listing(
        State state,
        String sessionName,
        String imageName,
        String imageVersion,
        Digest image,
        long imageLength,
        Optional<GroupAddress> group,
        int joined,
        int expected,
        long startsInMillis,
        long bytesPerSecond) {
    /** Where a listed session is. */
    public enum State {
        /** The image can be had: a session opens for whoever asks. */
        OFFERED,
        /** It gathers receivers. */
        WAITING,
        /** It sends. */
        SENDING,
        /** It repairs. */
        COMPLETING,
        /** It is over, or the image is not offered any more. */
        ENDED;

        /** Returns whether one can join. */
        public boolean isOpen() {
            return switch (this) {
                case WAITING, SENDING, COMPLETING -> true;
                case OFFERED, ENDED -> false;
            };
        }
    }

    private static final int FIXED_LENGTH = 71;

    /** Refuses what cannot be said on the wire. */
    public Listing {
        Objects.requireNonNull(image);
        SessionText.require("session name", sessionName);
        SessionText.require("image name", imageName);
        SessionText.require("image version", imageVersion);
        String fault = fault(state, imageLength, group, joined, expected, startsInMillis, bytesPerSecond);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /** Says what contradicts itself or is out of range; null if nothing is. */
    static String fault(
            State state,
            long imageLength,
            Optional<GroupAddress> group,
            int joined,
            int expected,
            long startsInMillis,
            long bytesPerSecond) {
        if (state.isOpen() && group.isEmpty() || state == State.OFFERED && group.isPresent()) {
            return state + (group.isEmpty() ? " without" : " with") + " a group";
        }
        if (imageLength < 0 || joined < 0 || expected < 0 || startsInMillis < -1 || bytesPerSecond < 0) {
            return "a negative count in " + state + " " + imageLength + " " + joined + " " + expected + " "
                    + startsInMillis + " " + bytesPerSecond;
        }
        return null;
    }

    /** Returns what tells this line from others of the same point: its group, or its image if it is offered. */
    public Object key() {
        return group.isPresent() ? group.get() : image;
    }

    /** Returns whether this is the image that is asked for, by its name or by the 64 hexadecimal digits of its identity. */
    public boolean answers(String wanted) {
        return !wanted.isEmpty() && wanted.equals(imageName) || wanted.equalsIgnoreCase(image.toString());
    }

    /** Returns the same line in another state. */
    Listing in(State next) {
        return new Listing(
                next,
                sessionName,
                imageName,
                imageVersion,
                image,
                imageLength,
                group,
                joined,
                expected,
                startsInMillis,
                bytesPerSecond);
    }

    /** Returns how many bytes it takes on the wire. */
    int length() {
        return FIXED_LENGTH
                + group.map(GroupAddress::length).orElse(0)
                + sessionName.getBytes(StandardCharsets.UTF_8).length
                + imageName.getBytes(StandardCharsets.UTF_8).length
                + imageVersion.getBytes(StandardCharsets.UTF_8).length;
    }
}
