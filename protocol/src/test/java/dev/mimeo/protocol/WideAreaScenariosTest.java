package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Bottleneck;
import dev.mimeo.protocol.kit.Coding;
import dev.mimeo.protocol.kit.Link;
import dev.mimeo.protocol.kit.LossModel;
import dev.mimeo.protocol.kit.SimulatedImage;
import dev.mimeo.protocol.kit.SimulatedReceiver;
import dev.mimeo.protocol.kit.SimulatedRelay;
import dev.mimeo.protocol.kit.SimulatedSender;
import dev.mimeo.protocol.kit.Simulation;
import dev.mimeo.protocol.kit.Trunk;
import dev.mimeo.protocol.sender.RatePolicy;
import dev.mimeo.protocol.sender.RatePolicy.Sharing;
import dev.mimeo.protocol.sender.StartCondition;
import dev.mimeo.protocol.timing.ThroughputEquation;
import dev.mimeo.protocol.wire.MessageType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An origin, and sites each of which is behind a long way of its own: 100 ms in each direction, with a hundredth of all
 * datagrams lost in each, and a line that takes {@link #LINE}. Receivers hear the origin itself, or a relay in their site.
 *
 * <p>With {@code -Dmimeo.wide=500} there are ten sites of 500 receivers; {@code WIDE-AREA.md} has what came of it.
 */
class WideAreaScenariosTest {
    private static final long SECOND = 1_000_000_000;
    private static final long ONE_WAY_NANOS = SECOND / 10;
    private static final double LOSS_OF_WAYS = 0.01;
    private static final double LOSS_OF_RECEIVERS = 0.001;
    /** As many datagrams with 256 bytes of content as 20 Mbit/s are with 1,408. */
    private static final long LINE = 500_000;
    /** 100 ms at that rate. */
    private static final int QUEUE = 50_000;
    /** What the network interfaces of origin and relays take. */
    private static final long CAP = 4 * LINE;
    /** What the line takes in two seconds. */
    private static final int IMAGE = 1_000_000;

    private static final int LARGE_IMAGE = 2 * IMAGE;
    /** In proportion 64 MiB, the default. */
    private static final int POOL_BLOCKS = 1_024;

    private static final NodeId ORIGIN = new NodeId(1);
    private static final String MANY = "mimeo.wide";

    /** How the origin finds its rate. */
    private enum Rate {
        BELOW_LINE,
        ADAPTIVE,
        NORM_CC;

        long cap() {
            return this == BELOW_LINE ? LINE * 9 / 10 : CAP;
        }

        RatePolicy policy() {
            return switch (this) {
                case BELOW_LINE -> new RatePolicy.Fixed();
                case ADAPTIVE -> new RatePolicy.Adaptive(CAP / 100, Sharing.FIRM);
                case NORM_CC -> new RatePolicy.CongestionControl(CAP / 400);
            };
        }
    }

    /** One run. */
    private static final class Company {
        private final SimulatedImage image;
        private final Simulation simulation = new Simulation(1).limit(Duration.ofHours(1), Long.MAX_VALUE);
        private final Rate rate;
        private final Delivery feedback;
        private final List<SimulatedRelay> relays = new ArrayList<>();
        private final List<Trunk> trunks = new ArrayList<>();
        private final List<SimulatedReceiver> receivers = new ArrayList<>();
        private int poolBlocks = POOL_BLOCKS;
        private boolean parityUnasked;
        private SimulatedSender origin;
        private long passedNanos;

        /** Whoever hears the origin sends it {@code feedback} like this. */
        Company(int length, Rate rate, Delivery feedback) {
            this.image =
                    SimulatedImage.builder(1).chunkSize(1 << 14).object(length).build();
            this.rate = rate;
            this.feedback = feedback;
        }

        /** Default: {@link #POOL_BLOCKS}. The memory of each receiver. */
        Company memory(int blocks) {
            poolBlocks = blocks;
            return this;
        }

        /** Default: parity is sent when somebody asks. As much of it as most blocks turn out to need before. */
        Company parityUnasked() {
            parityUnasked = true;
            return this;
        }

        /** All receivers hear the origin. */
        Company directly(int sites, int perSite) {
            open(sites * perSite);
            for (int site = 1; site <= sites; site++) {
                behindALongWay(receivers(site, perSite));
            }
            receivers.forEach(this::hearsTheOrigin);
            return run();
        }

        /** The relay of each site hears the origin, and its receivers hear the relay. */
        Company throughRelays(int sites, int perSite) {
            open(sites);
            for (int site = 1; site <= sites; site++) {
                SimulatedRelay relay = new SimulatedRelay(
                        simulation, new NodeId(0x100 + site), 0, new NodeId(0x200 + site), site, image);
                hearsTheOrigin(relay.intake().poolBlocks(poolBlocks));
                relay.outlet()
                        .config(config -> config.bytesPerSecond(CAP)
                                .rate(Rate.ADAPTIVE.policy())
                                .startWhen(whenAllHaveJoined(perSite)));
                relays.add(relay);
                List<NodeId> members = receivers(site, perSite);
                for (NodeId each : members) {
                    simulation.network().lan(each, site);
                }
                members.add(relay.intake().id());
                members.add(relay.outlet().id());
                behindALongWay(members);
            }
            return run();
        }

        private void open(int joining) {
            origin = simulation.add(new SimulatedSender(ORIGIN, image, Coding.SMALL)
                    .config(config -> config.adaptiveParity(parityUnasked)
                            .bytesPerSecond(rate.cap())
                            .rate(rate.policy())
                            .startWhen(whenAllHaveJoined(joining))));
        }

        private void hearsTheOrigin(SimulatedReceiver receiver) {
            receiver.config(config -> config.feedback(feedback));
        }

        private static StartCondition whenAllHaveJoined(int receivers) {
            return new StartCondition.AnyOf(
                    List.of(new StartCondition.Receivers(receivers), new StartCondition.AfterOpening(30 * SECOND)));
        }

        private List<NodeId> receivers(int site, int count) {
            List<NodeId> ids = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                NodeId id = new NodeId(0x10000 * site + i);
                receivers.add(simulation.add(
                        new SimulatedReceiver(id, "receiver " + i + " of site " + site, image, Coding.SMALL)
                                .poolBlocks(poolBlocks)
                                .keepingNothing()));
                simulation.network().inbound(id).loss(LossModel.uniform(LOSS_OF_RECEIVERS));
                ids.add(id);
            }
            return ids;
        }

        private void behindALongWay(List<NodeId> members) {
            Trunk trunk = simulation.network().trunk(members.toArray(NodeId[]::new));
            trunk.toSite()
                    .delayNanos(ONE_WAY_NANOS)
                    .loss(LossModel.uniform(LOSS_OF_WAYS))
                    .bottleneck(new Bottleneck(LINE, QUEUE));
            trunk.fromSite().delayNanos(ONE_WAY_NANOS).loss(LossModel.uniform(LOSS_OF_WAYS));
            trunks.add(trunk);
        }

        private Company run() {
            simulation.network().tap(datagram -> {
                if (passedNanos == 0 && datagram.is(MessageType.CMD) && firstPassIsOver()) {
                    passedNanos = simulation.nowNanos();
                }
            });
            simulation.run();
            return this;
        }

        private boolean firstPassIsOver() {
            return origin.statistics().sourceBytes() >= image.length();
        }

        Company assertAllVerified() {
            receivers.forEach(SimulatedReceiver::assertVerified);
            relays.forEach(relay -> relay.intake().assertVerified());
            return this;
        }

        /** Returns when the first pass was over, from the start of the origin. */
        double passSeconds() {
            return (passedNanos - origin.startedNanos()) / (double) SECOND;
        }

        /** Returns when a share of the receivers had everything, from the start of the origin. */
        double seconds(double share) {
            long[] stored = receivers.stream()
                    .mapToLong(SimulatedReceiver::storedNanos)
                    .sorted()
                    .toArray();
            return (stored[(int) Math.ceil(share * stored.length) - 1] - origin.startedNanos()) / (double) SECOND;
        }

        /** Returns bytes as a share of the image. */
        double share(double bytes) {
            return bytes / image.length();
        }

        double repaired() {
            return share(origin.statistics().repairBytes());
        }

        /** Returns what entered the way to a site, in the mean. */
        double toSite() {
            return share(mean(trunks.stream().mapToLong(it -> it.toSite().offeredBytes())));
        }

        /** Returns what a site sent to the others, in the mean. */
        double fromSite() {
            return share(mean(trunks.stream().mapToLong(it -> it.fromSite().offeredBytes())));
        }

        /** Returns what was sent in the LAN of a site: by the relay, or by its receivers. */
        double inSite() {
            return share(mean(relays.stream()
                            .mapToLong(it -> bytesFrom(it.outlet().id())))
                    + (double) receivers.stream()
                                    .mapToLong(it -> bytesFrom(it.id()))
                                    .sum()
                            / trunks.size());
        }

        double lostOnTheWay() {
            return (double) sum(Link::lostCount) / sum(Link::offeredCount);
        }

        private long sum(ToLongFunction<Link> count) {
            return trunks.stream().map(Trunk::toSite).mapToLong(count).sum();
        }

        private static double mean(LongStream values) {
            return values.average().orElse(0);
        }

        private long bytesFrom(NodeId id) {
            return simulation.network().bytesFrom(id);
        }

        long nacks() {
            return LongStream.concat(
                            receivers.stream().mapToLong(it -> nacksOf(it.id())),
                            relays.stream().mapToLong(it -> nacksOf(it.intake().id())))
                    .sum();
        }

        private long nacksOf(NodeId id) {
            return simulation.network().datagramsFrom(id, MessageType.NACK);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s, NACKs by %s, %d sites, %d receivers%s: first pass %.1f s, half verified %.1f s, all %.1f s; %.1f %% lost on the ways; of the image:"
                            + " origin sent %.3f (%.3f repairs), to each site %.3f, from each %.4f, in each %.3f; %d NACKs, GRTT %.0f ms",
                    rate,
                    feedback,
                    trunks.size(),
                    receivers.size(),
                    relays.isEmpty() ? "" : " behind relays",
                    passSeconds(),
                    seconds(0.5),
                    seconds(1),
                    100 * lostOnTheWay(),
                    share(bytesFrom(ORIGIN)),
                    repaired(),
                    toSite(),
                    fromSite(),
                    inSite(),
                    nacks(),
                    origin.statistics().grttNanos() / 1e6);
        }
    }

    @Test
    void belowWhatTheLineTakesRepairsAreWhatTheWorstSiteLacksOfEachBlock() {
        Company company = new Company(IMAGE, Rate.BELOW_LINE, Delivery.UNICAST)
                .directly(3, 4)
                .assertAllVerified();

        assertThat(company.lostOnTheWay()).as("" + company).isBetween(0.008, 0.012);
        assertThat(company.repaired()).as("3.0 % of the image").isBetween(0.024, 0.038);
        assertThat(company.seconds(1)).isLessThan(12);
    }

    @Test
    void anAdaptiveRateFindsTheLineOverALongWay() {
        Company company = new Company(IMAGE, Rate.ADAPTIVE, Delivery.MULTICAST)
                .directly(3, 4)
                .assertAllVerified();

        assertThat(company.passSeconds()).as("" + company).isBetween(2.0, 4.0);
        assertThat(company.toSite()).isLessThan(1.4);
        assertThat(company.seconds(1)).isLessThan(12);
    }

    @Test
    void normCcIsAboutAsFastAsTcpWouldBe() {
        Company company = new Company(IMAGE / 4, Rate.NORM_CC, Delivery.MULTICAST)
                .directly(2, 2)
                .assertAllVerified();

        double bytes = company.bytesFrom(ORIGIN);
        double tcp = ThroughputEquation.bytesPerSecond(
                bytes / company.origin.statistics().datagrams(), 2 * ONE_WAY_NANOS, LOSS_OF_WAYS);
        assertThat(bytes / company.seconds(1) / tcp)
                .as(company + ", TCP " + tcp)
                .isBetween(0.5, 1.1);
    }

    @Test
    void relaysKeepTheFeedbackOfTheirSitesToThemselvesAndRepairAtOnce() {
        Company direct = new Company(IMAGE, Rate.ADAPTIVE, Delivery.MULTICAST).directly(3, 4);
        Company company = new Company(IMAGE, Rate.ADAPTIVE, Delivery.MULTICAST)
                .throughRelays(3, 4)
                .assertAllVerified();

        assertThat(company.fromSite()).as(company + "; " + direct).isLessThan(direct.fromSite() / 2);
        assertThat(company.toSite()).isLessThan(1.4);
        assertThat(company.inSite()).isLessThan(1.3);
        assertThat(company.relays).allMatch(relay -> relay.outlet().statistics().grttNanos() < ONE_WAY_NANOS / 10);
    }

    @ParameterizedTest
    @CsvSource({
        "BELOW_LINE, UNICAST",
        "BELOW_LINE, MULTICAST",
        "ADAPTIVE, UNICAST",
        "ADAPTIVE, MULTICAST",
        "NORM_CC, MULTICAST"
    })
    @EnabledIfSystemProperty(named = MANY, matches = "[0-9]+")
    void manyReceiversDirectly(Rate rate, Delivery feedback) {
        System.out.println(new Company(LARGE_IMAGE, rate, feedback)
                .directly(10, Integer.getInteger(MANY))
                .assertAllVerified());
    }

    @ParameterizedTest
    @CsvSource({"BELOW_LINE, UNICAST", "ADAPTIVE, MULTICAST", "NORM_CC, MULTICAST"})
    @EnabledIfSystemProperty(named = MANY, matches = "[0-9]+")
    void manyReceiversBehindRelays(Rate rate, Delivery feedback) {
        System.out.println(new Company(LARGE_IMAGE, rate, feedback)
                .throughRelays(10, Integer.getInteger(MANY))
                .assertAllVerified());
    }

    /** Blocks for 1, 2, 3 and 6 seconds of what the line takes. */
    @ParameterizedTest
    @ValueSource(ints = {64, 128, 192, 384})
    @EnabledIfSystemProperty(named = MANY, matches = "[0-9]+")
    void memoryForLessThanARoundOfRepairCostsTheRate(int blocks) {
        System.out.println(new Company(2 * LARGE_IMAGE, Rate.ADAPTIVE, Delivery.MULTICAST)
                .memory(blocks)
                .parityUnasked()
                .directly(3, 4)
                .assertAllVerified());
    }
}
