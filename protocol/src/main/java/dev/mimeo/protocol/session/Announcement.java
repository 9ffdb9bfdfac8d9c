package dev.mimeo.protocol.session;

import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.manifest.Digest;

/**
 * A sender says who it is and what it sends.
 *
 * @param state where the session is
 * @param sessionName display name, up to 255 bytes of UTF-8
 * @param image identity of the image
 * @param imageLength bytes in all objects
 * @param manifest the object that carries the manifest
 * @param firstObject the first object of the image; the others follow in the order of the manifest
 * @param objectCount objects of the image, 0 to 65,535
 * @param joined receivers that have joined
 * @param expected receivers that the sender waits for; 0 if it does not
 * @param startsInMillis time until it starts whoever has joined; -1 if it has started or waits without end
 * @param bytesPerSecond the rate it sends at
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
        implements SessionCommand {}
