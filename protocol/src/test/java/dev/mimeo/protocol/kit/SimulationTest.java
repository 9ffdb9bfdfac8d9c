package dev.mimeo.protocol.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final Toys.Handler NOTHING = () -> {};

    private static Simulation turn(long seed) {
        return Toys.turn(
                seed,
                10,
                50,
                100,
                simulation -> simulation
                        .network()
                        .everyInbound(link -> link.loss(LossModel.uniform(0.1))
                                .jitterNanos(50_000)
                                .duplicate(0.1)));
    }

    private static SimulationFailure failureOf(Supplier<? extends Machine<Toys.Handler>> machine) {
        Simulation simulation = new Simulation(1);
        simulation.add(new NodeId(1), machine, NOTHING);
        return catchThrowableOfType(SimulationFailure.class, () -> simulation.runFor(Duration.ofSeconds(1)));
    }

    @Test
    void carouselTurnsUntilEverybodyHasEverything() {
        Simulation simulation = turn(1);
        assertThat(simulation.nodes().get(0).life()).isEqualTo(SimulatedNode.Life.ENDED);
        assertThat(simulation.network().datagramsFrom(Toys.CAROUSEL)).isBetween(100L, 400L);
    }

    @Test
    void sameSeedGivesTheSameTrace() {
        assertThat(turn(5).network().traceHash()).isEqualTo(turn(5).network().traceHash());
        assertThat(turn(5).nowNanos()).isEqualTo(turn(5).nowNanos());
        Set<Long> hashes = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            hashes.add(turn(seed).network().traceHash());
        }
        assertThat(hashes).hasSize(20);
    }

    @Test
    void perturbationChangesNothing() {
        Simulation perturbed = Toys.turn(
                5,
                10,
                50,
                100,
                simulation -> simulation
                        .perturbed()
                        .network()
                        .everyInbound(link -> link.loss(LossModel.uniform(0.1))
                                .jitterNanos(50_000)
                                .duplicate(0.1)));
        assertThat(perturbed.network().traceHash()).isEqualTo(turn(5).network().traceHash());
        assertThat(perturbed.stepCount()).isGreaterThan(turn(5).stepCount());
    }

    @Test
    void itemsArriveInTheOrderOfTheCarousel() {
        Simulation simulation = Toys.turn(1, 1, 20, 100, s -> {});
        Toys.ListenerNode listener = (Toys.ListenerNode) simulation.nodes().get(1);
        assertThat(List.copyOf(listener.listener().order()).subList(0, 20))
                .isEqualTo(java.util.stream.IntStream.range(0, 20).boxed().toList());
    }

    @Test
    void nodesStartLateCrashAndStartAgain() {
        Simulation simulation = Toys.turn(1, 3, 50, 100, s -> {
            s.nodes().get(1).startAt(20_000_000);
            s.nodes().get(2).crashAt(2_000_000);
            s.nodes().get(2).restartAt(30_000_000);
        });
        assertThat(simulation.nowNanos()).isGreaterThan(35_000_000);
        assertThat(simulation.nodes().get(1).bootedNanos()).isEqualTo(20_000_000);
        assertThat(simulation.nodes().get(2).incarnation()).isEqualTo(2);
        assertThat(simulation.network().counters().absent()).isGreaterThan(400);
    }

    @Test
    void everyMachineHasAClockOfItsOwn() {
        long[] first = {-1, -1};
        Simulation simulation = new Simulation(1);
        for (int i = 0; i < 2; i++) {
            int number = i;
            SimulatedNode<Toys.Handler> node = simulation.add(
                    new NodeId(1 + i),
                    () -> new Toys.Toy() {
                        @Override
                        public boolean pollDatagram(Outbound outbound, long nowNanos) {
                            first[number] = nowNanos;
                            return false;
                        }
                    },
                    NOTHING);
            node.startAt(5_000L);
            node.clockOrigin(i * 1_000_000_000_000_000L);
        }
        simulation.runFor(Duration.ofMillis(1));
        assertThat(first).containsExactly(0, 1_000_000_000_000_000L);
    }

    @Test
    void deadlineFarAheadIsNoDeadline() {
        Simulation simulation = new Simulation(1);
        SimulatedNode<Toys.Handler> node = simulation.add(
                new NodeId(1),
                () -> new Toys.Toy() {
                    @Override
                    public long nextDeadlineNanos() {
                        return Machine.NEVER - 1;
                    }
                },
                NOTHING);
        node.startAt(5_000_000);
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(simulation.nextNanos()).isEqualTo(Machine.NEVER);
    }

    @Test
    void machineThatStaysDueIsALivelock() {
        SimulationFailure failure = failureOf(() -> new Toys.Toy() {
            @Override
            public long nextDeadlineNanos() {
                return 10;
            }
        });
        assertThat(failure.rule()).isEqualTo(SimulationFailure.Rule.LIVELOCK);
        assertThat(failure).hasMessageContaining("still due at 10 ns").hasMessageContaining("seed 1");
    }

    @Test
    void machineThatSendsWithoutEndIsALivelock() {
        Simulation simulation = new Simulation(1).limitPerInstant(1000);
        simulation.add(
                new NodeId(1),
                () -> new Toys.Toy() {
                    @Override
                    public boolean pollDatagram(Outbound outbound, long nowNanos) {
                        outbound.toGroup().put((byte) 1);
                        return true;
                    }
                },
                NOTHING);
        SimulationFailure failure =
                catchThrowableOfType(SimulationFailure.class, () -> simulation.runFor(Duration.ofSeconds(1)));
        assertThat(failure.rule()).isEqualTo(SimulationFailure.Rule.LIVELOCK);
    }

    /** Answers whatever it hears, at once. */
    private static final class Echo extends Toys.Toy {
        private int owed = 1;

        @Override
        public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
            owed++;
        }

        @Override
        public boolean pollDatagram(Outbound outbound, long nowNanos) {
            if (owed == 0) {
                return false;
            }
            owed--;
            outbound.toGroup().putInt(1);
            return true;
        }
    }

    @Test
    void pingPongWithoutDelayIsALivelockOfTwo() {
        Simulation simulation = new Simulation(1).limitPerInstant(10_000);
        simulation.network().everyInbound(link -> link.delayNanos(0));
        simulation.add(new NodeId(1), Echo::new, NOTHING);
        simulation.add(new NodeId(2), Echo::new, NOTHING);
        SimulationFailure failure =
                catchThrowableOfType(SimulationFailure.class, () -> simulation.runFor(Duration.ofSeconds(1)));
        assertThat(failure.rule()).isEqualTo(SimulationFailure.Rule.LIVELOCK);
        assertThat(failure).hasMessageContaining("the clock has not moved");
    }

    @Test
    void machineMustNotMoveTheDatagramsPosition() {
        Simulation simulation = new Simulation(1);
        simulation.add(new NodeId(1), Echo::new, NOTHING);
        simulation.add(
                new NodeId(2),
                () -> new Toys.Toy() {
                    @Override
                    public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
                        datagram.getInt();
                    }
                },
                NOTHING);
        SimulationFailure failure =
                catchThrowableOfType(SimulationFailure.class, () -> simulation.runFor(Duration.ofSeconds(1)));
        assertThat(failure.rule()).isEqualTo(SimulationFailure.Rule.DATAGRAM_TOUCHED);
    }

    @Test
    void machineMustNotThrow() {
        SimulationFailure failure = failureOf(() -> new Toys.Toy() {
            @Override
            public boolean pollDatagram(Outbound outbound, long nowNanos) {
                throw new IllegalStateException("oops");
            }
        });
        assertThat(failure.rule()).isEqualTo(SimulationFailure.Rule.THROWN);
        assertThat(failure).hasMessageContaining("oops").hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void emptyDatagramIsRefused() {
        SimulationFailure failure = failureOf(() -> new Toys.Toy() {
            @Override
            public boolean pollDatagram(Outbound outbound, long nowNanos) {
                outbound.toGroup();
                return true;
            }
        });
        assertThat(failure.rule()).isEqualTo(SimulationFailure.Rule.DATAGRAM_LENGTH);
    }

    @Test
    void nothingMayLeaveAfterTheEnd() {
        Simulation simulation = new Simulation(1);
        simulation.add(new NodeId(1), Echo::new, NOTHING);
        simulation.add(new SimulatedNode<Toys.Handler>(new NodeId(2), "talker") {
            @Override
            protected Machine<Toys.Handler> boot(java.util.random.RandomGenerator random) {
                Echo echo = new Echo();
                echo.done();
                return echo;
            }

            @Override
            protected Toys.Handler handler() {
                return this::ended;
            }
        });
        SimulationFailure failure =
                catchThrowableOfType(SimulationFailure.class, () -> simulation.runFor(Duration.ofSeconds(1)));
        assertThat(failure.rule()).isEqualTo(SimulationFailure.Rule.SILENCE_AFTER_END);
        assertThat(failure).hasMessageContaining("talker");
    }

    @Test
    void runThatDoesNotEndHangsAndShowsEveryNode() {
        SimulationFailure failure = catchThrowableOfType(
                SimulationFailure.class,
                () -> Toys.turn(
                        9,
                        2,
                        10,
                        100,
                        simulation -> simulation
                                .limit(Duration.ofSeconds(1), 1_000_000)
                                .network()
                                .inbound(new NodeId(0x101))
                                .loss(LossModel.all())));
        assertThat(failure.rule()).isEqualTo(SimulationFailure.Rule.HUNG);
        assertThat(failure)
                .hasMessageContaining("seed 9")
                .hasMessageContaining("carousel: RUNNING, due at")
                .hasMessageContaining("listener 1: RUNNING, nothing due");
    }

    @Test
    void stepLimitEndsARunToo() {
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(() -> Toys.turn(9, 2, 10, 100, simulation -> simulation.limit(Duration.ofHours(1), 50)))
                .withMessageContaining("HUNG");
    }

    @Test
    void runWithNothingDueIsHung() {
        Simulation simulation = new Simulation(4);
        simulation.add(new NodeId(1), () -> new Toys.Toy() {}, NOTHING);
        assertThatExceptionOfType(SimulationFailure.class)
                .isThrownBy(simulation::run)
                .withMessageContaining("nothing is due any more");
    }

    @Test
    void traceHasOneLineForEachDatagramAndItsFate() {
        StringBuilder trace = new StringBuilder();
        Simulation simulation = Toys.turn(2, 3, 5, 40, s -> {
            s.traceTo(trace);
            s.network().inbound(new NodeId(0x101)).loss(LossModel.numbers(2));
            s.network().inbound(new NodeId(0x102)).loss(LossModel.numbers(2)).duplicate(1);
        });
        List<String> lines =
                trace.toString().lines().filter(line -> line.contains("->")).toList();
        assertThat(lines).hasSize((int) simulation.network().counters().sent());
        assertThat(lines.get(0))
                .contains("0.000000 ms  #1 carousel     -> group        40 bytes 7000000000")
                .endsWith("[doubled for listener 2]");
        assertThat(lines.get(1)).endsWith("[lost by listener 1, listener 2]");
        assertThat(trace.toString()).contains("* carousel starts");
    }
}
