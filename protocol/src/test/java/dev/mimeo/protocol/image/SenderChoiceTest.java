package dev.mimeo.protocol.image;

import static dev.mimeo.protocol.image.ImageRig.MANIFEST;
import static dev.mimeo.protocol.image.ImageRig.SECOND;
import static dev.mimeo.protocol.image.ImageRig.bytes;
import static dev.mimeo.protocol.image.ImageRig.coded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.manifest.Allocation;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.manifest.ManifestGuard;
import dev.mimeo.protocol.manifest.ManifestSignature;
import dev.mimeo.protocol.manifest.SignedBytes;
import dev.mimeo.protocol.receiver.WireSender;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A receiver that knows which sender is the right one, and others that want to be heard. */
class SenderChoiceTest {
    private static final Digest ANOTHER = Digest.of(new byte[32]);
    private static final ManifestSignature RIGHT = ManifestSignature.of(new byte[32], new byte[64]);

    private final WireSender rogue = new WireSender(new NodeId(66), 1);

    /** What the manifest under judgement was said to be when it was decoded; stays null if it never was. */
    private Manifest believed;

    private boolean chooses = true;
    private long leastSerial;
    private Optional<Digest> expected = Optional.empty();

    private final ImageRig rig = new ImageRig(config -> config.guard(new SignedOnly()), bytes(17_000));
    private final byte[] signed = ManifestCodec.encode(rig.image.manifest().signed(Optional.of(RIGHT)));

    private final class SignedOnly implements ManifestGuard {
        @Override
        public boolean choosesSender() {
            return chooses;
        }

        @Override
        public Optional<String> refusal(Digest announced) {
            return expected.filter(digest -> !digest.equals(announced)).map(digest -> "another image");
        }

        @Override
        public Optional<String> refusal(SignedBytes bytes) {
            boolean right = bytes.signature().equals(Optional.of(RIGHT))
                    && bytes.covered().equals(ByteBuffer.wrap(rig.manifest));
            return right ? Optional.empty() : Optional.of("not signed");
        }

        @Override
        public Optional<String> refusal(Manifest manifest) {
            believed = manifest;
            return manifest.serial() < leastSerial ? Optional.of("too old") : Optional.empty();
        }
    }

    @Test
    void whatIsSignedRightIsReceived() {
        rig.announces(SessionState.SENDING).sendsAll(MANIFEST, signed).sends(0).pass(0);
        assertThat(rig.told).endsWith("verified").noneMatch(told -> told.startsWith("turned away"));
    }

    @Test
    void aSenderOfWhatIsNotSignedIsToldAndTheRightOneIsHeardNext() {
        hearRogue();
        assertThat(rig.told).endsWith("turned away: not signed");
        assertThat(believed).as("nothing of it was decoded").isNull();
        rig.pass(0);
        assertThat(rig.lastReported()).isEqualTo(ReceiverState.FAILED);
        assertThat(rig.reports.get(rig.reports.size() - 1).cause()).isEqualTo(FailureCause.REFUSED);
        assertThat(rig.reports.get(rig.reports.size() - 1).detail()).isEqualTo("not signed");
        assertThat(rig.pool.freeBytes()).isEqualTo(rig.pool.memoryLimit());

        rig.announces(SessionState.SENDING).sendsAll(MANIFEST, signed).sends(0).pass(0);
        assertThat(rig.told).endsWith("verified");
        assertThat(rig.targets.get(0)).isEqualTo(rig.contents.get(0));
    }

    @Test
    void everyFlippedBitOfASignedManifestIsNoticedBeforeItIsBelieved() {
        int refused = 0;
        for (int bit = 0; bit < signed.length * 8; bit += 7) {
            byte[] flipped = signed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            ImageRig other = new ImageRig(config -> config.guard(new SignedOnly()), bytes(17_000));
            other.announces(SessionState.SENDING).announces(SessionState.SENDING);
            for (int i = 0; i < 5; i++) {
                other.sendsAll(MANIFEST, flipped);
            }
            assertThat(other.told).as("bit %d", bit).anyMatch(told -> told.startsWith("turned away"));
            refused++;
        }
        assertThat(refused).isEqualTo((signed.length * 8 + 6) / 7);
        assertThat(believed).isNull();
    }

    @Test
    void aManifestThatWasDamagedOnceIsNoReasonToTurnAway() {
        byte[] damaged = signed.clone();
        damaged[40] ^= 1;
        rig.announces(SessionState.SENDING).sendsAll(MANIFEST, damaged).sendsAll(MANIFEST, signed);
        assertThat(rig.told).containsExactly("announced SENDING", "target");
    }

    @Test
    void whoIsTurnedAwayIsNotHeardForHalfAMinute() {
        hearRogue();
        int told = rig.told.size();
        for (int i = 0; i < 29; i++) {
            rig.hears(rogue.command(rig.announcement(SessionState.SENDING))).pass(SECOND);
        }
        assertThat(rig.told).hasSize(told);
        rig.pass(SECOND).hears(rogue.command(rig.announcement(SessionState.SENDING)));
        assertThat(rig.told).hasSize(told + 1).endsWith("announced SENDING");
    }

    @Test
    void aReceiverThatHearsOnlyTheWrongSenderGoesOnListening() {
        hearRogue();
        rig.pass(600 * SECOND);
        assertThat(rig.verdict).isNull();
        assertThat(rig.machine.nextDeadlineNanos()).as("without a thing to do").isEqualTo(Long.MAX_VALUE);
        assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.JOINING);
    }

    @Test
    void whatIsTooOldIsRefusedAtOnceForItIsSaidByTheRightKey() {
        leastSerial = 1;
        rig.announces(SessionState.SENDING).sendsAll(MANIFEST, signed);
        assertThat(rig.told).endsWith("turned away: too old");
        assertThat(believed).isNotNull();
    }

    @Test
    void anotherImageThanTheExpectedIsRefusedBeforeItsManifestIsGathered() {
        expected = Optional.of(rig.image.manifest().root());
        rig.hears(rogue.command(rig.announcement(SessionState.WAITING, ANOTHER, 1)));
        assertThat(rig.told).as("one datagram says nothing").isEmpty();

        rig.hears(rogue.command(rig.announcement(SessionState.WAITING, ANOTHER, 1)));
        assertThat(rig.told).containsExactly("turned away: another image");
        rig.pass(SECOND);
        assertThat(rig.reports).hasSize(1);
        assertThat(rig.reports.get(0).image()).isEqualTo(ANOTHER);
        assertThat(rig.nackCount).isZero();

        rig.announces(SessionState.SENDING).sendsAll(MANIFEST, signed).sends(0).pass(0);
        assertThat(rig.told).endsWith("verified");
    }

    @Test
    void whoeverLeavesOrFallsSilentBeforeTheManifestIsHereEndsNothing() {
        rig.hears(rogue.command(rig.announcement(SessionState.WAITING)))
                .hears(rogue.endOfTransmission())
                .pass(2 * SECOND);
        assertThat(rig.told).endsWith("turned away: the sender left before its manifest was here");
        rig.hears(new WireSender(new NodeId(67), 1).command(rig.announcement(SessionState.WAITING)))
                .pass(46 * SECOND);
        assertThat(rig.told).endsWith("turned away: the sender fell silent before its manifest was here");
        rig.announces(SessionState.SENDING).sendsAll(MANIFEST, signed).sends(0).pass(0);
        assertThat(rig.told).endsWith("verified");
    }

    @Test
    void whoAnnouncesAndDoesNotDeliverKeepsTheRightSenderOutForHalfAMinute() {
        for (int i = 0; i < 60; i++) {
            rig.hears(rogue.command(rig.announcement(SessionState.SENDING)));
            rig.hears(rig.sender.command(rig.announcement(SessionState.SENDING)))
                    .sendsAll(MANIFEST, signed)
                    .pass(SECOND / 2);
            assertThat(rig.told.contains("target")).as("after %d halves", i).isFalse();
        }
        rig.hears(rig.sender.command(rig.announcement(SessionState.SENDING)))
                .sendsAll(MANIFEST, signed)
                .sends(0)
                .pass(0);
        assertThat(rig.told).endsWith("verified");
    }

    /** F33: lengths that a sender claims of its manifest, in a datagram each. */
    @Test
    void whatIsClaimedOfAManifestCostsNothingBeforeItIsRefused() {
        for (long length : new long[] {1L << 43, 1L << 40, 1L << 32, 1L << 31, Integer.MAX_VALUE, (16 << 20) + 1}) {
            Iterator<ImageRig> rigs = Stream.generate(
                            () -> new ImageRig(config -> config.guard(new SignedOnly()), bytes(17_000)))
                    .limit(10)
                    .iterator();
            long allocated = Allocation.bytesOf(() -> {
                ImageRig other = rigs.next();
                other.announces(SessionState.SENDING).announces(SessionState.SENDING);
                for (int i = 0; i < 5; i++) {
                    other.hears(other.sender.data(MANIFEST, coded(length), 0, 4, 0, false, new byte[1_000]));
                }
                assertThat(other.told).last().asString().startsWith("turned away: ");
            });
            assertThat(allocated).as("for %d bytes", length).isLessThan(1 << 20);
        }
    }

    @Test
    void aReceiverThatDoesNotChooseFailsAtOnce() {
        chooses = false;
        hearRogue();
        rig.pass(0);
        assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.FAILED);
        assertThat(rig.machine.status().cause()).isEqualTo(FailureCause.REFUSED);
    }

    @Test
    void aFloodOfStrangersTakesNoMemoryAndEndsNothing() {
        for (int i = 0; i < 1_000; i++) {
            WireSender stranger = new WireSender(new NodeId(1_000 + i), i);
            rig.hears(stranger.command(rig.announcement(SessionState.WAITING)))
                    .hears(stranger.endOfTransmission())
                    .pass(2 * SECOND);
        }
        rig.announces(SessionState.SENDING).sendsAll(MANIFEST, signed).sends(0).pass(0);
        assertThat(rig.told).endsWith("verified");
        assertThat(rig.targets.get(0)).isEqualTo(rig.contents.get(0));
    }

    /** The rogue sends the manifest of the image without a signature, as often as it is asked for. */
    private void hearRogue() {
        WireSender right = rig.sender;
        rig.sender = rogue;
        rig.announces(SessionState.SENDING).announces(SessionState.SENDING);
        for (int i = 0; i < 5; i++) {
            rig.sendsManifest();
        }
        rig.sender = right;
    }
}
