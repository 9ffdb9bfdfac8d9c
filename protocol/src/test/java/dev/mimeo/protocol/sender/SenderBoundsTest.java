package dev.mimeo.protocol.sender;

import static dev.mimeo.protocol.sender.SenderRig.ALICE;
import static dev.mimeo.protocol.sender.SenderRig.BOB;
import static dev.mimeo.protocol.sender.SenderRig.CAROL;
import static dev.mimeo.protocol.sender.SenderRig.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import org.junit.jupiter.api.Test;

/** What a sender keeps and does for those who say too much: bounded, whoever they are. */
class SenderBoundsTest {
    private static final long SECOND = 1_000 * MILLI;

    // Who is kept track of.

    @Fault("F44")
    @Test
    void aMillionInventedReceiversLeaveRoomForRealOnesThatCameBeforeAndCameLater() {
        SenderRig rig = new SenderRig(config -> config.maximumReceivers(1_000)
                        .startWhen(new StartCondition.Manual())
                        .receiverTimeoutNanos(600 * SECOND))
                .object(4)
                .announced()
                .pass(MILLI);
        rig.report(ALICE, ReceiverState.JOINING).pass(SECOND).report(ALICE, ReceiverState.JOINING);
        int forgotten = 0;
        for (int i = 0; i < 1_000_000; i++) {
            rig.report(new NodeId(0x1000 + i), ReceiverState.JOINING);
            if (i % 1_000 == 0) {
                rig.turn();
                forgotten += rig.events(SenderEvent.ReceiverForgotten.class).size();
                rig.events.clear();
                rig.sent.clear();
            }
        }
        assertThat(rig.machine.receivers()).hasSize(1_000);
        assertThat(rig.machine.receivers().get(0).id()).isEqualTo(ALICE);
        assertThat(forgotten).as("nobody has vanished yet").isZero();

        rig.report(BOB, ReceiverState.JOINING);
        assertThat(rig.commands()).as("it is not sent away").noneMatch(command -> command.startsWith("abort"));
        rig.pass(2 * SECOND).report(BOB, ReceiverState.JOINING);
        assertThat(rig.machine.receivers())
                .hasSize(1_000)
                .extracting(RosterEntry::id)
                .contains(ALICE, BOB);
        rig.turn();
        assertThat(rig.events(SenderEvent.ReceiverForgotten.class)).hasSize(1);
    }

    @Test
    void whoWasHeardForAWhileIsNotPushedOut() {
        SenderRig rig =
                new SenderRig(config -> config.maximumReceivers(2)).object(4).announced();
        rig.report(ALICE, ReceiverState.RECEIVING).report(BOB, ReceiverState.RECEIVING);
        rig.pass(SECOND / 2).report(ALICE, ReceiverState.RECEIVING).report(CAROL, ReceiverState.JOINING);
        assertThat(rig.machine.receivers()).extracting(RosterEntry::id).containsExactly(ALICE, BOB);

        rig.pass(2 * SECOND).report(CAROL, ReceiverState.JOINING);
        assertThat(rig.machine.receivers()).extracting(RosterEntry::id).containsExactly(ALICE, CAROL);
    }

    @Test
    void needsOfThoseWhoNeverJoinDoNotPushOutThoseOfReceivers() {
        SenderRig rig = new SenderRig(config -> config.maximumReceivers(10).startWhen(new StartCondition.Receivers(2)))
                .object(4)
                .object(20)
                .announced()
                .pass(MILLI);
        rig.report(ALICE, ReceiverState.JOINING).needs(ALICE, 5, 1).needs(BOB, 5, 3);
        for (int i = 0; i < 1_000; i++) {
            rig.needs(new NodeId(0x1000 + i), 5);
        }
        rig.report(BOB, ReceiverState.JOINING).pass(SECOND);
        assertThat(rig.machine.state()).as("what Bob told early was forgotten").isEqualTo(SessionState.WAITING);

        rig.needs(BOB, 5, 3).pass(SECOND);
        assertThat(rig.data()).contains("1/1: 0 1 2 3", "1/3: 0 1 2 3").doesNotContain("1/2: 0 1 2 3");
    }

    /** Who is not among those that are told now is told when it reports again. */
    @Test
    void soManyAreToldThatTheyWereSentAwayAndOthersWhenTheyReportAgain() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Manual()))
                .object(4)
                .announced()
                .pass(MILLI);
        int many = SessionControl.LARGEST_DISMISSALS + 10;
        for (int i = 0; i < many; i++) {
            rig.report(new NodeId(0x1000 + i), ReceiverState.JOINING);
        }
        for (int i = 0; i < many; i++) {
            rig.machine.dismiss(new NodeId(0x1000 + i), Dismissal.Action.ABORT, "no", rig.nowNanos);
        }
        String last = "%08x".formatted(0x1000 + many - 1);
        rig.pass(300 * SECOND);
        assertThat(rig.commands()).anyMatch(text -> text.contains("%08x".formatted(0x1000)));
        assertThat(rig.commands()).noneMatch(text -> text.startsWith("abort") && text.contains(last));

        rig.forget()
                .report(new NodeId(0x1000 + many - 1), ReceiverState.JOINING)
                .pass(SECOND);
        assertThat(rig.commands()).anyMatch(text -> text.startsWith("abort") && text.contains(last));
    }

    // Who is said to have ended.

    @Test
    void whoEndedInAForgedReportIsWaitedForAgainOnceItIsHeardTwice() {
        SenderRig rig = new SenderRig().object(4).announced();
        rig.report(ALICE, ReceiverState.RECEIVING)
                .report(BOB, ReceiverState.RECEIVING)
                .pass(SECOND);
        rig.report(ALICE, ReceiverState.VERIFIED)
                .pass(MILLI)
                .report(ALICE, ReceiverState.RECEIVING)
                .pass(MILLI);
        assertThat(rig.machine.receivers().get(0).isSettled())
                .as("a stray copy changes nothing")
                .isTrue();

        rig.pass(100 * MILLI).report(ALICE, ReceiverState.RECEIVING).report(BOB, ReceiverState.VERIFIED);
        rig.pass(SECOND);
        assertThat(rig.machine.receivers().get(0).isSettled()).isFalse();
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);
    }

    @Test
    void aSessionThatEndsByItselfStaysWhenSomebodyObjectsAndAnEarlyEndDoesNot() {
        for (boolean byOwner : new boolean[] {false, true}) {
            SenderRig rig = new SenderRig().object(4).announced();
            rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND);
            rig.report(ALICE, ReceiverState.VERIFIED).pass(50 * MILLI);
            if (byOwner) {
                rig.machine.end(rig.nowNanos);
            }
            rig.report(ALICE, ReceiverState.RECEIVING)
                    .pass(60 * MILLI)
                    .report(ALICE, ReceiverState.RECEIVING)
                    .pass(5 * SECOND);

            assertThat(rig.machine.state()).isEqualTo(byOwner ? SessionState.ENDED : SessionState.COMPLETING);
        }
    }

    // What is asked for.

    @Test
    void requestsForSymbolsAreBoundedInAllObjectsTogether() {
        ObjectRequests.Room room = new ObjectRequests.Room();
        ObjectRequests one = new ObjectRequests(100_000, room);
        ObjectRequests other = new ObjectRequests(100_000, room);
        for (int block = 0; block < 40_000; block++) {
            one.add(block, SymbolRequest.erasures(1));
            other.add(block, SymbolRequest.erasures(1));
        }
        assertThat(room.taken()).isEqualTo(ObjectRequests.LARGEST_PARTIAL);

        one.moveFrom(other);
        assertThat(room.taken()).isEqualTo(ObjectRequests.LARGEST_PARTIAL / 2);

        one.addWhole(0, 1_000);
        one.take(1_000);
        assertThat(room.taken()).isEqualTo(ObjectRequests.LARGEST_PARTIAL / 2 - 1_001);
    }

    @Test
    void whoAsksFirstPaysAndWhoAsksForTheSameDoesNot() {
        SenderRig rig = new SenderRig().object(400).announced();
        rig.report(ALICE, ReceiverState.RECEIVING)
                .report(BOB, ReceiverState.RECEIVING)
                .pass(SECOND);
        for (int i = 0; i < 8 && rig.machine.state() == SessionState.COMPLETING; i++) {
            rig.nack(ALICE, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 99, 0)))
                    .nack(BOB, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 99, 0)))
                    .pass(SECOND);
        }

        assertThat(rig.machine.receivers())
                .extracting(RosterEntry::standing)
                .containsExactly(RosterEntry.Standing.DISMISSED, RosterEntry.Standing.ADMITTED);
        assertThat(rig.machine.statistics().repairBytes()).isEqualTo(8L * 400 * 400);
        assertThat(rig.commands())
                .anyMatch(text -> text.startsWith("fall back [0000000a]: it asked for many times the image"));
    }

    @Test
    void whoHasHadMuchWaitsForAllOthers() {
        SenderRig rig = new SenderRig().object(400).announced();
        rig.report(ALICE, ReceiverState.RECEIVING)
                .report(BOB, ReceiverState.RECEIVING)
                .pass(SECOND)
                .nack(BOB, 0, 5, 2)
                .pass(SECOND);
        for (int i = 0; i < 5; i++) {
            rig.nack(ALICE, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 99, 0)))
                    .pass(SECOND);
        }
        rig.forget()
                .nack(ALICE, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 99, 0)))
                .nack(BOB, requests -> requests.blocks(rig.at(0, 90, 0), rig.at(0, 91, 0)))
                .pass(SECOND);

        assertThat(rig.data())
                .as("each block once, those of who has had little before those of who has had much")
                .hasSize(100)
                .startsWith("repair 0/90: 0 1 2 3", "repair 0/91: 0 1 2 3");
    }

    @Test
    void whoReportsThatItGetsOnMayAskForMore() {
        SenderRig rig = new SenderRig().object(400).announced();
        rig.verified(ALICE, 100 * 400).pass(SECOND);
        for (int i = 0; i < 12; i++) {
            rig.nack(ALICE, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 99, 0)))
                    .pass(SECOND);
        }

        assertThat(rig.machine.statistics().repairBytes()).isEqualTo(12L * 400 * 400);
    }

    @Test
    void messagesThatAskForNothingNewAreReadSoOftenAndNoMore() {
        SenderRig rig = new SenderRig().object(40).announced();
        rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND).forget();
        for (int i = 0; i <= RepairAccounts.LARGEST_IDLE; i++) {
            rig.nack(ALICE, 0, 3, 1);
        }
        rig.nack(ALICE, 0, 4, 1).pass(SECOND);
        assertThat(rig.data()).containsExactly("repair 0/3: 4");

        rig.forget().nack(ALICE, 0, 4, 1).pass(SECOND);
        assertThat(rig.data()).as("in another period").containsExactly("repair 0/4: 4");
    }
}
