package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.Environment;
import dev.mimeo.ImageReceiver;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.MalformedManifestException;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.ManifestSignature;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a receiver refuses, and what it says then. */
class ImageDemandsTest {
    private static final Instant END = Instant.parse("2027-01-15T08:00:00Z");
    private static final Digest IMAGE = image(1, 0).root();

    private final Ed25519Key key = Ed25519Key.generate();
    private final Ed25519Key other = Ed25519Key.generate();

    @Test
    void whoDemandsNothingTakesAnything() throws MalformedManifestException {
        ImageDemands demands = demands(options -> options);
        assertThat(demands.choosesSender()).isFalse();
        assertThat(demands.refusal(IMAGE)).isEmpty();
        assertThat(judged(demands, image(0, 0))).isEmpty();
        assertThat(judged(demands, key.sign(image(0, 0)))).isEmpty();
        assertThat(judged(demands, image(0, 0).signed(Optional.of(forged())))).isEmpty();
    }

    @Test
    void whatATrustedKeySignedIsTaken() throws MalformedManifestException {
        assertThat(judged(demands(options -> options.trust(key.publicKey())), key.sign(image(1, 0))))
                .isEmpty();
        ImageDemands both = demands(options -> options.trust(key.publicKey()).trust(other.publicKey()));
        assertThat(both.choosesSender()).isTrue();
        assertThat(judged(both, key.sign(image(1, 0)))).isEmpty();
        assertThat(judged(both, other.sign(image(1, 0)))).isEmpty();
    }

    @Test
    void whatIsNotSignedIsRefused() throws MalformedManifestException {
        assertThat(judged(demands(options -> options.trust(key.publicKey())), image(1, 0)))
                .contains("it is not signed, and this receiver trusts key "
                        + key.publicKey().fingerprint() + " only. Prepare and sign it, and send it again.");
    }

    @Test
    void whatAnotherKeySignedIsRefused() throws MalformedManifestException {
        assertThat(judged(demands(options -> options.trust(key.publicKey())), other.sign(image(1, 0))))
                .get()
                .asString()
                .startsWith("it is signed by key " + other.publicKey().fingerprint()
                        + ", which this receiver does not trust.");
    }

    @Test
    void aSignatureUnderTheNameOfATrustedKeyIsRefusedIfItIsNotItsOwn() throws MalformedManifestException {
        Manifest byOther = other.sign(image(1, 0));
        ManifestSignature lie = ManifestSignature.of(
                Ed25519.raw(key.publicKey().encoded()),
                byOther.signature().orElseThrow().signature());
        assertThat(judged(demands(options -> options.trust(key.publicKey())), byOther.signed(Optional.of(lie))))
                .get()
                .asString()
                .startsWith("its signature by key " + key.publicKey().fingerprint()
                        + " is wrong: this is not what was signed.");
    }

    /** Every bit of every field: names, times, serial, lengths, hashes, the signature itself. */
    @Test
    void aFlippedBitAnywhereIsRefused() {
        ImageDemands demands = demands(options -> options.trust(key.publicKey()));
        byte[] signed = ManifestCodec.encode(key.sign(image(1, END.getEpochSecond())));
        int refused = 0;
        for (int bit = 0; bit < 8 * signed.length; bit++) {
            byte[] flipped = signed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(isRefused(demands, flipped)).as("bit %d", bit).isTrue();
            refused++;
        }
        assertThat(refused).isEqualTo(8 * signed.length).isGreaterThan(1_500);
        assertThat(isRefused(demands, signed)).isFalse();
        assertThat(isRefused(demands, Arrays.copyOf(signed, signed.length - 101)))
                .as("the same without its signature")
                .isTrue();
    }

    @Fault("F36")
    @Test
    void whatIsOlderThanTheLeastSerialIsRefused() throws MalformedManifestException {
        ImageDemands demands = demands(options -> options.trust(key.publicKey()).minimumSerial(5));
        assertThat(judged(demands, key.sign(image(4, 0))))
                .contains(
                        "\"lab\" has serial 4, and this receiver takes serial 5 or later. Send the current image, or have"
                                + " the receiver take older ones.");
        assertThat(judged(demands, key.sign(image(0, 0)))).get().asString().contains("has no serial");
        assertThat(judged(demands, key.sign(image(5, 0)))).isEmpty();
        assertThat(judged(demands, key.sign(image(Long.MAX_VALUE, 0)))).isEmpty();
    }

    @Fault("F26")
    @Test
    void whatHasEndedIsRefusedByTheClockOfTheReceiver() throws MalformedManifestException {
        Manifest image = key.sign(image(1, END.getEpochSecond()));
        assertThat(judged(demands(options -> at(options, END.minusSeconds(1))), image))
                .isEmpty();
        assertThat(judged(demands(options -> at(options, END.plusMillis(999))), image))
                .as("the second of its end is one in which it is taken")
                .isEmpty();
        assertThat(judged(demands(options -> at(options, END.plusSeconds(1))), image))
                .contains(
                        "\"lab\" was to be taken until 2027-01-15T08:00:00Z, and it is 2027-01-15T08:00:01Z here. Prepare it"
                                + " with a later end, or set this clock, or have the receiver ignore ends.");
        assertThat(judged(demands(options -> at(options, END.plusSeconds(1)).ignoreNotAfter()), image))
                .isEmpty();
        assertThat(judged(demands(options -> at(options, Instant.EPOCH.minusSeconds(9))), image))
                .isEmpty();
    }

    @Test
    void anotherImageThanTheExpectedIsRefused() {
        ImageDemands demands =
                demands(options -> options.expect(IMAGE.toString().toUpperCase(Locale.ROOT)));
        assertThat(demands.choosesSender()).isTrue();
        assertThat(demands.refusal(IMAGE)).isEmpty();
        assertThat(demands.refusal(Digest.of(new byte[32])))
                .contains(
                        "this receiver expects image " + IMAGE + ". Send that one, or have the receiver expect this.");
    }

    /** What the sender is told must fit a report: nothing that matters may be cut off. */
    @Test
    void everyReasonFitsAReport() throws MalformedManifestException {
        ImageDemands demands = demands(options -> options.trust(key.publicKey()).minimumSerial(Long.MAX_VALUE));
        for (Manifest image : List.of(image(1, 0), other.sign(image(1, 0)), key.sign(image(1, 0)))) {
            assertThat(judged(demands, image).orElseThrow().length()).isLessThanOrEqualTo(255);
        }
    }

    private static boolean isRefused(ImageDemands demands, byte[] bytes) {
        try {
            return demands.refusal(ManifestCodec.takeApart(bytes)).isPresent();
        } catch (MalformedManifestException e) {
            return true;
        }
    }

    private static Optional<String> judged(ImageDemands demands, Manifest manifest) throws MalformedManifestException {
        return demands.refusal(ManifestCodec.takeApart(ManifestCodec.encode(manifest)))
                .or(() -> demands.refusal(manifest));
    }

    private static ImageDemands demands(UnaryOperator<ImageReceiver.Builder> settings) {
        return new ImageDemands((ImageReceiverBuilder) settings.apply(new ImageReceiverBuilder(Loopback.group())));
    }

    private static ImageReceiver.Builder at(ImageReceiver.Builder options, Instant now) {
        options.environment(Environment.USUAL.withClock(Clock.fixed(now, ZoneOffset.UTC)));
        return options;
    }

    private static ManifestSignature forged() {
        return ManifestSignature.of(new byte[32], new byte[64]);
    }

    private static Manifest image(long serial, long end) {
        Digest digest = Digest.of(new byte[32]);
        ChunkTable.Builder chunks = new ChunkTable.Builder(3, 4096);
        chunks.add(digest.bytes());
        ImageObject object = new ImageObject("lab.img", 3, 4096, digest, chunks.build());
        return new Manifest("lab", "7", 0, Manifest.ALLOW_MULTICAST, serial, end, List.of(object), Optional.empty());
    }
}
