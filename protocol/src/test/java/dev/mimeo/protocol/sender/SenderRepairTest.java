package dev.mimeo.protocol.sender;

import static dev.mimeo.protocol.sender.SenderRig.ALICE;
import static dev.mimeo.protocol.sender.SenderRig.BOB;
import static dev.mimeo.protocol.sender.SenderRig.CAROL;
import static dev.mimeo.protocol.sender.SenderRig.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequestReader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a sender answers to requests: k = 4, two parity symbols (4 and 5) for each block. */
class SenderRepairTest {
    private final SenderRig rig = new SenderRig();

    /** The first pass of one object of ten blocks is over. */
    private SenderRig passed() {
        return rig.object(40).pass(100 * MILLI).forget();
    }

    @Test
    void requestsAreGatheredForKPlusOneRoundTripsAndAnsweredOnce() {
        passed();
        long aggregation = 5 * rig.grttNanos();
        rig.nack(ALICE, 0, 3, 1).pass(aggregation / 2);
        rig.nack(BOB, 0, 3, 0, 2).nack(CAROL, 0, 5, 2).pass(aggregation / 2 - 1);
        assertThat(rig.data()).isEmpty();

        rig.pass(1);
        assertThat(rig.data()).containsExactly("repair 0/3: 4 5", "repair 0/5: 4");

        rig.pass(100 * aggregation);
        assertThat(rig.data()).hasSize(2);
    }

    @Test
    void everyCycleBringsFreshParityThenTheSymbolsThatWereNamed() {
        passed();
        rig.nack(ALICE, 0, 3, 1).pass(100 * MILLI);
        assertThat(rig.data()).containsExactly("repair 0/3: 4");

        rig.forget().nack(ALICE, 0, 3, 1).pass(100 * MILLI);
        assertThat(rig.data()).containsExactly("repair 0/3: 5");

        rig.forget().nack(ALICE, 0, 3, 1).nack(BOB, 0, 3, 3).pass(100 * MILLI);
        assertThat(rig.data()).containsExactly("repair 0/3: 1 3");
    }

    @Test
    void whatParityIsLeftGoesWithTheSymbolsThatWereNamed() {
        passed();
        rig.nack(ALICE, 0, 3, 1).pass(100 * MILLI).forget();
        rig.nack(ALICE, 0, 3, 2, 3, 4).pass(100 * MILLI);

        assertThat(rig.data()).containsExactly("repair 0/3: 2 3 4 5");
    }

    @Test
    void parityThatWasSentUnaskedIsNotFresh() {
        SenderRig proactive = new SenderRig().object(4, 1).pass(100 * MILLI).forget();
        proactive.nack(ALICE, 0, 0, 1).pass(100 * MILLI);

        assertThat(proactive.data()).containsExactly("repair 0/0: 5");
    }

    @Test
    void aWholeBlockIsAnsweredWithItsSourceSymbols() {
        passed();
        rig.nack(ALICE, requests -> requests.blocks(rig.at(0, 2, 0), rig.at(0, 3, 0)))
                .nack(BOB, 0, 3, 1)
                .pass(100 * MILLI);

        assertThat(rig.data()).containsExactly("repair 0/2: 0 1 2 3", "repair 0/3: 0 1 2 3");
    }

    @Test
    void aWholeObjectIsAnsweredWithItsInformationAndItsBlocks() {
        rig.object(8).object(8).pass(100 * MILLI).forget();
        rig.nack(ALICE, requests -> requests.objects(FecEncoding.SMALL_BLOCK_SYSTEMATIC, rig.id(1), rig.id(1)))
                .pass(100 * MILLI);

        assertThat(rig.data()).containsExactly("info 1", "repair 1/0: 0 1 2 3", "repair 1/1: 0 1 2 3");
    }

    @Test
    void anObjectWithoutInformationSendsNone() {
        SenderRig rig = new SenderRig().withoutInfo().object(4);
        rig.pass(100 * MILLI);
        assertThat(rig.data()).containsExactly("0/0: 0 1 2 3");

        rig.forget();
        rig.nack(ALICE, requests -> requests.info(FecEncoding.SMALL_BLOCK_SYSTEMATIC, rig.id(0)))
                .pass(100 * MILLI);
        assertThat(rig.data()).isEmpty();
    }

    @Test
    void informationIsRepeatedOnRequest() {
        passed();
        rig.nack(ALICE, requests -> requests.info(FecEncoding.SMALL_BLOCK_SYSTEMATIC, rig.id(0)))
                .nack(BOB, requests -> requests.info(FecEncoding.SMALL_BLOCK_SYSTEMATIC, rig.id(0)))
                .pass(100 * MILLI);

        assertThat(rig.data()).containsExactly("info 0");
    }

    @Test
    void erasuresAreAnsweredWithAsMuchFreshParity() {
        passed();
        rig.erasures(ALICE, 0, 3, 1).erasures(BOB, 0, 4, 2).pass(100 * MILLI);

        assertThat(rig.data()).containsExactly("repair 0/3: 4", "repair 0/4: 4 5");
    }

    @Test
    void moreErasuresThanFreshParityAreAnsweredWithTheWholeBlock() {
        passed();
        rig.erasures(ALICE, 0, 3, 3).pass(100 * MILLI);
        assertThat(rig.data()).containsExactly("repair 0/3: 0 1 2 3 4 5");

        rig.forget().erasures(ALICE, 0, 3, 1).pass(100 * MILLI);
        assertThat(rig.data()).containsExactly("repair 0/3: 0 1 2 3");
    }

    @Test
    void requestsForNothingThatExistsAreNotAnswered() {
        passed();
        rig.nack(ALICE, 0, 3, 6, 65_535)
                .nack(ALICE, 0, 10, 0)
                .erasures(ALICE, 0, 3, 0)
                .erasures(ALICE, 0, 99, 1)
                .nack(ALICE, requests -> requests.blocks(rig.at(0, 10, 0), rig.at(0, 4_000_000_000L, 0)))
                .pass(100 * MILLI);

        assertThat(rig.data()).isEmpty();
    }

    @Test
    void noMoreErasuresAreCountedThanABlockHasSymbols() {
        passed();
        rig.erasures(ALICE, 0, 3, 65_535).pass(100 * MILLI);

        assertThat(rig.data()).containsExactly("repair 0/3: 0 1 2 3 4 5");
    }

    @Test
    void whatTheFirstPassWillBringIsNotAnswered() {
        SenderRig slow = new SenderRig(config -> config.bytesPerSecond(100_000)).object(400);
        slow.pass(100 * MILLI);
        slow.nack(ALICE, 0, 90, 1)
                .nack(ALICE, requests -> requests.blocks(slow.at(0, 60, 0), slow.at(0, 99, 0)))
                .pass(1_000 * MILLI);

        assertThat(slow.data()).noneMatch(line -> line.startsWith("repair"));
    }

    @Test
    void skippedBlocksAreAnsweredAtAnyTime() {
        SenderRig slow = new SenderRig(config -> config.bytesPerSecond(100_000)).object(400, 0, 90, 91);
        slow.pass(100 * MILLI);
        slow.nack(ALICE, requests -> requests.blocks(slow.at(0, 89, 0), slow.at(0, 92, 0)))
                .pass(1_000 * MILLI);

        assertThat(slow.data().stream().filter(line -> line.startsWith("repair")))
                .containsExactly("repair 0/90: 0 1 2 3", "repair 0/91: 0 1 2 3");
    }

    @Test
    void aBlockThatLeftLessThanARoundTripAgoIsHeldOff() {
        passed();
        rig.nack(ALICE, 0, 3, 1).pass(5 * rig.grttNanos());
        assertThat(rig.data()).containsExactly("repair 0/3: 4");

        rig.nack(BOB, 0, 3, 2).nack(BOB, 0, 4, 2).pass(100 * MILLI);
        assertThat(rig.data()).containsExactly("repair 0/3: 4", "repair 0/4: 4");

        rig.nack(BOB, 0, 3, 2).pass(100 * MILLI);
        assertThat(rig.data()).endsWith("repair 0/3: 5");
    }

    @Test
    void aRequestHeardWhileItsBlockWaitsToBeRepairedIsAnsweredWithIt() {
        passed();
        rig.stopDisk();
        rig.nack(ALICE, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 9, 0)))
                .pass(5 * rig.grttNanos());
        rig.nack(BOB, requests -> requests.blocks(rig.at(0, 0, 0), rig.at(0, 9, 0)))
                .pass(MILLI);
        rig.startDisk();
        rig.pass(100 * MILLI);

        assertThat(rig.data()).hasSize(10);
    }

    @Test
    void aRequestHeardWhileItsBlockWaitsForThePoolIsAnsweredWithIt() {
        SenderRig small = new SenderRig(config -> config.bytesPerSecond(1_000_000), 4)
                .object(400)
                .pass(400 * MILLI)
                .forget();
        small.nack(ALICE, requests -> requests.blocks(small.at(0, 0, 0), small.at(0, 99, 0)))
                .pass(5 * small.grttNanos() + 10 * MILLI);
        small.nack(BOB, requests -> requests.blocks(small.at(0, 0, 0), small.at(0, 99, 0)))
                .pass(400 * MILLI);

        List<String> expected = new ArrayList<>();
        for (int block = 0; block < 100; block++) {
            expected.add("repair 0/" + block + ": 0 1 2 3");
        }
        assertThat(small.data().subList(0, 100)).isEqualTo(expected);
        assertThat(small.data().size())
                .as("the first few had left, and are sent again")
                .isLessThan(110);
    }

    @Test
    void repairsGoBeforeNewBlocks() {
        SenderRig slow = new SenderRig(config -> config.bytesPerSecond(100_000), 8).object(400);
        slow.pass(100 * MILLI);
        slow.nack(ALICE, requests -> requests.blocks(slow.at(0, 0, 0), slow.at(0, 1, 0)))
                .pass(200 * MILLI);

        List<String> data = slow.data();
        int repair = data.indexOf("repair 0/0: 0 1 2 3");
        assertThat(data.get(repair + 1)).isEqualTo("repair 0/1: 0 1 2 3");
        assertThat(data.get(repair + 2)).startsWith("0/");
    }

    @Test
    void unknownObjectsAreSquelchedAtMostOnceInTwoRoundTrips() {
        passed();
        long start = rig.nowNanos;
        while (rig.nowNanos < start + 6 * rig.grttNanos()) {
            rig.nack(ALICE, requests -> requests.objects(FecEncoding.SMALL_BLOCK_SYSTEMATIC, rig.id(-1), rig.id(-1)))
                    .pass(MILLI);
        }

        assertThat(rig.commands().stream().filter("squelch 0"::equals)).hasSize(3);
        assertThat(rig.data()).isEmpty();
    }

    @Test
    void knownObjectsOfARangeAreAnsweredAndTheOthersSquelched() {
        rig.object(4).object(4).pass(100 * MILLI).forget();
        rig.nack(ALICE, requests -> requests.objects(FecEncoding.SMALL_BLOCK_SYSTEMATIC, rig.id(-9), rig.id(9)))
                .pass(100 * MILLI);

        assertThat(rig.data()).containsExactly("info 0", "info 1", "repair 0/0: 0 1 2 3", "repair 1/0: 0 1 2 3");
        assertThat(rig.commands()).contains("squelch 0");
    }

    @Test
    void requestsByUnicastAreAdvertisedTogether() {
        passed();
        rig.nack(ALICE, Delivery.UNICAST, 0, 3, 1, 2)
                .nack(BOB, Delivery.UNICAST, 0, 3, 2, 3)
                .nack(BOB, Delivery.UNICAST, requests -> requests.blocks(rig.at(0, 5, 0), rig.at(0, 7, 0)))
                .pass(MILLI);

        List<RepairAdvertisement> advertisements = rig.messages(RepairAdvertisement.class);
        assertThat(advertisements).hasSize(1);
        assertThat(advertisements.get(0).flags()).isZero();
        assertThat(text(advertisements.get(0))).containsExactlyInAnyOrder("symbols {1, 2, 3} of 3", "blocks 5 to 7");
    }

    @Test
    void requestsByMulticastAreNotAdvertised() {
        passed();
        rig.nack(ALICE, 0, 3, 1).pass(100 * MILLI);

        assertThat(rig.messages(RepairAdvertisement.class)).isEmpty();
    }

    @Test
    void advertisementsAreARoundTripApart() {
        passed();
        long start = rig.nowNanos;
        while (rig.nowNanos < start + 4 * rig.grttNanos()) {
            rig.nack(ALICE, Delivery.UNICAST, 0, 3, 1).pass(MILLI);
        }

        assertThat(rig.messages(RepairAdvertisement.class)).hasSizeBetween(4, 5);
    }

    @Test
    void anAdvertisementThatIsFullSaysSo() {
        rig.object(800).pass(1_000 * MILLI).forget();
        rig.nack(ALICE, Delivery.UNICAST, requests -> {
            for (int block = 0; block < 60; block += 2) {
                requests.blocks(rig.at(0, block, 0), rig.at(0, block, 0));
            }
        });
        rig.nack(BOB, Delivery.UNICAST, requests -> {
            for (int block = 60; block < 120; block += 2) {
                requests.blocks(rig.at(0, block, 0), rig.at(0, block, 0));
            }
        });
        rig.pass(MILLI);

        RepairAdvertisement advertisement =
                rig.messages(RepairAdvertisement.class).get(0);
        assertThat(advertisement.flags()).isEqualTo(RepairAdvertisement.LIMIT);
        assertThat(rig.sent(RepairAdvertisement.class).get(0).length()).isLessThanOrEqualTo(16 + 400);
    }

    @Test
    void feedbackForAnotherSenderOrInstanceIsIgnored() {
        passed();
        List<RepairRequest> requests =
                List.of(new RepairRequest(RepairRequest.Form.ITEMS, RepairRequest.BLOCK, List.of(rig.at(0, 3, 0))));
        rig.hears(new Nack(new ReceiverHeader(0, ALICE, new NodeId(2), 7, 0), null, requests), Delivery.MULTICAST)
                .hears(
                        new Nack(new ReceiverHeader(0, ALICE, SenderRig.SENDER, 8, 0), null, requests),
                        Delivery.MULTICAST)
                .pass(100 * MILLI);

        assertThat(rig.data()).isEmpty();
        assertThat(rig.machine.statistics().nacks()).isZero();
        assertThat(rig.machine.statistics().unknown()).isEqualTo(2);
    }

    @Test
    void malformedDatagramsAreCounted() {
        passed();
        rig.hears(ByteBuffer.allocate(0), Delivery.UNICAST)
                .hears(ByteBuffer.wrap(new byte[] {0x14, 6, 0, 0, 0, 0, 0, 9}), Delivery.UNICAST)
                .hears(ByteBuffer.wrap(new byte[] {0x24, 2, 0, 0, 0, 0, 0, 9}), Delivery.UNICAST);

        assertThat(rig.machine.statistics().malformed()).isEqualTo(3);
    }

    @Test
    void otherSendersAndUnknownTypesAreCountedAsUnknown() {
        passed();
        rig.hears(ByteBuffer.wrap(new byte[] {0x17, 2, 0, 0, 0, 0, 0, 9}), Delivery.MULTICAST)
                .hears(ByteBuffer.wrap(new byte[] {0x12, 2, 0, 0, 0, 0, 0, 9}), Delivery.MULTICAST);

        assertThat(rig.machine.statistics().unknown()).isEqualTo(2);
        assertThat(rig.machine.statistics().malformed()).isZero();
    }

    /** 14 ranges over half a million blocks each, in one message, a hundred times. */
    @Test
    @Timeout(10)
    void aRequestForMillionsOfBlocksCostsLittle() {
        SenderRig all = new SenderRig(config -> config.bytesPerSecond(1_000), 64);
        long[] skipped = new long[500_000];
        for (int i = 0; i < skipped.length; i++) {
            skipped[i] = i;
        }
        all.object(4 * 500_000, 0, skipped).pass(10 * MILLI);
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            all.nack(ALICE, requests -> {
                for (int range = 0; range < 14; range++) {
                    requests.blocks(all.at(0, 0, 0), all.at(0, 499_999, 0));
                }
            });
        }
        Duration spent = Duration.ofNanos(System.nanoTime() - start);

        assertThat(spent).isLessThan(Duration.ofSeconds(2));
    }

    private static List<String> text(RepairAdvertisement advertisement) {
        List<String> lines = new ArrayList<>();
        RepairRequestReader.read(advertisement.requests(), new RepairRequestReader.Visitor() {
            @Override
            public void onObjects(dev.mimeo.protocol.ObjectId first, dev.mimeo.protocol.ObjectId last) {
                lines.add("objects");
            }

            @Override
            public void onInfo(dev.mimeo.protocol.ObjectId object) {
                lines.add("info");
            }

            @Override
            public void onBlocks(dev.mimeo.protocol.ObjectId object, long first, long last) {
                lines.add("blocks " + first + " to " + last);
            }

            @Override
            public void onSymbols(dev.mimeo.protocol.ObjectId object, long block, BitSet symbols) {
                lines.add("symbols " + symbols + " of " + block);
            }

            @Override
            public void onErasures(dev.mimeo.protocol.ObjectId object, long block, int count) {
                lines.add("erasures");
            }
        });
        return lines;
    }
}
