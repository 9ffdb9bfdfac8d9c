package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.Confirmation;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.Needs;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionCodec;
import dev.mimeo.protocol.session.SessionCommand;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.CongestionControl;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.EndOfTransmission;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.Info;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.PayloadId;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.Report;
import dev.mimeo.protocol.wire.Squelch;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A {@link SenderMachine} with a clock in the test's hand, a disk that answers at once (or when told to), and a transcript
 * of what left: E = 400, B = 4, P = 2. Objects are numbered from 0, whatever their ids.
 */
final class SenderRig {
    static final NodeId SENDER = new NodeId(1);
    static final NodeId ALICE = new NodeId(0xa);
    static final NodeId BOB = new NodeId(0xb);
    static final NodeId CAROL = new NodeId(0xc);
    static final int INSTANCE = 7;
    static final long MILLI = 1_000_000;
    static final Digest IMAGE = Digest.of(new byte[Digest.LENGTH]);

    private static final int SYMBOL_LENGTH = 400;
    private static final int BLOCK_LENGTH = 4;
    private static final int PARITY_COUNT = 2;
    /** A chunk is a block. */
    private static final int CHUNK_SIZE = BLOCK_LENGTH * SYMBOL_LENGTH;

    /** What left, and when: a message, or a symbol. */
    record Sent(long nanos, Message message, Symbol symbol, int length) {}

    /** A symbol of a block of an object. */
    record Symbol(int object, long block, int id, boolean repair) {}

    final BlockPool pool;
    final SenderMachine machine;
    /** After so many flushes the first object's information is repeated. */
    static final int FLUSHES_WITHOUT_INFO = 7;

    final List<Sent> sent = new ArrayList<>();
    final List<SenderEvent> events = new ArrayList<>();
    final List<SourceBlock> onDisk = new ArrayList<>();
    private final List<TransmissionInformation> objects = new ArrayList<>();
    private final Outbound outbound = new Outbound(ByteBuffer.allocate(2_000));
    private final Disk disk = new Disk();
    private ObjectId first;
    private boolean diskStopped;
    private int mark;
    private byte[] info = {1};
    long nowNanos;

    SenderRig() {
        this(config -> config);
    }

    SenderRig(UnaryOperator<SenderConfig.Builder> settings) {
        this(settings, 64);
    }

    SenderRig(UnaryOperator<SenderConfig.Builder> settings, int poolBlocks) {
        pool = new BlockPool(BlockPool.blockLength(information(1)) * poolBlocks, ByteBuffer::allocate);
        SenderConfig.Builder config = SenderConfig.builder(SENDER, INSTANCE).bytesPerSecond(10_000_000);
        machine = new SenderMachine(settings.apply(config).build(), pool, new Random(5740));
    }

    // What is sent.

    /** Objects from now on have no NORM_INFO. */
    SenderRig withoutInfo() {
        info = new byte[0];
        return this;
    }

    SenderRig object(int symbols) {
        return object(symbols, 0);
    }

    /** Chunks are blocks. */
    SenderRig object(int symbols, int proactiveParity, long... known) {
        return chunkedObject(symbols, proactiveParity, SYMBOL_LENGTH * BLOCK_LENGTH, known);
    }

    SenderRig chunkedObject(int symbols, int proactiveParity, int chunkSize, long... known) {
        TransmissionInformation information = information(symbols * (long) SYMBOL_LENGTH);
        BlockSet chunks = new BlockSet((information.transferLength() + chunkSize - 1) / chunkSize);
        for (long chunk : known) {
            chunks.add(chunk);
        }
        ObjectId id = machine.offer(new TransmitObject(
                information, true, ByteBuffer.wrap(info), new KnownChunks(chunkSize, chunks), proactiveParity));
        objects.add(information);
        first = first == null ? id : first;
        return this;
    }

    /** An object of which only these chunks are there, each as long as a block. */
    SenderRig arrivingObject(int symbols, long... present) {
        return arrivingObject(symbols, CHUNK_SIZE, KnownChunks.NONE, present);
    }

    SenderRig arrivingObject(int symbols, int chunkSize, KnownChunks known, long... present) {
        TransmissionInformation information = information(symbols * (long) SYMBOL_LENGTH);
        BlockSet chunks = new BlockSet((information.transferLength() + chunkSize - 1) / chunkSize);
        for (long chunk : present) {
            chunks.add(chunk);
        }
        ObjectId id = machine.offer(
                new TransmitObject(information, true, ByteBuffer.wrap(info), known, 0), chunkSize, chunks);
        objects.add(information);
        first = first == null ? id : first;
        return this;
    }

    /** Chunks of an object arrive. */
    SenderRig arrive(int object, long... chunks) {
        for (long chunk : chunks) {
            machine.available(id(object), chunk, nowNanos);
        }
        return this;
    }

    SenderRig announced() {
        machine.announce(IMAGE, 1_000, first, first.plus(1), Collections.nCopies(objects.size() - 1, CHUNK_SIZE));
        return this;
    }

    static TransmissionInformation information(long length) {
        return new TransmissionInformation(
                FecEncoding.SMALL_BLOCK_SYSTEMATIC, length, SYMBOL_LENGTH, BLOCK_LENGTH, PARITY_COUNT);
    }

    // Time passes.

    long grttNanos() {
        return machine.statistics().grttNanos();
    }

    /** Lets time pass, waking the machine whenever it wants to be woken. */
    SenderRig pass(long nanos) {
        long end = nowNanos + nanos;
        turn();
        while (machine.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos, machine.nextDeadlineNanos());
            turn();
        }
        nowNanos = end;
        return this;
    }

    /** One turn of the driver's loop. */
    void turn() {
        do {
            machine.onTime(nowNanos);
            while (machine.pollDatagram(outbound, nowNanos)) {
                record(outbound.datagram());
            }
            machine.drainEvents(disk);
        } while (machine.nextDeadlineNanos() <= nowNanos);
    }

    /** Polls one datagram; returns whether there was one. */
    boolean poll() {
        machine.onTime(nowNanos);
        machine.drainEvents(disk);
        boolean polled = machine.pollDatagram(outbound, nowNanos);
        if (polled) {
            record(outbound.datagram());
        }
        return polled;
    }

    void stopDisk() {
        diskStopped = true;
    }

    void startDisk() {
        diskStopped = false;
        List<SourceBlock> waiting = List.copyOf(onDisk);
        onDisk.clear();
        waiting.forEach(disk::read);
    }

    // What receivers say.

    Watermark at(int object, long block, int symbol) {
        int length = block < objects.get(object).partition().blockCount()
                ? objects.get(object).partition().blockLength(block)
                : BLOCK_LENGTH;
        return new Watermark(
                FecEncoding.SMALL_BLOCK_SYSTEMATIC, first.plus(object), new PayloadId(block, length, symbol));
    }

    ObjectId id(int object) {
        return first.plus(object);
    }

    SenderRig nack(NodeId from, Consumer<RepairRequestBuilder> requests) {
        return nack(from, Delivery.MULTICAST, requests);
    }

    SenderRig nack(NodeId from, Delivery delivery, Consumer<RepairRequestBuilder> requests) {
        RepairRequestBuilder builder = new RepairRequestBuilder(SYMBOL_LENGTH);
        requests.accept(builder);
        return hears(new Nack(header(from, 0), null, builder.build()), delivery);
    }

    /** Asks for symbols of one block. */
    SenderRig nack(NodeId from, int object, long block, int... symbols) {
        return nack(from, Delivery.MULTICAST, object, block, symbols);
    }

    SenderRig nack(NodeId from, Delivery delivery, int object, long block, int... symbols) {
        BitSet set = new BitSet();
        for (int symbol : symbols) {
            set.set(symbol);
        }
        return nack(from, delivery, requests -> requests.symbols(at(object, block, 0), set));
    }

    SenderRig erasures(NodeId from, int object, long block, int count) {
        RepairRequest request = new RepairRequest(
                RepairRequest.Form.ERASURES, RepairRequest.SEGMENT, List.of(at(object, block, count)));
        return hears(new Nack(header(from, 0), null, List.of(request)), Delivery.MULTICAST);
    }

    SenderRig ack(NodeId from, Watermark watermark) {
        return hears(new Ack(header(from, 0), Ack.FLUSH, 0, null, watermark), Delivery.MULTICAST);
    }

    SenderRig report(NodeId from, ReceiverState state) {
        return report(from, state, IMAGE);
    }

    SenderRig report(NodeId from, ReceiverState state, Digest image) {
        return report(from, state, image, 0);
    }

    /** A receiver has verified so much of the image. */
    SenderRig verified(NodeId from, long bytes) {
        return report(from, ReceiverState.RECEIVING, IMAGE, bytes);
    }

    private SenderRig report(NodeId from, ReceiverState state, Digest image, long verified) {
        StatusReport report =
                new StatusReport(state, "", "", image, verified, verified, 0, 0, 0, 0, FailureCause.NONE, "");
        return hears(new Report(header(from, 0), SessionCodec.encode(report)), Delivery.UNICAST);
    }

    /** Tells that of so many chunks, counted from 0, these are needed. */
    SenderRig needs(NodeId from, int chunkCount, int... chunks) {
        BitSet needed = new BitSet();
        for (int chunk : chunks) {
            needed.set(chunk);
        }
        for (Needs part : Needs.of(IMAGE, needed, chunkCount)) {
            hears(new Report(header(from, 0), SessionCodec.encode(part)), Delivery.UNICAST);
        }
        return this;
    }

    SenderRig hears(Message message, Delivery delivery) {
        ByteBuffer datagram = ByteBuffer.allocate(2_000);
        MessageCodec.encode(message, datagram);
        return hears(datagram.flip(), delivery);
    }

    SenderRig hears(ByteBuffer datagram, Delivery delivery) {
        machine.onDatagram(datagram, delivery, nowNanos);
        return this;
    }

    static ReceiverHeader header(NodeId from, long grttResponseMicros) {
        return new ReceiverHeader(0, from, SENDER, INSTANCE, grttResponseMicros);
    }

    // What left.

    /** Forgets what left so far: {@link #data} and {@link #commands} go on from here. */
    SenderRig forget() {
        mark = sent.size();
        return this;
    }

    /** Some flushes in a row have information before the last of them. */
    private boolean isRepeatedUnasked(int index) {
        int flushes = 0;
        for (int i = index - 1;
                i >= 0
                        && !(sent.get(i).message() instanceof Info)
                        && sent.get(i).symbol() == null;
                i--) {
            flushes += sent.get(i).message() instanceof Flush ? 1 : 0;
        }
        return flushes >= FLUSHES_WITHOUT_INFO
                && index + 1 < sent.size()
                && sent.get(index + 1).message() instanceof Flush;
    }

    /** Returns NORM_INFO and NORM_DATA since the last {@link #forget}: "0/1: 2 3" is symbols 2 and 3 of block 1. */
    List<String> data() {
        List<String> lines = new ArrayList<>();
        Symbol before = null;
        for (int i = mark; i < sent.size(); i++) {
            Sent each = sent.get(i);
            if (each.message() instanceof Info info && !isRepeatedUnasked(i)) {
                lines.add("info " + first.distanceTo(info.object()));
                before = null;
            } else if (each.symbol() != null) {
                Symbol symbol = each.symbol();
                String head = (symbol.repair() ? "repair " : "") + symbol.object() + "/" + symbol.block() + ": "
                        + symbol.id();
                boolean continues = before != null
                        && before.object() == symbol.object()
                        && before.block() == symbol.block()
                        && before.repair() == symbol.repair()
                        && before.id() < symbol.id();
                if (continues) {
                    lines.set(lines.size() - 1, lines.get(lines.size() - 1) + " " + symbol.id());
                } else {
                    lines.add(head);
                }
                before = symbol;
            }
        }
        return lines;
    }

    /** Returns the commands since the last {@link #forget}, but for probes and announcements. */
    List<String> commands() {
        return sent.subList(mark, sent.size()).stream()
                .filter(each -> each.message() != null)
                .map(each -> text(each.message()))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.toList());
    }

    /** Returns what left of one kind since the last {@link #forget}, with its time. */
    <M extends Message> List<Sent> sent(Class<M> kind) {
        return sent.subList(mark, sent.size()).stream()
                .filter(each -> kind.isInstance(each.message()))
                .toList();
    }

    /** Returns what left of one kind since the last {@link #forget}. */
    <M extends Message> List<M> messages(Class<M> kind) {
        return sent(kind).stream().map(each -> kind.cast(each.message())).toList();
    }

    List<Announcement> announcements() {
        return messages(ApplicationCommand.class).stream()
                .map(SenderRig::command)
                .filter(Announcement.class::isInstance)
                .map(Announcement.class::cast)
                .toList();
    }

    Announcement announcement() {
        List<Announcement> all = announcements();
        return all.get(all.size() - 1);
    }

    /** Returns what was told of one kind. */
    <E extends SenderEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<SessionState> states() {
        return events.stream()
                .filter(SenderEvent.StateChanged.class::isInstance)
                .map(event -> ((SenderEvent.StateChanged) event).state())
                .toList();
    }

    private String text(Message message) {
        if (message instanceof Flush flush) {
            PayloadId end = flush.position().payloadId();
            return "flush " + first.distanceTo(flush.position().object()) + "/" + end.blockNumber() + "/"
                    + end.symbolId() + (flush.ackingNodes().isEmpty() ? "" : " " + flush.ackingNodes());
        }
        if (message instanceof EndOfTransmission) {
            return "eot";
        }
        if (message instanceof Squelch squelch) {
            return "squelch " + first.distanceTo(squelch.windowStart().object());
        }
        if (message instanceof RepairAdvertisement) {
            return "advertise";
        }
        if (message instanceof ApplicationCommand application
                && command(application) instanceof Confirmation confirmation) {
            boolean ofNeeds = confirmation.subject() == Confirmation.Subject.NEEDS;
            return (ofNeeds ? "needs heard of " : "confirm ") + confirmation.nodes();
        }
        if (message instanceof ApplicationCommand application && command(application) instanceof Dismissal dismissal) {
            String what = switch (dismissal.action()) {
                case ABORT -> "abort ";
                case FALL_BACK -> "fall back ";
                case MOVE -> "move to port " + dismissal.next().orElseThrow().port() + " ";
            };
            return what + dismissal.nodes() + ": " + dismissal.reason();
        }
        assert message instanceof ApplicationCommand || message instanceof Info || message instanceof CongestionControl
                : message;
        return "";
    }

    private static SessionCommand command(ApplicationCommand application) {
        try {
            return SessionCodec.decodeCommand(application.content()).orElseThrow();
        } catch (MalformedDatagramException refused) {
            throw new AssertionError(refused);
        }
    }

    private void record(ByteBuffer datagram) {
        int length = datagram.remaining();
        try {
            if (MessageCodec.type(datagram).orElseThrow() == MessageType.DATA) {
                sent.add(new Sent(nowNanos, null, symbol(new DataHeader().wrap(datagram), datagram), length));
            } else {
                sent.add(new Sent(nowNanos, MessageCodec.decode(datagram), null, length));
            }
        } catch (MalformedDatagramException refused) {
            throw new AssertionError(refused);
        }
    }

    private Symbol symbol(DataHeader data, ByteBuffer datagram) {
        int object = first.distanceTo(new ObjectId(data.object()));
        byte expected = content(object, data.blockNumber(), data.symbolId());
        if (datagram.get(data.payloadPosition()) != expected) {
            throw new AssertionError("symbol " + data.symbolId() + " of block " + data.blockNumber() + " is wrong");
        }
        boolean repair = (data.flags() & ObjectFlags.REPAIR) != 0;
        return new Symbol(object, data.blockNumber(), data.symbolId(), repair);
    }

    /** What the symbol's first byte is; parity is made up as well, since machines do not look. */
    private static byte content(int object, long block, int symbol) {
        return (byte) (object * 101 + block * 17 + symbol * 3 + 1);
    }

    private final class Disk implements SenderEvent.Handler {
        @Override
        public void on(SenderEvent.BlockWanted event) {
            events.add(event);
            if (diskStopped) {
                onDisk.add(event.block());
            } else {
                read(event.block());
            }
        }

        @Override
        public void on(SenderEvent.ReceiverChanged event) {
            events.add(event);
        }

        @Override
        public void on(SenderEvent.ReceiverForgotten event) {
            events.add(event);
        }

        @Override
        public void on(SenderEvent.AdmissionWanted event) {
            events.add(event);
        }

        @Override
        public void on(SenderEvent.ReceiverLags event) {
            events.add(event);
        }

        @Override
        public void on(SenderEvent.OtherSenderHeard event) {
            events.add(event);
        }

        @Override
        public void on(SenderEvent.StateChanged event) {
            events.add(event);
        }

        void read(SourceBlock block) {
            int object = first.distanceTo(block.object());
            for (int symbol = 0; symbol < block.symbolCount(); symbol++) {
                fill(block, object, symbol);
            }
            for (int row = block.firstParityWanted(); row < block.parityWantedEnd(); row++) {
                fill(block, object, block.symbolCount() + row);
            }
            machine.onBlock(block, nowNanos);
        }

        private void fill(SourceBlock block, int object, int symbol) {
            block.memory().put(block.symbolPosition(symbol), content(object, block.blockNumber(), symbol));
            block.mark(symbol);
        }
    }
}
