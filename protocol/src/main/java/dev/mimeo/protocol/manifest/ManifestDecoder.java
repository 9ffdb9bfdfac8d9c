package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the bytes that {@link ManifestCodec} draws, once, from first to last. Nothing is believed: each read compares what
 * it takes with what is there, and no array is made before the bytes that fill it are known to exist.
 */
final class ManifestDecoder {
    /** Most bytes of UTF-8 in a name: three for each of its characters. */
    private static final int LONGEST_NAME = 3 * Names.LONGEST;

    private final ByteBuffer in;
    private final ManifestLimits limits;
    private long imageLength;
    private long chunks;

    ManifestDecoder(byte[] bytes, ManifestLimits limits) {
        this.in = ByteBuffer.wrap(bytes);
        this.limits = limits;
    }

    /** Decodes nothing but where the signature is; whoever has the bytes took them within limits. */
    ManifestDecoder(byte[] bytes) {
        this(bytes, new ManifestLimits(Math.max(1, bytes.length), 1, 0));
    }

    SignedBytes signedBytes() throws MalformedManifestException {
        start();
        while (in.hasRemaining()) {
            if (isNext(ManifestCodec.SIGNATURE)) {
                ByteBuffer covered = ByteBuffer.wrap(in.array(), 0, in.position());
                return new SignedBytes(covered, signature());
            }
            need(ManifestCodec.FIELD_HEADER_LENGTH, in.limit(), "a field");
            int length = length(in.get() & 0xff);
            in.position(in.position() + length);
        }
        return new SignedBytes(in.rewind(), Optional.empty());
    }

    Manifest manifest() throws MalformedManifestException {
        if (in.capacity() > limits.manifestLength()) {
            throw beyondLimits(
                    "the manifest has " + in.capacity() + " bytes; this receiver takes " + limits.manifestLength());
        }
        start();
        String name = text(ManifestCodec.NAME);
        String version = text(ManifestCodec.VERSION);
        fixedField(ManifestCodec.CREATED, Long.BYTES);
        long created = in.getLong();
        fixedField(ManifestCodec.FLAGS, Integer.BYTES);
        int flags = in.getInt();
        long serial = unlessZero(ManifestCodec.SERIAL);
        long notAfter = unlessZero(ManifestCodec.NOT_AFTER);
        List<ImageObject> objects = objects();
        Optional<ManifestSignature> signature = signature();
        String fault = Manifest.fault(name, version, created, flags, serial, notAfter, objects);
        if (fault != null) {
            throw refused(fault);
        }
        return new Manifest(name, version, created, flags, serial, notAfter, objects, signature);
    }

    private void start() throws MalformedManifestException {
        int length = ManifestCodec.MAGIC.length;
        if (in.remaining() <= length || !Arrays.equals(in.array(), 0, length, ManifestCodec.MAGIC, 0, length)) {
            throw refused("these bytes are no manifest: they do not start with MIMEO and a format");
        }
        int format = in.get(length) & 0xff;
        if (format != ManifestCodec.FORMAT) {
            throw refused("the manifest has format " + format + "; this receiver knows format " + ManifestCodec.FORMAT);
        }
        in.position(length + Byte.BYTES);
    }

    private String text(int type) throws MalformedManifestException {
        int length = field(type);
        return text(length, ManifestCodec.fieldName(type));
    }

    private void fixedField(int type, int expected) throws MalformedManifestException {
        int length = field(type);
        if (length != expected) {
            throw refused(ManifestCodec.fieldName(type) + " has " + length + " bytes, not " + expected);
        }
    }

    /** Reads a number that is left out if it is 0. */
    private long unlessZero(int type) throws MalformedManifestException {
        if (!isNext(type)) {
            return 0;
        }
        fixedField(type, Long.BYTES);
        long number = in.getLong();
        if (number == 0) {
            throw refused(ManifestCodec.fieldName(type) + " is 0, which is said by leaving it out");
        }
        return number;
    }

    /** Reads what may come last. */
    private Optional<ManifestSignature> signature() throws MalformedManifestException {
        if (!isNext(ManifestCodec.SIGNATURE)) {
            return Optional.empty();
        }
        fixedField(ManifestCodec.SIGNATURE, ManifestSignature.LENGTH);
        byte[] value = bytes(ManifestSignature.LENGTH);
        if (in.hasRemaining()) {
            throw refused("behind the SIGNATURE comes " + ManifestCodec.fieldName(in.get(in.position()) & 0xff));
        }
        return Optional.of(ManifestSignature.of(value));
    }

    private boolean isNext(int type) {
        return in.hasRemaining() && (in.get(in.position()) & 0xff) == type;
    }

    private List<ImageObject> objects() throws MalformedManifestException {
        fixedField(ManifestCodec.OBJECTS, Integer.BYTES);
        int count = in.getInt();
        if (count < 0 || count > limits.objectCount()) {
            throw beyondLimits("the image has " + Integer.toUnsignedString(count) + " objects; this receiver takes "
                    + limits.objectCount());
        }
        List<ImageObject> objects = new ArrayList<>();
        while (objects.size() < count) {
            int length = field(ManifestCodec.OBJECT);
            objects.add(object(in.position() + length));
        }
        if (in.hasRemaining() && !isNext(ManifestCodec.SIGNATURE)) {
            throw refused("behind the last OBJECT comes " + ManifestCodec.fieldName(in.get(in.position()) & 0xff));
        }
        return objects;
    }

    private ImageObject object(int end) throws MalformedManifestException {
        need(ManifestCodec.OBJECT_HEADER_LENGTH, end, "an OBJECT");
        long length = in.getLong();
        int chunkSize = chunkSize(in.get());
        Digest sha256 = Digest.of(bytes(Digest.LENGTH));
        int nameLength = in.getShort() & 0xffff;
        need(nameLength, end, "the name of an OBJECT");
        String name = text(nameLength, "the name of an OBJECT");
        String fault = ImageObject.fault(name, length, chunkSize);
        if (fault != null) {
            throw refused(fault);
        }
        count(length, chunkSize);
        return new ImageObject(name, length, chunkSize, sha256, chunks(length, chunkSize, end));
    }

    private int chunkSize(byte shift) throws MalformedManifestException {
        if (shift < 12 || shift > 26) {
            throw refused("the chunk size is 2^" + (shift & 0xff) + ", not 2^12 to 2^26");
        }
        return 1 << shift;
    }

    /** Adds an object to the sums and compares these with the limits. */
    private void count(long length, int chunkSize) throws MalformedManifestException {
        if (length > limits.imageLength() - imageLength) {
            throw beyondLimits(
                    "the image has more than the " + limits.imageLength() + " bytes that this receiver takes");
        }
        imageLength += length;
        chunks += ImageObject.chunkCount(length, chunkSize);
        String fault = Manifest.chunksFault(chunks);
        if (fault != null) {
            throw refused(fault);
        }
    }

    private ChunkTable chunks(long length, int chunkSize, int end) throws MalformedManifestException {
        int count = (int) ImageObject.chunkCount(length, chunkSize);
        int runs = number(end, "the run count");
        if (runs > (end - in.position()) / 2) {
            throw refused(runs + " runs of zero chunks do not fit");
        }
        int[] runStarts = new int[runs];
        int[] zerosBefore = new int[runs + 1];
        int behind = 0;
        for (int run = 0; run < runs; run++) {
            int gap = number(end, "the gap before a run");
            int zeros = number(end, "the length of a run");
            if (gap == 0 && run > 0 || zeros == 0) {
                throw refused(zeros == 0 ? "a run of zero chunks is empty" : "two runs of zero chunks are not merged");
            }
            if ((long) gap + zeros > count - behind) {
                throw refused("a run of zero chunks goes beyond chunk " + (count - 1));
            }
            runStarts[run] = behind + gap;
            zerosBefore[run + 1] = zerosBefore[run] + zeros;
            behind += gap + zeros;
        }
        return chunks(
                length, chunkSize, (long) (count - zerosBefore[runs]) * Digest.LENGTH, end, runStarts, zerosBefore);
    }

    private ChunkTable chunks(
            long length, int chunkSize, long leafHashesLength, int end, int[] runStarts, int[] zerosBefore)
            throws MalformedManifestException {
        if (leafHashesLength != end - in.position()) {
            throw refused("the chunks of an OBJECT take " + leafHashesLength + " bytes of leaf hashes; there are "
                    + (end - in.position()));
        }
        byte[] leafHashes = bytes((int) leafHashesLength);
        ChunkTable table = new ChunkTable(length, chunkSize, leafHashes, runStarts, zerosBefore);
        if (table.listsZero()) {
            throw refused("a chunk of zeros is listed by its leaf hash");
        }
        return table;
    }

    /** Enters a field of a type, and returns the length of its value, which is there. */
    private int field(int type) throws MalformedManifestException {
        need(ManifestCodec.FIELD_HEADER_LENGTH, in.limit(), ManifestCodec.fieldName(type));
        int found = in.get() & 0xff;
        if (found != type) {
            throw refused("expected " + ManifestCodec.fieldName(type) + ", found " + ManifestCodec.fieldName(found));
        }
        return length(type);
    }

    /** Reads the length of a value, which is there. */
    private int length(int type) throws MalformedManifestException {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw refused(ManifestCodec.fieldName(type) + " claims " + Integer.toUnsignedString(length)
                    + " bytes; there are " + in.remaining());
        }
        return length;
    }

    private String text(int length, String what) throws MalformedManifestException {
        if (length > LONGEST_NAME) {
            throw refused(what + " has " + length + " bytes; at most " + Names.LONGEST + " characters are allowed");
        }
        ByteBuffer utf8 = in.slice(in.position(), length);
        in.position(in.position() + length);
        return Names.decode(utf8).orElseThrow(() -> refused(what + " is not UTF-8"));
    }

    /** Reads a number of at most 31 bits in its shortest form. */
    private int number(int end, String what) throws MalformedManifestException {
        long number = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            need(1, end, what);
            int group = in.get();
            number |= (long) (group & 0x7f) << shift;
            if (group >= 0) {
                if (group == 0 && shift > 0) {
                    throw refused(what + " is longer than it need be");
                }
                if (number > Integer.MAX_VALUE) {
                    break;
                }
                return (int) number;
            }
        }
        throw refused(what + " is more than 2^31 - 1");
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private void need(int length, int end, String what) throws MalformedManifestException {
        if (length > end - in.position()) {
            throw refused(what + " is cut off: it needs " + length + " bytes; there are " + (end - in.position()));
        }
    }

    private MalformedManifestException beyondLimits(String why) {
        return new MalformedManifestException(at(why), true);
    }

    private MalformedManifestException refused(String why) {
        return new MalformedManifestException(at(why));
    }

    private String at(String why) {
        return why + " (at byte " + in.position() + ")";
    }
}
