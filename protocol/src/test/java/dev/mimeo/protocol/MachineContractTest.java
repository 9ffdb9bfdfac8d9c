package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.image.ImageEvent;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.kit.Datagram;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.Outcome;
import dev.mimeo.protocol.kit.Scenario;
import dev.mimeo.protocol.kit.SimulatedImage;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.object.ObjectEvent;
import dev.mimeo.protocol.object.ObjectLimits;
import dev.mimeo.protocol.object.ObjectReceiverMachine;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.receiver.WireSender;
import dev.mimeo.protocol.sender.RatePolicy;
import dev.mimeo.protocol.sender.SenderConfig;
import dev.mimeo.protocol.sender.SenderEvent;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.StartCondition;
import dev.mimeo.protocol.sender.TransmitObject;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionCodec;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.EndOfTransmission;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.PayloadId;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.Report;
import dev.mimeo.protocol.wire.Squelch;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link Machine} promises, held against both roles in every phase of their lives. */
class MachineContractTest {
    private static final long SEED = 5740;
    private static final long MILLI = 1_000_000;
    private static final NodeId SENDER = new NodeId(1);
    private static final NodeId RECEIVER = new NodeId(0x100);
    private static final int INSTANCE = 7;
    private static final ObjectId MANIFEST = new ObjectId(9);
    private static final TransmissionInformation CODED =
            new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 80_000, 400, 4, 2);
    private static final SimulatedImage IMAGE =
            SimulatedImage.builder(1).object(80_000).build();

    /** A phase of the life of a machine, and how one gets there. */
    enum Moment {
        SENDER_WAITING,
        SENDER_SENDING,
        SENDER_HEEDING_CONGESTION,
        SENDER_REPAIRING,
        SENDER_COMPLETING,
        SENDER_LEAVING,
        SENDER_ENDED,
        RECEIVER_SEARCHING,
        RECEIVER_GATHERING,
        RECEIVER_RECEIVING,
        RECEIVER_ASKING,
        RECEIVER_CLOSING,
        RECEIVER_FINISHED,
        OBJECTS_SEARCHING,
        OBJECTS_ASKING,
        OBJECTS_FINISHED;

        Life<?> life() {
            return switch (this) {
                case SENDER_WAITING -> sender().until(100 * MILLI);
                case SENDER_SENDING -> sender().join().until(100 * MILLI);
                case SENDER_HEEDING_CONGESTION ->
                    sender(config -> config.rate(new RatePolicy.CongestionControl(50_000)))
                            .join()
                            .until(100 * MILLI);
                case SENDER_REPAIRING -> sender().join().until(100 * MILLI).nack();
                case SENDER_COMPLETING -> sender().join().until(2_000 * MILLI);
                case SENDER_LEAVING -> sender().join().until(100 * MILLI).leave();
                case SENDER_ENDED -> sender().join().until(100 * MILLI).leave().until(5_000 * MILLI);
                case RECEIVER_SEARCHING -> receiver().until(100 * MILLI);
                case RECEIVER_GATHERING -> receiver().announce().until(100 * MILLI);
                case RECEIVER_RECEIVING -> receiver().announce().manifest().until(100 * MILLI);
                case RECEIVER_ASKING ->
                    receiver().announce().manifest().symbol(0).symbol(5);
                case RECEIVER_CLOSING -> receiver().announce().manifest().fail().until(200 * MILLI);
                case RECEIVER_FINISHED -> receiver().announce().fail().until(20_000 * MILLI);
                case OBJECTS_SEARCHING -> objects().until(100 * MILLI);
                case OBJECTS_ASKING -> objects().symbol(0).symbol(5);
                case OBJECTS_FINISHED -> objects().symbol(0).leave().until(200 * MILLI);
            };
        }

        boolean isOver() {
            return this == SENDER_ENDED || this == RECEIVER_FINISHED || this == OBJECTS_FINISHED;
        }
    }

    @ParameterizedTest
    @EnumSource
    void wakingEarlyOrTwiceChangesNothing(Moment moment) {
        Life<?> life = moment.life();
        Life<?> disturbed = moment.life();
        assertThat(disturbed.sent).isEqualTo(life.sent);
        disturbed.wakingEarly = true;

        life.until(life.nowNanos + 3_000 * MILLI);
        disturbed.until(disturbed.nowNanos + 3_000 * MILLI);

        assertThat(disturbed.sent).isEqualTo(life.sent);
        boolean isSilent = moment == Moment.RECEIVER_SEARCHING
                || moment == Moment.OBJECTS_SEARCHING
                || moment == Moment.OBJECTS_FINISHED;
        assertThat(disturbed.sent.isEmpty()).isEqualTo(isSilent);
    }

    @ParameterizedTest
    @EnumSource
    void afterADrainNoDeadlineLiesInThePast(Moment moment) {
        Life<?> life = moment.life();
        life.turn();
        for (int step = 0; step < 2_000; step++) {
            assertThat(life.machine.nextDeadlineNanos()).isGreaterThan(life.nowNanos);
            assertThat(life.machine.nextDeadlineNanos()).isEqualTo(life.machine.nextDeadlineNanos());
            life.nowNanos += MILLI;
            life.turn();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingLeavesAfterTheEnd(Moment moment) {
        if (!moment.isOver()) {
            return;
        }
        Life<?> life = moment.life();
        int sent = life.sent.size();
        int events = life.eventCount;
        for (byte[] datagram : captured()) {
            life.hear(ByteBuffer.wrap(datagram));
        }
        life.until(life.nowNanos + 600_000 * MILLI);

        assertThat(life.sent).hasSize(sent);
        assertThat(life.eventCount).isEqualTo(events);
        assertThat(life.machine.nextDeadlineNanos()).isEqualTo(Machine.NEVER);
    }

    @Fault("F8")
    @ParameterizedTest
    @EnumSource
    void malformedInputIsCountedAndNeverThrown(Moment moment) {
        Life<?> life = moment.life();
        long before = life.malformed();
        life.hear(ByteBuffer.allocate(0));
        life.hear(ByteBuffer.wrap(new byte[] {0x14}));
        life.hear(ByteBuffer.wrap(new byte[65_507]));
        life.hear(ByteBuffer.wrap(new byte[] {0x24, 2, 0, 0, 0, 0, 0, 9}));

        assertThat(life.malformed() - before).isEqualTo(moment.isOver() ? 0 : 4);
    }

    @ParameterizedTest
    @EnumSource
    void aDatagramIsReadWhereItLiesAndNotKept(Moment moment) {
        Life<?> life = moment.life();
        Life<?> other = moment.life();
        for (byte[] bytes : captured()) {
            ByteBuffer datagram = ByteBuffer.allocate(bytes.length + 20);
            datagram.position(7).put(bytes).limit(7 + bytes.length).position(7);
            life.hear(datagram);
            assertThat(datagram.position()).isEqualTo(7);
            assertThat(datagram.limit()).isEqualTo(7 + bytes.length);
            Arrays.fill(datagram.array(), (byte) 0xa5);
            life.turn();
            other.hear(ByteBuffer.wrap(bytes));
            other.turn();
        }

        assertThat(life.sent).isEqualTo(other.sent);
    }

    // Hostile input.

    enum Mutants {
        /** They claim to be of other participants. */
        FOREIGN,
        /** They claim to be of ours: some of them are valid lies, and may cost somebody the image. */
        OURS
    }

    /** 300,000 datagrams of a captured session, each with a few bits or bytes changed, for a sender and two receivers. */
    @Fault("F30")
    @ParameterizedTest
    @EnumSource
    void mutatedDatagramsHarmNoMachine(Mutants mutants) {
        int count = 300_000;
        List<byte[]> session = captured();
        Outcome outcome = Scenario.seed(SEED)
                .receivers(2)
                .image(64_000)
                .rate(100_000)
                .loss(0.01)
                .sending(sender -> sender.maximumReceivers(50).receiverTimeoutNanos(5_000 * MILLI))
                .arrange((simulation, cast) -> {
                    NodeId outsider = new NodeId(0x999);
                    simulation.network().attachOutsider(outsider);
                    SplittableRandom random = new SplittableRandom(SEED);
                    ByteBuffer mutant = ByteBuffer.allocate(4_000);
                    for (int batch = 0; batch < count / 100; batch++) {
                        simulation.at(cast.at(1) * batch * 100 / count, () -> {
                            for (int i = 0; i < 100; i++) {
                                mutate(session.get(random.nextInt(session.size())), random, mutants, mutant);
                                if (!isCredible(mutant)) {
                                    simulation.network().inject(outsider, NodeId.ANY, mutant);
                                }
                            }
                        });
                    }
                })
                .run();

        assertThat(outcome.network().sent()).isGreaterThan(mutants == Mutants.FOREIGN ? count : 100_000);
        assertThat(outcome.senderStatistics().malformed()).isGreaterThan(count / 100);
        assertThat(outcome.receivers())
                .allMatch(each -> each.receiverMachine().statistics().malformed() > count / 100);
        assertThat(outcome.sender().state()).isEqualTo(SessionState.ENDED);
        assertThat(outcome.sender().receivers()).hasSizeLessThanOrEqualTo(50);
        assertThat(outcome.reports()).allMatch(Optional::isPresent);
        assertThat(outcome.senderBytes())
                .isLessThan(100_000L * outcome.duration().toMillis() / 1_000 + 100_000);
        assertThat(outcome.sentByReceivers(MessageType.NACK)).isLessThan(2_000);
        if (mutants == Mutants.FOREIGN) {
            outcome.assertAllVerified();
        }
    }

    /** Whether it is a lie that a machine without keys must believe: other content, or that the sender is leaving. */
    private static boolean isCredible(ByteBuffer mutant) {
        try {
            MessageType type = MessageCodec.type(mutant).orElse(null);
            if (type == MessageType.DATA) {
                return new DataHeader().wrap(mutant).source() == SENDER.value();
            }
            return type != null && isLastWord(MessageCodec.decode(mutant));
        } catch (MalformedDatagramException refused) {
            return false;
        }
    }

    private static void mutate(byte[] datagram, SplittableRandom random, Mutants mutants, ByteBuffer out) {
        out.clear().put(datagram);
        int length = datagram.length;
        for (int change = 1 + random.nextInt(3); change > 0 && length > 0; change--) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(length, 60) : length);
            switch (random.nextInt(4)) {
                case 0 -> out.put(at, (byte) (out.get(at) ^ 1 << random.nextInt(8)));
                case 1 -> out.put(at, (byte) random.nextInt(256));
                case 2 -> length = random.nextInt(4) == 0 ? at : length;
                case 3 -> out.put(at, (byte) (random.nextBoolean() ? 0 : 0xff));
                default -> throw new AssertionError();
            }
        }
        if (mutants == Mutants.FOREIGN && length >= 12) {
            out.putInt(4, 0x5000 + random.nextInt(100));
            int type = out.get(0) & 0x0f;
            if (type >= 4) {
                out.putInt(8, 0x5000);
            }
        }
        out.limit(Math.max(1, length)).position(0);
    }

    private static List<byte[]> captured;

    /** Everything that was said in two transfers with losses and a late receiver, but for the words that end a session. */
    private static synchronized List<byte[]> captured() {
        if (captured == null) {
            List<byte[]> datagrams = new ArrayList<>();
            for (Delivery feedback : Delivery.values()) {
                Scenario.seed(SEED)
                        .receivers(3)
                        .image(64_000)
                        .loss(0.05)
                        .lateReceiver(0.5)
                        .feedback(feedback)
                        .arrange((simulation, cast) -> simulation.network().tap(datagram -> {
                            if (!isCapturedLastWord(datagram)) {
                                byte[] bytes = new byte[datagram.length()];
                                datagram.bytes().get(bytes);
                                datagrams.add(bytes);
                            }
                        }))
                        .run();
            }
            captured = List.copyOf(datagrams);
        }
        return captured;
    }

    private static boolean isCapturedLastWord(Datagram datagram) {
        try {
            return datagram.message().isPresent()
                    && isLastWord(datagram.message().get());
        } catch (MalformedDatagramException refused) {
            throw new AssertionError(refused);
        }
    }

    private static boolean isLastWord(Message message) throws MalformedDatagramException {
        if (message instanceof ApplicationCommand application) {
            return SessionCodec.decodeCommand(application.content()).orElse(null) instanceof Announcement heard
                    && heard.state() == SessionState.ENDED;
        }
        if (message instanceof Report report) {
            return SessionCodec.decodeReport(report.content())
                    .map(each -> each instanceof StatusReport status
                            && status.state().isFinal())
                    .orElse(false);
        }
        return message instanceof EndOfTransmission || message instanceof Squelch;
    }

    @Test
    void theCapturedSessionHasEveryKindOfMessage() {
        assertThat(captured().stream().map(bytes -> bytes[0] & 0x0f).distinct())
                .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
    }

    /** The same 300,000 for a receiver of plain objects, which believes whatever sender it hears first. */
    @ParameterizedTest
    @EnumSource
    void mutatedDatagramsHarmNoReceiverOfPlainObjects(Mutants mutants) {
        List<byte[]> session = captured();
        SplittableRandom random = new SplittableRandom(SEED);
        ByteBuffer mutant = ByteBuffer.allocate(4_000);
        ObjectLife life = objects();
        life.hear(ByteBuffer.wrap(session.get(0)));
        for (int i = 0; i < 300_000; i++) {
            mutate(session.get(random.nextInt(session.size())), random, mutants, mutant);
            life.hear(mutant);
            if (i % 100 == 0) {
                life.until(life.nowNanos + MILLI);
            }
        }
        assertThat(life.malformed()).isGreaterThan(3_000);

        life.leave();
        assertThat(life.machine.nextDeadlineNanos()).isEqualTo(Machine.NEVER);
        assertThat(life.pool.freeBytes()).isEqualTo(life.pool.memoryLimit());
    }

    // Three lives.

    private static SenderLife sender() {
        return sender(config -> config);
    }

    private static SenderLife sender(UnaryOperator<SenderConfig.Builder> settings) {
        BlockPool pool = new BlockPool(16 * BlockPool.blockLength(CODED), ByteBuffer::allocate);
        SenderConfig config = settings.apply(SenderConfig.builder(SENDER, INSTANCE)
                        .bytesPerSecond(100_000)
                        .startWhen(new StartCondition.Receivers(1)))
                .build();
        return new SenderLife(new SenderMachine(config, pool, new Random(1)));
    }

    private static ReceiverLife receiver() {
        BlockPool pool = new BlockPool(16 * BlockPool.blockLength(CODED), ByteBuffer::allocate);
        return new ReceiverLife(
                new ImageReceiverMachine(ReceiverConfig.builder(RECEIVER).build(), pool, new Random(1)));
    }

    private static ObjectLife objects() {
        BlockPool pool = new BlockPool(16 * BlockPool.blockLength(CODED), ByteBuffer::allocate);
        ObjectLimits limits = new ObjectLimits(0, 1 << 20, 1_000 * MILLI);
        return new ObjectLife(
                new ObjectReceiverMachine(ReceiverConfig.builder(RECEIVER).build(), limits, pool, new Random(1)), pool);
    }

    /** A machine, a clock, and what has left it. */
    private abstract static class Life<H> {
        final Machine<H> machine;
        final List<String> sent = new ArrayList<>();
        private final ToLongFunction<Machine<H>> malformed;
        private final Outbound outbound = new Outbound(ByteBuffer.allocate(70_000));
        private final SplittableRandom random = new SplittableRandom(9);
        boolean wakingEarly;
        int eventCount;
        long nowNanos;

        Life(Machine<H> machine, ToLongFunction<Machine<H>> malformed) {
            this.machine = machine;
            this.malformed = malformed;
        }

        abstract H handler();

        abstract Life<H> until(long endNanos);

        long malformed() {
            return malformed.applyAsLong(machine);
        }

        void hear(ByteBuffer datagram) {
            machine.onDatagram(datagram, Delivery.UNICAST, nowNanos);
        }

        void advance(long endNanos) {
            turn();
            while (machine.nextDeadlineNanos() <= endNanos) {
                long next = Math.max(nowNanos, machine.nextDeadlineNanos());
                if (wakingEarly && next > nowNanos + 1) {
                    nowNanos = random.nextLong(nowNanos, next);
                    machine.onTime(nowNanos);
                    turn();
                }
                nowNanos = Math.max(nowNanos, machine.nextDeadlineNanos());
                turn();
            }
            nowNanos = endNanos;
        }

        void turn() {
            do {
                machine.onTime(nowNanos);
                if (wakingEarly) {
                    machine.onTime(nowNanos);
                    machine.onTime(nowNanos);
                }
                while (machine.pollDatagram(outbound, nowNanos)) {
                    ByteBuffer datagram = outbound.datagram();
                    byte[] bytes = new byte[datagram.remaining()];
                    datagram.get(bytes);
                    sent.add(nowNanos + " " + outbound.destination() + " " + Arrays.hashCode(bytes));
                }
                machine.drainEvents(handler());
            } while (machine.nextDeadlineNanos() <= nowNanos);
        }
    }

    private static final class SenderLife extends Life<SenderEvent.Handler> implements SenderEvent.Handler {
        private final SenderMachine sender;
        private final ObjectId object;

        SenderLife(SenderMachine sender) {
            super(sender, machine -> sender.statistics().malformed());
            this.sender = sender;
            object = sender.offer(new TransmitObject(CODED, true, ByteBuffer.allocate(1), KnownChunks.NONE, 0));
            sender.announce(IMAGE.manifest().root(), 80_000, object.plus(-1), object, List.of(4_096));
            turn();
        }

        SenderLife join() {
            StatusReport report = new StatusReport(
                    ReceiverState.JOINING, "", "", IMAGE.manifest().root(), 0, 0, 0, 0, 0, 0, FailureCause.NONE, "");
            return says(ByteBuffer.allocate(1_000), new Report(header(), SessionCodec.encode(report)));
        }

        SenderLife nack() {
            Watermark block = new Watermark(CODED.encoding(), object, new PayloadId(0, 4, 0));
            RepairRequest request = new RepairRequest(RepairRequest.Form.ITEMS, RepairRequest.BLOCK, List.of(block));
            return says(ByteBuffer.allocate(1_000), new Nack(header(), null, List.of(request)));
        }

        SenderLife leave() {
            sender.end(nowNanos);
            turn();
            return this;
        }

        @Override
        SenderLife until(long endNanos) {
            advance(endNanos);
            return this;
        }

        private SenderLife says(ByteBuffer datagram, Message message) {
            MessageCodec.encode(message, datagram);
            hear(datagram.flip());
            turn();
            return this;
        }

        private static ReceiverHeader header() {
            return new ReceiverHeader(0, RECEIVER, SENDER, INSTANCE, 0);
        }

        @Override
        SenderEvent.Handler handler() {
            return this;
        }

        @Override
        public void on(SenderEvent.BlockWanted event) {
            eventCount++;
            event.block().mark(0, event.block().symbolCount());
            sender.onBlock(event.block(), nowNanos);
        }

        @Override
        public void on(SenderEvent.ReceiverChanged event) {
            eventCount++;
        }

        @Override
        public void on(SenderEvent.StateChanged event) {
            eventCount++;
        }
    }

    private static final class ObjectLife extends Life<ObjectEvent.Handler> implements ObjectEvent.Handler {
        private final ObjectReceiverMachine receiver;
        private final WireSender wire = new WireSender(SENDER, INSTANCE);

        private final BlockPool pool;

        ObjectLife(ObjectReceiverMachine receiver, BlockPool pool) {
            super(receiver, machine -> receiver.statistics().malformed());
            this.receiver = receiver;
            this.pool = pool;
            turn();
        }

        ObjectLife symbol(long block) {
            hear(wire.data(MANIFEST, CODED, block, 4, 0, false, new byte[400]));
            turn();
            return this;
        }

        ObjectLife leave() {
            receiver.leave(nowNanos);
            turn();
            return this;
        }

        @Override
        ObjectLife until(long endNanos) {
            advance(endNanos);
            return this;
        }

        @Override
        ObjectEvent.Handler handler() {
            return this;
        }

        @Override
        public void on(ObjectEvent.SenderFound event) {
            eventCount++;
        }

        @Override
        public void on(ObjectEvent.ObjectWanted event) {
            eventCount++;
            receiver.onOpened(event.id(), nowNanos);
        }

        @Override
        public void on(ObjectEvent.BlockReady event) {
            eventCount++;
            receiver.onBlock(event.block(), nowNanos);
        }

        @Override
        public void on(ObjectEvent.ObjectComplete event) {
            eventCount++;
            receiver.onStored(event.id(), nowNanos);
        }

        @Override
        public void on(ObjectEvent.ObjectDropped event) {
            eventCount++;
        }

        @Override
        public void on(ObjectEvent.Finished event) {
            eventCount++;
        }
    }

    private static final class ReceiverLife extends Life<ImageEvent.Handler> implements ImageEvent.Handler {
        private final ImageReceiverMachine receiver;
        private final WireSender wire = new WireSender(SENDER, INSTANCE);

        ReceiverLife(ImageReceiverMachine receiver) {
            super(receiver, machine -> receiver.statistics().malformed());
            this.receiver = receiver;
            turn();
        }

        ReceiverLife announce() {
            return hears(wire.command(new Announcement(
                    SessionState.SENDING,
                    "",
                    IMAGE.manifest().root(),
                    IMAGE.length(),
                    MANIFEST,
                    MANIFEST.plus(1),
                    1,
                    1,
                    0,
                    -1,
                    100_000,
                    1_000)));
        }

        ReceiverLife manifest() {
            byte[] manifest = ManifestCodec.encode(IMAGE.manifest());
            TransmissionInformation coded =
                    new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, manifest.length, 400, 4, 2);
            BlockPartition partition = coded.partition();
            for (long block = 0; block < partition.blockCount(); block++) {
                for (int symbol = 0; symbol < partition.blockLength(block); symbol++) {
                    int from = (int) partition.blockOffset(block) + symbol * 400;
                    byte[] payload =
                            Arrays.copyOfRange(manifest, from, from + partition.symbolByteCount(block, symbol));
                    hears(wire.data(MANIFEST, coded, block, partition.blockLength(block), symbol, false, payload));
                }
            }
            return this;
        }

        ReceiverLife symbol(long block) {
            return hears(wire.data(MANIFEST.plus(1), CODED, block, 4, 0, false, new byte[400]));
        }

        ReceiverLife fail() {
            receiver.fail(FailureCause.STORAGE, "full", nowNanos);
            turn();
            return this;
        }

        @Override
        ReceiverLife until(long endNanos) {
            advance(endNanos);
            return this;
        }

        private ReceiverLife hears(ByteBuffer datagram) {
            hear(datagram);
            turn();
            return this;
        }

        @Override
        ImageEvent.Handler handler() {
            return this;
        }

        @Override
        public void on(ImageEvent.Announced event) {
            eventCount++;
        }

        @Override
        public void on(ImageEvent.TurnedAway event) {
            eventCount++;
        }

        @Override
        public void on(ImageEvent.TargetWanted event) {
            eventCount++;
            receiver.onTarget(List.of(new BlockSet(0)), nowNanos);
        }

        @Override
        public void on(ImageEvent.BlockReady event) {
            eventCount++;
            receiver.onBlock(event.block(), nowNanos);
        }

        @Override
        public void on(ImageEvent.ChunkReady event) {
            eventCount++;
            receiver.onChunk(
                    event.objectIndex(), event.chunk(), IMAGE.leafHash(event.objectIndex(), event.chunk()), nowNanos);
        }

        @Override
        public void on(ImageEvent.ImageVerified event) {
            eventCount++;
            receiver.onStored(nowNanos);
        }

        @Override
        public void on(ImageEvent.Finished event) {
            eventCount++;
        }
    }
}
