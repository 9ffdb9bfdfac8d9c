package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Canonical bytes of a manifest: one manifest has one encoding, and nothing else decodes. Integers are big endian.
 *
 * <pre>
 *   0                   5         6
 *  +----+----+----+----+----+---------+-- ... --+-- ... --+--
 *  | 'M'  'I'  'M'  'E'  'O' | format  |  field  |  field  |
 *  +----+----+----+----+----+---------+-- ... --+-- ... --+--
 *                              = 1
 *   field:
 *   0         1                   5
 *  +---------+----+----+----+----+-- ... --+
 *  |  type   |       length      |  value  |      length: bytes of the value
 *  +---------+----+----+----+----+-- ... --+
 *
 *   type          value
 *   1  NAME       UTF-8
 *   2  VERSION    UTF-8, may be empty
 *   3  CREATED    8 bytes, seconds since 1970-01-01T00:00:00Z
 *   4  FLAGS      4 bytes
 *   8  SERIAL     8 bytes, 1 to 2^63 - 1; left out if there is none
 *   9  NOT_AFTER  8 bytes, seconds since 1970-01-01T00:00:00Z, not 0; left out if there is none
 *   5  OBJECTS    4 bytes, how many OBJECT fields follow, so that a manifest that lost some is no manifest
 *   6  OBJECT     once for each object, in order; see below
 *   7  SIGNATURE  96 bytes at the very end, Ed25519 over every byte before the field: public key (32), signature (64);
 *                 left out if there is none
 * </pre>
 *
 * <p>All fields stand in this order; NAME to FLAGS and OBJECTS once, OBJECT at least once. Every other type is
 * refused: a field that is not understood may change what the others mean. The value of an OBJECT:
 *
 * <pre>
 *   0                                       8         9
 *  +----+----+----+----+----+----+----+----+---------+
 *  |                length                 |  shift  |     chunk size = 2^shift, 12 to 26
 *  +----+----+----+----+----+----+----+----+---------+-- ... --+
 *  |           SHA-256 of the whole object (32)                |
 *  +---------+---------+-- ... --+-----------------------------+
 *  |    name length    |  name   |     UTF-8
 *  +---------+---------+-- ... --+--------------+
 *  | run count (v)                              |
 *  +--------------------------------------------+
 *  | gap (v) | run length (v) |  for each run of zero chunks, in order
 *  +--------------------------------------------+-- ... --+
 *  | leaf hash (32)  for each chunk that is not zero      |     to the end of the value
 *  +--------------------------------------------+-- ... --+
 * </pre>
 *
 * <p>(v) is a non-negative number in groups of seven bits, the lowest first, the top bit of a byte set if another follows;
 * the last byte is not zero unless it is the only one. A gap counts the chunks with content since the run before, at least
 * one except before the first run; a run has at least one chunk. A chunk of zeros is always in a run, never listed by its
 * leaf hash. So 40 GiB in chunks of 1 MiB take 1.25 MiB.
 *
 * <p>Decoding is safe against whoever made the bytes: every size is compared with the limits and with the bytes that are
 * there before anything is allocated for it, and what is allocated stays within a small multiple of the input.
 *
 * <p>Any thread.
 */
public final class ManifestCodec {
    /** First bytes of every manifest. */
    static final byte[] MAGIC = "MIMEO".getBytes(StandardCharsets.US_ASCII);

    static final int FORMAT = 1;

    static final int NAME = 1;
    static final int VERSION = 2;
    static final int CREATED = 3;
    static final int FLAGS = 4;
    static final int OBJECTS = 5;
    static final int OBJECT = 6;
    static final int SIGNATURE = 7;
    static final int SERIAL = 8;
    static final int NOT_AFTER = 9;

    /** Type and length. */
    static final int FIELD_HEADER_LENGTH = Byte.BYTES + Integer.BYTES;
    /** Length, shift, digest, length of the name. */
    static final int OBJECT_HEADER_LENGTH = Long.BYTES + Byte.BYTES + Digest.LENGTH + Short.BYTES;

    private ManifestCodec() {}

    /** Encodes; {@link IllegalArgumentException} if that takes 2 GiB or more. */
    public static byte[] encode(Manifest manifest) {
        ByteBuffer out = ByteBuffer.allocate(encodedLength(manifest));
        encodeInParts(manifest).forEach(out::put);
        assert !out.hasRemaining();
        return out.array();
    }

    /** Encodes without a copy of the leaf hashes, the bulk of it; returns parts that follow each other, not to be changed. */
    public static List<ByteBuffer> encodeInParts(Manifest manifest) {
        List<ByteBuffer> parts = new ArrayList<>();
        ByteBuffer out = ByteBuffer.allocate(encodedLength(manifest) - leafLength(manifest));
        out.put(MAGIC).put((byte) FORMAT);
        putText(out, NAME, manifest.name());
        putText(out, VERSION, manifest.version());
        putHeader(out, CREATED, Long.BYTES).putLong(manifest.createdEpochSecond());
        putHeader(out, FLAGS, Integer.BYTES).putInt(manifest.flags());
        putUnlessZero(out, SERIAL, manifest.serial());
        putUnlessZero(out, NOT_AFTER, manifest.notAfterEpochSecond());
        putHeader(out, OBJECTS, Integer.BYTES).putInt(manifest.objects().size());
        int start = 0;
        for (ImageObject object : manifest.objects()) {
            putHeader(out, OBJECT, (int) objectLength(object));
            putObject(out, object);
            parts.add(out.slice(start, out.position() - start));
            parts.add(ByteBuffer.wrap(object.chunks().leafHashes()));
            start = out.position();
        }
        manifest.signature()
                .ifPresent(signature ->
                        putHeader(out, SIGNATURE, ManifestSignature.LENGTH).put(signature.bytes()));
        parts.add(out.slice(start, out.position() - start));
        return parts;
    }

    private static int leafLength(Manifest manifest) {
        return manifest.objects().stream()
                .mapToInt(object -> object.chunks().leafHashes().length)
                .sum();
    }

    /** Decodes and checks that the bytes are the canonical ones. */
    public static Manifest decode(byte[] bytes, ManifestLimits limits) throws MalformedManifestException {
        return new ManifestDecoder(bytes, limits).manifest();
    }

    /**
     * Finds the signature of a manifest. Goes from field to field by their lengths, reads nothing else, and copies only the
     * signature: the bytes are not to be changed.
     */
    public static SignedBytes takeApart(byte[] bytes) throws MalformedManifestException {
        return new ManifestDecoder(bytes).signedBytes();
    }

    /** Returns how many bytes {@link #encode} makes. */
    public static int encodedLength(Manifest manifest) {
        long length = MAGIC.length + Byte.BYTES;
        length += FIELD_HEADER_LENGTH + utf8(manifest.name()).length;
        length += FIELD_HEADER_LENGTH + utf8(manifest.version()).length;
        length += FIELD_HEADER_LENGTH + Long.BYTES;
        length += 2 * (FIELD_HEADER_LENGTH + Integer.BYTES);
        length += manifest.serial() == 0 ? 0 : FIELD_HEADER_LENGTH + Long.BYTES;
        length += manifest.notAfterEpochSecond() == 0 ? 0 : FIELD_HEADER_LENGTH + Long.BYTES;
        length += manifest.signature().isEmpty() ? 0 : FIELD_HEADER_LENGTH + ManifestSignature.LENGTH;
        for (ImageObject object : manifest.objects()) {
            length += FIELD_HEADER_LENGTH + objectLength(object);
        }
        if (length > Integer.MAX_VALUE - Long.BYTES) {
            throw new IllegalArgumentException("a manifest of " + length + " bytes; use larger chunks");
        }
        return (int) length;
    }

    private static void putObject(ByteBuffer out, ImageObject object) {
        byte[] name = utf8(object.name());
        out.putLong(object.length()).put((byte) Integer.numberOfTrailingZeros(object.chunkSize()));
        out.put(object.sha256().bytes());
        out.putShort((short) name.length).put(name);
        putRuns(out, object.chunks());
    }

    private static void putRuns(ByteBuffer out, ChunkTable chunks) {
        putNumber(out, chunks.zeroRunCount());
        int behind = 0;
        for (int run = 0; run < chunks.zeroRunCount(); run++) {
            putNumber(out, chunks.runStart(run) - behind);
            putNumber(out, chunks.runEnd(run) - chunks.runStart(run));
            behind = chunks.runEnd(run);
        }
    }

    private static long objectLength(ImageObject object) {
        ChunkTable chunks = object.chunks();
        long length = OBJECT_HEADER_LENGTH + utf8(object.name()).length + numberLength(chunks.zeroRunCount());
        int behind = 0;
        for (int run = 0; run < chunks.zeroRunCount(); run++) {
            length += numberLength(chunks.runStart(run) - behind);
            length += numberLength(chunks.runEnd(run) - chunks.runStart(run));
            behind = chunks.runEnd(run);
        }
        return length + chunks.leafHashes().length;
    }

    private static void putText(ByteBuffer out, int type, String text) {
        byte[] utf8 = utf8(text);
        putHeader(out, type, utf8.length).put(utf8);
    }

    private static void putUnlessZero(ByteBuffer out, int type, long number) {
        if (number != 0) {
            putHeader(out, type, Long.BYTES).putLong(number);
        }
    }

    private static ByteBuffer putHeader(ByteBuffer out, int type, int length) {
        return out.put((byte) type).putInt(length);
    }

    private static void putNumber(ByteBuffer out, int number) {
        int rest = number;
        for (; rest > 0x7f; rest >>>= 7) {
            out.put((byte) (rest | 0x80));
        }
        out.put((byte) rest);
    }

    private static int numberLength(int number) {
        return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(number) + 6) / 7);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a field is called in messages. */
    static String fieldName(int type) {
        return switch (type) {
            case NAME -> "NAME";
            case VERSION -> "VERSION";
            case CREATED -> "CREATED";
            case FLAGS -> "FLAGS";
            case OBJECTS -> "OBJECTS";
            case OBJECT -> "OBJECT";
            case SIGNATURE -> "SIGNATURE";
            case SERIAL -> "SERIAL";
            case NOT_AFTER -> "NOT_AFTER";
            default -> "a field of type " + type + ", which a newer version may know";
        };
    }
}
