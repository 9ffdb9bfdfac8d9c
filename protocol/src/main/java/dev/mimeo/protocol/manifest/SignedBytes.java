package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The bytes of a manifest as they came, taken apart into what a signature has to cover and the signature. Nothing else of them
 * was read, so that a signature can be verified before anything that it covers is believed.
 *
 * @param covered every byte before the signature, from position to limit; all of them if there is none
 * @param signature as it stands there, not verified
 */
public record SignedBytes(ByteBuffer covered, Optional<ManifestSignature> signature) {}
