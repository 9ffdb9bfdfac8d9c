package dev.mimeo.protocol.image;

import static dev.mimeo.protocol.image.ImageRig.FIRST;
import static dev.mimeo.protocol.image.ImageRig.MANIFEST;
import static dev.mimeo.protocol.image.ImageRig.ME;
import static dev.mimeo.protocol.image.ImageRig.MILLI;
import static dev.mimeo.protocol.image.ImageRig.SECOND;
import static dev.mimeo.protocol.image.ImageRig.SENDER;
import static dev.mimeo.protocol.image.ImageRig.bytes;
import static dev.mimeo.protocol.image.ImageRig.coded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ManifestLimits;
import dev.mimeo.protocol.receiver.WireSender;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.Confirmation;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From the first announcement to the verdict. */
class ImageReceiverMachineTest {
    /** Five chunks, the last of 616 bytes; five blocks, all straddling but the first and the last. */
    private final ImageRig rig = new ImageRig(bytes(17_000));

    // The good end.

    @Test
    void theImageIsVerifiedChunkByChunkAndReported() {
        rig.announces(SessionState.SENDING).sendsManifest().sends(0).pass(0);

        assertThat(rig.told)
                .containsExactly(
                        "announced SENDING",
                        "target",
                        "chunk 0",
                        "chunk 1",
                        "chunk 2",
                        "chunk 3",
                        "chunk 4",
                        "verified");
        assertThat(rig.targets.get(0)).isEqualTo(rig.contents.get(0));
        assertThat(rig.reports).hasSize(1);
        assertThat(rig.lastReported()).isEqualTo(ReceiverState.VERIFIED);
        assertThat(rig.reports.get(0).verifiedBytes()).isEqualTo(17_000);
        assertThat(rig.pool.freeBytes()).isEqualTo(rig.pool.memoryLimit());
    }

    @Test
    void whileTheSessionWaitsItIsToldWhatIsMissingUntilThatIsHeard() {
        rig.holds(0, 3).announces(SessionState.WAITING).sendsManifest();
        for (int i = 0; i < 20; i++) {
            rig.announces(SessionState.WAITING).pass(SECOND / 4);
        }
        assertThat(rig.needs).hasSizeBetween(4, 8).allSatisfy(part -> {
            assertThat(part.endChunk()).isEqualTo(5);
            assertThat(part.some().stream()).containsExactly(1, 2, 4);
        });
        assertThat(rig.reports.get(rig.reports.size() - 1).presentBytes()).isEqualTo(2 * 4_096);

        int told = rig.needs.size();
        rig.hears(rig.sender.command(new Confirmation(Confirmation.Subject.NEEDS, List.of(ME))))
                .pass(5 * SECOND);
        assertThat(rig.needs).hasSize(told);
    }

    @Test
    void whatTheTargetHoldsIsNotAskedFor() {
        rig.holds(0, 1, 2).announces(SessionState.SENDING).sendsManifest();
        rig.needs.clear();
        rig.sends(FIRST, rig.contents.get(0), 3)
                .sends(FIRST, rig.contents.get(0), 4)
                .pass(0);

        assertThat(rig.told).endsWith("target", "chunk 3", "chunk 4", "verified");
        assertThat(rig.nackCount).isZero();
        assertThat(rig.needs).as("it is too late").isEmpty();
        assertThat(rig.targets.get(0)).isEqualTo(rig.contents.get(0));
    }

    @Test
    void whatArrivedBeforeTheTargetWasOpenIsWrittenOnlyWhereItIsNeeded() {
        rig.targetHeld = true;
        rig.holds(0, 2, 3, 4).announces(SessionState.SENDING).sendsManifest();
        byte[] wrongElsewhere = rig.contents.get(0).clone();
        wrongElsewhere[0] ^= 1;
        wrongElsewhere[8_500] ^= 1;
        rig.sends(FIRST, wrongElsewhere, 0).sends(FIRST, wrongElsewhere, 1).sends(FIRST, wrongElsewhere, 2);
        rig.opensTarget();

        assertThat(rig.told).endsWith("chunk 1", "verified");
        assertThat(rig.targets.get(0)).isEqualTo(rig.contents.get(0));
    }

    @Test
    void aTargetThatHoldsEverythingIsVerifiedBeforeAnythingIsSent() {
        rig.holds(0, 1, 2, 3, 4).announces(SessionState.WAITING).sendsManifest().pass(0);

        assertThat(rig.told).containsExactly("announced WAITING", "target", "verified");
        assertThat(rig.lastReported()).isEqualTo(ReceiverState.VERIFIED);
        assertThat(rig.reports.get(0).presentBytes()).isEqualTo(17_000);
    }

    @Test
    void aReceiverJoinsWithinAQuarterOfASecondAndReportsAsOftenAsItIsTold() {
        rig.announces(SessionState.WAITING);
        for (int i = 0; i < 40; i++) {
            rig.announces(SessionState.WAITING).pass(SECOND / 4);
        }

        assertThat(rig.reports).hasSizeBetween(8, 13).allMatch(report -> report.state() == ReceiverState.JOINING);
        assertThat(rig.reportNanos.get(0)).isLessThan(SECOND / 4);
        for (int i = 1; i < rig.reportNanos.size(); i++) {
            assertThat(rig.reportNanos.get(i) - rig.reportNanos.get(i - 1)).isBetween(SECOND * 3 / 4, SECOND * 5 / 4);
        }
    }

    @Test
    void theLastReportIsRepeatedUntilItIsConfirmed() {
        rig.announces(SessionState.SENDING).sendsManifest().sends(0).pass(3_600 * MILLI);
        assertThat(rig.reportNanos)
                .containsExactly(
                        0L, 100 * MILLI, 300 * MILLI, 700 * MILLI, 1_500 * MILLI, 2_500 * MILLI, 3_500 * MILLI);
        rig.hears(rig.sender.command(new Confirmation(Confirmation.Subject.END, List.of(new NodeId(77)))));
        assertThat(rig.verdict).isNull();

        rig.hears(rig.sender.command(new Confirmation(Confirmation.Subject.END, List.of(new NodeId(77), ME))));
        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.VERIFIED);
        assertThat(rig.machine.nextDeadlineNanos()).isEqualTo(Machine.NEVER);
    }

    @Test
    void withoutConfirmationItFinishesWhenItHasLingered() {
        rig.announces(SessionState.SENDING).sendsManifest().sends(0).pass(10 * SECOND - 1);
        assertThat(rig.verdict).isNull();

        rig.pass(1);
        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.VERIFIED);
    }

    @Test
    void nothingFollowsTheEnd() {
        rig.announces(SessionState.SENDING).sendsManifest().sends(0).pass(20 * SECOND);
        int reports = rig.reports.size();
        rig.announces(SessionState.SENDING).sendsManifest().sends(0).pass(60 * SECOND);
        rig.machine.leave(rig.nowNanos);
        rig.machine.fail(FailureCause.STORAGE, "", rig.nowNanos);
        rig.machine.onTarget(List.of(new BlockSet(0)), rig.nowNanos);
        rig.machine.onStored(rig.nowNanos);
        rig.pass(60 * SECOND);

        assertThat(rig.reports).hasSize(reports);
        assertThat(rig.told).endsWith("finished VERIFIED");
        assertThat(rig.told.stream().filter(line -> line.startsWith("finished")))
                .hasSize(1);
    }

    @Test
    void blocksThatComeBeforeTheTargetIsOpenAreHeld() {
        rig.targetHeld = true;
        rig.announces(SessionState.SENDING).sends(0).sendsManifest();
        assertThat(rig.told).endsWith("target");

        rig.opensTarget();
        assertThat(rig.told).endsWith("verified");
    }

    @Test
    void anEmptyImageIsVerifiedAsSoonAsItsTargetIsOpen() {
        ImageRig empty = new ImageRig(new byte[0]);
        empty.announces(SessionState.SENDING).sendsManifest();

        assertThat(empty.told).containsExactly("announced SENDING", "target", "verified");
        assertThat(empty.lastReported()).isEqualTo(ReceiverState.VERIFIED);
    }

    @Test
    void anImageOfZerosIsVerifiedWithoutASingleBlock() {
        ImageRig zeros = new ImageRig(new byte[40_000], new byte[5_000]);
        zeros.announces(SessionState.SENDING).sendsManifest();

        assertThat(zeros.told).endsWith("target", "verified");
        assertThat(zeros.reports.get(0).verifiedBytes()).isEqualTo(45_000);
    }

    @Test
    void aZeroChunkIsNotWrittenOver() {
        byte[] content = bytes(16_384);
        Arrays.fill(content, 4_096, 8_192, (byte) 0);
        ImageRig some = new ImageRig(content);
        some.announces(SessionState.SENDING).sendsManifest().sends(0);

        assertThat(some.told).doesNotContain("chunk 1").endsWith("verified");
        assertThat(some.targets.get(0)).isEqualTo(content);
    }

    @Test
    void blocksWithinZeroChunksAreNotWaitedFor() {
        byte[] content = bytes(40_960);
        Arrays.fill(content, 8_192, 24_576, (byte) 0);
        ImageRig some = new ImageRig(content);
        some.announces(SessionState.SENDING).sendsManifest();
        for (long block = 0; block <= 10; block++) {
            if (block <= 2 || block >= 6) {
                some.sends(FIRST, content, block);
            }
        }

        assertThat(some.told).endsWith("verified");
    }

    // Chunks that do not match.

    @Test
    void aChunkThatDoesNotMatchIsReceivedAnew() {
        rig.wrongReads = 1;
        rig.announces(SessionState.SENDING).sendsManifest().sends(0);
        assertThat(rig.told).doesNotContain("verified");
        assertThat(rig.machine.status().verifiedBytes())
                .as("block 1 belongs to chunks 0 and 1")
                .isEqualTo(17_000 - 2 * 4_096);

        rig.sends(0);
        assertThat(rig.told).endsWith("chunk 0", "chunk 1", "verified");
    }

    @Test
    void aWrongSymbolIsFoundAndRepaired() {
        byte[] wrong = rig.contents.get(0).clone();
        wrong[9_000] ^= 1;
        rig.announces(SessionState.SENDING).sendsManifest().sendsAll(FIRST, wrong);
        assertThat(rig.told).doesNotContain("verified");

        rig.sends(0);
        assertThat(rig.told).endsWith("verified");
        assertThat(rig.targets.get(0)).isEqualTo(rig.contents.get(0));
    }

    @Test
    void aForgedSymbolThatCameBeforeTheRightOneIsFoundAtOnce() {
        byte[] forged = new byte[1_000];
        rig.announces(SessionState.SENDING).sendsManifest();
        rig.hears(rig.sender.data(FIRST, coded(17_000), 1, 4, 2, false, forged)).sends(0);
        assertThat(rig.told).as("block 1 is not whole").doesNotContain("chunk 1", "verified");

        rig.sends(FIRST, rig.contents.get(0), 1);
        assertThat(rig.told).endsWith("verified");
        assertThat(rig.targets.get(0)).isEqualTo(rig.contents.get(0));
    }

    @Test
    void ofTheBlocksOfAChunkThatDoesNotMatchWhatIsVerifiedStays() {
        byte[] wrong = rig.contents.get(0).clone();
        wrong[5_000] ^= 1;
        rig.announces(SessionState.SENDING).sendsManifest().sendsAll(FIRST, wrong);
        assertThat(rig.machine.status().verifiedBytes())
                .as("block 2 belongs to chunks 1 and 2")
                .isEqualTo(17_000 - 2 * 4_096);

        // The part that chunk 0 has of block 1 is not written again.
        byte[] otherwise = rig.contents.get(0).clone();
        Arrays.fill(otherwise, 4_000, 4_096, (byte) 0);
        rig.sends(FIRST, otherwise, 1).sends(FIRST, otherwise, 2);
        assertThat(rig.told).endsWith("chunk 1", "chunk 2", "verified");
        assertThat(rig.targets.get(0)).isEqualTo(rig.contents.get(0));
    }

    @Test
    void aChunkThatNeverMatchesIsGivenUpAfterFiveTimes() {
        byte[] wrong = rig.contents.get(0).clone();
        wrong[0] ^= 1;
        rig.announces(SessionState.SENDING).announces(SessionState.SENDING).sendsManifest();
        for (int i = 0; i < 4; i++) {
            rig.sendsAll(FIRST, wrong);
            assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.RECEIVING);
        }
        rig.sendsAll(FIRST, wrong);

        assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.FAILED);
        assertThat(rig.machine.status().cause()).isEqualTo(FailureCause.IMAGE_CORRUPT);
        assertThat(rig.machine.status().detail()).contains("chunk 0", "object-0.img");
    }

    @Test
    void aBlockWrittenWhileItsChunkIsHashedHasItHashedAgain() {
        rig.hashesHeld = true;
        rig.wrongReads = 1;
        rig.announces(SessionState.SENDING).sendsManifest().sends(0);
        rig.hashesOne();
        rig.sends(0);
        assertThat(rig.told).containsOnlyOnce("chunk 1").endsWith("chunk 4", "chunk 0");

        rig.hashesOne();
        assertThat(rig.told).endsWith("chunk 1");
        for (int i = 0; i < 5; i++) {
            rig.hashesOne();
        }
        assertThat(rig.told).endsWith("verified");
    }

    // Manifests.

    @Test
    void aManifestLongerThanTheLimitIsRefused() {
        ImageRig careful = new ImageRig(config -> config.limits(new ManifestLimits(100, 10, 1 << 20)), bytes(17_000));
        careful.announces(SessionState.SENDING).announces(SessionState.SENDING);
        for (int i = 0; i < 5; i++) {
            careful.sendsManifest();
        }

        assertFailed(careful, FailureCause.REFUSED, "the limit is 100");
        assertThat(careful.pool.freeBytes()).isEqualTo(careful.pool.memoryLimit());
    }

    @Test
    void anImageLargerThanTheLimitIsRefused() {
        ImageRig careful = new ImageRig(config -> config.limits(new ManifestLimits(10_000, 10, 16_999)), bytes(17_000));
        for (int i = 0; i < 5; i++) {
            careful.announces(SessionState.SENDING).sendsManifest();
        }

        assertFailed(careful, FailureCause.REFUSED, "");
    }

    @Test
    void aManifestThatIsNoneIsAskedForAgainFiveTimes() {
        byte[] garbage = bytes(rig.manifest.length);
        rig.announces(SessionState.SENDING).announces(SessionState.SENDING);
        for (int i = 0; i < 4; i++) {
            rig.sendsAll(MANIFEST, garbage);
            assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.JOINING);
        }
        rig.sendsAll(MANIFEST, garbage);

        assertFailed(rig, FailureCause.IMAGE_CORRUPT, "");
    }

    @Test
    void aManifestThatWasDamagedOnceIsReadWhenItIsWhole() {
        byte[] damaged = rig.manifest.clone();
        damaged[damaged.length - 1] ^= 1;
        rig.announces(SessionState.SENDING).sendsAll(MANIFEST, damaged);
        assertThat(rig.told).doesNotContain("target");

        rig.sendsManifest().sends(0);
        assertThat(rig.told).endsWith("verified");
    }

    @Test
    void aManifestOfAnotherImageIsNotBelieved() {
        ImageRig other = new ImageRig(bytes(17_001));
        rig.announces(SessionState.SENDING).announces(SessionState.SENDING);
        for (int i = 0; i < 5; i++) {
            rig.sendsAll(MANIFEST, other.manifest);
        }

        assertFailed(rig, FailureCause.IMAGE_CORRUPT, "the sender announced");
        assertThat(rig.told).doesNotContain("target");
    }

    @Test
    void aSenderThatCountsItsObjectsWronglyIsRefused() {
        for (int i = 0; i < 5; i++) {
            rig.hears(rig.sender.command(rig.announcement(
                            SessionState.SENDING, rig.image.manifest().root(), 2)))
                    .sendsManifest();
        }

        assertFailed(rig, FailureCause.REFUSED, "announced 2");
    }

    @Test
    void anObjectOfAnotherLengthThanTheManifestSaysIsRefused() {
        rig.announces(SessionState.SENDING)
                .announces(SessionState.SENDING)
                .sendsManifest()
                .sendsAll(FIRST, bytes(18_000))
                .sendsAll(FIRST, bytes(18_000));

        assertFailed(rig, FailureCause.REFUSED, "has 18000 bytes on the wire, 17000 in the manifest");
    }

    @Test
    void blocksThatDoNotFitInThePoolAreRefused() {
        TransmissionInformation huge =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 17_000, 60_000, 128, 32);
        rig.announces(SessionState.SENDING).announces(SessionState.SENDING);
        for (int i = 0; i < 5; i++) {
            rig.hears(rig.sender.info(MANIFEST, huge));
        }

        assertFailed(rig, FailureCause.REFUSED, "use a larger memory limit or smaller blocks");
    }

    @Test
    void moreBlocksThanABitEachCanBeKeptForAreRefused() {
        TransmissionInformation crumbs =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 1L << 32, 1, 1, 0);
        rig.announces(SessionState.SENDING).announces(SessionState.SENDING);
        for (int i = 0; i < 5; i++) {
            rig.hears(rig.sender.info(FIRST, crumbs));
        }

        assertFailed(rig, FailureCause.REFUSED, "use larger ones");
    }

    // Who is believed.

    @Test
    void onlyASenderOfAnImageIsListenedTo() {
        rig.hears(rig.sender.command(ByteBuffer.wrap(new byte[] {1, 2, 3, 4})))
                .sendsManifest()
                .sends(0)
                .announces(SessionState.ENDED)
                .pass(SECOND);
        assertThat(rig.told).isEmpty();
        assertThat(rig.machine.nextDeadlineNanos()).isEqualTo(Machine.NEVER);

        rig.announces(SessionState.SENDING);
        assertThat(rig.told).containsExactly("announced SENDING");
    }

    @Fault("F24")
    @Test
    void aSecondSenderIsNotListenedTo() {
        rig.announces(SessionState.SENDING);
        rig.sender = new WireSender(new NodeId(2), 7);
        rig.announces(SessionState.COMPLETING).sendsManifest().sends(0);

        assertThat(rig.told).containsExactly("announced SENDING");
    }

    @Test
    void aSenderDoesNotChangeItsMind() {
        rig.announces(SessionState.SENDING).sendsManifest();
        rig.hears(rig.sender.command(rig.announcement(SessionState.SENDING, Digest.of(new byte[32]), 1)));
        rig.hears(rig.sender.command(
                rig.announcement(SessionState.SENDING, rig.image.manifest().root(), 60_000)));
        rig.sendsAll(FIRST.plus(1), bytes(17_000)).sendsAll(FIRST.plus(999), bytes(17_000));
        assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.RECEIVING);

        rig.sends(0);
        assertThat(rig.told).endsWith("verified");
    }

    @Test
    void whatWasAnnouncedOnceIsNotBelievedWhenAllThatFollowsIsOtherwise() {
        Announcement right = rig.announcement(SessionState.SENDING);
        Digest root = rig.image.manifest().root();
        List<Announcement> wrong = List.of(
                announced(Digest.of(new byte[32]), right.imageLength(), MANIFEST, FIRST, 1),
                announced(root, Long.MAX_VALUE, MANIFEST, FIRST, 1),
                announced(root, 17_001, MANIFEST, FIRST, 1),
                announced(root, 17_000, MANIFEST.plus(5), FIRST, 1),
                announced(root, 17_000, FIRST, MANIFEST, 1),
                announced(root, 17_000, MANIFEST, FIRST.plus(1), 1),
                announced(root, 17_000, MANIFEST, FIRST, 60_000));
        for (Announcement once : wrong) {
            ImageRig other = new ImageRig(bytes(17_000));
            other.hears(other.sender.command(once));
            for (int i = 0; i < 8; i++) {
                other.sendsManifest().sends(0);
            }
            assertThat(other.verdict).as("%s", once).isNull();

            other.announces(SessionState.SENDING).sendsManifest().sends(0);
            assertThat(other.told).as("%s", once).endsWith("verified");
            assertThat(other.targets.get(0)).isEqualTo(other.contents.get(0));
        }
    }

    private static Announcement announced(
            Digest root, long length, ObjectId manifest, ObjectId first, int objectCount) {
        return new Announcement(
                SessionState.SENDING, "", root, length, manifest, first, objectCount, 0, 0, -1, 1_000_000, 1_000);
    }

    @Test
    void aSenderThatWasHeardOnceDoesNotKeepTheRightOneOut() {
        WireSender ours = rig.sender;
        rig.sender = new WireSender(new NodeId(2), 7);
        rig.hears(rig.sender.command(rig.announcement(SessionState.SENDING, Digest.of(new byte[32]), 1)));
        rig.sender = ours;
        rig.pass(SECOND).announces(SessionState.SENDING).sendsManifest().sends(0);
        assertThat(rig.told).endsWith("verified");
    }

    @Test
    void anImageThatIsAnnouncedAsTooLongIsRefusedWhenThatIsSaidAgain() {
        Announcement tooLong = announced(Digest.of(new byte[32]), 1L << 61, MANIFEST, FIRST, 1);
        rig.hears(rig.sender.command(tooLong));
        assertThat(rig.told).isEmpty();

        rig.hears(rig.sender.command(tooLong));
        assertFailed(rig, FailureCause.REFUSED, "it has 2305843009213693952 bytes");
    }

    @Test
    void aSenderStartedAnewWithTheSameImageGoesOnWhereItWas() {
        rig.announces(SessionState.SENDING).sendsManifest();
        rig.sends(FIRST, rig.contents.get(0), 0).sends(FIRST, rig.contents.get(0), 1);
        assertThat(rig.told).endsWith("chunk 0");

        rig.sender = new WireSender(SENDER, 8);
        rig.pass(SECOND).announces(SessionState.SENDING);
        assertThat(rig.machine.status().verifiedBytes()).isEqualTo(4_096);
        rig.sends(0);
        assertThat(rig.told).endsWith("verified");
        assertThat(rig.told.stream().filter("chunk 0"::equals))
                .as("block 1 straddles chunks 0 and 1, and is written only to chunk 1")
                .hasSize(1);
        assertThat(rig.told.stream().filter("target"::equals)).hasSize(1);
    }

    @Test
    void aSenderStartedAnewBeforeTheManifestCameIsFollowed() {
        rig.announces(SessionState.SENDING).sends(0);
        rig.sender = new WireSender(SENDER, 8);
        rig.pass(SECOND).announces(SessionState.SENDING).sendsManifest().sends(0);

        assertThat(rig.told).endsWith("verified");
    }

    @Test
    void anotherSenderOfTheSameImageTakesOverWhenTheFirstIsSilent() {
        rig.announces(SessionState.SENDING).sendsManifest();
        rig.sends(FIRST, rig.contents.get(0), 0).pass(2 * SECOND);
        rig.sender = new WireSender(new NodeId(99), 3);
        rig.announces(SessionState.SENDING).sends(0).pass(0);

        assertThat(rig.told).endsWith("verified");
        assertThat(rig.targets.get(0)).isEqualTo(rig.contents.get(0));
    }

    @Test
    void anotherSenderOfAnotherImageIsNoReplacement() {
        rig.announces(SessionState.SENDING).sendsManifest();
        rig.sends(FIRST, rig.contents.get(0), 0).pass(2 * SECOND);
        WireSender ours = rig.sender;
        rig.sender = new WireSender(new NodeId(99), 3);
        rig.hears(rig.sender.command(rig.announcement(SessionState.SENDING, Digest.of(new byte[32]), 1)))
                .sends(0)
                .pass(2 * SECOND);
        assertThat(rig.told).as("ours may come back").noneMatch(line -> line.startsWith("finished"));

        rig.sender = ours;
        rig.announces(SessionState.SENDING).pass(60 * SECOND);
        assertThat(rig.told).endsWith("finished FAILED");
        assertThat(rig.verdict.detail()).contains("another image");
    }

    @Fault("F20")
    @Test
    void aSenderStartedAnewWithAnotherImageIsRefused() {
        rig.announces(SessionState.SENDING).sendsManifest();
        rig.sender = new WireSender(SENDER, 8);
        rig.pass(SECOND).hears(rig.sender.command(rig.announcement(SessionState.SENDING, Digest.of(new byte[32]), 1)));
        assertThat(rig.verdict).as("one datagram ends nothing").isNull();

        rig.hears(rig.sender.command(rig.announcement(SessionState.SENDING, Digest.of(new byte[32]), 1)));

        assertFailed(rig, FailureCause.REFUSED, "another image");
    }

    // The other ends.

    @Test
    void aSenderThatFallsSilentLeavesTheImageIncomplete() {
        rig.announces(SessionState.SENDING).sendsManifest().pass(45 * SECOND);

        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.INCOMPLETE);
        assertThat(rig.verdict.cause()).isEqualTo(FailureCause.SENDER_LOST);
    }

    @Test
    void aSenderThatLeavesLeavesTheImageIncomplete() {
        rig.announces(SessionState.SENDING).sendsManifest().hears(rig.sender.endOfTransmission());
        assertThat(rig.verdict).as("one datagram ends nothing").isNull();

        rig.pass(SECOND);
        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.INCOMPLETE);
        assertThat(rig.verdict.cause()).isEqualTo(FailureCause.REPAIR_UNAVAILABLE);
        assertThat(rig.lastReported()).isEqualTo(ReceiverState.INCOMPLETE);
    }

    @Test
    void whatIsSquelchedCannotBeCompleted() {
        rig.announces(SessionState.SENDING).sendsManifest();
        rig.sends(FIRST, rig.contents.get(0), 0);
        rig.hears(rig.sender.squelch(FIRST.plus(1), coded(17_000)));
        assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.RECEIVING);

        rig.pass(SECOND).hears(rig.sender.squelch(FIRST.plus(1), coded(17_000)));
        assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.INCOMPLETE);
    }

    @Test
    void whoHasEverythingStoresItThoughTheSenderIsGone() {
        rig.storeHeld = true;
        rig.announces(SessionState.SENDING).sendsManifest().sends(0).hears(rig.sender.endOfTransmission());
        rig.pass(SECOND);
        assertThat(rig.verdict).isNull();

        rig.machine.onStored(rig.nowNanos);
        rig.turn();
        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.VERIFIED);
        assertThat(rig.lastReported()).isEqualTo(ReceiverState.VERIFIED);
    }

    @Test
    void whoHasEverythingStoresItThoughTheSenderStartsAnewWithAnotherImage() {
        rig.storeHeld = true;
        rig.announces(SessionState.SENDING).sendsManifest().sends(0);
        rig.sender = new WireSender(SENDER, 8);
        rig.pass(SECOND).hears(rig.sender.command(rig.announcement(SessionState.SENDING, Digest.of(new byte[32]), 1)));
        assertThat(rig.verdict).isNull();

        rig.machine.onStored(rig.nowNanos);
        rig.turn();
        assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.VERIFIED);
    }

    @Test
    void whatIsStillBeingWrittenWhenTheSenderLeavesCounts() {
        rig.announces(SessionState.SENDING).sendsManifest().writesHeld = true;
        rig.sends(0).hears(rig.sender.endOfTransmission());
        rig.pass(SECOND).writes();

        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.VERIFIED);
    }

    @Test
    void aSenderThatGoesWhileTheTargetIsOpenedIsNotWaitedFor() {
        rig.targetHeld = true;
        rig.announces(SessionState.SENDING).sendsManifest().pass(45 * SECOND);
        rig.opensTarget();

        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.INCOMPLETE);
        assertThat(rig.verdict.cause()).isEqualTo(FailureCause.SENDER_LOST);
    }

    @Test
    void aSenderThatComesBackWhileTheTargetIsOpenedIsHeard() {
        rig.targetHeld = true;
        rig.announces(SessionState.SENDING).sendsManifest().pass(45 * SECOND);
        rig.announces(SessionState.SENDING).opensTarget().sends(0);

        assertThat(rig.told).endsWith("verified");
    }

    @Test
    void aReceiverThatLeavesSaysSoOnce() {
        rig.announces(SessionState.SENDING).sendsManifest().machine.leave(rig.nowNanos);
        rig.pass(60 * SECOND);

        assertThat(rig.reports.stream().filter(report -> report.state() == ReceiverState.LEFT))
                .hasSize(1);
        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.LEFT);
    }

    @Test
    void aReceiverThatNeverHeardASenderLeavesInSilence() {
        rig.pass(SECOND).machine.leave(rig.nowNanos);
        rig.pass(SECOND);

        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.LEFT);
        assertThat(rig.reports).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureCause.class,
            names = {"STORAGE", "REFUSED", "IMAGE_CORRUPT"})
    void theOwnersFailureIsTheVerdictAndIsTold(FailureCause cause) {
        rig.writesHeld = true;
        rig.announces(SessionState.SENDING).sendsManifest();
        rig.writes().sends(0).machine.fail(cause, "no space left", rig.nowNanos);
        rig.machine.fail(FailureCause.NONE, "again", rig.nowNanos);
        rig.writes().pass(60 * SECOND);

        assertThat(rig.verdict.state()).isEqualTo(ReceiverState.FAILED);
        assertThat(rig.verdict.cause()).isEqualTo(cause);
        assertThat(rig.verdict.detail()).isEqualTo("no space left");
        assertThat(rig.reports).hasSizeGreaterThan(5).allMatch(report -> report.state() == ReceiverState.FAILED);
        assertThat(rig.pool.freeBytes()).as("blocks that were out are back").isEqualTo(rig.pool.memoryLimit());
    }

    @Test
    void aBlockThatWasNotGivenAwayIsNotTakenBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.machine.onBlock(SourceBlock.standalone(ByteBuffer.allocate(8)), 0));
    }

    private static void assertFailed(ImageRig rig, FailureCause cause, String detail) {
        assertThat(rig.machine.status().state()).isEqualTo(ReceiverState.FAILED);
        assertThat(rig.machine.status().cause()).isEqualTo(cause);
        assertThat(rig.machine.status().detail()).contains(detail);
        assertThat(rig.lastReported()).isEqualTo(ReceiverState.FAILED);
    }

    // Sent elsewhere.

    @Test
    void whoIsMovedEndsHereAndSaysWhereItGoesOn() {
        GroupAddress lane = new GroupAddress(ByteBuffer.wrap(new byte[] {(byte) 239, (byte) 192, 7, 2}), 6_004);
        rig.announces(SessionState.SENDING).sendsManifest().sends(FIRST, rig.contents.get(0), 0);
        Dismissal move = new Dismissal(Dismissal.Action.MOVE, "lane 2", Optional.of(lane), List.of(ME));
        rig.hears(rig.sender.command(move.to(List.of(SENDER))));
        assertThat(rig.machine.movedTo()).isEmpty();
        rig.hears(rig.sender.command(move)).pass(0);
        assertThat(rig.machine.movedTo()).as("one datagram ends nothing").isEmpty();

        rig.hears(rig.sender.command(move)).pass(0);
        assertThat(rig.machine.movedTo()).contains(lane);
        assertThat(rig.lastReported()).isEqualTo(ReceiverState.FAILED);
        assertThat(rig.reports.get(rig.reports.size() - 1).cause()).isEqualTo(FailureCause.DISMISSED);
        rig.hears(rig.sender.command(new Confirmation(Confirmation.Subject.END, List.of(ME))));
        assertThat(rig.told).endsWith("finished FAILED");
    }

    @Test
    void whoWantsOneImageHearsNoSessionOfAnother() {
        byte[] content = bytes(17_000);
        Digest wanted = rig.image.manifest().root();
        ImageRig other = new ImageRig(config -> config.image(wanted), bytes(9_000));
        other.announces(SessionState.SENDING).sendsManifest().pass(SECOND);
        assertThat(other.told).isEmpty();
        ImageRig same = new ImageRig(config -> config.image(wanted), content);
        same.announces(SessionState.SENDING).sendsManifest().sends(0).pass(0);
        assertThat(same.told).endsWith("verified");
    }
}
