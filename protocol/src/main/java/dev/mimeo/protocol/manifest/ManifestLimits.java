package dev.mimeo.protocol.manifest;

/**
 * What a receiver is willing to take.
 *
 * @param manifestLength most bytes in the manifest itself, at least 1
 * @param objectCount most objects, at least 1
 * @param imageLength most bytes in all objects together, at least 0
 */
public record ManifestLimits(int manifestLength, int objectCount, long imageLength) {
    /** Refuses limits that no manifest could meet. */
    public ManifestLimits {
        if (manifestLength < 1 || objectCount < 1 || imageLength < 0) {
            throw new IllegalArgumentException("limits of " + manifestLength + " bytes, " + objectCount + " objects, "
                    + imageLength + " bytes of image");
        }
    }
}
