package dev.mimeo.protocol.object;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.receiver.WireSender;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.CcFeedback;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.RepairRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An {@link ObjectReceiverMachine} with a clock in the test's hand, a disk that answers at once (or when told to), and a
 * transcript of what it told. Objects have ids from 100 on and E = 100, B = 4, P = 2.
 */
final class ObjectRig implements ObjectEvent.Handler {
    static final NodeId SENDER = new NodeId(1);
    static final NodeId ME = new NodeId(0xa);
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;
    static final long QUIET = SECOND;
    static final long LINGER = 10 * SECOND;

    final BlockPool pool = new BlockPool(1 << 16, ByteBuffer::allocate);
    final ObjectReceiverMachine machine;
    final List<String> told = new ArrayList<>();
    final List<SourceBlock> onDisk = new ArrayList<>();
    WireSender sender = new WireSender(SENDER, 7);
    boolean diskStopped;
    long nowNanos;
    private final List<Message> said = new ArrayList<>();
    private final Outbound outbound = new Outbound(ByteBuffer.allocate(2_000));

    ObjectRig() {
        this(0);
    }

    ObjectRig(int objectCount) {
        machine = new ObjectReceiverMachine(
                ReceiverConfig.builder(ME).build(),
                new ObjectLimits(objectCount, 100_000, QUIET),
                pool,
                new Random(5740));
    }

    static ObjectId id(int number) {
        return new ObjectId(100 + number);
    }

    static TransmissionInformation coded(long length) {
        return new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, length, 100, 4, 2);
    }

    // What the sender says.

    /** A file with information: all of it. */
    ObjectRig file(int object, String name, int length) {
        return info(object, name, length).content(object, length);
    }

    ObjectRig info(int object, String name, int length) {
        sender.flags(ObjectFlags.FILE | ObjectFlags.INFO);
        return hears(sender.info(id(object), coded(length), ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8))));
    }

    ObjectRig content(int object, int length) {
        for (long block = 0; block < coded(length).partition().blockCount(); block++) {
            block(object, length, block);
        }
        return this;
    }

    ObjectRig block(int object, int length, long block) {
        int symbols = coded(length).partition().blockLength(block);
        for (int symbol = 0; symbol < symbols; symbol++) {
            int bytes = coded(length).partition().symbolByteCount(block, symbol);
            hears(sender.data(id(object), coded(length), block, symbols, symbol, false, new byte[bytes]));
        }
        return this;
    }

    /** Data without information: all of it. */
    ObjectRig data(int object, int length) {
        sender.flags(0);
        return content(object, length);
    }

    ObjectRig flush(int object, int length, NodeId... acking) {
        long last = coded(length).partition().blockCount() - 1;
        return hears(sender.flush(
                id(object), coded(length), last, coded(length).partition().blockLength(last) - 1, acking));
    }

    ObjectRig hears(ByteBuffer datagram) {
        machine.onDatagram(datagram, Delivery.MULTICAST, nowNanos);
        return turn();
    }

    // Time passes.

    ObjectRig pass(long nanos) {
        long end = nowNanos + nanos;
        turn();
        while (machine.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos, machine.nextDeadlineNanos());
            machine.onTime(nowNanos);
            turn();
        }
        nowNanos = end;
        return this;
    }

    ObjectRig turn() {
        machine.drainEvents(this);
        while (machine.pollDatagram(outbound, nowNanos)) {
            try {
                said.add(MessageCodec.decode(outbound.datagram()));
            } catch (MalformedDatagramException refused) {
                throw new AssertionError(refused);
            }
        }
        machine.drainEvents(this);
        return this;
    }

    ObjectRig startDisk() {
        diskStopped = false;
        List.copyOf(onDisk).forEach(block -> machine.onBlock(block, nowNanos));
        onDisk.clear();
        return turn();
    }

    // What the receiver says.

    ObjectRig forget() {
        told.clear();
        said.clear();
        return this;
    }

    /** Returns what was asked for: "info 1", "object 2", "0: blocks 1-2", "0/1: 3". */
    List<String> asked() {
        List<String> lines = new ArrayList<>();
        for (Message message : said) {
            if (message instanceof Nack nack) {
                for (RepairRequest request : nack.requests()) {
                    request.items().forEach(item -> {
                        int object = id(0).distanceTo(item.object());
                        var at = item.payloadId();
                        lines.add(
                                switch (request.flags()) {
                                    case RepairRequest.INFO -> "info " + object;
                                    case RepairRequest.OBJECT -> "object " + object;
                                    case RepairRequest.BLOCK -> object + ": block " + at.blockNumber();
                                    default -> object + "/" + at.blockNumber() + ": " + at.symbolId();
                                });
                    });
                }
            }
        }
        return lines;
    }

    /** Returns whether the sender was told that we leave. */
    boolean saidThatItLeaves() {
        return said.stream()
                .anyMatch(message -> message instanceof Ack ack
                        && ack.feedback() != null
                        && (ack.feedback().flags() & CcFeedback.LEAVE) != 0);
    }

    /** Returns the objects whose end was acknowledged. */
    List<Integer> acknowledged() {
        return said.stream()
                .filter(message -> message instanceof Ack ack && ack.ackType() == Ack.FLUSH)
                .map(message -> id(0).distanceTo(((Ack) message).watermark().object()))
                .toList();
    }

    // What the owner is told.

    private int number(ObjectId id) {
        return id(0).distanceTo(id);
    }

    @Override
    public void on(ObjectEvent.SenderFound event) {
        told.add("sender " + event.instanceId());
    }

    @Override
    public void on(ObjectEvent.ObjectWanted event) {
        told.add((event.isFile() ? "file " : "data ") + number(event.id()) + " of " + event.length());
        machine.onOpened(event.id(), nowNanos);
    }

    @Override
    public void on(ObjectEvent.BlockReady event) {
        if (diskStopped) {
            onDisk.add(event.block());
        } else {
            machine.onBlock(event.block(), nowNanos);
        }
    }

    @Override
    public void on(ObjectEvent.ObjectComplete event) {
        told.add("complete " + number(event.id()) + " '" + StandardCharsets.UTF_8.decode(event.info()) + "'");
        machine.onStored(event.id(), nowNanos);
    }

    @Override
    public void on(ObjectEvent.ObjectDropped event) {
        told.add("dropped " + number(event.id()));
    }

    @Override
    public void on(ObjectEvent.Finished event) {
        told.add("finished " + event.ending());
    }
}
