package dev.mimeo.protocol.manifest;

/** Canonical bytes of a manifest. */
public final class ManifestCodec {
    private ManifestCodec() {}

    public static byte[] encode(Manifest manifest) {
        throw new UnsupportedOperationException();
    }

    /** Decodes and checks that the bytes are the canonical ones. */
    public static Manifest decode(byte[] bytes, ManifestLimits limits) throws MalformedManifestException {
        throw new UnsupportedOperationException();
    }
}
