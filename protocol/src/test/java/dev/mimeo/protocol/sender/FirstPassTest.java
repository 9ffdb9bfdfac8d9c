package dev.mimeo.protocol.sender;

import static dev.mimeo.protocol.sender.SenderRig.ALICE;
import static dev.mimeo.protocol.sender.SenderRig.MILLI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.Info;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The order in which a sender sends everything once, and how fast. */
class FirstPassTest {
    private static final long SECOND = 1_000 * MILLI;

    @Test
    void everyObjectIsSentInOrderInformationFirst() {
        SenderRig rig = new SenderRig().object(6).object(1);

        rig.pass(20 * MILLI);

        assertThat(rig.data()).containsExactly("info 0", "0/0: 0 1 2", "0/1: 0 1 2", "info 1", "1/0: 0");
    }

    @Test
    void anEmptyObjectIsItsInformation() {
        SenderRig rig = new SenderRig().object(0).object(4).object(0);

        rig.pass(20 * MILLI);

        assertThat(rig.data()).containsExactly("info 0", "info 1", "1/0: 0 1 2 3", "info 2");
        assertThat(rig.commands()).contains("flush 2/4294967295/65535");
    }

    @Test
    void plainReceiversThatComeLateAreToldOfTheFirstObjectNowAndThenBeforeTheEnd() {
        SenderRig rig = new SenderRig().object(4).object(4);

        rig.pass(SECOND);

        int flushes = 0;
        for (int i = 1; i < rig.sent.size(); i++) {
            if (rig.sent.get(i).message() instanceof Flush) {
                flushes++;
                boolean isInfoDue = flushes % (SenderRig.FLUSHES_WITHOUT_INFO + 1) == 0;
                assertThat(rig.sent.get(i - 1).message() instanceof Info info
                                && info.object().equals(rig.id(0)))
                        .as("information before flush %d", flushes)
                        .isEqualTo(isInfoDue);
            }
        }
        assertThat(flushes).isGreaterThan(2 * SenderRig.FLUSHES_WITHOUT_INFO);
    }

    @Test
    void proactiveParityFollowsTheSourceSymbolsOfItsBlock() {
        SenderRig rig = new SenderRig().object(8, 2);

        rig.pass(20 * MILLI);

        assertThat(rig.data()).containsExactly("info 0", "0/0: 0 1 2 3 4 5", "0/1: 0 1 2 3 4 5");
        assertThat(rig.machine.statistics().sourceBytes()).isEqualTo(3_200);
        assertThat(rig.machine.statistics().proactiveBytes()).isEqualTo(1_600);
    }

    @Test
    void skippedBlocksAreNotSent() {
        SenderRig rig =
                new SenderRig().object(24, 0, 0, 2, 3, 5).object(4, 0, 0).object(4);

        rig.pass(20 * MILLI);

        assertThat(rig.data())
                .containsExactly("info 0", "0/1: 0 1 2 3", "0/4: 0 1 2 3", "info 1", "info 2", "2/0: 0 1 2 3");
        assertThat(rig.machine.statistics().firstPassBytes()).isEqualTo(3 * 1_600);
    }

    @Test
    void symbolsThatLieWhollyInKnownChunksAreNotSent() {
        SenderRig rig = new SenderRig().chunkedObject(16, 1, 1_000, 1, 2, 4, 5);

        rig.pass(20 * MILLI);

        assertThat(rig.data()).containsExactly("info 0", "0/0: 0 1 2 4", "0/1: 3 4", "0/2: 0 1 4", "0/3: 3 4");
        assertThat(rig.machine.statistics().firstPassBytes()).isEqualTo(7 * 400);
        assertThat(rig.machine.statistics().sourceBytes()).isEqualTo(7 * 400);
        rig.nack(ALICE, 0, 1, 0).pass(100 * MILLI);
        assertThat(rig.data()).endsWith("repair 0/1: 5");
    }

    @Test
    void withEveryBlockSkippedTheEndIsStillTold() {
        SenderRig rig = new SenderRig().object(4, 0, 0);

        rig.pass(20 * MILLI);

        assertThat(rig.data()).containsExactly("info 0");
        assertThat(rig.commands()).contains("flush 0/0/3");
    }

    @Test
    void readingAheadLeavesAQuarterOfThePoolToRepairs() {
        SenderRig rig = new SenderRig(config -> config, 8).object(400);
        rig.stopDisk();

        rig.pass(20 * MILLI);

        assertThat(rig.onDisk).hasSize(6);
        assertThat(rig.pool.available()).isEqualTo(2);
    }

    @Test
    void aPoolOfTwoBlocksIsEnough() {
        SenderRig rig = new SenderRig(config -> config, 2).object(40);

        rig.pass(100 * MILLI);

        assertThat(rig.data()).hasSize(11).endsWith("0/9: 0 1 2 3");
    }

    @Test
    void aSlowDiskCostsTimeAndNothingElse() {
        SenderRig rig = new SenderRig(config -> config, 8).object(40);
        rig.stopDisk();
        rig.pass(SECOND);
        assertThat(rig.data()).containsExactly("info 0");
        assertThat(rig.commands()).isEmpty();

        rig.startDisk();
        rig.pass(100 * MILLI);

        assertThat(rig.data()).hasSize(11).endsWith("0/9: 0 1 2 3");
    }

    @Test
    void everyDatagramCountsAgainstTheRate() {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(1_000_000)).object(4_000);

        rig.pass(SECOND);

        long bytes = rig.sent.stream().mapToLong(SenderRig.Sent::length).sum();
        assertThat((double) bytes).isEqualTo(1_000_000, within(2_000.0));
        assertThat(rig.machine.statistics().bytes()).isEqualTo(bytes);
        assertThat(rig.machine.statistics().datagrams()).isEqualTo(rig.sent.size());
    }

    @Test
    void nothingLeavesBeforeThePacerAllowsIt() {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(1_000_000)).object(4_000);
        while (rig.poll()) {}

        long next = rig.machine.nextDeadlineNanos();
        rig.nowNanos = next - 1;
        assertThat(rig.poll()).isFalse();
        rig.nowNanos = next;
        assertThat(rig.poll()).isTrue();
    }

    @Test
    void sequenceNumbersCountEveryMessage() {
        SenderRig rig = new SenderRig().object(40);
        rig.pass(100 * MILLI);

        int[] sequences = rig.messages(CongestionControl.class).stream()
                .mapToInt(CongestionControl::sequence)
                .toArray();
        assertThat(sequences[0]).isZero();
        assertThat(sequences[1]).isGreaterThan(1);
    }

    @Test
    void commandsGoBeforeData() {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(100_000)).object(400);
        rig.pass(100 * MILLI);
        rig.nack(ALICE, 0, 0, 1).forget();

        rig.pass(10 * rig.grttNanos());

        assertThat(rig.data().get(0)).startsWith("0/");
        assertThat(rig.data()).contains("repair 0/0: 4");
    }

    @Test
    void anObjectWhoseBlocksDoNotFitInThePoolIsRefused() {
        SenderRig rig = new SenderRig(config -> config, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.object(4))
                .withMessageContaining("allow more memory or smaller blocks");
    }

    @Test
    void moreObjectsThanIdsCanOrderAreRefused() {
        SenderMachine machine = new SenderMachine(
                SenderConfig.builder(SenderRig.SENDER, 1).build(),
                new BlockPool(1_000, ByteBuffer::allocate),
                new Random(1));
        TransmitObject object = new TransmitObject(
                new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 1, 1, 1, 0),
                true,
                ByteBuffer.allocate(0),
                KnownChunks.NONE,
                0);
        for (int i = 0; i < 32_767; i++) {
            machine.offer(object);
        }

        assertThatIllegalStateException()
                .isThrownBy(() -> machine.offer(object))
                .withMessageContaining("32,767");
    }

    @Test
    void aSessionWithoutObjectsEnds() {
        SenderRig rig = new SenderRig();

        rig.pass(SECOND);

        assertThat(rig.states().get(rig.states().size() - 1)).isEqualTo(dev.mimeo.protocol.session.SessionState.ENDED);
    }
}
