package dev.mimeo.protocol.session;

import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.manifest.Digest;
import java.util.Objects;

/**
 * A sender says who it is and what it sends.
 *
 * @param state where the session is
 * @param sessionName display name, up to 255 bytes of UTF-8; see {@link SessionText}
 * @param image identity of the image
 * @param imageLength bytes in all objects
 * @param manifest the object that carries the manifest
 * @param firstObject the first object of the image that is not empty; the others follow in the order of the manifest
 * @param objectCount objects of the image that are not empty, and so are sent: 0 to 65,535
 * @param joined receivers that have joined
 * @param expected receivers that the sender waits for; 0 if it does not
 * @param startsInMillis time until it starts whoever has joined, up to {@link #LONGEST_WAIT_MILLIS}; -1 if it has started
 *     or waits without end
 * @param bytesPerSecond the rate it sends at; 0 while it is held, or has nothing to send yet
 * @param reportIntervalMillis how often a receiver may report, 1 to 2^31 - 1
 */
public record Announcement(
        SessionState state,
        String sessionName,
        Digest image,
        long imageLength,
        ObjectId manifest,
        ObjectId firstObject,
        int objectCount,
        int joined,
        int expected,
        long startsInMillis,
        long bytesPerSecond,
        int reportIntervalMillis)
        implements SessionCommand {
    /** Longest wait that can be stated: as many milliseconds as 63 bits can count in nanoseconds, 292 years. */
    public static final long LONGEST_WAIT_MILLIS = Long.MAX_VALUE / 1_000_000;

    private static final int LARGEST_OBJECT_COUNT = 65_535;

    /** Refuses what cannot be said on the wire. */
    public Announcement {
        Objects.requireNonNull(state);
        Objects.requireNonNull(image);
        Objects.requireNonNull(manifest);
        Objects.requireNonNull(firstObject);
        SessionText.require("session name", sessionName);
        String fault =
                fault(imageLength, objectCount, joined, expected, startsInMillis, bytesPerSecond, reportIntervalMillis);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /** Says which number is out of range; null if none is. */
    static String fault(
            long imageLength,
            int objectCount,
            int joined,
            int expected,
            long startsInMillis,
            long bytesPerSecond,
            int reportIntervalMillis) {
        if (imageLength < 0) {
            return "image length " + imageLength + " is negative";
        }
        if (objectCount < 0 || objectCount > LARGEST_OBJECT_COUNT) {
            return "object count " + objectCount + " is not within 0 to 65,535";
        }
        if (joined < 0 || expected < 0) {
            return joined + " of " + expected + " receivers";
        }
        if (startsInMillis < -1 || startsInMillis > LONGEST_WAIT_MILLIS) {
            return "start in " + startsInMillis + " ms is not within -1 to " + LONGEST_WAIT_MILLIS;
        }
        if (bytesPerSecond < 0) {
            return "rate " + bytesPerSecond + " is negative";
        }
        if (reportIntervalMillis < 1) {
            return "report interval " + reportIntervalMillis + " ms is less than 1";
        }
        return null;
    }
}
