package dev.mimeo.protocol.manifest;

import static dev.mimeo.protocol.manifest.RawManifest.field;
import static dev.mimeo.protocol.manifest.RawManifest.join;
import static dev.mimeo.protocol.manifest.RawManifest.leaf;
import static dev.mimeo.protocol.manifest.RawManifest.number;
import static dev.mimeo.protocol.manifest.RawManifest.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.manifest.RawManifest.RawObject;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ManifestCodecTest {
    private static final ManifestLimits LIMITS = new ManifestLimits(16 << 20, 1024, 16L << 40);

    /** Made by another program from the drawing, not by the codec. */
    static final String GOLDEN = "4d494d454f01" // MIMEO, format 1
            + "01" + "00000007" + "5261756d20c384" // NAME "Raum Ä"
            + "02" + "00000001" + "37" // VERSION "7"
            + "03" + "00000008" + "000000006553f100" // CREATED 2023-11-14T22:13:20Z
            + "04" + "00000004" + "00000005" // FLAGS
            + "05" + "00000004" + "00000003" // OBJECTS
            + "06" + "00000098" // OBJECT of six chunks: content, two of zeros, content, one of zeros, content
            + "0000000000005064" + "0c"
            + "84ee17530b05e8c383f77ced23074c92b0f605b282dd47c992b531aae5395855"
            + "0008" + "6469736b2e696d67" // "disk.img"
            + "02" + "0102" + "0101"
            + "1f85fd40eec4ea48b718bde693b39bcae4783e9ca8cab88967d6c65c5f28d603"
            + "fe6b4b31d40741ed9fd64c44f55ccdc6405f515d41e766e5ebc3e006c389a711"
            + "b64a319ae5ae85f3c8c6dc39c9ca5cff6f4d35c222e6f86f449bcd2b0837d989"
            + "06" + "00000031" // OBJECT of no bytes
            + "0000000000000000" + "14"
            + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            + "0005" + "656d707479" // "empty"
            + "00"
            + "06" + "00000037" // OBJECT of 3 MiB and 5 bytes of zeros
            + "0000000000300005" + "14"
            + "be58603025b9752289c4917b47da4d9290bbdd9c11d0d1a5213388cd7101432e"
            + "0009" + "7a65726f732e62696e" // "zeros.bin"
            + "01" + "0004";

    private static final String SIGNED = GOLDEN.substring(0, 2 * (6 + 12 + 6 + 13 + 9))
            + "08" + "00000008" + "0000000000000007" // SERIAL
            + "09" + "00000008" + "000000006b49d200" // NOT_AFTER 2027-01-15T08:00:00Z
            + GOLDEN.substring(2 * (6 + 12 + 6 + 13 + 9))
            + "07" + "00000060" + "01".repeat(32) + "02".repeat(64); // SIGNATURE

    private static final String GOLDEN_ROOT = "cfb7ec59785ad40d28966750d5cf308db3b6cbd618e450a019dc74b19d1d17b5";

    @Test
    void writesAndReadsTheseBytes() throws MalformedManifestException {
        byte[] bytes = HexFormat.of().parseHex(GOLDEN);
        Manifest manifest = golden();
        assertThat(ManifestCodec.encode(manifest)).asHexString().isEqualToIgnoringCase(GOLDEN);
        assertThat(ManifestCodec.encodedLength(manifest)).isEqualTo(bytes.length);
        assertThat(ManifestCodec.decode(bytes, LIMITS)).isEqualTo(manifest);
        assertThat(manifest.root()).hasToString(GOLDEN_ROOT);
        assertThat(ManifestCodec.decode(bytes, LIMITS).root()).hasToString(GOLDEN_ROOT);
    }

    @Test
    void writesAndReadsASerialATimeAndASignature() throws MalformedManifestException {
        byte[] bytes = HexFormat.of().parseHex(SIGNED);
        Manifest manifest = signedGolden();
        assertThat(ManifestCodec.encode(manifest)).asHexString().isEqualToIgnoringCase(SIGNED);
        assertThat(ManifestCodec.encodedLength(manifest)).isEqualTo(bytes.length);
        assertThat(ManifestCodec.decode(bytes, LIMITS)).isEqualTo(manifest);
        assertThat(manifest.root()).as("they are not part of the identity").hasToString(GOLDEN_ROOT);
    }

    @Test
    void roundTripsWhateverCanBeMade() throws MalformedManifestException {
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            Manifest manifest = random(random);
            byte[] bytes = ManifestCodec.encode(manifest);
            assertThat(ManifestCodec.decode(bytes, LIMITS)).isEqualTo(manifest);
        }
    }

    @Test
    void fortyGibibytesTakeOneAndAQuarterMebibytes() throws MalformedManifestException {
        ChunkTable.Builder chunks = new ChunkTable.Builder(40L << 30, 1 << 20);
        Random random = new Random(2);
        byte[] leaf = new byte[32];
        for (int i = 0; i < 40_960; i++) {
            random.nextBytes(leaf);
            chunks.add(leaf);
        }
        Digest sha256 = Digest.of(leaf);
        Manifest manifest =
                new Manifest("n", "", 0, 0, List.of(new ImageObject("o", 40L << 30, 1 << 20, sha256, chunks.build())));
        byte[] bytes = ManifestCodec.encode(manifest);
        assertThat(bytes.length).isBetween(40_960 * 32, 40_960 * 32 + 128);
        assertThat(ManifestCodec.decode(bytes, LIMITS)).isEqualTo(manifest);
        assertThat(Allocation.bytesOf(() -> ManifestCodec.decode(bytes, LIMITS)))
                .isLessThan(bytes.length + 20_000L);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] bytes = HexFormat.of().parseHex(GOLDEN);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ManifestCodec.decode(cut, LIMITS))
                    .isInstanceOf(MalformedManifestException.class)
                    .hasMessageContaining("at byte");
        }
    }

    @Test
    void theManifestMadeByHandIsTaken() throws MalformedManifestException {
        byte[] bytes = new RawManifest().bytes();
        Manifest manifest = ManifestCodec.decode(bytes, LIMITS);
        assertThat(ManifestCodec.encode(manifest)).isEqualTo(bytes);
        assertThat(manifest.objects().get(0).chunks().zeroCount()).isEqualTo(2);
    }

    @Test
    void refusesEveryOtherFormOfTheSameManifest() {
        refused("do not start with MIMEO", m -> m.start[0] = 'm');
        refused("format 0", m -> m.start[5] = 0);
        refused("format 2; this receiver knows format 1", m -> m.start[5] = 2);
        refused("expected NAME, found VERSION", m -> {
            byte[] name = m.name;
            m.name = m.version;
            m.version = name;
        });
        refused("expected FLAGS, found CREATED", m -> m.flags = join(m.created, m.flags));
        refused("expected FLAGS, found OBJECTS", m -> m.flags = new byte[0]);
        refused("expected OBJECTS, found OBJECT", m -> m.count = new byte[0]);
        refused("OBJECT is cut off", m -> m.objects = List.of());
        refused("OBJECT is cut off", m -> m.count = field(5, number(2, 4)));
        refused("0 objects", m -> {
            m.count = field(5, number(0, 4));
            m.objects = List.of();
        });
        refused("behind the last OBJECT comes OBJECT", m -> m.objects.addAll(m.objects));
        refused("behind the last OBJECT comes FLAGS", m -> m.end = m.flags);
        refused("comes a field of type 10, which a newer version may know", m -> m.end = field(10, new byte[64]));
        refused("comes a field of type 255", m -> m.end = new byte[] {-1});
        refused("expected OBJECT, found SIGNATURE", m -> m.objects.set(0, field(7, new byte[64])));
        refused("CREATED has 7 bytes, not 8", m -> m.created = field(3, new byte[7]));
        refused("FLAGS has 5 bytes, not 4", m -> m.flags = field(4, new byte[5]));
        refused("NAME is not UTF-8", m -> m.name = field(1, new byte[] {(byte) 0xc1, (byte) 0x81}));
        refused("image name: it is empty", m -> m.name = field(1, new byte[0]));
        refused("image name: 256 characters", m -> m.name = field(1, utf8("x".repeat(256))));
        refused("NAME has 766 bytes", m -> m.name = field(1, new byte[766]));
        refused("image version: character U+0007", m -> m.version = field(2, new byte[] {7}));
        refused("flags 0x00000008 are not known", m -> m.flags = field(4, number(8, 4)));
        refused("OBJECTS has 3 bytes, not 4", m -> m.count = field(5, new byte[3]));
        refused("two objects have the name \"o\"", m -> {
            m.count = field(5, number(2, 4));
            m.objects.addAll(m.objects);
        });
    }

    @Test
    void refusesEveryOtherFormOfWhatMayBeLeftOut() {
        byte[] serial = field(8, number(7, 8));
        byte[] notAfter = field(9, number(1_800_000_000L, 8));
        refused("SERIAL is 0, which is said by leaving it out", m -> m.serial = field(8, new byte[8]));
        refused("NOT_AFTER is 0, which is said by leaving it out", m -> m.notAfter = field(9, new byte[8]));
        refused("SERIAL has 4 bytes, not 8", m -> m.serial = field(8, number(7, 4)));
        refused("NOT_AFTER has 9 bytes, not 8", m -> m.notAfter = field(9, new byte[9]));
        refused("expected OBJECTS, found SERIAL", m -> m.serial = join(serial, serial));
        refused("expected OBJECTS, found NOT_AFTER", m -> m.notAfter = join(notAfter, notAfter));
        refused("expected OBJECTS, found SERIAL", m -> m.serial = join(notAfter, serial));
        refused("expected FLAGS, found SERIAL", m -> m.created = join(m.created, serial));
        refused("behind the last OBJECT comes SERIAL", m -> m.end = serial);
        refused("SIGNATURE has 95 bytes, not 96", m -> m.end = field(7, new byte[95]));
        refused("SIGNATURE has 97 bytes, not 96", m -> m.end = field(7, new byte[97]));
        refused(
                "behind the SIGNATURE comes SIGNATURE",
                m -> m.end = join(RawManifest.signature(), RawManifest.signature()));
        refused("behind the SIGNATURE comes NAME", m -> m.end = join(RawManifest.signature(), m.name));
        refused("expected OBJECTS, found SIGNATURE", m -> m.serial = RawManifest.signature());
    }

    @Test
    void whatIsSignedIsFoundWithoutReadingIt() throws MalformedManifestException {
        byte[] bytes = HexFormat.of().parseHex(SIGNED);
        SignedBytes apart = ManifestCodec.takeApart(bytes);
        assertThat(apart.covered().remaining()).isEqualTo(bytes.length - 101);
        assertThat(apart.covered())
                .isEqualTo(ByteBuffer.wrap(ManifestCodec.encode(signedGolden().signed(Optional.empty()))));
        assertThat(apart.signature()).isEqualTo(signedGolden().signature());

        byte[] unsigned = HexFormat.of().parseHex(GOLDEN);
        assertThat(ManifestCodec.takeApart(unsigned).signature()).isEmpty();
        assertThat(ManifestCodec.takeApart(unsigned).covered()).isEqualTo(ByteBuffer.wrap(unsigned));
        byte[] nonsense = unsigned.clone();
        nonsense[6 + 5] = (byte) 0xff;
        assertThat(ManifestCodec.takeApart(nonsense).signature())
                .as("a name that is none is nobody's business yet")
                .isEmpty();
    }

    @Test
    void whatIsSignedIsFoundWithoutBelievingALength() {
        byte[] good = HexFormat.of().parseHex(SIGNED);
        int cases = 0;
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            cases += isTakenApart(cut) ? 0 : 1;
        }
        assertThat(cases).as("all but where a field ends").isEqualTo(good.length - 11);
        for (long edge : new long[] {-1, 97, Integer.MAX_VALUE, 1L << 31}) {
            for (int at = 6; at < good.length; at += 5 + ByteBuffer.wrap(good).getInt(at + 1)) {
                byte[] bad = good.clone();
                ByteBuffer.wrap(bad).putInt(at + 1, (int) edge);
                assertThat(Allocation.bytesOf(() -> isTakenApart(bad))).isLessThan(20_000);
                assertThat(isTakenApart(bad) && edge != 97).isFalse();
            }
        }
    }

    private static boolean isTakenApart(byte[] bytes) {
        try {
            ManifestCodec.takeApart(bytes);
            return true;
        } catch (MalformedManifestException e) {
            return false;
        }
    }

    @Test
    void refusesEveryOtherFormOfTheSameObject() {
        refusedObject("two runs of zero chunks are not merged", o -> o.runs = new byte[] {2, 1, 1, 0, 1});
        refusedObject("a run of zero chunks is empty", o -> o.runs = new byte[] {1, 1, 0});
        refusedObject("a run of zero chunks goes beyond chunk 3", o -> o.runs = new byte[] {1, 3, 2});
        refusedObject("a run of zero chunks goes beyond chunk 3", o -> o.runs = new byte[] {2, 1, 2, 1, 1});
        refusedObject("the run count is longer than it need be", o -> o.runs = new byte[] {(byte) 0x81, 0, 1, 2});
        refusedObject("the gap before a run is longer", o -> o.runs = new byte[] {1, (byte) 0x81, 0, 2});
        refusedObject("the length of a run is longer", o -> o.runs = new byte[] {1, 1, (byte) 0x82, (byte) 0x80, 0});
        refusedObject("take 64 bytes of leaf hashes; there are 65", o -> o.leafHashes = new byte[65]);
        refusedObject("take 64 bytes of leaf hashes; there are 32", o -> o.leafHashes = new byte[32]);
        refusedObject("take 128 bytes of leaf hashes; there are 64", o -> o.runs = new byte[] {0});
        refusedObject("a chunk of zeros is listed", o -> o.leafHashes = join(ZeroLeaf.of(4096), leaf(2)));
        refusedObject("a chunk of zeros is listed", o -> o.leafHashes = join(leaf(1), ZeroLeaf.of(100)));
        refusedObject("is not UTF-8", o -> o.name = new byte[] {(byte) 0x80});
        refusedObject("object name: '/'", o -> o.name = utf8("/"));
        refusedObject("object name: it names a directory", o -> o.name = utf8("."));
        refusedObject("object name: it is empty", o -> {
            o.nameLength = number(0, 2);
            o.name = new byte[0];
        });
        refusedObject("an OBJECT is cut off", o -> {
            o.nameLength = new byte[0];
            o.name = new byte[0];
            o.runs = new byte[0];
            o.leafHashes = new byte[0];
        });
    }

    @Test
    void theHashOfFullZerosIsNoZeroChunkWhereTheChunkIsShort() throws MalformedManifestException {
        RawObject object = new RawObject();
        object.leafHashes = join(ZeroLeaf.of(100), ZeroLeaf.of(4096));
        byte[] bytes = RawManifest.with(object).bytes();
        Manifest manifest = ManifestCodec.decode(bytes, LIMITS);
        assertThat(manifest.objects().get(0).chunks().zeroCount()).isEqualTo(2);
        assertThat(ManifestCodec.encode(manifest)).isEqualTo(bytes);
    }

    /** F32: every field that states a size, at every edge. What is the right value is the only one taken. */
    @Fault("F32")
    @Test
    void refusesSizesAtTheEdgesInEveryField() throws MalformedManifestException {
        long[] edges = {
            -1,
            0,
            1,
            Short.MAX_VALUE,
            0xffff,
            Integer.MAX_VALUE,
            1L << 31,
            0xffff_ffffL,
            1L << 32,
            Long.MAX_VALUE,
            Long.MIN_VALUE
        };
        int cases = 0;
        for (long edge : edges) {
            for (int type = 1; type <= 9; type++) {
                cases += refusedFieldLength(type, edge);
            }
            cases += refusedCreated(edge);
            cases += refusedSerial(edge);
            cases += refusedNotAfter(edge);
            cases += refusedCount(edge);
            cases += refusedObjectEdge(o -> o.length = number(edge, 8), 3 * 4096 + 100, edge);
            cases += refusedObjectEdge(o -> o.shift = number(edge, 1), 12, edge & 0xff);
            cases += refusedObjectEdge(o -> o.nameLength = number(edge, 2), 1, edge & 0xffff);
            for (int at = 0; at < 3; at++) {
                cases += refusedRuns(at, edge);
            }
        }
        assertThat(cases).isGreaterThan(100);
    }

    /** F33. */
    @Fault("F33")
    @Test
    void tinyManifestsThatClaimMuchAreRefusedBeforeAnythingIsAllocated() {
        List<byte[]> hostile = new ArrayList<>();
        for (long length : new long[] {1L << 63, Long.MAX_VALUE, 1L << 62, 1L << 48, (1L << 48) - 1, 1L << 44}) {
            for (int shift = 12; shift <= 26; shift++) {
                for (byte[] runs : new byte[][] {
                    {0}, // all content
                    {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7}, // 2^31 - 1 runs
                    {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0x7f},
                    {1, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7}
                }) {
                    RawObject object = new RawObject();
                    object.length = number(length, 8);
                    object.shift = number(shift, 1);
                    object.runs = runs;
                    hostile.add(RawManifest.with(object).bytes());
                }
            }
        }
        for (byte[] bytes : hostile) {
            assertThat(Allocation.bytesOf(() -> assertRefused(bytes))).isLessThan(20_000);
        }
        assertThat(hostile).hasSize(6 * 15 * 4);
    }

    /** T21: whoever writes a manifest does not write our logs. */
    @Test
    void whatARefusalSaysIsHarmlessToRead() {
        List<String> hostile = List.of(
                "a\nb",
                "\u001b[2J",
                "nul\u0000",
                "\u202egpj.exe",
                "\u2028",
                "\r",
                "\ud800",
                "../x",
                "C:x",
                "x:ads",
                "CON");
        int refusals = 0;
        for (String text : hostile) {
            RawObject object = new RawObject();
            object.name = utf8(text);
            object.nameLength = number(object.name.length, 2);
            RawManifest twice = RawManifest.with(object);
            twice.objects = List.of(object.field(), object.field());
            twice.count = field(5, number(2, 4));
            RawManifest named = new RawManifest();
            named.name = field(1, utf8(text));
            RawManifest versioned = new RawManifest();
            versioned.version = field(2, utf8(text));
            for (RawManifest manifest : List.of(RawManifest.with(object), twice, named, versioned)) {
                try {
                    ManifestCodec.decode(manifest.bytes(), LIMITS);
                } catch (MalformedManifestException e) {
                    assertThat(Names.characterFault(e.getMessage()))
                            .as(e.getMessage())
                            .isNull();
                    refusals++;
                }
            }
        }
        assertThat(refusals)
                .as("of files all; of images those that do something to who reads them")
                .isEqualTo(2 * 11 + 2 * 6);
    }

    @Test
    void runsOfZerosStayWithinTheLimitsOfTheReceiver() throws MalformedManifestException {
        byte[] tebibytes = zeros(1, 16L << 40, 26);
        assertThat(ManifestCodec.decode(tebibytes, LIMITS).length()).isEqualTo(16L << 40);
        assertThat(Allocation.bytesOf(
                        () -> ManifestCodec.decode(tebibytes, LIMITS).root()))
                .isLessThan(50_000);
        assertThat(ManifestCodec.decode(zeros(4, 16L << 30, 12), LIMITS).length())
                .isEqualTo(64L << 30);
        assertRefused("more than the 17592186044416 bytes", zeros(1, (16L << 40) + 1, 26));
        assertRefused("more than the 17592186044416 bytes", zeros(2, (8L << 40) + 1, 26));
        assertRefused("too small for an object", zeros(1, (16L << 30) + 1, 12));
        assertRefused("20971520 chunks; at most 16777216 are allowed", zeros(5, 16L << 30, 12));
    }

    @Fault("F33")
    @Test
    void whatIsAllocatedStaysASmallMultipleOfTheInput() {
        RawObject alternating = new RawObject();
        int pairs = 20_000;
        alternating.length = number(2L * pairs * 4096, 8);
        byte[] runs = new byte[3 + 2 * pairs];
        Arrays.fill(runs, (byte) 1);
        System.arraycopy(new byte[] {(byte) 0xa0, (byte) 0x9c, 1}, 0, runs, 0, 3);
        alternating.runs = runs;
        alternating.leafHashes = new byte[32 * pairs];
        byte[] many = zeros(1024, 4096, 12);
        for (byte[] bytes : List.of(RawManifest.with(alternating).bytes(), many)) {
            assertThat(Allocation.bytesOf(() -> ManifestCodec.decode(bytes, LIMITS)))
                    .isLessThan(30L * bytes.length);
        }
    }

    @Test
    void limitsAreThoseOfTheReceiver() throws MalformedManifestException {
        byte[] bytes = HexFormat.of().parseHex(GOLDEN);
        long length = golden().length();
        ManifestCodec.decode(bytes, new ManifestLimits(bytes.length, 3, length));
        assertThatThrownBy(() -> ManifestCodec.decode(bytes, new ManifestLimits(bytes.length - 1, 3, length)))
                .isInstanceOf(MalformedManifestException.class)
                .hasMessageContaining("326 bytes; this receiver takes 325");
        assertThatThrownBy(() -> ManifestCodec.decode(bytes, new ManifestLimits(bytes.length, 2, length)))
                .isInstanceOf(MalformedManifestException.class)
                .hasMessageContaining("3 objects; this receiver takes 2");
        assertThatThrownBy(() -> ManifestCodec.decode(bytes, new ManifestLimits(bytes.length, 3, length - 1)))
                .isInstanceOf(MalformedManifestException.class)
                .hasMessageContaining("more than the " + (length - 1) + " bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> new ManifestLimits(0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ManifestLimits(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ManifestLimits(1, 1, -1));
    }

    static Manifest golden() {
        byte[] disk = new byte[5 * 4096 + 100];
        Arrays.fill(disk, 0, 4096, (byte) 1);
        Arrays.fill(disk, 3 * 4096, 4 * 4096, (byte) 2);
        Arrays.fill(disk, 5 * 4096, disk.length, (byte) 3);
        return new Manifest(
                "Raum \u00c4",
                "7",
                1_700_000_000L,
                Manifest.ALLOW_MULTICAST | Manifest.MULTICAST_ONLY,
                List.of(
                        object("disk.img", disk, 4096),
                        object("empty", new byte[0], 1 << 20),
                        object("zeros.bin", new byte[(3 << 20) + 5], 1 << 20)));
    }

    private static Manifest signedGolden() {
        Manifest manifest = golden();
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 1);
        byte[] signature = new byte[64];
        Arrays.fill(signature, (byte) 2);
        return new Manifest(
                manifest.name(),
                manifest.version(),
                manifest.createdEpochSecond(),
                manifest.flags(),
                7,
                1_800_000_000L,
                manifest.objects(),
                Optional.of(ManifestSignature.of(key, signature)));
    }

    private static ImageObject object(String name, byte[] content, int chunkSize) {
        ChunkTable.Builder chunks = new ChunkTable.Builder(content.length, chunkSize);
        for (int at = 0; at < content.length; at += chunkSize) {
            chunks.add(MerkleTreeTest.leaf(Arrays.copyOfRange(content, at, Math.min(at + chunkSize, content.length))));
        }
        MessageDigest sha256 = Sha256.start();
        return new ImageObject(name, content.length, chunkSize, Digest.of(sha256.digest(content)), chunks.build());
    }

    private static Manifest random(Random random) {
        List<ImageObject> objects = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            int chunkSize = 4096 << random.nextInt(3);
            long length = random.nextInt(100) * (long) chunkSize + random.nextInt(2) * random.nextInt(chunkSize);
            ChunkTable.Builder chunks = new ChunkTable.Builder(length, chunkSize);
            byte[] leaf = new byte[32];
            for (long at = 0; at < length; at += chunkSize) {
                random.nextBytes(leaf);
                if (random.nextInt(3) == 0) {
                    chunks.addZero();
                } else {
                    chunks.add(leaf);
                }
            }
            objects.add(new ImageObject("o" + i, length, chunkSize, Digest.of(leaf), chunks.build()));
        }
        String version = "\u78c1".repeat(random.nextInt(256));
        byte[] key = new byte[32];
        random.nextBytes(key);
        return new Manifest(
                "x".repeat(1 + random.nextInt(255)),
                version,
                random.nextInt(1 << 30),
                random.nextInt(8),
                random.nextInt(2) * (long) random.nextInt(1 << 30),
                random.nextInt(2) * (long) random.nextInt(1 << 30),
                objects,
                random.nextBoolean() ? Optional.of(ManifestSignature.of(key, new byte[64])) : Optional.empty());
    }

    /** A manifest of {@code count} objects of zeros. */
    private static byte[] zeros(int count, long length, int shift) {
        RawManifest manifest = new RawManifest();
        manifest.objects.clear();
        manifest.count = field(5, number(count, 4));
        for (int i = 0; i < count; i++) {
            manifest.objects.add(object("o" + i, length, shift));
        }
        return manifest.bytes();
    }

    private static byte[] object(String name, long length, int shift) {
        RawObject object = new RawObject();
        object.name = utf8(name);
        object.nameLength = number(object.name.length, 2);
        object.length = number(length, 8);
        object.shift = number(shift, 1);
        object.runs = join(new byte[] {1, 0}, shortest((length + (1L << shift) - 1) >> shift));
        object.leafHashes = new byte[0];
        return object.field();
    }

    private static byte[] shortest(long number) {
        byte[] bytes = {};
        for (long rest = number; ; rest >>>= 7) {
            if (rest <= 0x7f) {
                return join(bytes, new byte[] {(byte) rest});
            }
            bytes = join(bytes, new byte[] {(byte) (rest | 0x80)});
        }
    }

    private static void refused(String message, Consumer<RawManifest> change) {
        RawManifest manifest = new RawManifest();
        change.accept(manifest);
        assertRefused(message, manifest.bytes());
    }

    private static void refusedObject(String message, Consumer<RawObject> change) {
        RawObject object = new RawObject();
        change.accept(object);
        assertRefused(message, RawManifest.with(object).bytes());
    }

    /** The bytes 1 to 4 of the first field of a type state another length. */
    private static int refusedFieldLength(int type, long edge) {
        RawManifest manifest = new RawManifest();
        byte[] field = switch (type) {
            case 1 -> manifest.name;
            case 2 -> manifest.version;
            case 3 -> manifest.created;
            case 4 -> manifest.flags;
            case 7 -> manifest.end = RawManifest.signature();
            case 8 -> manifest.serial = field(8, number(7, 8));
            case 9 -> manifest.notAfter = field(9, number(7, 8));
            default -> manifest.objects.get(0);
        };
        if ((int) edge == field.length - 5) {
            return 0;
        }
        System.arraycopy(number(edge, 4), 0, field, 1, 4);
        assertRefused("at byte", manifest.bytes());
        return 1;
    }

    private static int refusedCreated(long edge) throws MalformedManifestException {
        RawManifest manifest = new RawManifest();
        manifest.created = field(3, number(edge, 8));
        if (edge >= 0 && edge <= Manifest.LATEST_EPOCH_SECOND) {
            assertThat(ManifestCodec.decode(manifest.bytes(), LIMITS).createdEpochSecond())
                    .isEqualTo(edge);
            return 0;
        }
        assertRefused("creation time", manifest.bytes());
        return 1;
    }

    private static int refusedSerial(long edge) throws MalformedManifestException {
        RawManifest manifest = new RawManifest();
        manifest.serial = field(8, number(edge, 8));
        if (edge > 0) {
            assertThat(ManifestCodec.decode(manifest.bytes(), LIMITS).serial()).isEqualTo(edge);
            return 0;
        }
        assertRefused(edge == 0 ? "SERIAL is 0" : "serial", manifest.bytes());
        return 1;
    }

    private static int refusedNotAfter(long edge) throws MalformedManifestException {
        RawManifest manifest = new RawManifest();
        manifest.notAfter = field(9, number(edge, 8));
        if (edge > 0 && edge <= Manifest.LATEST_EPOCH_SECOND) {
            assertThat(ManifestCodec.decode(manifest.bytes(), LIMITS).notAfterEpochSecond())
                    .isEqualTo(edge);
            return 0;
        }
        assertRefused(edge == 0 ? "NOT_AFTER is 0" : "the end of its time", manifest.bytes());
        return 1;
    }

    private static int refusedCount(long edge) {
        if ((int) edge == 1) {
            return 0;
        }
        refused("at byte", m -> m.count = field(5, number(edge, 4)));
        return 1;
    }

    private static int refusedObjectEdge(Consumer<RawObject> change, long right, long edge) {
        if (edge == right) {
            return 0;
        }
        refusedObject("at byte", change);
        return 1;
    }

    /** Puts a number where a run count, gap or run length stands. */
    private static int refusedRuns(int at, long edge) {
        RawObject object = new RawObject();
        byte[][] numbers = {{1}, {1}, {2}};
        if (edge == numbers[at][0]) {
            return 0;
        }
        numbers[at] = edge < 0 ? new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1} : shortest(edge);
        object.runs = join(numbers);
        if (at == 1 && edge == 0) {
            assertThat(decodes(RawManifest.with(object).bytes()))
                    .as("the first run may start at once")
                    .isTrue();
            return 0;
        }
        assertRefused("at byte", RawManifest.with(object).bytes());
        return 1;
    }

    private static void assertRefused(String message, byte[] bytes) {
        assertThatThrownBy(() -> ManifestCodec.decode(bytes, LIMITS))
                .isInstanceOf(MalformedManifestException.class)
                .hasMessageContaining(message);
    }

    private static void assertRefused(byte[] bytes) {
        if (decodes(bytes)) {
            throw new AssertionError("taken: " + HexFormat.of().formatHex(bytes));
        }
    }

    private static boolean decodes(byte[] bytes) {
        try {
            ManifestCodec.decode(bytes, LIMITS);
            return true;
        } catch (MalformedManifestException e) {
            return false;
        }
    }
}
