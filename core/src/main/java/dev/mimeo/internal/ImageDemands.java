package dev.mimeo.internal;

import dev.mimeo.TrustedKey;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestGuard;
import dev.mimeo.protocol.manifest.ManifestSignature;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.manifest.SignedBytes;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the user of a receiver demands of an image: who signed it, which one it is, how old it may be. The receiver decides;
 * nothing that a sender says changes what is demanded. Confined to the protocol thread.
 */
final class ImageDemands implements ManifestGuard {
    private final ImageReceiverBuilder options;

    ImageDemands(ImageReceiverBuilder options) {
        this.options = options;
    }

    @Override
    public boolean choosesSender() {
        return !options.trusted.isEmpty() || options.minimumSerial > 0 || options.expected.isPresent();
    }

    @Override
    public Optional<String> refusal(Digest announced) {
        return options.expected
                .filter(expected -> !expected.equals(announced))
                .map(expected -> "this receiver expects image " + expected
                        + ". Send that one, or have the receiver expect this.");
    }

    @Override
    public Optional<String> refusal(SignedBytes bytes) {
        return options.trusted.isEmpty()
                ? Optional.empty()
                : bytes.signature()
                        .map(signature -> refusal(bytes, signature))
                        .orElseGet(() -> Optional.of("it is not signed, and this receiver trusts " + trusted()
                                + ". Prepare and sign it, and send it again."));
    }

    /** What is compared and verified is the key that is trusted, never the one that the sender brought. */
    private Optional<String> refusal(SignedBytes bytes, ManifestSignature signature) {
        byte[] claimed = Ed25519.x509(signature.key());
        Optional<byte[]> trusted = options.trusted.stream()
                .map(TrustedKey::encoded)
                .filter(key -> Arrays.equals(key, claimed))
                .findFirst();
        if (trusted.isEmpty()) {
            return Optional.of("it is signed by key " + Ed25519.fingerprint(claimed)
                    + ", which this receiver does not trust. Have it trust that key, or sign the image with one that it"
                    + " trusts.");
        }
        return Ed25519.verify(trusted.get(), signature.signature(), bytes.covered())
                ? Optional.empty()
                : Optional.of("its signature by key " + Ed25519.fingerprint(claimed)
                        + " is wrong: this is not what was signed. Prepare and sign the image again; or somebody else"
                        + " sends.");
    }

    private String trusted() {
        List<TrustedKey> keys = options.trusted;
        return keys.size() == 1 ? "key " + keys.get(0).fingerprint() + " only" : keys.size() + " keys only";
    }

    @Override
    public Optional<String> refusal(Manifest manifest) {
        if (manifest.serial() < options.minimumSerial) {
            return Optional.of(named(manifest) + " has "
                    + (manifest.serial() == 0 ? "no serial" : "serial " + manifest.serial())
                    + ", and this receiver takes serial " + options.minimumSerial
                    + " or later. Send the current image, or have the receiver take older ones.");
        }
        Instant end = Instant.ofEpochSecond(manifest.notAfterEpochSecond());
        Instant now = options.environment.clock().instant();
        boolean over = manifest.notAfterEpochSecond() != 0 && now.getEpochSecond() > manifest.notAfterEpochSecond();
        return over && !options.ignoreNotAfter
                ? Optional.of(named(manifest) + " was to be taken until " + end + ", and it is " + now
                        + " here. Prepare it with a later end, or set this clock, or have the receiver ignore ends.")
                : Optional.empty();
    }

    private static String named(Manifest manifest) {
        return "\"" + Names.clean(manifest.name()) + "\"";
    }
}
