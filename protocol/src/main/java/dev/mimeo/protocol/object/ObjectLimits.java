package dev.mimeo.protocol.object;

/**
 * What a receiver of plain objects takes, and when it has enough.
 *
 * @param objectCount how many objects, from the first that is heard on, it wants; 0 wants all until the sender has no more
 * @param objectLength bytes of the longest object that it takes
 * @param quietNanos how long the sender must have had nothing new before its end is believed
 */
public record ObjectLimits(int objectCount, long objectLength, long quietNanos) {
    /** Refuses negative numbers. */
    public ObjectLimits {
        if (objectCount < 0 || objectLength < 0 || quietNanos < 0) {
            throw new IllegalArgumentException(objectCount + ", " + objectLength + ", " + quietNanos);
        }
    }
}
