package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/** Encoded manifests for tests that change them. */
public final class ManifestSamples {
    /** Where the run count of an object with a name of one letter stands in its value. */
    public static final int RUNS = ManifestCodec.OBJECT_HEADER_LENGTH + 1;

    private ManifestSamples() {}

    /** Three objects; one of four chunks with one run of zeros; with nothing else; with two runs; one of no bytes; and
     * one with everything that may be left out. */
    public static List<byte[]> encoded() {
        RawManifest.RawObject zeros = new RawManifest.RawObject();
        zeros.runs = new byte[] {1, 0, 4};
        zeros.leafHashes = new byte[0];
        RawManifest.RawObject twoRuns = new RawManifest.RawObject();
        twoRuns.runs = new byte[] {2, 0, 1, 1, 2};
        twoRuns.leafHashes = RawManifest.leaf(1);
        RawManifest.RawObject empty = new RawManifest.RawObject();
        empty.length = new byte[8];
        empty.runs = new byte[1];
        empty.leafHashes = new byte[0];
        RawManifest signed = new RawManifest();
        signed.serial = RawManifest.field(8, RawManifest.number(7, 8));
        signed.notAfter = RawManifest.field(9, RawManifest.number(1_800_000_000L, 8));
        signed.end = RawManifest.signature();
        return List.of(
                HexFormat.of().parseHex(ManifestCodecTest.GOLDEN),
                new RawManifest().bytes(),
                RawManifest.with(zeros).bytes(),
                RawManifest.with(twoRuns).bytes(),
                RawManifest.with(empty).bytes(),
                signed.bytes());
    }

    /** Whether small chunk tables are as if they had been built chunk by chunk. */
    public static boolean isCanonical(Manifest manifest) {
        return manifest.objects().stream()
                .map(ImageObject::chunks)
                .allMatch(chunks -> chunks.count() > 64 || rebuilt(chunks).equals(chunks));
    }

    private static ChunkTable rebuilt(ChunkTable chunks) {
        ChunkTable.Builder builder = new ChunkTable.Builder(chunks.length(), chunks.chunkSize());
        for (long chunk = 0; chunk < chunks.count(); chunk++) {
            builder.add(chunks.digest(chunk).bytes());
        }
        return builder.build();
    }

    /** Where the value of the last field of a manifest starts: an OBJECT, or a SIGNATURE. */
    public static int lastValue(byte[] manifest) {
        ByteBuffer bytes = ByteBuffer.wrap(manifest);
        int at = ManifestCodec.MAGIC.length + Byte.BYTES;
        while (true) {
            int value = at + ManifestCodec.FIELD_HEADER_LENGTH;
            at = value + bytes.getInt(at + Byte.BYTES);
            if (at == manifest.length) {
                return value;
            }
        }
    }
}
