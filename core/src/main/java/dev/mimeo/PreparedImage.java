package dev.mimeo;

import java.nio.file.Path;
import java.util.Objects;

/**
 * An image whose manifest lies beside it.
 *
 * @param image what the image is
 * @param manifest the file that holds the manifest
 */
public record PreparedImage(ImageDescription image, Path manifest) {
    /** Refuses nulls. */
    public PreparedImage {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(manifest, "manifest");
    }
}
