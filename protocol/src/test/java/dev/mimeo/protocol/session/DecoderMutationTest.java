package dev.mimeo.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.manifest.MalformedManifestException;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.ManifestLimits;
import dev.mimeo.protocol.manifest.ManifestSamples;
import dev.mimeo.protocol.manifest.SignedBytes;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Two million valid messages with a few bytes changed, cut out, repeated or appended. A decoder either throws what it
 * declares, or has read exactly what was there: encoding the result gives the same bytes.
 */
class DecoderMutationTest {
    private static final long SEED = 20_261_122;
    private static final int COUNT = 1_000_000;
    /** Bytes at which numbers of seven-bit groups change their meaning. */
    private static final byte[] TELLING = {0, 1, 2, 3, 4, 0x7f, (byte) 0x80, (byte) 0x81, (byte) 0x82, (byte) 0xff};

    private static final ManifestLimits LIMITS = new ManifestLimits(1 << 20, 100, 1L << 44);

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Fault("F30")
    @Test
    void aMillionManifests(FaultRecord record) {
        List<byte[]> samples = ManifestSamples.encoded();
        int taken = 0;
        for (int i = 0; i < COUNT; i++) {
            byte[] sample = samples.get(i % samples.size());
            byte[] mutant = random.nextBoolean() ? mutant(sample) : withOtherRuns(sample);
            try {
                Manifest manifest = ManifestCodec.decode(mutant, LIMITS);
                require(Arrays.equals(ManifestCodec.encode(manifest), mutant), i, mutant);
                require(ManifestSamples.isCanonical(manifest), i, mutant);
                SignedBytes apart = ManifestCodec.takeApart(mutant);
                require(apart.signature().equals(manifest.signature()), i, mutant);
                require(apart.covered().equals(unsigned(manifest)), i, mutant);
                taken++;
            } catch (MalformedManifestException e) {
                require(e.getMessage() != null, i, mutant);
            } catch (RuntimeException e) {
                throw failure(i, mutant, e);
            }
        }
        assertThat(taken).as("not only refusals").isBetween(COUNT / 20, COUNT / 2);
        record.runs(COUNT);
    }

    private static ByteBuffer unsigned(Manifest manifest) {
        return ByteBuffer.wrap(ManifestCodec.encode(manifest.signed(Optional.empty())));
    }

    @Fault("F30")
    @Test
    void aMillionManifestsTakenApartBeforeTheyAreDecoded(FaultRecord record) {
        List<byte[]> samples = ManifestSamples.encoded();
        int taken = 0;
        for (int i = 0; i < COUNT; i++) {
            byte[] mutant = mutant(samples.get(i % samples.size()));
            try {
                SignedBytes apart = ManifestCodec.takeApart(mutant);
                int covered = apart.covered().remaining();
                require(covered == mutant.length - (apart.signature().isEmpty() ? 0 : 101), i, mutant);
                taken++;
            } catch (MalformedManifestException e) {
                require(e.getMessage() != null, i, mutant);
            } catch (RuntimeException e) {
                throw failure(i, mutant, e);
            }
        }
        assertThat(taken).as("not only refusals").isBetween(COUNT / 20, COUNT / 2);
        record.runs(COUNT);
    }

    @Fault("F30")
    @Test
    void aMillionSessionMessages(FaultRecord record) {
        List<byte[]> samples =
                SessionCodecTest.samples().stream().map(ByteBuffer::array).toList();
        int taken = 0;
        for (int i = 0; i < COUNT; i++) {
            boolean isReport = i % samples.size() >= 2;
            byte[] mutant = mutant(samples.get(i % samples.size()));
            try {
                taken += roundTrip(mutant, isReport, i) ? 1 : 0;
            } catch (MalformedDatagramException e) {
                require(e.getMessage() != null, i, mutant);
            } catch (RuntimeException e) {
                throw failure(i, mutant, e);
            }
        }
        assertThat(taken).as("not only refusals").isBetween(COUNT / 20, COUNT / 2);
        record.runs(COUNT).shortfall("some millions in every build; 10^9 want a run of their own");
    }

    /** Returns whether the mutant was taken. A newer version is taken, but comes back as version 1, less what it appended. */
    private static boolean roundTrip(byte[] mutant, boolean isReport, int number) throws MalformedDatagramException {
        ByteBuffer content = ByteBuffer.wrap(mutant);
        Object message =
                (isReport ? SessionCodec.decodeReport(content) : SessionCodec.decodeCommand(content)).orElse(null);
        if (message == null) {
            return false;
        }
        ByteBuffer again = SessionCodecTest.encode(message);
        if (mutant[4] != 1) {
            again.put(4, mutant[4]);
            content.limit(Math.min(content.limit(), again.limit()));
        }
        require(again.equals(content), number, mutant);
        return true;
    }

    private byte[] mutant(byte[] sample) {
        byte[] mutant = sample.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            mutant = changed(mutant);
        }
        return mutant;
    }

    /**
     * Changes what describes the last object, up to its leaf hashes, or a signature, and corrects the length of its field: few
     * other mutants get past that length.
     */
    private byte[] withOtherRuns(byte[] sample) {
        int value = ManifestSamples.lastValue(sample);
        byte[] mutant = sample;
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = value + ManifestSamples.RUNS + random.nextInt(8) - 2;
            byte telling = TELLING[random.nextInt(TELLING.length)];
            int cut = random.nextInt(2);
            byte[] insert = random.nextInt(4) == 0 ? new byte[0] : new byte[] {telling};
            mutant = spliced(mutant, Math.min(at, mutant.length), Math.min(at + cut, mutant.length), insert);
        }
        ByteBuffer.wrap(mutant).putInt(value - Integer.BYTES, mutant.length - value);
        return mutant;
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(1 + random.nextInt(8), bytes.length - at);
        switch (random.nextInt(8)) {
            case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) random.nextInt();
            case 3 -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 4 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : -1));
            case 5 -> {
                return spliced(bytes, at, at + length, new byte[0]);
            }
            case 6 -> {
                return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
            }
            default -> {
                int from = random.nextInt(bytes.length - length + 1);
                System.arraycopy(bytes, from, bytes, at, length);
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] insert) {
        byte[] spliced = Arrays.copyOf(bytes, bytes.length - (to - from) + insert.length);
        System.arraycopy(insert, 0, spliced, from, insert.length);
        System.arraycopy(bytes, to, spliced, from + insert.length, bytes.length - to);
        return spliced;
    }

    private static void require(boolean holds, int number, byte[] mutant) {
        if (!holds) {
            throw failure(number, mutant, null);
        }
    }

    private static AssertionError failure(int number, byte[] mutant, RuntimeException cause) {
        String hex = HexFormat.of().formatHex(mutant);
        return new AssertionError("seed " + SEED + ", mutant " + number + ": " + hex, cause);
    }
}
