package dev.mimeo.protocol.object;

import static dev.mimeo.protocol.object.ObjectRig.LINGER;
import static dev.mimeo.protocol.object.ObjectRig.ME;
import static dev.mimeo.protocol.object.ObjectRig.MILLI;
import static dev.mimeo.protocol.object.ObjectRig.QUIET;
import static dev.mimeo.protocol.object.ObjectRig.SECOND;
import static dev.mimeo.protocol.object.ObjectRig.SENDER;
import static dev.mimeo.protocol.object.ObjectRig.coded;
import static dev.mimeo.protocol.object.ObjectRig.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.receiver.WireSender;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How the objects of a sender without a manifest are taken, asked for, acknowledged, and when that is the end. */
class ObjectReceiverMachineTest {
    private final ObjectRig rig = new ObjectRig();

    // What is taken.

    @Test
    void filesAndDataAreTakenAsTheyCome() {
        rig.file(0, "one", 950).data(1, 30);

        assertThat(rig.told)
                .containsExactly("sender 7", "file 0 of 950", "complete 0 'one'", "data 1 of 30", "complete 1 ''");
        assertThat(rig.machine.storedCount()).isEqualTo(2);
    }

    @Test
    void anEmptyObjectIsItsInformation() {
        rig.info(0, "nothing", 0);

        assertThat(rig.told).containsExactly("sender 7", "file 0 of 0", "complete 0 'nothing'");
        assertThat(rig.forget()
                        .hears(rig.sender.flush(id(0), coded(100), 0xffff_fffeL, 0xffff, ME))
                        .pass(QUIET / 2)
                        .acknowledged())
                .containsExactly(0);
    }

    @Test
    void anObjectWaitsForItsInformation() {
        rig.info(0, "zero", 100);
        rig.forget().content(1, 950).flush(1, 950).pass(QUIET / 2).flush(1, 950).pass(QUIET / 2);
        assertThat(rig.told).containsExactly("file 1 of 950");
        assertThat(rig.asked()).endsWith("0: block 0", "info 1");

        rig.content(0, 100).info(1, "one", 950);
        assertThat(rig.told).endsWith("complete 0 'zero'", "complete 1 'one'");
    }

    @Test
    void anObjectOfWhichNothingWasHeardIsAskedForWhole() {
        rig.data(0, 100).data(3, 100).pass(QUIET / 2);

        assertThat(rig.asked()).containsExactly("object 1", "object 2");
        rig.data(1, 100).data(2, 100);
        assertThat(rig.machine.storedCount()).isEqualTo(4);
    }

    @Test
    void theLastObjectsAreAskedForWhenTheSenderFlushes() {
        rig.data(0, 100).flush(2, 100).pass(QUIET / 2);

        assertThat(rig.asked()).containsExactly("object 1", "object 2");
    }

    @Test
    void whatWasSentBeforeTheFirstObjectHeardIsNotWanted() {
        rig.data(5, 100).data(3, 100).pass(QUIET / 2);

        assertThat(rig.told).containsExactly("sender 7", "data 5 of 100", "complete 5 ''");
        assertThat(rig.asked()).isEmpty();
    }

    @Test
    void aLateReceiverAsksForTheStartOfItsObjectWhenTheSenderFlushes() {
        rig.sender.flags(0);
        rig.block(0, 1_200, 1).block(0, 1_200, 2).pass(QUIET / 2);
        assertThat(rig.asked()).isEmpty();

        rig.flush(0, 1_200).pass(QUIET / 2);
        assertThat(rig.asked()).containsExactly("0: block 0");
    }

    @Test
    void objectsThatDoNotFitAreDroppedAndTheOthersTaken() {
        rig.info(0, "large", 100_001).info(0, "large", 100_001).content(1, 100);
        rig.flush(1, 100).pass(QUIET);

        assertThat(rig.told).containsSubsequence("dropped 0", "file 1 of 100");
        assertThat(rig.pool.freeBytes()).isEqualTo(rig.pool.memoryLimit());
    }

    @Test
    void anObjectThatSeemedTooLargeOnceIsTaken() {
        rig.info(0, "one", 1 << 30).file(0, "one", 950).flush(0, 950).pass(QUIET);

        assertThat(rig.told).containsExactly("sender 7", "file 0 of 950", "complete 0 'one'", "finished COMPLETE");
    }

    @Test
    void anObjectThatWasDescribedWronglyOnceIsReceivedFromItsStart() {
        rig.info(0, "one", 9_950).file(0, "one", 950).content(0, 950).content(0, 950);
        rig.info(0, "one", 950).flush(0, 950).pass(QUIET);

        assertThat(rig.told)
                .containsExactly(
                        "sender 7",
                        "file 0 of 9950",
                        "dropped 0",
                        "file 0 of 950",
                        "complete 0 'one'",
                        "finished COMPLETE");
    }

    @Test
    void anObjectThatItsSenderDescribesOtherwiseAgainAndAgainIsDropped() {
        rig.info(0, "one", 950);
        for (int i = 0; i < 10; i++) {
            int length = i % 2 == 0 ? 550 : 950;
            for (int k = 0; k < 3; k++) {
                rig.block(0, length, 0);
            }
        }

        assertThat(rig.told.stream().filter("dropped 0"::equals)).hasSize(4);
        assertThat(rig.told).endsWith("dropped 0");
        rig.content(0, 550);
        assertThat(rig.told).endsWith("dropped 0");
    }

    @Test
    void thousandsOfObjectsLeaveNothingBehind() {
        for (int i = 0; i < 10_000; i++) {
            rig.data(i, 100);
        }

        assertThat(rig.machine.storedCount()).isEqualTo(10_000);
        rig.forget().flush(9_999, 100, ME).pass(QUIET / 2);
        assertThat(rig.acknowledged()).containsExactly(9_999);
    }

    @Test
    void aDamagedIdDoesNotHaveAllObjectsBeforeItAskedFor() {
        rig.data(0, 100).data(9_000, 100).pass(SECOND / 2);

        assertThat(rig.asked()).hasSizeLessThanOrEqualTo(1_024).doesNotContain("object 1");
    }

    // Acknowledgement.

    @Test
    void theEndIsAcknowledgedToWhoAsks() {
        rig.file(0, "one", 950).flush(0, 950, new NodeId(9)).pass(QUIET / 2);
        assertThat(rig.acknowledged()).isEmpty();

        rig.flush(0, 950, new NodeId(9), ME).pass(QUIET / 2);
        assertThat(rig.acknowledged()).containsExactly(0);
    }

    @Test
    void whatIsNotWrittenIsNotAcknowledged() {
        rig.diskStopped = true;
        rig.data(0, 950).flush(0, 950, ME).pass(QUIET);
        assertThat(rig.acknowledged()).isEmpty();
        assertThat(rig.told).endsWith("data 0 of 950");

        rig.startDisk().flush(0, 950, ME).pass(QUIET / 2);
        assertThat(rig.acknowledged()).containsExactly(0);
    }

    @Test
    void whoDroppedSomethingAcknowledgesNothing() {
        rig.data(0, 100).info(1, "large", 200_000);
        rig.flush(1, 200_000, ME).pass(QUIET / 2);

        assertThat(rig.acknowledged()).isEmpty();
    }

    // The end.

    @Test
    void itIsTheEndWhenTheSenderHasFlushedAndHadNothingNewForAWhile() {
        rig.data(0, 100).pass(10 * QUIET);
        assertThat(rig.told).doesNotContain("finished COMPLETE");

        rig.data(1, 100).pass(QUIET / 2).flush(1, 100).pass(QUIET / 2 - 1);
        assertThat(rig.told).endsWith("complete 1 ''");
        rig.pass(1);
        assertThat(rig.told).endsWith("finished COMPLETE");
    }

    @Test
    void requestsForAcknowledgementPutOffTheEnd() {
        rig.data(0, 100);
        for (int i = 0; i < 20; i++) {
            rig.flush(0, 100, ME).pass(QUIET / 2);
        }
        assertThat(rig.told).endsWith("complete 0 ''");
        assertThat(rig.acknowledged()).hasSize(20);

        rig.pass(QUIET);
        assertThat(rig.told).endsWith("finished COMPLETE");
    }

    @Test
    void enoughIsEnough() {
        ObjectRig two = new ObjectRig(2);
        two.data(0, 100).data(1, 100).data(2, 100).pass(QUIET);

        assertThat(two.told)
                .containsExactly(
                        "sender 7",
                        "data 0 of 100",
                        "complete 0 ''",
                        "data 1 of 100",
                        "complete 1 ''",
                        "finished COMPLETE");
    }

    @Test
    void whoHasEnoughStaysForRequestsButNotForever() {
        ObjectRig one = new ObjectRig(1);
        one.data(0, 100);
        for (long waited = 0; waited < LINGER - QUIET; waited += QUIET / 2) {
            one.data(5, 100).pass(QUIET / 2);
        }
        assertThat(one.told).endsWith("complete 0 ''");

        one.flush(0, 100, ME).pass(MILLI * 100).data(6, 100).pass(QUIET);
        assertThat(one.acknowledged()).containsExactly(0);
        assertThat(one.told).endsWith("finished COMPLETE");
    }

    @Test
    void aSenderThatLeavesEarlyLeavesItIncomplete() {
        rig.data(0, 100)
                .info(1, "one", 950)
                .hears(rig.sender.endOfTransmission())
                .pass(SECOND);

        assertThat(rig.told).endsWith("file 1 of 950", "dropped 1", "finished SENDER_LEFT");
        assertThat(rig.pool.freeBytes()).isEqualTo(rig.pool.memoryLimit());
    }

    @Test
    void aSenderThatLeavesAfterTheEndIsTheEnd() {
        rig.diskStopped = true;
        rig.data(0, 100).hears(rig.sender.endOfTransmission()).pass(SECOND);
        assertThat(rig.told).endsWith("data 0 of 100");

        rig.startDisk();
        assertThat(rig.told).endsWith("complete 0 ''", "finished COMPLETE");
    }

    @Test
    void aSenderThatFallsSilentIsLost() {
        rig.data(0, 100).info(1, "one", 950).pass(60 * SECOND);

        assertThat(rig.told).endsWith("dropped 1", "finished SENDER_LOST");
    }

    @Test
    void whatTheSenderCannotRepairIsDropped() {
        rig.data(0, 100).info(1, "one", 950).data(2, 100);
        rig.hears(rig.sender.squelch(id(2), coded(100))).flush(2, 100).pass(SECOND);
        rig.hears(rig.sender.squelch(id(2), coded(100))).flush(2, 100).pass(QUIET);

        assertThat(rig.told).containsSubsequence("dropped 1", "finished INCOMPLETE");
    }

    @Test
    void aSenderThatStartsAnewBeginsAnew() {
        rig.file(0, "one", 100).info(1, "two", 950).pass(2 * SECOND).forget();
        rig.sender = new WireSender(SENDER, 8);
        rig.file(0, "one", 100).file(1, "two", 950).flush(1, 950).pass(QUIET);

        assertThat(rig.told)
                .containsExactly(
                        "dropped 1",
                        "sender 8",
                        "file 0 of 100",
                        "complete 0 'one'",
                        "file 1 of 950",
                        "complete 1 'two'",
                        "finished COMPLETE");
    }

    @Test
    void leavingDropsWhatIsNotStored() {
        rig.data(0, 100).info(1, "one", 950);
        rig.machine.leave(rig.nowNanos);
        rig.turn().data(2, 100);

        assertThat(rig.told).endsWith("dropped 1", "finished LEFT");
    }

    @Test
    void whoLimitsTheRateOfItsSenderTakesLeave() {
        rig.data(0, 100);
        rig.hears(rig.sender.probe(1, 5, new CongestionControl.Node(ME, CcFeedback.CLR, 0, 0)))
                .pass(MILLI)
                .forget();
        rig.machine.leave(rig.nowNanos);
        rig.turn();

        assertThat(rig.saidThatItLeaves()).isTrue();
        assertThat(rig.told).containsExactly("finished LEFT");
    }

    @Test
    void anObjectThatItsOwnerCannotStoreIsRefused() {
        rig.info(0, "one", 950);
        rig.machine.refuse(id(0), "no space left", rig.nowNanos);
        rig.turn().content(0, 950).flush(0, 950, ME).pass(QUIET);

        assertThat(rig.told).containsExactly("sender 7", "file 0 of 950", "dropped 0", "finished INCOMPLETE");
        assertThat(rig.asked()).isEmpty();
    }

    @Test
    void anEmptyGroupIsWaitedFor() {
        rig.hears(rig.sender.command(ByteBuffer.allocate(4))).pass(20 * SECOND);

        assertThat(rig.told).containsExactly("sender 7");
    }
}
