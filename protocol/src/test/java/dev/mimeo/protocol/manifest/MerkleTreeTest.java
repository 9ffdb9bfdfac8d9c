package dev.mimeo.protocol.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MerkleTreeTest {
    /** The inputs that implementations of Certificate Transparency (RFC 6962) test with. */
    private static final List<String> INPUTS =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    @ParameterizedTest
    @CsvSource({
        "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    })
    void hasTheRootsOfCertificateTransparency(int count, String root) {
        MerkleTree tree = new MerkleTree();
        for (String input : INPUTS.subList(0, count)) {
            tree.add(leaf(HexFormat.of().parseHex(input)));
        }
        assertThat(tree.root()).hasToString(root);
        assertThat(tree.count()).isEqualTo(count);
    }

    @Test
    void equalsTheRecursiveDefinitionForEveryCountTo300() {
        List<byte[]> leaves = new ArrayList<>();
        MerkleTree tree = new MerkleTree();
        for (int count = 0; count <= 300; count++) {
            assertThat(tree.root().bytes()).as("%d leaves", count).isEqualTo(definition(leaves));
            byte[] next = leaf(new byte[] {(byte) count, (byte) (count >> 8)});
            leaves.add(next);
            tree.add(next);
        }
    }

    @Test
    void aRunEqualsItsLeavesOneByOneWhereverItStarts() {
        byte[] content = leaf(new byte[] {1});
        byte[] zero = leaf(new byte[] {0});
        int cases = 0;
        for (int before = 0; before <= 20; before++) {
            for (int run = 0; run <= 40; run++) {
                List<byte[]> leaves = new ArrayList<>(Collections.nCopies(before, content));
                leaves.addAll(Collections.nCopies(run, zero));
                leaves.add(content);
                MerkleTree tree = new MerkleTree();
                tree.addRun(content, before);
                tree.addRun(zero, run);
                tree.add(content);
                assertThat(tree.root().bytes()).isEqualTo(definition(leaves));
                cases++;
            }
        }
        assertThat(cases).isEqualTo(21 * 41);
    }

    @Test
    void longRunsInRandomOrderEqualTheirLeavesOneByOne() {
        Random random = new Random(5);
        MerkleTree runs = new MerkleTree();
        MerkleTree singles = new MerkleTree();
        for (int i = 0; i < 50; i++) {
            byte[] leaf = leaf(new byte[] {(byte) random.nextInt(3)});
            int times = random.nextInt(2_000);
            runs.addRun(leaf, times);
            for (int j = 0; j < times; j++) {
                singles.add(leaf);
            }
        }
        assertThat(runs.root()).isEqualTo(singles.root());
    }

    @Test
    void aRunOfTwoToThe62CostsAHundredHashesNotYears() {
        MerkleTree tree = new MerkleTree();
        tree.add(leaf(new byte[] {1}));
        tree.addRun(leaf(new byte[0]), (1L << 62) - 2);
        assertThat(tree.root()).isNotNull();
        assertThat(tree.count()).isEqualTo((1L << 62) - 1);
        assertThatIllegalArgumentException().isThrownBy(() -> tree.addRun(leaf(new byte[0]), 2));
        assertThatIllegalArgumentException().isThrownBy(() -> tree.addRun(leaf(new byte[0]), -1));
        assertThatIllegalArgumentException().isThrownBy(() -> tree.add(new byte[31]));
    }

    @Test
    void aLeafAllocatesNothing() {
        MerkleTree tree = new MerkleTree();
        byte[] leaf = leaf(new byte[] {1});
        assertThat(Allocation.bytesOf(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        tree.add(leaf);
                    }
                }))
                .isLessThan(10_000);
    }

    static byte[] leaf(byte[] content) {
        ChunkHasher hasher = new ChunkHasher();
        hasher.update(ByteBuffer.wrap(content));
        return hasher.leaf().clone();
    }

    /** MTH as RFC 9162, section 2.1.1, defines it. */
    static byte[] definition(List<byte[]> leaves) {
        MessageDigest sha256 = Sha256.start();
        if (leaves.isEmpty()) {
            return sha256.digest();
        }
        if (leaves.size() == 1) {
            return Arrays.copyOf(leaves.get(0), 32);
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        sha256.update((byte) 1);
        sha256.update(definition(leaves.subList(0, k)));
        sha256.update(definition(leaves.subList(k, leaves.size())));
        return sha256.digest();
    }
}
