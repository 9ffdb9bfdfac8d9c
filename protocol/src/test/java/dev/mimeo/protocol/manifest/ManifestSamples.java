package dev.mimeo.protocol.manifest;

import java.util.HexFormat;
import java.util.List;

/** Encoded manifests for tests that change them. */
public final class ManifestSamples {
    private ManifestSamples() {}

    /** Three objects; one object of four chunks; and one object of none. */
    public static List<byte[]> encoded() {
        RawManifest.RawObject empty = new RawManifest.RawObject();
        empty.length = new byte[8];
        empty.runs = new byte[1];
        empty.leafHashes = new byte[0];
        return List.of(
                HexFormat.of().parseHex(ManifestCodecTest.GOLDEN),
                new RawManifest().bytes(),
                RawManifest.with(empty).bytes());
    }
}
