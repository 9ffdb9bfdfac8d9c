package dev.mimeo.protocol.sender;

import static dev.mimeo.protocol.sender.SenderRig.ALICE;
import static dev.mimeo.protocol.sender.SenderRig.BOB;
import static dev.mimeo.protocol.sender.SenderRig.CAROL;
import static dev.mimeo.protocol.sender.SenderRig.MILLI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.receiver.WireSender;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.EndOfTransmission;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.PayloadId;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.Watermark;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a session starts, whom it waits for, how it ends. */
class SenderSessionTest {
    private static final long SECOND = 1_000 * MILLI;

    // The start.

    @Test
    void anotherSenderInTheGroupIsToldOnceAndChangesNothing() {
        SenderRig rig = new SenderRig().object(400).announced();
        WireSender other = new WireSender(CAROL, 7);
        for (int i = 0; i < 3; i++) {
            rig.hears(other.endOfTransmission(), Delivery.MULTICAST).pass(MILLI);
        }
        rig.hears(new WireSender(BOB, 7).endOfTransmission(), Delivery.MULTICAST)
                .pass(0);

        assertThat(rig.events(SenderEvent.OtherSenderHeard.class))
                .containsExactly(new SenderEvent.OtherSenderHeard(CAROL));
        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);
    }

    @Test
    void withoutAMinimumTheSessionStartsAtOnce() {
        SenderRig rig = new SenderRig().object(4).announced().pass(0);

        assertThat(rig.states()).startsWith(SessionState.SENDING);
    }

    @Test
    void theSessionStartsWhenEnoughReceiversHaveJoinedAndSaidWhatTheyNeed() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(2)))
                .object(4)
                .object(4)
                .announced()
                .pass(SECOND);
        rig.report(ALICE, ReceiverState.JOINING)
                .needs(ALICE, 1, 0)
                .report(ALICE, ReceiverState.JOINING)
                .pass(SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.WAITING);
        assertThat(rig.announcement().joined()).isEqualTo(1);
        assertThat(rig.announcement().expected()).isEqualTo(2);
        assertThat(rig.announcement().startsInMillis()).isEqualTo(-1);
        assertThat(rig.data()).as("the manifest").containsExactly("info 0", "0/0: 0 1 2 3");

        rig.report(BOB, ReceiverState.JOINING).needs(BOB, 1, 0);
        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);
        assertThat(rig.pass(0).announcements()).extracting(a -> a.state()).contains(SessionState.SENDING);
    }

    @Test
    void whatNobodyNeedsIsNotSentUntilSomebodyAsks() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(2)))
                .object(4)
                .object(20)
                .object(8)
                .announced();
        rig.report(ALICE, ReceiverState.JOINING)
                .report(BOB, ReceiverState.JOINING)
                .pass(SECOND)
                .needs(ALICE, 7, 1, 5)
                .pass(SECOND);
        assertThat(rig.machine.state()).as("Bob looks what he has").isEqualTo(SessionState.WAITING);
        assertThat(rig.commands()).contains("needs heard of [0000000a]");

        rig.forget().needs(BOB, 7, 1, 3).pass(SECOND);
        assertThat(rig.data()).containsExactly("info 1", "1/1: 0 1 2 3", "1/3: 0 1 2 3", "info 2", "2/0: 0 1 2 3");
        assertThat(rig.machine.statistics().firstPassBytes()).isEqualTo(4 * 1_600);

        rig.forget()
                .nack(CAROL, requests -> requests.blocks(rig.at(1, 0, 0), rig.at(1, 0, 0)))
                .pass(SECOND);
        assertThat(rig.data()).containsExactly("repair 1/0: 0 1 2 3");
    }

    @Test
    void withEverybodyUpToDateOnlyTheManifestIsSent() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(1)))
                .object(4)
                .object(20)
                .announced();
        rig.report(ALICE, ReceiverState.JOINING)
                .pass(SECOND)
                .report(ALICE, ReceiverState.VERIFIED)
                .pass(SECOND);

        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
        assertThat(rig.data()).containsExactly("info 0", "0/0: 0 1 2 3", "info 1");
    }

    @Test
    void whoDoesNotTellWhatItNeedsHoldsTheStartNoLongerThanAllowed() {
        SenderRig rig = new SenderRig(config ->
                        config.startWhen(new StartCondition.Receivers(2)).checkPatienceNanos(5 * SECOND))
                .object(4)
                .object(20)
                .announced();
        rig.report(ALICE, ReceiverState.JOINING).needs(ALICE, 5).pass(10 * SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.WAITING);

        rig.report(BOB, ReceiverState.JOINING).pass(5 * SECOND - 1);
        assertThat(rig.machine.state()).isEqualTo(SessionState.WAITING);
        rig.pass(SECOND);
        assertThat(rig.data()).as("Bob may need everything").contains("1/0: 0 1 2 3", "1/4: 0 1 2 3");
    }

    @Test
    void whoFellSilentIsNotAskedWhatItNeeds() {
        SenderRig rig = new SenderRig(config ->
                        config.startWhen(new StartCondition.Receivers(1)).receiverTimeoutNanos(3 * SECOND))
                .object(4)
                .object(20)
                .announced();
        rig.report(ALICE, ReceiverState.JOINING)
                .pass(4 * SECOND)
                .report(BOB, ReceiverState.JOINING)
                .needs(BOB, 5, 0);

        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);
        assertThat(rig.forget().pass(SECOND).data()).containsExactly("info 1", "1/0: 0 1 2 3");
    }

    @Test
    void needsOfAnotherImageOrBeyondItsChunksAreIgnored() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(1)))
                .object(4)
                .object(20)
                .announced();
        rig.report(ALICE, ReceiverState.JOINING).needs(ALICE, 6).pass(SECOND);

        assertThat(rig.machine.state()).isEqualTo(SessionState.WAITING);
        assertThat(rig.commands()).noneMatch(command -> command.startsWith("needs"));
    }

    @Test
    void theManifestIsRepairedWhileTheSessionWaits() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(2)))
                .object(4)
                .object(20)
                .announced();
        rig.report(ALICE, ReceiverState.JOINING)
                .pass(SECOND)
                .nack(ALICE, 0, 0, 2)
                .pass(SECOND);

        assertThat(rig.machine.state()).isEqualTo(SessionState.WAITING);
        assertThat(rig.data()).startsWith("info 0", "0/0: 0 1 2 3", "repair 0/0: 4");
        assertThat(rig.commands()).contains("flush 0/0/3");
    }

    @Test
    void whoeverHasJoinedIsServedWhenTheWaitIsOver() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.AnyOf(
                                List.of(new StartCondition.Receivers(2), new StartCondition.AfterOpening(10 * SECOND))))
                        .giveUpNanos(10 * SECOND))
                .object(4)
                .announced()
                .pass(3 * SECOND)
                .report(ALICE, ReceiverState.JOINING)
                .pass(SECOND);
        assertThat(rig.announcement().startsInMillis()).isBetween(6_000L, 6_250L);
        rig.pass(6 * SECOND - 1);
        assertThat(rig.machine.state()).isEqualTo(SessionState.WAITING);

        rig.pass(1);
        assertThat(rig.states()).startsWith(SessionState.SENDING);
    }

    @Test
    void aSessionThatNobodyJoinedEndsWithoutSendingAnything() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.AnyOf(
                                List.of(new StartCondition.Receivers(2), new StartCondition.AfterOpening(10 * SECOND))))
                        .giveUpNanos(10 * SECOND))
                .object(4)
                .announced()
                .pass(20 * SECOND);

        assertThat(rig.states()).containsExactly(SessionState.ENDED);
        assertThat(rig.data()).isEmpty();
        assertThat(rig.commands()).hasSize(20).containsOnly("eot");
        assertThat(rig.announcement().state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void plainReceiversThatAreNamedAreServedThoughTheyCannotJoin() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.AnyOf(
                                List.of(new StartCondition.Receivers(1), new StartCondition.AfterOpening(SECOND))))
                        .giveUpNanos(SECOND)
                        .ackingNodes(Set.of(ALICE)))
                .object(4)
                .announced()
                .pass(SECOND);

        assertThat(rig.states()).startsWith(SessionState.SENDING);
    }

    @Test
    void theOwnerMayStartBeforeEverybodyIsThere() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(9)))
                .object(4)
                .announced()
                .pass(SECOND);
        rig.machine.start(rig.nowNanos);
        rig.machine.start(rig.nowNanos);

        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);
        assertThat(rig.pass(0).states()).startsWith(SessionState.SENDING);
    }

    @Test
    void requestsBeforeTheStartAreNotAnswered() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(1)))
                .object(4)
                .announced()
                .pass(SECOND);
        rig.nack(ALICE, 0, 0, 1).pass(SECOND);

        assertThat(rig.data()).isEmpty();
        assertThat(rig.machine.statistics().nacks()).isEqualTo(1);
    }

    // Who may take part.

    @Test
    void whoAsksToJoinAClosedSessionWaitsToBeAdmitted() {
        SenderRig rig = new SenderRig(config -> config.closed().startWhen(new StartCondition.Receivers(1)))
                .object(4)
                .object(4)
                .announced();
        rig.report(ALICE, ReceiverState.JOINING)
                .report(ALICE, ReceiverState.JOINING)
                .nack(ALICE, 0, 0, 1)
                .pass(SECOND);
        assertThat(rig.events(SenderEvent.AdmissionWanted.class))
                .extracting(SenderEvent.AdmissionWanted::receiver)
                .containsExactly(ALICE);
        assertThat(rig.announcement().joined()).isZero();
        assertThat(rig.data()).isEmpty();

        rig.machine.admit(ALICE, rig.nowNanos);
        rig.pass(SECOND).needs(ALICE, 1, 0).pass(SECOND);
        assertThat(rig.announcement().joined()).isEqualTo(1);
        assertThat(rig.data()).as("the manifest, then the image").endsWith("info 1", "1/0: 0 1 2 3");
    }

    @Test
    void whoIsNotAdmittedIsToldWhyUntilItAnswersAndIsNotServed() {
        SenderRig rig =
                new SenderRig(config -> config.closed()).object(4).object(4).announced();
        rig.report(BOB, ReceiverState.JOINING).pass(SECOND).forget();
        rig.machine.dismiss(BOB, Dismissal.Action.ABORT, "not of this class", rig.nowNanos);
        rig.nack(BOB, 0, 0, 1).nack(CAROL, 0, 0, 1).pass(SECOND);

        assertThat(rig.data()).isEmpty();
        assertThat(rig.commands())
                .filteredOn("abort [0000000b]: not of this class"::equals)
                .hasSizeBetween(4, 6);
        rig.report(BOB, ReceiverState.FAILED).pass(0).forget().pass(SECOND);
        assertThat(rig.commands()).noneMatch(text -> text.startsWith("abort"));
        assertThat(rig.machine.receivers().get(0).standing()).isEqualTo(RosterEntry.Standing.DISMISSED);
    }

    @Test
    void whoIsSentAwayHoldsNobody() {
        SenderRig rig = new SenderRig().object(4).announced();
        rig.report(ALICE, ReceiverState.RECEIVING)
                .report(BOB, ReceiverState.RECEIVING)
                .pass(SECOND);
        rig.report(ALICE, ReceiverState.VERIFIED).pass(SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);

        rig.machine.dismiss(BOB, Dismissal.Action.FALL_BACK, "too\nslow", rig.nowNanos);
        rig.pass(SECOND);
        assertThat(rig.commands()).contains("fall back [0000000b]: too\ufffdslow");
        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void whoWasSentAwayIsToldAgainWhenItComesBackButNotForEver() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Manual()))
                .object(4)
                .announced();
        rig.report(ALICE, ReceiverState.JOINING);
        rig.machine.dismiss(ALICE, Dismissal.Action.ABORT, "no", rig.nowNanos);
        rig.pass(10 * SECOND).forget().pass(10 * SECOND);
        assertThat(rig.commands()).noneMatch(text -> text.startsWith("abort"));

        rig.report(ALICE, ReceiverState.JOINING).pass(SECOND);
        assertThat(rig.commands()).contains("abort [0000000a]: no");
    }

    @Test
    void whoWasSentAwayMakesRoomForOthers() {
        SenderRig rig =
                new SenderRig(config -> config.maximumReceivers(2)).object(4).announced();
        rig.report(ALICE, ReceiverState.RECEIVING).report(BOB, ReceiverState.RECEIVING);
        rig.machine.dismiss(ALICE, Dismissal.Action.ABORT, "no", rig.nowNanos);
        rig.report(CAROL, ReceiverState.RECEIVING).pass(SECOND);

        assertThat(rig.machine.receivers()).extracting(RosterEntry::id).containsExactly(BOB, CAROL);
    }

    // When it starts.

    static Stream<Arguments> conditions() {
        StartCondition three = new StartCondition.Receivers(3);
        StartCondition late = new StartCondition.AfterFirst(20 * SECOND);
        StartCondition quiet = new StartCondition.QuietFor(7 * SECOND);
        StartCondition noon = new StartCondition.At(15 * SECOND);
        return Stream.of(
                Arguments.of(new StartCondition.AtOnce(), 0),
                Arguments.of(new StartCondition.Receivers(1), 2),
                Arguments.of(new StartCondition.Receivers(2), 4),
                Arguments.of(three, 10),
                Arguments.of(late, 22),
                Arguments.of(new StartCondition.AfterOpening(3 * SECOND), 3),
                Arguments.of(quiet, 17),
                Arguments.of(new StartCondition.QuietFor(5 * SECOND), 9),
                Arguments.of(noon, 15),
                Arguments.of(new StartCondition.At(SECOND), 2),
                Arguments.of(new StartCondition.Manual(), 30),
                Arguments.of(new StartCondition.AnyOf(List.of(three, late)), 10),
                Arguments.of(new StartCondition.AnyOf(List.of()), 30),
                Arguments.of(new StartCondition.AllOf(List.of(three, noon)), 15),
                Arguments.of(
                        new StartCondition.AllOf(List.of(
                                quiet, new StartCondition.AnyOf(List.of(noon, new StartCondition.Receivers(9))))),
                        17));
    }

    /** Alice, Bob and Carol join at 2, 4 and 10 seconds; the operator starts at 30. */
    @ParameterizedTest
    @MethodSource("conditions")
    void theSessionStartsWhenItsConditionHolds(StartCondition condition, int second) {
        SenderRig rig =
                new SenderRig(config -> config.startWhen(condition)).object(4).announced();
        Map<Integer, NodeId> joins = Map.of(2, ALICE, 4, BOB, 10, CAROL);
        int started = -1;
        for (int now = 0; started < 0; now++) {
            if (joins.containsKey(now)) {
                rig.report(joins.get(now), ReceiverState.RECEIVING);
            }
            if (now == 30) {
                rig.machine.start(rig.nowNanos);
            }
            rig.pass(0);
            started = rig.machine.state() == SessionState.WAITING ? -1 : now;
            rig.pass(SECOND - 1);
            assertThat(rig.machine.state() == SessionState.WAITING).isEqualTo(started < 0);
            rig.nowNanos++;
        }
        assertThat(started).isEqualTo(second);
    }

    @Test
    void theConditionMayChangeWhileTheSessionWaits() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(20)))
                .object(4)
                .announced();
        rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND);
        assertThat(rig.announcement().expected()).isEqualTo(20);
        rig.machine.startWhen(new StartCondition.Receivers(2), rig.nowNanos);
        assertThat(rig.pass(0).announcement().expected()).isEqualTo(2);
        assertThat(rig.machine.state()).isEqualTo(SessionState.WAITING);

        rig.machine.startWhen(new StartCondition.AfterFirst(SECOND), rig.nowNanos);
        assertThat(rig.pass(0).states()).startsWith(SessionState.SENDING);
    }

    @Test
    void aSessionThatIsHeldDoesNotStartUntilItIsResumedOrStarted() {
        for (boolean resumed : new boolean[] {true, false}) {
            SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(1)))
                    .object(4)
                    .announced();
            rig.machine.hold(rig.nowNanos);
            rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND);
            assertThat(rig.machine.state()).isEqualTo(SessionState.WAITING);
            assertThat(rig.announcement().bytesPerSecond()).isZero();

            if (resumed) {
                rig.machine.resume(rig.nowNanos);
            } else {
                rig.machine.start(rig.nowNanos);
            }
            assertThat(rig.pass(0).states()).startsWith(SessionState.SENDING);
            assertThat(rig.announcement().bytesPerSecond()).isPositive();
        }
    }

    @Test
    void aSessionThatIsHeldWhileItSendsOnlyKeepsReceiversWaiting() {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(10_000))
                .object(400)
                .announced();
        rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND);
        assertThat(rig.data()).isNotEmpty();
        rig.machine.hold(rig.nowNanos);
        rig.forget().nack(ALICE, 0, 0, 1).pass(10 * SECOND);
        assertThat(rig.data()).isEmpty();
        assertThat(rig.announcements()).hasSizeBetween(40, 42);

        rig.machine.resume(rig.nowNanos);
        rig.forget().pass(SECOND);
        assertThat(rig.data()).hasSizeGreaterThan(2).contains("repair 0/0: 4");
    }

    // Announcements and probes.

    @Test
    void announcementsComeEveryQuarterOfASecond() {
        SenderRig rig = new SenderRig(config -> config.startWhen(new StartCondition.Receivers(1)))
                .object(4)
                .announced()
                .pass(10 * SECOND);

        assertThat(rig.announcements()).hasSize(41);
    }

    @Test
    void reportsMayUseOnePercentOfTheRate() {
        SenderRig rig = new SenderRig(config ->
                        config.startWhen(new StartCondition.Receivers(1_000)).bytesPerSecond(1_000_000))
                .object(4)
                .announced();
        assertThat(rig.pass(0).announcement().reportIntervalMillis()).isEqualTo(1_000);
        for (int i = 1; i <= 100; i++) {
            rig.report(new NodeId(i + 100), ReceiverState.JOINING);
        }

        assertThat(rig.pass(SECOND).announcement().reportIntervalMillis()).isEqualTo(2_560);
    }

    @Test
    void probesSlowDownFromARoundTripToAQuarterOfASecond() {
        SenderRig rig = new SenderRig().object(400).pass(2 * SECOND);

        List<Long> times = rig.sent(CongestionControl.class).stream()
                .map(SenderRig.Sent::nanos)
                .toList();
        long last = 0;
        for (int i = 3; i < times.size(); i++) {
            long gap = times.get(i) - times.get(i - 1);
            assertThat(gap).isBetween(last, 250 * MILLI + MILLI);
            last = gap - MILLI;
        }
        assertThat(last).isCloseTo(249 * MILLI, within(MILLI));
    }

    @Test
    void theAnswerToAProbeIsASampleOfTheRoundTrip() {
        SenderRig rig = new SenderRig().object(400).pass(SECOND);
        CongestionControl probe = rig.messages(CongestionControl.class).get(0);
        long sentNanos = rig.sent(CongestionControl.class).get(0).nanos();

        rig.nowNanos = sentNanos + 80 * MILLI + SECOND;
        rig.hears(feedback(ALICE, probe.sendTimeMicros() + 1_000_000), Delivery.MULTICAST);

        assertThat(rig.grttNanos()).isBetween(80 * MILLI, 88 * MILLI);
    }

    @Test
    void answersToProbesThatWereNeverSentAreNoSamples() {
        SenderRig rig = new SenderRig().object(400).pass(SECOND);
        long before = rig.grttNanos();
        rig.hears(feedback(ALICE, 1), Delivery.MULTICAST)
                .hears(feedback(ALICE, (1L << 32) * 1_000_000), Delivery.MULTICAST);

        assertThat(rig.grttNanos()).isEqualTo(before);
    }

    // The end of the data.

    @Test
    void theEndIsRepeatedEveryTwoRoundTripsThenSlowly() {
        SenderRig rig =
                new SenderRig(config -> config.robustFactor(5)).object(4).announced();
        rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND);

        List<SenderRig.Sent> flushes = rig.sent(Flush.class);
        for (int i = 1; i < flushes.size(); i++) {
            long gap = flushes.get(i).nanos() - flushes.get(i - 1).nanos();
            assertThat(gap).isCloseTo(i < 5 ? 2 * rig.grttNanos() : 250 * MILLI, within(MILLI));
        }
        assertThat(flushes).hasSizeBetween(8, 9);
        assertThat(rig.commands()).contains("flush 0/0/3");
    }

    @Test
    void aRequestStartsTheRepetitionAnewOnceItIsAnswered() {
        SenderRig rig =
                new SenderRig(config -> config.robustFactor(5)).object(4).announced();
        rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND).forget();
        rig.nack(ALICE, 0, 0, 1).pass(20 * rig.grttNanos());

        long repaired = rig.sent.stream()
                .filter(each -> each.symbol() != null && each.symbol().repair())
                .findFirst()
                .orElseThrow()
                .nanos();
        List<SenderRig.Sent> flushes = rig.sent(Flush.class);
        assertThat(flushes).hasSizeBetween(5, 7);
        assertThat(flushes.get(0).nanos()).isBetween(repaired, repaired + 2 * rig.grttNanos() + MILLI);
    }

    @Test
    void theEndIsRepeatedForAsLongAsRoundTripsHaveBecome() {
        SenderRig rig = new SenderRig(config -> config.persistenceNanos(SECOND)).object(4);
        rig.pass(SECOND / 2);
        CongestionControl probe = rig.messages(CongestionControl.class).get(0);
        rig.hears(feedback(ALICE, probe.sendTimeMicros()), Delivery.MULTICAST);
        assertThat(rig.grttNanos()).isBetween(500 * MILLI, 560 * MILLI);

        rig.pass(40 * 500 * MILLI - SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);
        assertThat(rig.commands()).doesNotContain("eot");
        rig.pass(5 * SECOND);
        assertThat(rig.commands()).contains("eot");
    }

    @Test
    void withoutReceiversTheSessionEndsWhenItHasPersisted() {
        SenderRig rig = new SenderRig(config -> config.persistenceNanos(3 * SECOND)).object(4);
        rig.pass(2_900 * MILLI);
        assertThat(rig.states()).containsExactly(SessionState.SENDING, SessionState.COMPLETING);

        rig.pass(2 * SECOND);
        assertThat(rig.states()).endsWith(SessionState.ENDED);
    }

    @Test
    void whoNeverStopsAskingKeepsTheSessionOpenUntilItHasHadEverythingEightTimes() {
        SenderRig rig = new SenderRig(config -> config.persistenceNanos(SECOND)).object(100);
        for (int i = 0; i < 790; i++) {
            rig.nack(ALICE, 0, i % 25, 1).pass(SECOND / 2);
        }
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);

        for (int i = 0; i < 14; i++) {
            rig.nack(ALICE, 0, i, 1).pass(SECOND / 2);
        }
        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
        assertThat(rig.machine.statistics().repairBytes()).isEqualTo(8 * 100 * 400);
    }

    @Test
    void whoAsksForNothingNewDoesNotKeepTheSessionOpen() {
        SenderRig rig = new SenderRig(config -> config.persistenceNanos(SECOND)).object(4);
        for (int i = 0; i < 20; i++) {
            rig.nack(ALICE, requests -> requests.objects(FecEncoding.SMALL_BLOCK_SYSTEMATIC, rig.id(9), rig.id(9)))
                    .pass(SECOND / 10);
        }

        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
    }

    // Who is waited for.

    @Test
    void theSessionEndsWhenEveryReceiverHasSaidHowItEnded() {
        SenderRig rig = new SenderRig().object(4).announced();
        rig.report(ALICE, ReceiverState.JOINING).report(BOB, ReceiverState.JOINING);
        rig.pass(SECOND).report(ALICE, ReceiverState.VERIFIED).pass(SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);

        rig.report(BOB, ReceiverState.FAILED).pass(SECOND);
        assertThat(rig.states()).containsExactly(SessionState.SENDING, SessionState.COMPLETING, SessionState.ENDED);
        assertThat(rig.commands().stream().filter("eot"::equals)).hasSize(4);
    }

    @Test
    void aReceiverThatJoinsLateIsWaitedForToo() {
        SenderRig rig = new SenderRig().object(4).announced();
        rig.report(ALICE, ReceiverState.JOINING).pass(SECOND);
        rig.report(BOB, ReceiverState.JOINING)
                .report(ALICE, ReceiverState.VERIFIED)
                .pass(SECOND);

        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);
        assertThat(rig.announcement().joined()).isEqualTo(2);
        assertThat(rig.machine.receivers()).extracting(RosterEntry::id).containsExactly(ALICE, BOB);
    }

    @Test
    void aSilentReceiverIsPresumedGoneAndComesBackWhenHeard() {
        SenderRig rig = new SenderRig(
                        config -> config.receiverTimeoutNanos(3 * SECOND).persistenceNanos(60 * SECOND))
                .object(4)
                .announced();
        rig.report(ALICE, ReceiverState.RECEIVING).pass(2_900 * MILLI);
        assertThat(rig.machine.receivers().get(0).silent()).isFalse();
        rig.pass(400 * MILLI);
        assertThat(rig.machine.receivers().get(0).silent()).isTrue();
        assertThat(rig.announcement().joined()).isZero();

        rig.nack(ALICE, 0, 0, 1).pass(SECOND);
        assertThat(rig.machine.receivers().get(0).silent()).isFalse();
        assertThat(rig.announcement().joined()).isEqualTo(1);
    }

    @Test
    void theSessionEndsWithoutThoseWhoFellSilent() {
        SenderRig rig = new SenderRig(config -> config.receiverTimeoutNanos(3 * SECOND))
                .object(4)
                .announced();
        rig.report(ALICE, ReceiverState.RECEIVING)
                .report(BOB, ReceiverState.VERIFIED)
                .pass(5 * SECOND);

        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void aSessionThatEverybodyHasLeftEndsThoughItsRoundTripsWereLongAndMuchWasAskedFor() {
        SenderRig rig = new SenderRig(config -> config.receiverTimeoutNanos(3 * SECOND)
                        .persistenceNanos(SECOND)
                        .bytesPerSecond(20_000))
                .object(4)
                .object(400)
                .announced();
        rig.pass(MILLI).report(ALICE, ReceiverState.RECEIVING).report(BOB, ReceiverState.RECEIVING);
        rig.pass(3 * SECOND).report(BOB, ReceiverState.FAILED);
        long probeMicros = rig.messages(CongestionControl.class).get(0).sendTimeMicros();
        rig.hears(feedback(ALICE, probeMicros + 1_000_000), Delivery.MULTICAST);
        assertThat(rig.grttNanos()).isGreaterThan(SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);

        rig.pass(7 * SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void whoComesToASessionThatEverybodyHasLeftIsServed() {
        SenderRig rig = new SenderRig(
                        config -> config.persistenceNanos(2 * SECOND).bytesPerSecond(20_000))
                .object(4)
                .object(400)
                .announced();
        rig.pass(MILLI).report(ALICE, ReceiverState.RECEIVING).pass(SECOND).report(ALICE, ReceiverState.LEFT);
        rig.pass(SECOND).report(BOB, ReceiverState.JOINING).pass(4 * SECOND);

        assertThat(rig.machine.state()).isEqualTo(SessionState.SENDING);
    }

    @Test
    void receiversBeyondTheBoundAreSentAway() {
        SenderRig rig =
                new SenderRig(config -> config.maximumReceivers(2)).object(4).announced();
        rig.report(ALICE, ReceiverState.RECEIVING)
                .report(BOB, ReceiverState.RECEIVING)
                .pass(SECOND);
        rig.report(ALICE, ReceiverState.RECEIVING)
                .report(BOB, ReceiverState.RECEIVING)
                .report(CAROL, ReceiverState.JOINING)
                .pass(SECOND);

        assertThat(rig.machine.receivers()).extracting(RosterEntry::id).containsExactly(ALICE, BOB);
        assertThat(rig.commands())
                .contains("abort [0000000c]: the session has all the receivers that it may")
                .noneMatch(text -> text.startsWith("confirm"));
        rig.forget().report(CAROL, ReceiverState.FAILED).pass(SECOND);
        assertThat(rig.commands()).contains("confirm [0000000c]").noneMatch(text -> text.startsWith("abort"));
    }

    @Test
    void reportsOfTheEndAreConfirmedTogetherAndTheFirstWordCounts() {
        SenderRig rig = new SenderRig().object(4).announced();
        rig.report(CAROL, ReceiverState.RECEIVING).pass(SECOND);
        rig.report(ALICE, ReceiverState.VERIFIED).pass(MILLI);
        rig.report(BOB, ReceiverState.INCOMPLETE)
                .report(ALICE, ReceiverState.FAILED)
                .pass(SECOND);

        assertThat(rig.commands()).contains("confirm [0000000a, 0000000b]");
        assertThat(rig.commands().stream().filter(text -> text.startsWith("confirm")))
                .hasSize(1);
        assertThat(rig.machine.receivers().get(1).report().orElseThrow().state())
                .isEqualTo(ReceiverState.VERIFIED);

        rig.forget().report(ALICE, ReceiverState.VERIFIED).pass(SECOND);
        assertThat(rig.commands()).contains("confirm [0000000a]");
    }

    @Test
    void confirmationsOfManyTakeSeveralMessages() {
        SenderRig rig = new SenderRig().object(4).announced().pass(SECOND);
        for (int i = 1; i <= 250; i++) {
            rig.report(new NodeId(i + 100), ReceiverState.VERIFIED);
        }
        rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND);

        List<String> confirmations = rig.commands().stream()
                .filter(text -> text.startsWith("confirm"))
                .toList();
        assertThat(confirmations).hasSize(3);
        assertThat(confirmations.get(2)).endsWith("0000015e]");
        assertThat(rig.sent).allMatch(each -> each.length() <= 40 + 400);
    }

    @Test
    void reportsAboutAnotherImageAreIgnored() {
        SenderRig rig = new SenderRig().object(4).announced().pass(MILLI);
        byte[] other = new byte[Digest.LENGTH];
        other[0] = 1;
        rig.report(ALICE, ReceiverState.JOINING, Digest.of(other));

        assertThat(rig.machine.receivers()).isEmpty();
        assertThat(rig.machine.statistics().unknown()).isEqualTo(1);
    }

    // Plain receivers.

    @Test
    void plainReceiversAreAskedByNameUntilTheyAcknowledge() {
        SenderRig rig = new SenderRig(config -> config.ackingNodes(Set.of(ALICE, BOB)))
                .object(4)
                .pass(SECOND);
        assertThat(rig.messages(Flush.class))
                .allSatisfy(flush -> assertThat(flush.ackingNodes()).containsExactlyInAnyOrder(ALICE, BOB));

        rig.forget().ack(ALICE, rig.at(0, 0, 3)).pass(SECOND);
        assertThat(rig.commands()).contains("flush 0/0/3 [0000000b]").noneMatch(text -> text.contains("0000000a"));

        rig.ack(BOB, rig.at(0, 0, 3)).pass(SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void plainReceiversThatAskKeepTheSessionOpenForAWhile() {
        SenderRig rig = new SenderRig(config -> config.persistenceNanos(3 * SECOND))
                .object(4)
                .announced();
        rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND).nack(BOB, 0, 0, 1);
        rig.report(ALICE, ReceiverState.VERIFIED).nack(BOB, 0, 0, 2).pass(2_900 * MILLI);
        assertThat(rig.machine.state()).isEqualTo(SessionState.COMPLETING);
        assertThat(rig.data()).endsWith("repair 0/0: 4");

        rig.pass(SECOND);
        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void whoReportsAfterAskingIsNoPlainReceiver() {
        SenderRig rig = new SenderRig().object(4).announced();
        rig.nack(ALICE, 0, 0, 1).report(ALICE, ReceiverState.RECEIVING).pass(SECOND);
        rig.report(ALICE, ReceiverState.VERIFIED).pass(SECOND);

        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void theBlockLengthThatAnAcknowledgementStatesIsNotCompared() {
        SenderRig rig = new SenderRig(config -> config.ackingNodes(Set.of(ALICE)))
                .object(4)
                .pass(SECOND);
        rig.ack(ALICE, new Watermark(FecEncoding.SMALL_BLOCK_SYSTEMATIC, rig.id(0), new PayloadId(0, 64, 3)));

        assertThat(rig.machine.receivers().get(0).acknowledged()).isTrue();
    }

    @Test
    void acknowledgementsOfOtherPositionsDoNotCount() {
        SenderRig rig = new SenderRig(config -> config.ackingNodes(Set.of(ALICE)))
                .object(8)
                .pass(SECOND);
        rig.ack(ALICE, rig.at(0, 1, 2)).ack(ALICE, rig.at(0, 0, 3));
        rig.ack(ALICE, new Watermark(FecEncoding.SMALL_BLOCK_SYSTEMATIC, rig.id(1), new PayloadId(1, 4, 3)));
        rig.ack(BOB, rig.at(0, 1, 3));

        assertThat(rig.machine.receivers()).hasSize(1);
        assertThat(rig.machine.receivers().get(0).acknowledged()).isFalse();
    }

    @Test
    void aPlainReceiverThatNeverAnswersIsGivenUp() {
        SenderRig rig = new SenderRig(
                        config -> config.ackingNodes(Set.of(ALICE)).persistenceNanos(3 * SECOND))
                .object(4)
                .pass(10 * SECOND);

        assertThat(rig.machine.state()).isEqualTo(SessionState.ENDED);
        assertThat(rig.machine.receivers().get(0).isSettled()).isFalse();
    }

    @Test
    void moreNamesThanASegmentHoldsTakeTurns() {
        NodeId[] many = new NodeId[250];
        for (int i = 0; i < many.length; i++) {
            many[i] = new NodeId(i + 1_000);
        }
        SenderRig rig = new SenderRig(config -> config.ackingNodes(Set.of(many)))
                .object(4)
                .pass(SECOND);

        assertThat(rig.messages(Flush.class))
                .allMatch(flush -> flush.ackingNodes().size() <= 100);
        assertThat(rig.messages(Flush.class).stream()
                        .flatMap(flush -> flush.ackingNodes().stream())
                        .distinct())
                .hasSize(250);
    }

    // The end of the session.

    @Test
    void theFarewellIsRepeatedARobustNumberOfTimes() {
        SenderRig rig =
                new SenderRig(config -> config.robustFactor(7)).object(4).announced();
        rig.pass(10 * SECOND);

        List<SenderRig.Sent> farewells = rig.sent(EndOfTransmission.class);
        assertThat(farewells).hasSize(7);
        for (int i = 1; i < farewells.size(); i++) {
            assertThat(farewells.get(i).nanos() - farewells.get(i - 1).nanos())
                    .isCloseTo(2 * rig.grttNanos(), within(MILLI));
        }
    }

    @Test
    void whatALayerBelowAddsCountsAsSent() {
        SenderRig clear = new SenderRig(config -> config.bytesPerSecond(20_000))
                .object(40_000)
                .announced();
        SenderRig sealed = new SenderRig(config -> config.bytesPerSecond(20_000).datagramOverhead(400))
                .object(40_000)
                .announced();
        for (SenderRig each : List.of(clear, sealed)) {
            each.report(ALICE, ReceiverState.RECEIVING).pass(SECOND);
            assertThat(each.machine.statistics().bytes()).isBetween(18_000L, 24_000L);
        }
        assertThat(sealed.data())
                .hasSizeBetween(clear.data().size() * 4 / 10, clear.data().size() * 7 / 10);
    }

    @Test
    void anEarlyEndCutsOffWhatIsBeingSent() {
        SenderRig rig = new SenderRig(config -> config.bytesPerSecond(100_000))
                .object(400)
                .announced();
        rig.report(ALICE, ReceiverState.RECEIVING).pass(SECOND);
        rig.forget().machine.end(rig.nowNanos);
        rig.machine.end(rig.nowNanos);
        rig.pass(5 * SECOND);

        assertThat(rig.data()).isEmpty();
        assertThat(rig.commands()).hasSize(20).containsOnly("eot");
        assertThat(rig.announcements()).extracting(a -> a.state()).containsOnly(SessionState.ENDED);
        assertThat(rig.states()).containsExactly(SessionState.SENDING, SessionState.ENDED);
    }

    @Test
    void nothingLeavesAfterTheEnd() {
        SenderRig rig = new SenderRig(config -> config, 4).object(400).announced();
        rig.stopDisk();
        rig.pass(MILLI).machine.end(rig.nowNanos);
        rig.pass(10 * SECOND).forget();
        int events = rig.events.size();
        rig.startDisk();
        rig.nack(ALICE, 0, 0, 1).report(ALICE, ReceiverState.RECEIVING);
        rig.machine.start(rig.nowNanos);
        rig.machine.end(rig.nowNanos);
        rig.pass(60 * SECOND);

        assertThat(rig.sent(EndOfTransmission.class)).isEmpty();
        assertThat(rig.data()).isEmpty();
        assertThat(rig.events).hasSize(events);
        assertThat(rig.machine.nextDeadlineNanos()).isEqualTo(Machine.NEVER);
        assertThat(rig.pool.freeBytes()).isEqualTo(rig.pool.memoryLimit());
    }

    private static Ack feedback(NodeId from, long grttResponseMicros) {
        ReceiverHeader header = SenderRig.header(from, grttResponseMicros);
        return new Ack(header, Ack.CC, 0, new CcFeedback(1, 0, 0, 0, 0, 0), null);
    }
}
