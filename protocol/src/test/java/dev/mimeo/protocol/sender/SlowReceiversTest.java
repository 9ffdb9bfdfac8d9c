package dev.mimeo.protocol.sender;

import static dev.mimeo.protocol.sender.SenderRig.ALICE;
import static dev.mimeo.protocol.sender.SenderRig.BOB;
import static dev.mimeo.protocol.sender.SenderRig.CAROL;
import static dev.mimeo.protocol.sender.SenderRig.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.CongestionControl;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Receivers that cannot keep up, and the others. Blocks have 4 symbols and 2 of parity. */
class SlowReceiversTest {
    private static final long SECOND = 1_000 * MILLI;
    private static final long MEBI = 1 << 20;

    /** The second object, the image, takes half a second; a fifth of it has been sent. */
    private static SenderRig sending(SlowReceivers policy) {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(4_000_000).slowReceivers(policy))
                .object(4)
                .object(4_000)
                .announced()
                .pass(0);
        return rig.report(ALICE, ReceiverState.RECEIVING).pass(100 * MILLI).forget();
    }

    @Test
    void whoLacksLittleIsRepairedInTheFirstPassAndWhoLacksMostAfterIt() {
        SenderRig rig = sending(new SlowReceivers.SecondPass());
        rig.nack(ALICE, 1, 2, 0, 1, 2)
                .nack(BOB, 1, 2, 3)
                .nack(CAROL, 1, 3, 0, 1)
                .nack(CAROL, requests -> requests.blocks(rig.at(1, 5, 0), rig.at(1, 6, 0)))
                .pass(200 * MILLI);
        assertThat(rig.data())
                .filteredOn(line -> line.startsWith("repair"))
                .containsExactly("repair 1/2: 4", "repair 1/3: 4 5");

        rig.forget().pass(400 * MILLI);
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);
        assertThat(rig.data())
                .filteredOn(line -> line.startsWith("repair"))
                .containsExactly("repair 1/2: 0 1 2 5", "repair 1/5: 0 1 2 3", "repair 1/6: 0 1 2 3");
    }

    @Test
    void afterTheFirstPassToWhoLacksLittleGoesFirst() {
        SenderRig rig = sending(new SlowReceivers.SecondPass());
        rig.pass(500 * MILLI).forget();
        rig.nack(ALICE, requests -> requests.blocks(rig.at(1, 0, 0), rig.at(1, 799, 0)))
                .pass(60 * MILLI)
                .nack(BOB, 1, 900, 0)
                .pass(SECOND);
        List<String> repairs = rig.data();
        assertThat(repairs).hasSize(801).startsWith("repair 1/0: 0 1 2 3");
        assertThat(repairs.indexOf("repair 1/900: 4")).isBetween(1, 200);
    }

    @Test
    void theManifestIsRepairedAtOnceHoweverMuchOfItIsMissing() {
        SenderRig rig = sending(new SlowReceivers.SecondPass());
        rig.nack(BOB, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 0, 0)))
                .pass(100 * MILLI);
        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);
        assertThat(rig.data()).contains("repair 0/0: 0 1 2 3");
    }

    @Test
    void whoAsksForTheManifestAllTheTimeGetsATwentiethOfTheFirstPass() {
        SenderRig rig = new SenderRig(
                        config -> config.bytesPerSecond(4_000_000).slowReceivers(new SlowReceivers.SecondPass()))
                .object(4)
                .object(40_000)
                .announced()
                .pass(0);
        for (int i = 0; i < 350; i++) {
            rig.nack(BOB, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 0, 0)))
                    .pass(10 * MILLI);
        }
        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);
        long repairs = rig.sent.stream()
                .filter(sent -> sent.symbol() != null && sent.symbol().repair())
                .count();
        assertThat(repairs).isBetween(100L, 4 * 70L);
        rig.pass(3 * SECOND).forget();
        rig.nack(BOB, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 0, 0)))
                .pass(100 * MILLI);
        assertThat(rig.data()).contains("repair 0/0: 0 1 2 3");
    }

    @Test
    void ifEverybodyIsHeldForAllRepairsAreNotPutOff() {
        SenderRig rig = sending(new SlowReceivers.HoldAll());
        rig.nack(CAROL, requests -> requests.blocks(rig.at(1, 5, 0), rig.at(1, 6, 0)))
                .pass(100 * MILLI);
        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);
        assertThat(rig.data()).contains("repair 1/5: 0 1 2 3", "repair 1/6: 0 1 2 3");
    }

    @Test
    void repairsHaveTheirShareOfTheFirstPassAndNoMore() {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(4_000_000).repairShare(0.25))
                .object(4)
                .object(40_000)
                .announced()
                .pass(0);
        rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND).forget();
        for (int block = 0; block < 2_000; block++) {
            rig.nack(ALICE, 1, block, 0, 1);
        }
        rig.pass(SECOND / 2);
        long repairs = rig.sent.stream()
                .filter(sent -> sent.symbol() != null && sent.symbol().repair())
                .count();
        long fresh = 4
                * rig.sent.stream()
                        .filter(sent -> sent.symbol() != null && !sent.symbol().repair())
                        .map(sent -> sent.symbol().block())
                        .distinct()
                        .count();
        assertThat(repairs)
                .as("a third of what is new, and what was not used before")
                .isBetween(1_024L, 1_024 + fresh / 3);

        rig.pass(20 * SECOND);
        assertThat(rig.machine.statistics().repairBytes())
                .as("nothing is forgotten")
                .isEqualTo(2_000 * 2 * 400);
    }

    @Test
    void whoIsSlowerThanAllowedIsSentAwayAndNobodyElse() {
        SenderRig rig = sending(new SlowReceivers.DropBelow(MEBI, 5 * SECOND, Dismissal.Action.FALL_BACK));
        rig.report(BOB, ReceiverState.RECEIVING).report(CAROL, ReceiverState.RECEIVING);
        for (int second = 1; second <= 4; second++) {
            rig.pass(SECOND)
                    .verified(ALICE, 4 * second * MEBI)
                    .verified(BOB, second * MEBI / 2)
                    .verified(CAROL, 2 * second * MEBI);
            rig.nack(CAROL, requests -> requests.blocks(rig.at(1, 0, 0), rig.at(1, 999, 0)));
        }
        assertThat(rig.commands()).noneMatch(text -> text.startsWith("fall back"));
        rig.pass(2 * SECOND)
                .verified(ALICE, 24 * MEBI)
                .verified(CAROL, 12 * MEBI)
                .pass(SECOND);

        assertThat(rig.commands())
                .filteredOn(text -> text.startsWith("fall back"))
                .isNotEmpty()
                .allMatch("fall back [0000000b]: it stored less than 1048576 bytes per second for 5 s"::equals);
    }

    @Test
    void whoIsSlowerThanAllowedIsNamedIfItIsToGoOnElsewhere() {
        SenderRig rig = sending(new SlowReceivers.DropBelow(MEBI, 2 * SECOND, Dismissal.Action.MOVE));
        rig.report(BOB, ReceiverState.RECEIVING);
        for (int second = 1; second <= 6; second++) {
            rig.pass(SECOND).verified(ALICE, 4 * second * MEBI).verified(BOB, second * MEBI / 2);
            rig.nack(CAROL, requests -> requests.blocks(rig.at(1, 0, 0), rig.at(1, 999, 0)));
        }
        assertThat(rig.events(SenderEvent.ReceiverLags.class))
                .as("each time that it is found")
                .hasSizeBetween(2, 3)
                .containsOnly(new SenderEvent.ReceiverLags(BOB));
        assertThat(rig.commands()).noneMatch(text -> text.contains("it stored less"));
    }

    @Test
    void theSessionDoesNotEndBeforeTheLastHasHeardWhereToGoOn() {
        SenderRig rig = sending(new SlowReceivers.SecondPass());
        rig.report(BOB, ReceiverState.RECEIVING).pass(20 * SECOND);
        rig.report(ALICE, ReceiverState.VERIFIED).report(CAROL, ReceiverState.VERIFIED);
        rig.report(BOB, ReceiverState.RECEIVING);
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);
        assertThat(rig.machine.move(BOB, GroupAddress.ofSender(6_004), "alone", rig.nowNanos))
                .isTrue();
        rig.pass(3 * SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);
        rig.report(BOB, ReceiverState.FAILED).pass(2 * SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void whoLagsTwiceIsNamedOnceAndToldWhereToGoUntilItIsHeardNoMore() {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(10_000).slowReceivers(new SlowReceivers.Move()))
                .object(4)
                .object(4_000)
                .announced()
                .pass(0);
        for (int second = 0; second < 3; second++) {
            assertThat(rig.events(SenderEvent.ReceiverLags.class)).isEmpty();
            threeReport(rig, second);
        }
        for (int second = 3; second < 6; second++) {
            threeReport(rig, second);
        }
        assertThat(rig.events(SenderEvent.ReceiverLags.class)).containsExactly(new SenderEvent.ReceiverLags(CAROL));

        GroupAddress lane = new GroupAddress(ByteBuffer.wrap(new byte[] {(byte) 239, (byte) 192, 7, 2}), 6_004);
        rig.report(BOB, ReceiverState.VERIFIED);
        assertThat(rig.machine.move(BOB, lane, "lane 2", rig.nowNanos))
                .as("it is done")
                .isFalse();
        assertThat(rig.machine.move(new NodeId(99), lane, "lane 2", rig.nowNanos))
                .isFalse();
        assertThat(rig.machine.move(CAROL, lane, "lane 2", rig.nowNanos)).isTrue();
        rig.forget().pass(10 * SECOND);
        assertThat(rig.commands())
                .filteredOn("move to port 6004 [0000000c]: lane 2"::equals)
                .hasSize(20);
        rig.forget();
        threeReport(rig, 7);
        assertThat(rig.commands())
                .as("it has not heard so")
                .contains("move to port 6004 [0000000c]: lane 2")
                .noneMatch(text -> text.startsWith("abort"));
        assertThat(rig.machine.receivers())
                .filteredOn(entry -> entry.standing() == RosterEntry.Standing.DISMISSED)
                .singleElement()
                .satisfies(entry -> assertThat(entry.isSettled()).isTrue());
    }

    private static void threeReport(SenderRig rig, int second) {
        rig.verified(ALICE, second * 10 * MEBI)
                .verified(BOB, second * 9 * MEBI)
                .verified(CAROL, second * MEBI)
                .pass(SECOND);
    }

    @Test
    void whileNothingIsSentNobodyIsTooSlow() {
        SenderRig rig = sending(new SlowReceivers.DropBelow(MEBI, 2 * SECOND, Dismissal.Action.ABORT));
        rig.pass(SECOND).forget();
        rig.pass(10 * SECOND);
        rig.machine.hold(rig.nowNanos);
        rig.pass(10 * SECOND);
        assertThat(rig.commands()).noneMatch(text -> text.startsWith("abort"));
    }

    @Test
    void theRoundTripOfWhoLagsBehindTheRestDoesNotSlowTheOthersRepairs() {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(10_000))
                .object(4)
                .object(4_000)
                .announced()
                .pass(0);
        for (int second = 0; second < 4; second++) {
            rig.verified(ALICE, second * 10 * MEBI)
                    .verified(BOB, second * 9 * MEBI)
                    .verified(CAROL, second * MEBI);
            rig.pass(SECOND);
        }
        answers(rig, CAROL, 800 * MILLI);
        assertThat(rig.grttNanos()).isLessThan(200 * MILLI);
        answers(rig, BOB, 800 * MILLI);
        assertThat(rig.grttNanos()).isGreaterThan(800 * MILLI);
    }

    private static void answers(SenderRig rig, NodeId from, long afterNanos) {
        List<SenderRig.Sent> probes = rig.sent(CongestionControl.class);
        SenderRig.Sent probe = probes.get(probes.size() - 1);
        rig.pass(probe.nanos() + afterNanos - rig.nowNanos);
        long stated = ((CongestionControl) probe.message()).sendTimeMicros();
        rig.hears(new Ack(SenderRig.header(from, stated), Ack.CC, 0, null, null), Delivery.MULTICAST);
    }
}
