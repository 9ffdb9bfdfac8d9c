package dev.mimeo.protocol.receiver;

import static dev.mimeo.protocol.receiver.ReceiverRig.BACKOFF;
import static dev.mimeo.protocol.receiver.ReceiverRig.CODED;
import static dev.mimeo.protocol.receiver.ReceiverRig.GRTT;
import static dev.mimeo.protocol.receiver.ReceiverRig.ME;
import static dev.mimeo.protocol.receiver.ReceiverRig.MILLI;
import static dev.mimeo.protocol.receiver.ReceiverRig.OBJECT;
import static dev.mimeo.protocol.receiver.ReceiverRig.PEER;
import static dev.mimeo.protocol.receiver.ReceiverRig.SENDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.fec.ReedSolomon;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.Report;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a receiver finds its sender, asks for what is missing, answers, and refuses. */
class ReceiverMachineTest {
    private static final long SECOND = 1_000 * MILLI;
    /** The backoff at its longest and the hold-off. */
    private static final long CYCLE = BACKOFF + 6 * GRTT;

    private final ReceiverRig rig = new ReceiverRig();

    // Whom it listens to.

    @Test
    void dataAloneMakesNobodyItsSender() {
        rig.blocks(0, 3).pass(SECOND);

        assertThat(rig.told).isEmpty();
        assertThat(rig.said).isEmpty();
        assertThat(rig.machine.statistics().foreign()).isEqualTo(16);
    }

    @Test
    void aSenderThatIsNotWorthListeningToIsIgnored() {
        rig.choosy = true;
        rig.hello().blocks(0, 3).pass(SECOND);

        assertThat(rig.told).isEmpty();
    }

    @Test
    void anotherSenderIsIgnored() {
        rig.hello().data(0, 0, 1).forget();
        rig.sender = new WireSender(new NodeId(2), 7);
        rig.hello().blocks(0, 5).pass(SECOND);

        assertThat(rig.told).isEmpty();
        assertThat(rig.machine.statistics().foreign()).isEqualTo(25);
    }

    @Test
    void aSenderThatStartedAnewIsFollowedAndItsFormerSelfForgotten() {
        WireSender former = rig.sender;
        rig.hello().data(0, 0, 1);
        long before = rig.pool.freeBytes();
        rig.sender = new WireSender(SENDER, 8);
        rig.pass(999 * MILLI).hello();
        assertThat(rig.told).as("the former was heard just now").doesNotContain("sender 00000001 8");
        rig.pass(MILLI).hello();
        assertThat(rig.told).endsWith("sender 00000001 8", "command");
        assertThat(rig.machine.objects()).isEmpty();
        assertThat(rig.pool.freeBytes()).isGreaterThan(before);

        rig.forget().sender = former;
        rig.hello().blocks(0, 3);
        assertThat(rig.told).isEmpty();
    }

    @Test
    void whenItsSenderIsSilentAnotherIsFollowedIfTheOwnerAgrees() {
        WireSender first = rig.sender;
        rig.hello().data(0, 0, 1).forget();
        rig.sender = new WireSender(new NodeId(2), 7);
        rig.pass(2 * SECOND).hello();
        assertThat(rig.told).isEmpty();

        rig.followsAnother = true;
        rig.hello().hello();
        assertThat(rig.told).containsExactly("sender 00000002 7", "command", "command");

        rig.forget().pass(2 * SECOND).sender = first;
        rig.hello();
        assertThat(rig.told).as("a former start does not come back").isEmpty();
    }

    @Test
    void aSenderIsHeardAgainThoughSomebodyElseWasHeardOnceWhileItWasSilent() {
        WireSender ours = rig.sender;
        rig.followsAnother = true;
        rig.hello().data(0, 0, 1).pass(2 * SECOND).forget();
        rig.sender = new WireSender(SENDER, 6);
        rig.hello();
        assertThat(rig.told).containsExactly("sender 00000001 6", "command");

        rig.forget().pass(SECOND).sender = ours;
        rig.hello().blocks(0, 9);
        assertThat(rig.told).startsWith("sender 00000001 7", "command").endsWith("block 9");
    }

    // What is said once.

    @Test
    void whatTheNetworkDoublesIsSaidOnce() {
        ByteBuffer command = rig.sender.command(ByteBuffer.allocate(1));
        rig.hears(command.duplicate()).hears(command);
        assertThat(rig.told).containsExactly("sender 00000001 7", "command");
    }

    @Test
    void howAnObjectIsCodedIsHeardAnewWhenNothingAgreesWithWhatWasHeardOnce() {
        TransmissionInformation wrong =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 1L << 40, 100, 4, 2);
        rig.hello().data(OBJECT, wrong, false, 0, 0).blocks(0, 1);
        assertThat(rig.told).doesNotContain("block 0");

        rig.blocks(0, 9);
        assertThat(rig.told).endsWith("block 9");
    }

    @Test
    void whatIsSaidOnceOfAnObjectThatIsKnownChangesNothing() {
        TransmissionInformation wrong =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 1L << 40, 100, 4, 2);
        rig.hello().data(0, 0, 1).data(OBJECT, wrong, false, 0, 2).hears(rig.sender.info(OBJECT, wrong));
        assertThat(rig.told).doesNotContain("info 100");

        rig.data(0, 2, 3);
        assertThat(rig.told).endsWith("block 0");
    }

    @Test
    void whatIsSaidOfAnObjectThatIsDoneWithDoesNotBringItBack() {
        TransmissionInformation wrong =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 4_100, 100, 4, 2);
        rig.hello().data(new ObjectId(99), CODED, false, 0, 0).blocks(0, 9);
        rig.machine.retire(rig.machine.object(OBJECT));
        rig.forget();
        for (int i = 0; i < 20; i++) {
            rig.data(OBJECT, wrong, false, 0, 0);
        }
        assertThat(rig.told).isEmpty();
    }

    @Test
    void itsOwnEchoIsIgnored() {
        rig.hello().data(0, 0, 2, 3).data(1, 0).pass(SECOND);
        Nack own = (Nack) rig.said(Nack.class).get(0).message();
        rig.forget().pass(SECOND).hears(own);

        assertThat(rig.machine.statistics().foreign()).isZero();
        assertThat(rig.machine.statistics().malformed()).isZero();
    }

    @Test
    void theEndOfAnObjectCodedOverBytesByFecEncodingIdTwoIsUnderstood() {
        TransmissionInformation bytes = new TransmissionInformation(FecEncoding.REED_SOLOMON_M_8, 4_000, 100, 4, 2);
        rig.hello();
        for (long block = 0; block < 10; block++) {
            rig.data(OBJECT, bytes, false, block, block == 8 ? new int[] {0, 1, 2} : new int[] {0, 1, 2, 3});
        }
        rig.hears(rig.sender.flush(OBJECT, bytes, 9, 3, ME)).pass(BACKOFF);

        int blockAndSymbol = 8 << 8 | 4;
        assertThat(rig.asked()).as("read as 16 and 16 bits").containsExactly("0: " + blockAndSymbol);
    }

    // Asking.

    @Test
    void receiverWithOneHoleAsksOnceAfterItsBackoff() {
        rig.hello().data(0, 0, 1, 3).data(1, 0);
        long noticed = rig.nowNanos;
        rig.pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("0: 4");
        assertThat(rig.said(Nack.class).get(0).nanos()).isBetween(noticed + 1, noticed + BACKOFF);
        assertThat(rig.said(Nack.class).get(0).destination()).isEqualTo(NodeId.ANY);
        rig.pass(5 * GRTT);
        assertThat(rig.asked()).hasSize(1);
    }

    @Test
    void nothingIsAskedForWithinTheBlockThatIsBeingSent() {
        rig.hello().data(0, 0, 1, 3).pass(SECOND / 2);

        assertThat(rig.asked()).isEmpty();
    }

    @Test
    void whatArrivesDuringTheBackoffIsNotAskedFor() {
        rig.hello().data(0, 0, 1, 3).data(1, 0).repair(0, 5).pass(SECOND / 2);

        assertThat(rig.asked()).isEmpty();
        assertThat(rig.told).contains("block 0");
    }

    @Test
    void parityIsAskedForFirstThenTheHighestSourceSymbols() {
        rig.hello().data(0, 3).data(1, 3, 4).data(2, 0, 1, 2).blocks(3, 9).pass(CYCLE);
        rig.forget().flush().pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("0: 2", "0: 4", "0: 5", "1: 2", "1: 5", "2: 4");
    }

    @Test
    void whatIsKnownCountsAsReceivedAndIsNotAskedFor() {
        rig.known = new KnownChunks(150, ReceiverRig.blockSet(27, 3, 4, 5, 6, 7, 8));
        rig.hello().blocks(0, 0).data(1, 0).data(3, 2).blocks(4, 9).pass(CYCLE);
        assertThat(rig.told).contains("block 0", "block 4").doesNotContain("block 2");
        rig.forget().flush().pass(BACKOFF);

        assertThat(rig.asked()).as("bytes 450 to 1,350 are known").containsExactly("3: 4", "3: 5");
    }

    @Test
    void blocksOfWhichOnlyKnownSymbolsAreHereAreAskedForBySymbols() {
        rig.known = new KnownChunks(150, ReceiverRig.blockSet(27, 5, 6, 7));
        rig.hello().blocks(0, 0).blocks(5, 9).peerAsks(2, 4).pass(CYCLE);
        rig.forget().flush().pass(BACKOFF);

        assertThat(rig.asked()).as("bytes 750 to 1,200 are known").containsExactly("blocks 1-1", "blocks 3-4");
    }

    @Test
    void whatIsFoundToBeKnownCompletesBlocksThatAreOpen() {
        rig.hello().data(0, 2, 3).data(1, 1);
        IncomingObject object = rig.machine.object(OBJECT);
        rig.machine.know(object, new KnownChunks(200, ReceiverRig.blockSet(20, 0, 2)));

        assertThat(rig.told).endsWith("block 0");
        assertThat(rig.ready.get(0).knownSymbols()).isEqualTo(ReceiverRig.set(0, 1));
        rig.data(1, 2, 3);
        assertThat(rig.told).endsWith("block 1");
    }

    @Test
    void wholeBlocksAreAskedForInRanges() {
        rig.hello().blocks(0, 0).blocks(4, 4).blocks(7, 9).pass(CYCLE);
        rig.forget().flush().pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("blocks 1-3", "blocks 5-6");
    }

    @Test
    void whatComesAfterTheCycleBeganIsNotPartOfIt() {
        rig.hello().data(0, 0, 1, 3).data(1, 0, 1, 3).data(2, 0).pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("0: 4");
    }

    @Test
    void itAsksAgainOnceTheHoldOffIsOver() {
        rig.hello().data(0, 0, 1, 3).data(1, 0).pass(BACKOFF);
        long asked = rig.said(Nack.class).get(0).nanos();
        for (int block = 2; block < 9; block++) {
            rig.data(block, 0, 1, 2, 3).pass(2 * GRTT);
        }
        long again = rig.said(Nack.class).get(1).nanos();

        assertThat(again - asked).isBetween(6 * GRTT, 6 * GRTT + 2 * GRTT + BACKOFF);
        assertThat(rig.asked()).startsWith("0: 4", "0: 4");
    }

    @Test
    void whatDoesNotFitInOneMessageGoesIntoSeveralInOrder() {
        rig.hello();
        for (int block = 0; block < 10; block++) {
            rig.data(block, 1, 2);
        }
        rig.pass(CYCLE).forget().flush().pass(BACKOFF);

        List<ReceiverRig.Said> nacks = rig.said(Nack.class);
        assertThat(nacks).hasSizeGreaterThan(1).allMatch(each -> each.length() <= 24 + 12 + 100);
        assertThat(rig.asked()).startsWith("0: 4", "0: 5", "1: 4").endsWith("9: 5");
        assertThat(rig.machine.statistics().nacks()).isEqualTo(1 + nacks.size());
    }

    @Test
    void aCycleSendsNoMoreMessagesThanAllowed() {
        ReceiverRig terse = new ReceiverRig(config -> config.nacksPerCycle(1), 64).hello();
        for (int block = 0; block < 10; block++) {
            terse.data(block, 1, 2);
        }
        terse.pass(CYCLE).forget().flush().pass(BACKOFF);

        assertThat(terse.said(Nack.class)).hasSize(1);
        assertThat(terse.asked()).startsWith("0: 4", "0: 5");
    }

    @Test
    void byUnicastItAsksTheSenderAlone() {
        ReceiverRig quiet = new ReceiverRig(config -> config.feedback(Delivery.UNICAST), 64);
        quiet.hello().data(0, 0, 1, 3).data(1, 0).pass(BACKOFF);

        assertThat(quiet.said(Nack.class).get(0).destination()).isEqualTo(SENDER);
    }

    // Others ask.

    @Test
    void whatAnotherReceiverAskedForIsNotAskedForAgain() {
        rig.hello().data(0, 0, 1, 3).data(1, 0).peerAsks(0, 4).pass(BACKOFF);

        assertThat(rig.asked()).isEmpty();
        assertThat(rig.machine.statistics().suppressed()).isEqualTo(1);
        assertThat(rig.machine.statistics().nacks()).isZero();
    }

    @Test
    void anAdvertisementOfTheSenderSuppressesAsWell() {
        rig.hello().data(0, 0, 1, 3).data(1, 0);
        rig.hears(rig.sender.advertisement(requests -> requests.symbols(ReceiverRig.at(0), ReceiverRig.set(5))))
                .pass(BACKOFF);

        assertThat(rig.asked()).isEmpty();
        assertThat(rig.machine.statistics().suppressed()).isEqualTo(1);
    }

    @Test
    void onlyAsManySymbolsAsItLacksSpareItsRequest() {
        rig.hello().data(0, 0, 1).data(1, 0).peerAsks(0, 4).pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("0: 4", "0: 5");
    }

    @Test
    void symbolsThatItHasOrThatDoNotExistSpareNothing() {
        rig.hello().data(0, 0, 1).data(1, 0).peerAsks(0, 0, 1, 6, 7, 60_000).pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("0: 4", "0: 5");
    }

    @Test
    void whatOthersDidNotAskForIsStillAskedFor() {
        rig.hello().data(0, 0, 1, 3).data(1, 0, 1, 3).blocks(3, 9).pass(CYCLE);
        rig.forget()
                .flush()
                .peerAsks(requests -> requests.blocks(ReceiverRig.at(1), ReceiverRig.at(1)))
                .pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("0: 4", "blocks 2-2");
    }

    @Test
    void aRequestForTheObjectCoversAllOfIt() {
        rig.hello().data(0, 0, 1, 3).data(3, 0);
        rig.peerAsks(requests -> requests.objects(FecEncoding.SMALL_BLOCK_SYSTEMATIC, OBJECT, OBJECT))
                .pass(BACKOFF);

        assertThat(rig.asked()).isEmpty();
    }

    @Test
    void requestsToAnotherSenderSpareNothing() {
        rig.hello().data(0, 0, 1, 3).data(1, 0);
        rig.hears(new Nack(new ReceiverHeader(0, PEER, new NodeId(2), 7, 0), null, requestFor(0)));
        rig.pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("0: 4");
    }

    // Joining in the middle.

    @Test
    void aLateJoinerAsksForWhatItMissedOnlyWhenTheSenderFlushes() {
        rig.hello().data(5, 0, 1, 3).data(6, 0).pass(BACKOFF + 6 * GRTT);
        assertThat(rig.asked()).containsExactly("5: 4");

        rig.forget().data(6, 1, 2, 3).blocks(7, 9).pass(SECOND / 2);
        rig.forget().flush().pass(BACKOFF);
        assertThat(rig.asked()).containsExactly("blocks 0-4", "5: 4");
    }

    @Test
    void whatIsUrgentIsAskedForAtOnce() {
        rig.urgent = true;
        rig.hello().data(5, 0).pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("blocks 0-4");
    }

    @Test
    void whoWasThereFromTheStartAsksForWhatItMissed() {
        rig.hello().machine.joinFromStart();
        rig.data(5, 0).pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("blocks 0-4");
    }

    @Test
    void aRepairIsNotWhereItJoined() {
        rig.hello().repair(5, 0, 1, 2, 3).data(2, 0, 1, 3).data(3, 0).pass(BACKOFF + 7 * GRTT);
        rig.data(4, 0).pass(BACKOFF);

        assertThat(rig.asked()).contains("2: 4").doesNotContain("blocks 0-1");
    }

    @Test
    void anExpectedObjectThatStaysUnheardIsAskedForByItsInformation() {
        ObjectId before = new ObjectId(99);
        rig.hello().machine.expect(before, false, true);
        rig.data(0, 0).pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("info 99");
    }

    @Test
    void informationThatSomebodyAskedForIsNotAskedForAgain() {
        rig.hello().machine.expect(new ObjectId(99), false, true);
        rig.data(0, 0)
                .peerAsks(requests -> requests.info(FecEncoding.SMALL_BLOCK_SYSTEMATIC, new ObjectId(99)))
                .pass(BACKOFF);

        assertThat(rig.asked()).isEmpty();
    }

    // Silence.

    @Test
    void aReceiverLeftAloneLooksForItself() {
        rig.hello().data(0, 0, 1, 3).pass(900 * MILLI);
        assertThat(rig.asked()).isEmpty();

        rig.pass(100 * MILLI + BACKOFF);
        assertThat(rig.asked()).containsExactly("0: 4", "blocks 1-9");
    }

    @Test
    void commandsDoNotPutOffLookingForItself() {
        rig.hello().data(0, 0, 1, 3);
        for (int i = 0; i < 12; i++) {
            rig.pass(100 * MILLI).hello();
        }

        assertThat(rig.asked()).contains("0: 4");
    }

    @Test
    void theSenderIsMissedAfterItsTimeout() {
        ReceiverRig impatient = new ReceiverRig(config -> config.senderTimeoutNanos(3 * SECOND), 64);
        impatient.hello().pass(2 * SECOND).hello().pass(3 * SECOND - 1);
        assertThat(impatient.told).doesNotContain("silence");

        impatient.pass(1);
        assertThat(impatient.told).contains("silence");
        impatient.forget().pass(60 * SECOND);
        assertThat(impatient.told).isEmpty();
    }

    // Watermarks, probes, squelches.

    @Test
    void aReceiverThatHasEverythingAcknowledgesWithinARoundTrip() {
        rig.hello().blocks(0, 9).pass(SECOND / 2).flush(PEER, ME);
        long asked = rig.nowNanos;
        rig.flush(ME).pass(GRTT);

        List<ReceiverRig.Said> acknowledgements = rig.said(Ack.class);
        assertThat(acknowledgements).hasSize(1);
        assertThat(acknowledgements.get(0).nanos()).isBetween(asked, asked + GRTT);
        Ack ack = (Ack) acknowledgements.get(0).message();
        assertThat(ack.ackType()).isEqualTo(Ack.FLUSH);
        assertThat(ack.watermark()).isEqualTo(WireSender.at(OBJECT, CODED, 9, 3));
    }

    @Test
    void whoIsNotNamedDoesNotAcknowledge() {
        rig.hello().blocks(0, 9).flush(PEER).pass(SECOND / 2);

        assertThat(rig.said(Ack.class)).isEmpty();
    }

    @Test
    void whoMissesSomethingAsksInsteadOfAcknowledging() {
        rig.hello().blocks(0, 8).data(9, 0, 1, 2).flush(ME).pass(BACKOFF);

        assertThat(rig.said(Ack.class)).isEmpty();
        assertThat(rig.asked()).containsExactly("9: 4");
    }

    @Test
    void aProbeIsAnsweredWithItsTimeMovedOn() {
        rig.hello().pass(50 * MILLI).hears(rig.sender.probe(3, 7_000_000));
        long heard = rig.nowNanos;
        rig.pass(BACKOFF);

        ReceiverRig.Said answer = rig.said(Ack.class).get(0);
        Ack ack = (Ack) answer.message();
        assertThat(ack.ackType()).isEqualTo(Ack.CC);
        assertThat(ack.feedback().ccSequence()).isEqualTo(3);
        assertThat(ack.header().grttResponseMicros()).isEqualTo(7_000_000 + (answer.nanos() - heard) / 1_000);
    }

    @Test
    void anAnswerOfAnotherReceiverSuppressesItsOwn() {
        rig.hello().hears(rig.sender.probe(3, 7_000_000));
        rig.hears(new Ack(ReceiverRig.peer(), Ack.CC, 0, new CcFeedback(3, 0, 0, 0, 0, 0), null))
                .pass(SECOND / 2);

        assertThat(rig.said(Ack.class)).isEmpty();
    }

    @Test
    void anAnswerToAnEarlierProbeSuppressesNothing() {
        rig.hello().hears(rig.sender.probe(3, 7_000_000));
        rig.hears(new Ack(ReceiverRig.peer(), Ack.CC, 0, new CcFeedback(2, 0, 0, 0, 0, 0), null))
                .pass(SECOND / 2);

        assertThat(rig.said(Ack.class)).hasSize(1);
    }

    @Test
    void aProbeFromTheEndOfTimeIsAnsweredWithTheLargestTime() {
        rig.hello().hears(rig.sender.probe(3, (1L << 32) * 1_000_000)).pass(SECOND);

        Ack ack = (Ack) rig.said(Ack.class).get(0).message();
        assertThat(ack.header().grttResponseMicros()).isEqualTo((1L << 32) * 1_000_000);
    }

    @Test
    void whatIsGoneAndStillMissingIsTold() {
        rig.hello().data(0, 0).forget().hears(rig.sender.squelch(new ObjectId(101), CODED));
        rig.pass(SECOND - 1).hears(rig.sender.squelch(new ObjectId(101), CODED));
        assertThat(rig.told).as("said by one datagram, or for a moment").isEmpty();

        rig.data(0, 1).pass(1).hears(rig.sender.squelch(new ObjectId(101), CODED));
        assertThat(rig.told).as("contradicted by what came").isEmpty();

        rig.pass(SECOND).hears(rig.sender.squelch(new ObjectId(101), CODED));
        assertThat(rig.told).endsWith("squelched 100");

        rig.forget().hears(rig.sender.squelch(new ObjectId(90), CODED, new ObjectId(91), OBJECT));
        assertThat(rig.told).containsExactly("squelched 100");

        rig.forget().hears(rig.sender.squelch(OBJECT, CODED));
        assertThat(rig.told).isEmpty();
    }

    @Test
    void whatIsCompleteCannotBeSquelched() {
        rig.hello().blocks(0, 9).forget().hears(rig.sender.squelch(new ObjectId(101), CODED));

        assertThat(rig.told).isEmpty();
    }

    @Test
    void theFarewellIsBelievedWhenNothingElseIsHeardForASecond() {
        rig.hello().data(0, 0).forget();
        rig.hears(rig.sender.endOfTransmission()).pass(SECOND - 1);
        assertThat(rig.told).isEmpty();

        rig.data(0, 1).pass(5 * SECOND);
        assertThat(rig.told).as("one that is forged").isEmpty();

        rig.hears(rig.sender.endOfTransmission()).pass(SECOND);
        assertThat(rig.told).containsExactly("end");
    }

    // Memory.

    @Test
    void withoutRoomSymbolsAreDroppedAndAskedForAgain() {
        ReceiverRig small = new ReceiverRig(config -> config, 2).hello();
        small.data(0, 0, 1, 2, 3).data(1, 0, 1, 2, 3).data(2, 0, 1, 2, 3).data(3, 0);
        assertThat(small.ready).hasSize(2);
        assertThat(small.machine.statistics().withoutRoom()).isEqualTo(5);
        small.pass(BACKOFF);
        assertThat(small.asked()).containsExactly("blocks 2-2");

        small.ready.forEach(block -> small.machine.onBlock(block, small.nowNanos));
        small.repair(2, 0, 1, 2, 3);
        assertThat(small.told).endsWith("block 2");
    }

    @Test
    void theHighestOpenBlockGivesWayToTheLowestThatIsMissing() {
        ReceiverRig small = new ReceiverRig(config -> config, 2).hello();
        small.data(8, 0).data(9, 0);

        small.repair(1, 0, 1, 2, 3);
        assertThat(small.told).as("block 0 is missing as well").doesNotContain("block 1");
        small.repair(0, 0, 1, 2, 3);
        assertThat(small.told).endsWith("block 0");

        small.repair(8, 1, 2, 3);
        assertThat(small.told).as("block 9 was forgotten, block 8 was not").endsWith("block 8");
    }

    @Test
    void otherObjectsLeaveRoomForUrgentOnes() {
        ReceiverRig small = new ReceiverRig(config -> config, 8).hello();
        for (int block = 0; block < 10; block++) {
            small.data(block, 0);
        }
        assertThat(small.pool.available()).as("nothing is urgent").isZero();

        ReceiverRig careful = new ReceiverRig(config -> config, 8).hello();
        careful.machine.expect(new ObjectId(99), true, true);
        for (int block = 0; block < 10; block++) {
            careful.data(block, 0);
        }
        assertThat(careful.pool.available()).isEqualTo(2);
        careful.urgent = true;
        careful.data(new ObjectId(99), CODED, true, 0, 0, 1, 2, 3);
        assertThat(careful.told).endsWith("block 0");
    }

    @Test
    void closingGivesEveryBlockBackThatIsNotOut() {
        rig.hello().blocks(0, 1).data(2, 0).data(3, 0);
        rig.machine.close();
        rig.ready.forEach(block -> rig.machine.onBlock(block, rig.nowNanos));

        assertThat(rig.pool.freeBytes()).isEqualTo(rig.pool.memoryLimit());
        rig.blocks(4, 9).flush(ME).pass(60 * SECOND);
        assertThat(rig.said).isEmpty();
        assertThat(rig.pool.freeBytes()).isEqualTo(rig.pool.memoryLimit());
    }

    @Test
    void theOutboxForgetsTheOldestWhenNobodyPolls() {
        rig.hello();
        for (int i = 0; i < 1_000; i++) {
            rig.machine.report(ByteBuffer.wrap(new byte[] {(byte) i}), rig.nowNanos);
        }
        rig.pass(0);

        assertThat(rig.said(Report.class)).hasSize(64);
        Report last = (Report) rig.said(Report.class).get(63).message();
        assertThat(last.content().get(0)).isEqualTo((byte) 999);
    }

    @Test
    void objectsAreBoundedInNumberAndWithinAQuarterOfTheIds() {
        rig.hello();
        for (int i = 0; i < ObjectId.COUNT; i += 3) {
            rig.hears(rig.sender.info(new ObjectId(i), CODED));
            rig.machine.expect(new ObjectId(i + 1 & 0xffff), true, true);
        }

        assertThat(rig.machine.objects()).hasSize(4_096);
        assertThat(rig.machine.objects()).allMatch(object -> object.id().value() < ObjectId.COUNT / 4);
    }

    // Refusals.

    @Test
    void aDescriptionThatContradictsTheFirstIsRefused() {
        TransmissionInformation other =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 4_000, 100, 5, 2);
        TransmissionInformation otherScheme = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 4_000, 100, 4, 2);
        rig.hello().data(0, 0).data(OBJECT, other, false, 0, 1).data(OBJECT, otherScheme, false, 0, 1);

        assertThat(rig.machine.statistics().malformed()).isEqualTo(2);
        assertThat(rig.machine.statistics().symbols()).isEqualTo(1);
    }

    @Test
    void eightContradictionsInARowShowThatTheFirstDescriptionWasWrong() {
        TransmissionInformation damaged =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 4_016, 100, 4, 2);
        rig.hello().data(OBJECT, damaged, false, 0, 0).blocks(0, 1);
        assertThat(rig.machine.statistics().malformed()).isEqualTo(8);
        rig.data(2, 0);

        assertThat(rig.machine.object(OBJECT).information()).isEqualTo(CODED);
        assertThat(rig.machine.statistics().malformed()).isEqualTo(8);
    }

    @Test
    void aBlockLengthOtherThanThePartitionsIsRefused() {
        rig.hello().hears(rig.sender.data(OBJECT, CODED, 0, 3, 0, false, new byte[100]));

        assertThat(rig.machine.statistics().malformed()).isEqualTo(1);
        assertThat(rig.machine.statistics().symbols()).isZero();
    }

    @Test
    void payloadsOfTheWrongLengthAreRefused() {
        rig.hello().hears(rig.sender.data(OBJECT, CODED, 0, 4, 0, false, new byte[99]));
        rig.hears(rig.sender.data(OBJECT, CODED, 0, 4, 4, false, new byte[99]));

        assertThat(rig.machine.statistics().malformed()).isEqualTo(2);
        assertThat(rig.machine.statistics().symbols()).isZero();
    }

    @Test
    void whatPadsTheLastSymbolIsNotPartOfTheObject() {
        TransmissionInformation shorter =
                new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 350, 100, 4, 2);
        byte[] padded = new byte[100];
        Arrays.fill(padded, (byte) 9);
        rig.hello().hears(rig.sender.data(OBJECT, shorter, 0, 4, 3, false, padded));
        rig.data(OBJECT, shorter, false, 0, 0, 1, 2);

        ByteBuffer memory = rig.ready.get(0).memory();
        assertThat(memory.get(349)).isEqualTo((byte) 9);
        assertThat(memory.get(350)).isZero();
    }

    @Test
    void parityThatIsOfNoUseIsLeftAloneAndSourceSymbolsAreAskedFor() {
        TransmissionInformation odd = new TransmissionInformation(FecEncoding.REED_SOLOMON_16, 4 * 4 * 99, 99, 4, 300);
        rig.hello();
        for (int round = 0; round < 20; round++) {
            rig.data(OBJECT, odd, false, 0, 0, 2, 4, 5, 303);
        }
        rig.data(OBJECT, odd, false, 1, 0).pass(BACKOFF);

        assertThat(rig.ready).isEmpty();
        assertThat(rig.asked()).containsExactly("0: 1", "0: 3");
        assertThat(rig.machine.statistics().malformed()).isZero();

        rig.data(OBJECT, odd, true, 0, 1, 4, 3);

        assertThat(rig.ready).hasSize(1);
        assertThat(rig.ready.get(0).isComplete()).isTrue();
    }

    @Test
    void parityForSourceIsAskedForBeyondTheNumberOfBytes() {
        TransmissionInformation coded =
                new TransmissionInformation(FecEncoding.REED_SOLOMON_16, 2 * 300 * 10, 10, 300, 60);
        rig.hello();
        for (int symbol = 0; symbol < 290; symbol++) {
            rig.data(OBJECT, coded, false, 0, symbol);
        }
        rig.data(OBJECT, coded, false, 0, 359).data(OBJECT, coded, false, 1, 0).pass(BACKOFF);

        assertThat(rig.asked()).containsExactly("0: 300-308");

        for (int symbol = 300; symbol < 309; symbol++) {
            rig.data(OBJECT, coded, true, 0, symbol);
        }
        assertThat(rig.ready).hasSize(1);
        new ReedSolomon(coded).reconstruct(rig.ready.get(0));
        assertThat(rig.ready.get(0).isComplete()).isTrue();
    }

    @Test
    void malformedAndUnknownDatagramsAreCounted() {
        rig.hello()
                .hears(ByteBuffer.allocate(3))
                .hears(ByteBuffer.wrap(new byte[] {0x12, 2, 0, 0, 0, 0, 0, 1}))
                .hears(ByteBuffer.wrap(new byte[] {0x1f, 2, 0, 0, 0, 0, 0, 1}));

        assertThat(rig.machine.statistics().malformed()).isEqualTo(2);
        assertThat(rig.machine.statistics().unknown()).isEqualTo(1);
    }

    @Test
    void lossIsCountedOverAThousandMessagesAndNoLateOneIsAGap() {
        rig.hello();
        for (int i = 0; i < 2_000; i++) {
            ByteBuffer datagram = rig.sender.command(ByteBuffer.allocate(1));
            if (i % 10 != 0) {
                rig.hears(datagram);
                rig.hears(datagram);
            }
        }

        assertThat(rig.machine.lossPerMillion()).isBetween(99_000, 101_000);
    }

    private static List<RepairRequest> requestFor(long block) {
        var builder = new RepairRequestBuilder(100);
        builder.blocks(ReceiverRig.at(block), ReceiverRig.at(block));
        return builder.build();
    }
}
