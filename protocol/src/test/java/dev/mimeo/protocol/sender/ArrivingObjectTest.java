package dev.mimeo.protocol.sender;

import static dev.mimeo.protocol.sender.SenderRig.ALICE;
import static dev.mimeo.protocol.sender.SenderRig.BOB;
import static dev.mimeo.protocol.sender.SenderRig.MILLI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a sender does with objects that are not all there yet: a relay's. */
class ArrivingObjectTest {
    private static final long SECOND = 1_000 * MILLI;

    @Test
    void whatIsThereIsSentAndTheRestAsItComesFromTheLowestBlockOn() {
        SenderRig rig = new SenderRig().arrivingObject(16, 1);

        rig.pass(20 * MILLI);
        assertThat(rig.data()).containsExactly("info 0", "0/1: 0 1 2 3");

        rig.forget().arrive(0, 3, 0).pass(20 * MILLI);
        assertThat(rig.data()).containsExactly("0/3: 0 1 2 3", "0/0: 0 1 2 3");

        rig.forget().arrive(0, 0, 1, 2).pass(20 * MILLI);
        assertThat(rig.data()).as("nothing twice").containsExactly("0/2: 0 1 2 3");
        assertThat(rig.machine.statistics().sourceBytes()).isEqualTo(16 * 400);
    }

    @Test
    void aBlockGoesWhenEveryChunkThatItTouchesIsThere() {
        SenderRig rig = new SenderRig().arrivingObject(12, 1_000, KnownChunks.NONE, 0);
        rig.pass(20 * MILLI);
        assertThat(rig.data()).as("1,000 of 1,600 bytes").containsExactly("info 0");

        rig.arrive(0, 1).pass(20 * MILLI);
        assertThat(rig.data()).containsExactly("info 0", "0/0: 0 1 2 3");

        rig.arrive(0, 4).pass(20 * MILLI);
        assertThat(rig.data())
                .as("the last chunk is the end of the last block only")
                .hasSize(2);

        rig.arrive(0, 3).pass(20 * MILLI);
        assertThat(rig.data()).endsWith("0/2: 0 1 2 3");
    }

    @Test
    void theSessionStartsByItselfWhenSomethingIsThere() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(1)))
                .object(4)
                .arrivingObject(8)
                .announced();
        rig.report(ALICE, ReceiverState.JOINING).needs(ALICE, 2, 0, 1);

        rig.pass(10 * SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.WAITING);
        assertThat(rig.data()).as("the manifest").containsExactly("info 0", "0/0: 0 1 2 3");

        rig.arrive(1, 1).pass(20 * MILLI);
        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);
        assertThat(rig.data()).endsWith("1/1: 0 1 2 3");
    }

    @Test
    void theEndIsNotToldWhileSomethingIsToCome() {
        SenderRig rig = new SenderRig().object(4).arrivingObject(8, 0).announced();
        rig.machine.start(rig.nowNanos);

        rig.pass(30 * SECOND);
        assertThat(rig.commands()).noneMatch(command -> command.startsWith("flush") || command.equals("eot"));
        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);

        rig.arrive(1, 1).pass(SECOND);
        assertThat(rig.commands()).contains("flush 1/1/3");
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);
    }

    @Test
    void anObjectThatWaitsLetsThoseBehindItPassAndGoesOnBeforeThem() {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(100_000))
                .arrivingObject(8, 0)
                .arrivingObject(12, 0, 1);

        rig.pass(10 * MILLI);
        rig.arrive(1, 2).arrive(0, 1).pass(SECOND);

        assertThat(rig.data())
                .containsExactly(
                        "info 0",
                        "0/0: 0 1 2 3",
                        "info 1",
                        "1/0: 0 1 2 3",
                        "1/1: 0 1 2 3",
                        "1/2: 0 1 2 3",
                        "0/1: 0 1 2 3");
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);
    }

    @Test
    void whoAsksForWhatIsNotThereGetsItOnceWhenItComes() {
        SenderRig rig = new SenderRig().arrivingObject(12, 0);
        rig.pass(20 * MILLI).forget();

        rig.nack(ALICE, requests -> requests.blocks(rig.at(0, 1, 0), rig.at(0, 2, 0)));
        rig.nack(BOB, 0, 1, 2).pass(SECOND);
        assertThat(rig.data()).isEmpty();
        assertThat(rig.pool.available()).as("no block is held for it").isEqualTo(64);

        rig.arrive(0, 2, 1).pass(200 * MILLI);
        assertThat(rig.data()).containsExactly("0/2: 0 1 2 3", "0/1: 0 1 2 3");
    }

    @Test
    void whatIsThereIsRepairedWhileTheRestIsToCome() {
        SenderRig rig = new SenderRig().object(4).arrivingObject(12, 0).announced();
        rig.report(ALICE, ReceiverState.JOINING).report(BOB, ReceiverState.JOINING);
        rig.machine.start(rig.nowNanos);
        rig.pass(20 * MILLI).forget();

        rig.nack(ALICE, requests -> requests.blocks(rig.at(1, 0, 0), rig.at(1, 0, 0)))
                .pass(SECOND);

        assertThat(rig.data())
                .as("a whole block waits for the end of the first pass, or until there is nothing else to send")
                .containsExactly("repair 1/0: 0 1 2 3");
    }

    @Test
    void whatNobodyNeedsIsLeftOutAndBroughtWhenSomebodyAsksForItBeforeItIsThere() {
        SenderRig rig = new SenderRig().object(4).arrivingObject(12).announced();
        rig.report(ALICE, ReceiverState.JOINING).needs(ALICE, 3, 2).pass(20 * MILLI);
        rig.arrive(1, 2).pass(SECOND).forget();
        assertThat(rig.machine.state()).as("nothing that is needed is missing").isEqualTo(SessionState.COMPLETING);

        rig.report(BOB, ReceiverState.JOINING)
                .nack(BOB, requests -> requests.blocks(rig.at(1, 0, 0), rig.at(1, 1, 0)))
                .pass(SECOND);
        assertThat(rig.data()).isEmpty();

        rig.arrive(1, 1).pass(SECOND);
        rig.arrive(1, 0).pass(SECOND);
        assertThat(rig.data()).containsExactly("1/1: 0 1 2 3", "1/0: 0 1 2 3");
    }

    @Test
    void receiversAreToldThatItPausesWhenNothingHasComeForAWhile() {
        SenderRig rig = new SenderRig().object(4).arrivingObject(12, 0).announced();
        rig.machine.start(rig.nowNanos);

        rig.pass(400 * MILLI).forget();
        assertThat(rig.announcements()).noneMatch(heard -> heard.bytesPerSecond() == 0);

        rig.pass(600 * MILLI).forget().pass(SECOND);
        assertThat(rig.announcements()).isNotEmpty().allMatch(heard -> heard.bytesPerSecond() == 0);

        rig.forget().arrive(1, 1).pass(400 * MILLI);
        assertThat(rig.announcements()).isNotEmpty().allMatch(heard -> heard.bytesPerSecond() > 0);
    }

    @Test
    void anObjectOfWhichNothingIsMissingIsAnObject() {
        SenderRig rig = new SenderRig().arrivingObject(8, 0, 1);

        rig.pass(20 * MILLI);

        assertThat(rig.data()).containsExactly("info 0", "0/0: 0 1 2 3", "0/1: 0 1 2 3");
        assertThat(rig.commands()).contains("flush 0/1/3");
    }

    @Test
    void chunksOfAnotherObjectAreRefused() {
        SenderRig rig = new SenderRig().arrivingObject(8);
        ObjectId other = rig.id(1);

        assertThatIllegalArgumentException().isThrownBy(() -> rig.machine.available(other, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.machine.offer(anObject(), 1_600, new BlockSet(3)))
                .withMessageContaining("3 chunks");
    }

    private static TransmitObject anObject() {
        return new TransmitObject(SenderRig.information(3_200), true, ByteBuffer.allocate(0), KnownChunks.NONE, 0);
    }
}
