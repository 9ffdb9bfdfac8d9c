package dev.mimeo.protocol.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    private static final Digest ANY = Digest.of(new byte[32]);
    private static final ImageObject OBJECT = zeros("disk.img", 10_000, 4096);

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "1, 1",
        "68719476736, 1", // 64 GiB
        "68719476737, 2",
        "137438953472, 2",
        "137438953473, 4",
        "4398046511104, 64", // 4 TiB
        "4398046511105, 64",
        "281474976710655, 64"
    })
    void choosesChunksOfAMebibyteUntilThereAreTooMany(long length, int mebibytes) {
        assertThat(Manifest.chunkSizeFor(length)).isEqualTo(mebibytes << 20);
        assertThat(ImageObject.sizeFault(length, mebibytes << 20)).isNull();
    }

    @Test
    void theIdentityIsTheTreeOverTheObjects() {
        ImageObject other = zeros("other", 0, 1 << 20);
        Manifest manifest = new Manifest("n", "", 0, 0, List.of(OBJECT, other));
        List<byte[]> leaves = List.of(leaf(OBJECT), leaf(other));
        assertThat(manifest.root().bytes()).isEqualTo(MerkleTreeTest.definition(leaves));
        assertThat(manifest.length()).isEqualTo(10_000);
    }

    @Test
    void theIdentityIsThatOfTheContentAndNothingElse() {
        Digest root = new Manifest("n", "1", 0, 0, List.of(OBJECT)).root();
        ImageObject renamed =
                new ImageObject("x", OBJECT.length(), OBJECT.chunkSize(), OBJECT.sha256(), OBJECT.chunks());
        assertThat(new Manifest("other", "2", 99, Manifest.ENCRYPT, List.of(renamed)).root())
                .isEqualTo(root);
        Digest wrong = new ChunkTable.Builder(0, 4096).build().root();
        assertThat(root(new ImageObject("n", OBJECT.length(), OBJECT.chunkSize(), wrong, OBJECT.chunks())))
                .isNotEqualTo(root);
        assertThat(root(zeros("n", 10_001, 4096))).isNotEqualTo(root);
        assertThat(root(zeros("n", 10_000, 8192))).isNotEqualTo(root);
        assertThat(root(zeros("n", 10_000, 4096), zeros("e", 0, 4096))).isNotEqualTo(root);
        assertThat(root(zeros("n", 10_000, 4096), zeros("e", 0, 4096)))
                .isNotEqualTo(root(zeros("e", 0, 4096), zeros("n", 10_000, 4096)));
    }

    @Test
    void refusesWhatIsOutOfRange() {
        refused("image name: it is empty", () -> new Manifest("", "", 0, 0, List.of(OBJECT)));
        refused("image name: character U+000A", () -> new Manifest("a\nb", "", 0, 0, List.of(OBJECT)));
        refused("image version: character U+202E", () -> new Manifest("n", "\u202e", 0, 0, List.of(OBJECT)));
        refused("image version: 256", () -> new Manifest("n", "x".repeat(256), 0, 0, List.of(OBJECT)));
        refused("creation time -1", () -> new Manifest("n", "", -1, 0, List.of(OBJECT)));
        refused("creation time", () -> new Manifest("n", "", 253_402_300_800L, 0, List.of(OBJECT)));
        refused("flags 0x00000008 are not known", () -> new Manifest("n", "", 0, 9, List.of(OBJECT)));
        refused("flags 0x80000000 are not known", () -> new Manifest("n", "", 0, Integer.MIN_VALUE, List.of(OBJECT)));
        refused("0 objects", () -> new Manifest("n", "", 0, 0, List.of()));
        refused(
                "two objects have the name \"DISK.IMG\"",
                () -> new Manifest("n", "", 0, 0, List.of(OBJECT, zeros("DISK.IMG", 1, 4096))));
        assertThat(new Manifest("n", "x".repeat(255), 253_402_300_799L, 7, List.of(OBJECT)).flags())
                .isEqualTo(Manifest.ALLOW_MULTICAST | Manifest.ENCRYPT | Manifest.MULTICAST_ONLY);
    }

    @Test
    void refusesMoreObjectsThanCanBeCounted() {
        List<ImageObject> objects = IntStream.rangeClosed(0, 65_535)
                .mapToObj(i -> zeros("o" + i, 0, 4096))
                .toList();
        refused("65536 objects", () -> new Manifest("n", "", 0, 0, objects));
        assertThat(new Manifest("n", "", 0, 0, objects.subList(1, 65_536)).objects())
                .hasSize(65_535);
    }

    @Test
    void refusesObjectsOutOfRange() {
        ChunkTable chunks = OBJECT.chunks();
        refused("object name: it is empty", () -> new ImageObject("", 10_000, 4096, ANY, chunks));
        refused("object name: '/'", () -> new ImageObject("a/b", 10_000, 4096, ANY, chunks));
        refused("object length -1", () -> new ImageObject("n", -1, 4096, ANY, chunks));
        refused("object length 281474976710656", () -> new ImageObject("n", 1L << 48, 64 << 20, ANY, chunks));
        for (int chunkSize : new int[] {Integer.MIN_VALUE, -1, 0, 1, 2048, 4095, 4097, 12_288, 128 << 20}) {
            refused("chunk size " + chunkSize, () -> new ImageObject("n", 10_000, chunkSize, ANY, chunks));
        }
        refused("chunks of 4096 bytes are too small", () -> new ImageObject("n", (16L << 30) + 1, 4096, ANY, chunks));
        refused("has a table for 10000", () -> new ImageObject("n", 10_001, 4096, ANY, chunks));
        refused("has a table for 10000", () -> new ImageObject("n", 10_000, 8192, ANY, chunks));
    }

    private interface Construction {
        Object make();
    }

    private static void refused(String message, Construction construction) {
        assertThatIllegalArgumentException().isThrownBy(construction::make).withMessageContaining(message);
    }

    private static Digest root(ImageObject... objects) {
        return new Manifest("n", "", 0, 0, List.of(objects)).root();
    }

    private static byte[] leaf(ImageObject object) {
        ByteBuffer leaf = ByteBuffer.allocate(76);
        leaf.putLong(object.length())
                .putInt(object.chunkSize())
                .put(object.sha256().bytes());
        leaf.put(object.chunks().root().bytes());
        return MerkleTreeTest.leaf(leaf.array());
    }

    static ImageObject zeros(String name, long length, int chunkSize) {
        ChunkTable.Builder chunks = new ChunkTable.Builder(length, chunkSize);
        for (long at = 0; at < length; at += chunkSize) {
            chunks.addZero();
        }
        return new ImageObject(name, length, chunkSize, ANY, chunks.build());
    }
}
