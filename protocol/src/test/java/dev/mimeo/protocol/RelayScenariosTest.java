package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Coding;
import dev.mimeo.protocol.kit.LossModel;
import dev.mimeo.protocol.kit.Seeds;
import dev.mimeo.protocol.kit.SimulatedImage;
import dev.mimeo.protocol.kit.SimulatedReceiver;
import dev.mimeo.protocol.kit.SimulatedRelay;
import dev.mimeo.protocol.kit.SimulatedSender;
import dev.mimeo.protocol.kit.Simulation;
import dev.mimeo.protocol.sender.StartCondition;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.wire.MessageType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Relays: what one LAN receives goes on to the next while it arrives. */
class RelayScenariosTest {
    private static final long SECOND = 1_000_000_000;
    private static final int LENGTH = 640_000;
    /** The first pass takes 2.8 s. */
    private static final long RATE = 250_000;

    /** An origin in LAN 0, and relays each of which serves one LAN more; some receivers in each. */
    private static final class Chain {
        private final Simulation simulation;
        private final SimulatedImage image;
        private final SimulatedSender origin;
        private final List<SimulatedRelay> relays = new ArrayList<>();
        private final List<List<SimulatedReceiver>> lans = new ArrayList<>();

        Chain(long seed, int depth, int receivers, double loss) {
            this(
                    seed,
                    depth,
                    receivers,
                    loss,
                    SimulatedImage.builder(seed).object(LENGTH).build());
        }

        Chain(long seed, int depth, int receivers, double loss, SimulatedImage image) {
            this.simulation = new Simulation(seed);
            this.image = image;
            simulation.network().everyInbound(link -> link.loss(LossModel.uniform(loss)));
            origin = simulation.add(new SimulatedSender(new NodeId(1), image, Coding.SMALL)
                    .config(config -> config.bytesPerSecond(RATE).startWhen(whenAllHaveJoined(receivers + 1))));
            for (int i = 1; i <= depth; i++) {
                SimulatedRelay relay =
                        new SimulatedRelay(simulation, new NodeId(0x100 + i), i - 1, new NodeId(0x200 + i), i, image);
                int joining = receivers + (i < depth ? 1 : 0);
                relay.outlet().config(config -> config.bytesPerSecond(RATE).startWhen(whenAllHaveJoined(joining)));
                relays.add(relay);
            }
            for (int lan = 0; lan <= depth; lan++) {
                lans.add(new ArrayList<>());
                for (int i = 0; i < receivers; i++) {
                    receiver(lan);
                }
            }
        }

        private static StartCondition whenAllHaveJoined(int receivers) {
            return new StartCondition.AnyOf(
                    List.of(new StartCondition.Receivers(receivers), new StartCondition.AfterOpening(20 * SECOND)));
        }

        SimulatedReceiver receiver(int lan) {
            int number = lans.get(lan).size();
            NodeId id = new NodeId(0x1000 * (lan + 1) + number);
            SimulatedReceiver receiver = simulation.add(
                    new SimulatedReceiver(id, "receiver " + number + " of LAN " + lan, image, Coding.SMALL));
            simulation.network().lan(id, lan);
            lans.get(lan).add(receiver);
            return receiver;
        }

        SimulatedRelay relay() {
            return relays.get(0);
        }

        Chain run() {
            simulation.run();
            return this;
        }

        Chain assertAllVerified() {
            lans.forEach(lan -> lan.forEach(SimulatedReceiver::assertVerified));
            relays.forEach(relay -> relay.intake().assertVerified());
            return this;
        }

        /** Returns when the last of a LAN had everything, from the start of the origin. */
        double seconds(int lan) {
            return (storedNanos(lan) - origin.startedNanos()) / 1e9;
        }

        /** Returns how long a LAN took from the start of its own sender. */
        double ownSeconds(int lan) {
            return (storedNanos(lan) - relays.get(lan - 1).outlet().startedNanos()) / 1e9;
        }

        private long storedNanos(int lan) {
            return lans.get(lan).stream()
                    .mapToLong(SimulatedReceiver::storedNanos)
                    .max()
                    .orElseThrow();
        }

        long nacks(int lan) {
            return lans.get(lan).stream()
                    .mapToLong(receiver -> simulation.network().datagramsFrom(receiver.id(), MessageType.NACK))
                    .sum();
        }

        StatusReport report(int lan, int receiver) {
            return lans.get(lan).get(receiver).report().orElseThrow();
        }
    }

    @Test
    void theFarLanIsDoneHardlyLaterThanTheNearOne() {
        Chain chain = new Chain(1, 1, 3, 0).run().assertAllVerified();

        assertThat(chain.seconds(0) / chain.seconds(1)).isGreaterThan(0.95);
        assertThat(chain.nacks(1)).as("nothing was lost, and nothing asked for").isZero();
        assertThat(chain.relay().outlet().statistics().sourceBytes())
                .as("each byte once")
                .isEqualTo(chain.origin.statistics().sourceBytes());
    }

    @Test
    void lossInBothLansIsRepairedInEachByItsOwnSender() {
        Seeds.forEach(3, seed -> {
            Chain chain = new Chain(seed, 1, 4, 0.02).run().assertAllVerified();

            assertThat(chain.seconds(0) / chain.ownSeconds(1)).isGreaterThan(0.9);
            assertThat(chain.relay().intake().mostWritesOfABlock())
                    .as("nothing was received twice")
                    .isEqualTo(1);
        });
    }

    @Test
    void threeRelaysInARowDeliverWithLossInEveryLan() {
        Seeds.forEach(2, seed -> {
            Chain chain = new Chain(seed, 3, 3, 0.01).run().assertAllVerified();

            assertThat(chain.seconds(0) / chain.ownSeconds(3)).isGreaterThan(0.85);
        });
    }

    @Test
    void aStallOfHalfAMinuteUpstreamLetsReceiversWaitWithoutAskingInVain() {
        Chain chain = new Chain(2, 1, 8, 0.01);
        long from = 2 * SECOND;
        long to = from + 30 * SECOND;
        chain.simulation.network().inbound(chain.relay().intake().id()).partition(from, to);
        long[] nacks = new long[2];
        chain.simulation.at(from + 2 * SECOND, () -> nacks[0] = chain.nacks(1));
        chain.simulation.at(to, () -> nacks[1] = chain.nacks(1));
        chain.run().assertAllVerified();

        assertThat(nacks[1] - nacks[0]).as("eight receivers in 28 s").isLessThan(10);
        assertThat(chain.seconds(1)).isGreaterThan(32);
    }

    @Test
    void whenTheOriginIsGoneForGoodReceiversDownstreamEndIncompleteAndKeepWhatTheyHave() {
        Chain chain = new Chain(3, 2, 2, 0.01);
        chain.origin.crashAt(2 * SECOND);
        chain.run();

        for (int lan = 0; lan < 3; lan++) {
            for (int i = 0; i < 2; i++) {
                assertThat(chain.report(lan, i).state()).isEqualTo(ReceiverState.INCOMPLETE);
                assertThat(chain.report(lan, i).cause())
                        .isEqualTo(lan == 0 ? FailureCause.SENDER_LOST : FailureCause.REPAIR_UNAVAILABLE);
                assertThat(chain.report(lan, i).verifiedBytes()).isGreaterThan(LENGTH / 3);
            }
        }
        assertThat(chain.relay().outlet().state()).isEqualTo(SessionState.ENDED);
    }

    @Test
    void aRelayThatCrashesAndComesBackGoesOnWithWhatItHadVerified() {
        Seeds.forEach(2, seed -> {
            Chain chain = new Chain(seed, 1, 3, 0.01);
            chain.relay().crashAt(2 * SECOND, 6 * SECOND);
            chain.run().assertAllVerified();

            assertThat(chain.relay().intake().bytesWritten())
                    .as("what was verified is not received again; what was in memory or half a chunk is")
                    .isLessThan(LENGTH + LENGTH / 20);
        });
    }

    @Test
    void whoComesWhenTheOriginHasLeftIsServedFromWhatIsKept() {
        Chain chain = new Chain(4, 1, 2, 0.01);
        chain.relay().outlet().config(config -> config.startWhen(new StartCondition.AfterOpening(30 * SECOND)));
        chain.origin.crashAt(20 * SECOND);
        chain.receiver(1).startAt(25 * SECOND);
        chain.run().assertAllVerified();

        assertThat(chain.origin.state()).isEqualTo(SessionState.ENDED);
        assertThat(chain.seconds(1)).isGreaterThan(25);
    }

    @Test
    void whoComesLateToARelayThatIsSendingTakesWhatFliesByAndTheRestAtTheEnd() {
        Chain chain = new Chain(5, 1, 3, 0.01);
        chain.receiver(1).startAt(2 * SECOND);
        chain.run().assertAllVerified();
    }

    @Test
    void whatIsForgedUpstreamIsNeverPassedOn() {
        Seeds.forEach(3, seed -> {
            Chain chain = new Chain(seed, 1, 2, 0.01);
            chain.simulation
                    .network()
                    .inbound(chain.relay().intake().id())
                    .corruptContent(0.01)
                    .corrupt(0.005);
            chain.run().assertAllVerified();
            assertThat(chain.simulation.network().counters().corrupted()).isGreaterThan(10);
        });
    }

    @Test
    void severalObjectsWithHolesInThemGoOnInWhateverOrderTheyArrive() {
        Seeds.forEach(2, seed -> {
            SimulatedImage image = SimulatedImage.builder(seed)
                    .chunkSize(8_192)
                    .zeros(0.4)
                    .object(200_000)
                    .object(4_000)
                    .object(300_001)
                    .build();
            new Chain(seed, 2, 3, 0.05, image).run().assertAllVerified();
        });
    }

    @Test
    void receiversDownstreamGetOnlyWhatTheyLack() {
        Chain chain = new Chain(6, 1, 2, 0.01);
        chain.lans.get(1).forEach(receiver -> receiver.holding(chunk -> chunk % 2 == 0));
        chain.run().assertAllVerified();
        assertThat(chain.relay().outlet().statistics().sourceBytes()).isLessThan(LENGTH * 6 / 10);
    }
}
