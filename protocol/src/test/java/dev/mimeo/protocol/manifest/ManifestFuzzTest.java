package dev.mimeo.protocol.manifest;

import dev.mimeo.protocol.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Manifests: one that is taken has one encoding, which is what was read, and what a signature covers is that without it. */
class ManifestFuzzTest extends FuzzTarget {
    private static final int LARGEST_OBJECT_COUNT = 100;
    private static final int SIGNATURE_LENGTH = 101;
    private static final ManifestLimits LIMITS = new ManifestLimits(1 << 20, LARGEST_OBJECT_COUNT, 1L << 44);
    private static final int HEAP_PER_BYTE = 64;

    @Override
    protected List<byte[]> seeds() {
        return ManifestSamples.encoded();
    }

    @Override
    protected void run(byte[] input) throws Exception {
        allocatesAtMost(HEAP_PER_BYTE, input, () -> decode(input));
        allocatesAtMost(HEAP_PER_BYTE, input, () -> takeApart(input));
        decode(input).ifPresent(manifest -> judge(manifest, input));
    }

    private static Optional<Manifest> decode(byte[] input) {
        try {
            return Optional.of(ManifestCodec.decode(input, LIMITS));
        } catch (MalformedManifestException refused) {
            require(refused.getMessage() != null, "no reason");
            return Optional.empty();
        }
    }

    private static Optional<SignedBytes> takeApart(byte[] input) {
        try {
            SignedBytes apart = ManifestCodec.takeApart(input);
            int signature = apart.signature().isPresent() ? SIGNATURE_LENGTH : 0;
            require(apart.covered().remaining() == input.length - signature, "covered");
            return Optional.of(apart);
        } catch (MalformedManifestException refused) {
            require(refused.getMessage() != null, "no reason");
            return Optional.empty();
        }
    }

    private static void judge(Manifest manifest, byte[] input) {
        require(Arrays.equals(ManifestCodec.encode(manifest), input), "encoded otherwise");
        require(ManifestSamples.isCanonical(manifest), "another table of the same chunks");
        require(manifest.objects().size() <= LARGEST_OBJECT_COUNT, "too many objects");
        SignedBytes apart = takeApart(input).orElseThrow();
        require(apart.signature().equals(manifest.signature()), "two signatures");
        ByteBuffer unsigned = ByteBuffer.wrap(ManifestCodec.encode(manifest.signed(Optional.empty())));
        require(apart.covered().equals(unsigned), "another content is covered");
    }
}
