package dev.mimeo.protocol.manifest;

import java.util.Optional;

/**
 * What a receiver demands of an image beyond its limits, asked in three steps, each before anything that comes behind it is
 * believed. An answer is why the image is refused, for people; empty if it is not.
 */
public interface ManifestGuard {
    /** Demands nothing. */
    ManifestGuard NONE = new ManifestGuard() {
        @Override
        public boolean choosesSender() {
            return false;
        }

        @Override
        public Optional<String> refusal(Digest announced) {
            return Optional.empty();
        }

        @Override
        public Optional<String> refusal(SignedBytes bytes) {
            return Optional.empty();
        }

        @Override
        public Optional<String> refusal(Manifest manifest) {
            return Optional.empty();
        }
    };

    /**
     * Returns whether it tells the right sender from others: then nothing that one of the others says ends the transfer. That
     * sender is told, and left alone for a while, and whoever is heard next may be the right one.
     */
    boolean choosesSender();

    /** Judges the identity that a sender announces. */
    Optional<String> refusal(Digest announced);

    /** Judges a manifest by its signature. */
    Optional<String> refusal(SignedBytes bytes);

    /** Judges what a manifest says that passed the step before and is of the image that was announced. */
    Optional<String> refusal(Manifest manifest);
}
