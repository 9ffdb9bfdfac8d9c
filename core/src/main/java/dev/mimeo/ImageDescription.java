package dev.mimeo;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an image is. Names and versions are what their maker chose: for display, never a path.
 *
 * @param name 1 to 255 characters
 * @param version what the maker calls this version; may be empty
 * @param length bytes
 * @param id identity: the root of the hash tree over the content, 64 hexadecimal digits. Two images with the same id hold
 *     the same bytes
 * @param sha256 SHA-256 of the content as the maker computed it, 64 hexadecimal digits; what {@code sha256sum} prints.
 *     Empty for an image of more than one file
 * @param flags what its maker wants of those who send it
 * @param serial grows from one version of the image to the next; 0 if it has none
 * @param notAfter the last second in which it is to be taken, if there is one
 * @param signedBy {@linkplain TrustedKey#fingerprint() fingerprint} of the key whose signature was verified; on a receiver one
 *     that it {@linkplain ImageReceiver.Builder#trust trusts}, so that it is empty if it trusts none, whoever signed
 */
public record ImageDescription(
        String name,
        String version,
        long length,
        String id,
        String sha256,
        Set<ImageFlag> flags,
        long serial,
        Optional<Instant> notAfter,
        Optional<String> signedBy) {
    /** Refuses nulls; copies the set. */
    public ImageDescription {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(sha256, "sha256");
        flags = Set.copyOf(flags);
        Objects.requireNonNull(notAfter, "notAfter");
        Objects.requireNonNull(signedBy, "signedBy");
    }
}
