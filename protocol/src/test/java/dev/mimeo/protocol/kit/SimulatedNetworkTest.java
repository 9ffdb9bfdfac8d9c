package dev.mimeo.protocol.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.MessageType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {
    private static final int COUNT = 20_000;

    private final SimulatedNetwork network = new SimulatedNetwork(3);
    private final NodeId a = node(1);
    private final NodeId b = node(2);
    private final NodeId c = node(3);
    private final List<Arrival> arrivals = new ArrayList<>();

    private record Arrival(NodeId node, int value, int length, Delivery delivery, long atNanos) {}

    private NodeId node(int value) {
        NodeId id = new NodeId(value);
        network.attach(id);
        return id;
    }

    private void send(NodeId from, NodeId to, int value, long atNanos) {
        ByteBuffer content = ByteBuffer.allocate(100).put(0, (byte) 0x12).putInt(4, value);
        network.send(from.value() - 1, to, content, atNanos);
    }

    private void sendMany(NodeId from, NodeId to) {
        for (int i = 0; i < COUNT; i++) {
            send(from, to, i, 1_000L * i);
        }
    }

    private void arriveAll() {
        while (network.nextArrivalNanos() != Machine.NEVER) {
            long at = network.nextArrivalNanos();
            network.arrive((node, datagram, delivery) -> {
                ByteBuffer bytes = datagram.bytes();
                int value = bytes.limit() < 8 ? -1 : bytes.getInt(4);
                arrivals.add(new Arrival(new NodeId(node + 1), value, bytes.limit(), delivery, at));
            });
        }
    }

    private long arrivedAt(NodeId node) {
        return arrivals.stream().filter(arrival -> arrival.node().equals(node)).count();
    }

    @Test
    void aBottleneckDelaysWhatItHasRoomForAndLosesTheRest() {
        network.inbound(b).bottleneck(new Bottleneck(100_000, 1_000));
        for (int i = 0; i < 25; i++) {
            send(a, b, i, 0);
        }
        arriveAll();
        assertThat(arrivals).hasSize(10);
        for (int i = 0; i < 10; i++) {
            assertThat(arrivals.get(i).value()).isEqualTo(i);
            assertThat(arrivals.get(i).atNanos()).isEqualTo(SimulatedNetwork.DELAY_NANOS + (i + 1) * 1_000_000L);
        }
        assertThat(network.inbound(b).lostCount()).isEqualTo(15);
    }

    @Test
    void linksThatShareABottleneckShareItsRate() {
        Bottleneck line = new Bottleneck(100_000, 1_000);
        network.outbound(a).bottleneck(line);
        network.outbound(b).bottleneck(line);
        for (int i = 0; i < 5; i++) {
            send(a, c, 2 * i, 0);
            send(b, c, 2 * i + 1, 0);
        }
        arriveAll();
        assertThat(arrivals).extracting(Arrival::value).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(arrivals.get(9).atNanos()).isEqualTo(SimulatedNetwork.DELAY_NANOS + 10_000_000L);
    }

    @Test
    void multicastReachesEverybodyButItsOrigin() {
        send(a, NodeId.ANY, 7, 500);
        arriveAll();
        long at = 500 + SimulatedNetwork.DELAY_NANOS;
        assertThat(arrivals)
                .containsExactly(
                        new Arrival(b, 7, 100, Delivery.MULTICAST, at), new Arrival(c, 7, 100, Delivery.MULTICAST, at));
        assertThat(network.counters().sent()).isEqualTo(1);
        assertThat(network.bytesFrom(a)).isEqualTo(100);
        assertThat(network.datagramsFrom(a, MessageType.DATA)).isEqualTo(1);
        assertThat(network.datagramsFrom(a, MessageType.NACK)).isZero();
    }

    @Test
    void whatGoesToASitePassesTheLongWayOnceForAllOfIt() {
        Trunk trunk = network.trunk(b, c);
        trunk.toSite().delayNanos(70_000).loss(LossModel.uniform(0.25));
        sendMany(a, NodeId.ANY);
        arriveAll();
        assertThat(trunk.toSite().offeredCount()).isEqualTo(COUNT);
        assertThat(trunk.toSite().offeredBytes()).isEqualTo(100 * COUNT);
        assertThat(trunk.toSite().lostCount() / (double) COUNT).isCloseTo(0.25, within(0.01));
        assertThat(arrivedAt(b)).isEqualTo(COUNT - trunk.toSite().lostCount()).isEqualTo(arrivedAt(c));
        assertThat(arrivals.get(0).atNanos()).isEqualTo(SimulatedNetwork.DELAY_NANOS + 70_000);
        assertThat(network.counters().lost()).isEqualTo(2 * trunk.toSite().lostCount());
    }

    @Test
    void whatGoesFromOneSiteToAnotherPassesBothLongWaysAndWhatStaysNone() {
        NodeId d = node(4);
        Trunk near = network.trunk(a, b);
        Trunk far = network.trunk(c);
        near.fromSite().delayNanos(1_000);
        far.toSite().delayNanos(20_000);
        send(a, NodeId.ANY, 1, 0);
        send(c, b, 2, 500_000);
        arriveAll();
        long delay = SimulatedNetwork.DELAY_NANOS;
        assertThat(arrivals)
                .containsExactly(
                        new Arrival(b, 1, 100, Delivery.MULTICAST, delay),
                        new Arrival(d, 1, 100, Delivery.MULTICAST, delay + 1_000),
                        new Arrival(c, 1, 100, Delivery.MULTICAST, delay + 21_000),
                        new Arrival(b, 2, 100, Delivery.UNICAST, delay + 500_000));
        assertThat(near.toSite().offeredCount()).isEqualTo(1);
        assertThat(far.toSite().offeredCount()).isEqualTo(1);
        assertThat(near.fromSite().offeredCount()).isEqualTo(1);
    }

    @Test
    void unicastReachesOneNode() {
        send(a, c, 7, 0);
        send(a, new NodeId(99), 8, 0);
        arriveAll();
        assertThat(arrivals).containsExactly(new Arrival(c, 7, 100, Delivery.UNICAST, SimulatedNetwork.DELAY_NANOS));
        assertThat(network.counters().absent()).isEqualTo(1);
    }

    @Test
    void inboundLossIsEachRecipientsOwn() {
        network.inbound(b).loss(LossModel.uniform(0.1));
        sendMany(a, NodeId.ANY);
        arriveAll();
        assertThat(arrivedAt(c)).isEqualTo(COUNT);
        assertThat((double) arrivedAt(b) / COUNT).isCloseTo(0.9, within(0.01));
        assertThat(network.counters().lost()).isEqualTo(COUNT - arrivedAt(b));
        assertThat(network.inbound(b).lostCount()).isEqualTo(COUNT - arrivedAt(b));
        assertThat(network.counters().delivered()).isEqualTo(arrivals.size());
    }

    @Test
    void outboundLossIsCommonToAllRecipients() {
        network.outbound(a).loss(LossModel.every(2));
        sendMany(a, NodeId.ANY);
        arriveAll();
        assertThat(arrivedAt(b)).isEqualTo(COUNT / 2);
        assertThat(arrivals.stream().filter(arrival -> arrival.value() % 2 == 1))
                .isEmpty();
        assertThat(network.counters().lost()).isEqualTo(COUNT / 2);
        assertThat(network.bytesFrom(a)).isEqualTo(100L * COUNT);
    }

    @Test
    void chanceOnOneLinkDoesNotDependOnAnother() {
        network.inbound(b).loss(LossModel.uniform(0.5));
        sendMany(a, NodeId.ANY);
        arriveAll();

        SimulatedNetworkTest other = new SimulatedNetworkTest();
        other.network.inbound(b).loss(LossModel.uniform(0.5));
        other.network.inbound(c).loss(LossModel.uniform(0.2)).duplicate(0.3).jitterNanos(10);
        other.sendMany(a, NodeId.ANY);
        other.arriveAll();

        assertThat(values(b)).isEqualTo(other.values(b));
        assertThat(values(c)).isNotEqualTo(other.values(c));
    }

    private List<Integer> values(NodeId node) {
        return arrivals.stream()
                .filter(arrival -> arrival.node().equals(node))
                .map(Arrival::value)
                .toList();
    }

    @Test
    void partitionLosesOneDirectionForAWhile() {
        network.inbound(b).partition(SimulatedNetwork.DELAY_NANOS, 2 * SimulatedNetwork.DELAY_NANOS);
        send(a, NodeId.ANY, 1, 0);
        send(a, NodeId.ANY, 2, SimulatedNetwork.DELAY_NANOS);
        send(b, NodeId.ANY, 3, SimulatedNetwork.DELAY_NANOS);
        send(a, NodeId.ANY, 4, 2 * SimulatedNetwork.DELAY_NANOS);
        arriveAll();
        assertThat(values(b)).containsExactly(1, 4);
        assertThat(values(a)).containsExactly(3);
        assertThat(values(c)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void duplicatesArriveTwice() {
        network.inbound(b).duplicate(0.5);
        sendMany(a, NodeId.ANY);
        arriveAll();
        assertThat(arrivedAt(c)).isEqualTo(COUNT);
        assertThat(arrivedAt(b)).isEqualTo(COUNT + network.counters().duplicated());
        assertThat((double) network.counters().duplicated() / COUNT).isCloseTo(0.5, within(0.02));
    }

    @Test
    void outboundDuplicatesReachEverybodyTwice() {
        network.outbound(a).duplicate(1);
        send(a, NodeId.ANY, 1, 0);
        arriveAll();
        assertThat(values(b)).containsExactly(1, 1);
        assertThat(values(c)).containsExactly(1, 1);
        assertThat(network.counters().sent()).isEqualTo(1);
    }

    @Test
    void corruptionDamagesOneRecipientsCopyOnly() {
        network.inbound(b).corrupt(1);
        ByteBuffer zeros = ByteBuffer.allocate(100);
        for (int i = 0; i < 1000; i++) {
            network.send(0, NodeId.ANY, zeros, i);
        }
        int[] bitsByNode = new int[3];
        int[] intact = new int[3];
        while (network.nextArrivalNanos() != Machine.NEVER) {
            network.arrive((node, datagram, delivery) -> {
                int bits = 0;
                for (int i = 0; i < datagram.length(); i++) {
                    bits += Integer.bitCount(datagram.bytes().get(i) & 0xff);
                }
                bitsByNode[node] += bits;
                intact[node] += bits == 0 ? 1 : 0;
            });
        }
        assertThat(bitsByNode[2]).isZero();
        assertThat(intact[2]).isEqualTo(1000);
        // Two flips may hit the same bit.
        assertThat(intact[1]).isLessThan(10);
        assertThat(bitsByNode[1]).isBetween(4_000, 5_000);
        assertThat(network.counters().corrupted()).isEqualTo(1000);
    }

    @Test
    void contentCorruptionInvertsTheLastByteOfDataOnly() {
        network.inbound(b).corruptContent(1);
        send(a, b, 7, 0);
        ByteBuffer nack = ByteBuffer.allocate(100).put(0, (byte) 0x14);
        network.send(0, b, nack, 0);
        List<Byte> lastBytes = new ArrayList<>();
        while (network.nextArrivalNanos() != Machine.NEVER) {
            network.arrive((node, datagram, delivery) -> {
                lastBytes.add(datagram.bytes().get(99));
                assertThat(datagram.bytes().get(98)).isZero();
            });
        }
        assertThat(lastBytes).containsExactly((byte) 0xff, (byte) 0);
        assertThat(network.counters().corrupted()).isEqualTo(1);
    }

    @Test
    void truncationShortensDownToNothing() {
        network.inbound(b).truncate(1);
        sendMany(a, b);
        arriveAll();
        assertThat(arrivals).allMatch(arrival -> arrival.length() < 100);
        assertThat(arrivals).anyMatch(arrival -> arrival.length() == 0);
        assertThat(arrivals).anyMatch(arrival -> arrival.length() == 99);
        assertThat(network.counters().truncated()).isEqualTo(COUNT);
    }

    @Test
    void reorderedDatagramsAreOvertaken() {
        network.inbound(b).reorder(0.1, 5_500);
        sendMany(a, b);
        arriveAll();
        int overtaken = 0;
        int highest = -1;
        for (int value : values(b)) {
            overtaken += value < highest ? 1 : 0;
            highest = Math.max(highest, value);
        }
        assertThat((double) network.counters().reordered() / COUNT).isCloseTo(0.1, within(0.01));
        // All but those with five more held back behind them, and the last five.
        assertThat((double) overtaken).isCloseTo(network.counters().reordered(), within(10.0));
        assertThat(arrivals).hasSize(COUNT);
    }

    @Test
    void jitterStaysWithinItsBounds() {
        network.inbound(b).delayNanos(1000).jitterNanos(500);
        sendMany(a, b);
        arriveAll();
        long least = Long.MAX_VALUE;
        long most = 0;
        double sum = 0;
        for (Arrival arrival : arrivals) {
            long took = arrival.atNanos() - 1_000L * arrival.value();
            least = Math.min(least, took);
            most = Math.max(most, took);
            sum += took;
        }
        assertThat(least).isEqualTo(1000);
        assertThat(most).isEqualTo(1500);
        assertThat(sum / COUNT).isCloseTo(1250, within(5.0));
    }

    @Test
    void bytesLieBetweenPoisonAndAreForgottenAfterwards() {
        send(a, b, 7, 0);
        List<ByteBuffer> kept = new ArrayList<>();
        network.arrive((node, datagram, delivery) -> {
            ByteBuffer view = datagram.view();
            assertThat(view.isReadOnly()).isTrue();
            assertThat(view.position()).isPositive();
            assertThat(view.get(view.position() - 1)).isEqualTo((byte) 0xa5);
            assertThat(view.remaining()).isEqualTo(100);
            kept.add(datagram.bytes());
        });
        assertThat(kept.get(0).get(4)).isEqualTo((byte) 0xa5);
    }

    @Test
    void tapSeesWhatIsSentAndMayInjectMore() {
        NodeId outsider = new NodeId(66);
        network.attachOutsider(outsider);
        network.tap(datagram -> {
            ByteBuffer forged = ByteBuffer.allocate(datagram.length()).put(datagram.bytes());
            forged.flip().putInt(4, 1000);
            network.inject(outsider, NodeId.ANY, forged);
        });
        send(a, NodeId.ANY, 1, 0);
        arriveAll();
        assertThat(values(b)).containsExactly(1, 1000);
        assertThat(values(a)).containsExactly(1000);
        assertThat(network.datagramsFrom(outsider)).isEqualTo(1);
    }

    @Test
    void idsAreTakenOnce() {
        assertThatThrownBy(() -> network.attach(a)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.inbound(new NodeId(77))).hasMessageContaining("0000004d");
    }
}
