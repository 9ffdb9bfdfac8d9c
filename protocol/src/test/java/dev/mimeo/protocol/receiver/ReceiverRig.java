package dev.mimeo.protocol.receiver;

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
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.ReceiverMessage;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A {@link ReceiverMachine} that takes every object, with a clock in the test's hand and a transcript of what it said. Its
 * sender sends object 100 with E = 100, B = 4, P = 2, ten blocks.
 */
final class ReceiverRig implements ReceiverMachine.Listener {
    static final NodeId SENDER = new NodeId(1);
    static final NodeId ME = new NodeId(0xa);
    static final NodeId PEER = new NodeId(0xb);
    static final int INSTANCE = 7;
    static final long MILLI = 1_000_000;
    static final long GRTT = WireSender.GRTT_NANOS;
    /** The backoff at its longest. */
    static final long BACKOFF = 4 * GRTT;

    static final ObjectId OBJECT = new ObjectId(100);
    static final TransmissionInformation CODED =
            new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 4_000, 100, 4, 2);

    /** What left, when, and to whom. */
    record Said(long nanos, NodeId destination, ReceiverMessage message, int length) {}

    final BlockPool pool;
    final ReceiverMachine machine;
    final List<Said> said = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    final List<SourceBlock> ready = new ArrayList<>();
    WireSender sender = new WireSender(SENDER, INSTANCE);
    boolean urgent;
    boolean choosy;
    boolean followsAnother;
    KnownChunks known = KnownChunks.NONE;
    private final Outbound outbound = new Outbound(ByteBuffer.allocate(2_000));
    private int mark;
    long nowNanos;

    ReceiverRig() {
        this(config -> config, 64);
    }

    ReceiverRig(UnaryOperator<ReceiverConfig.Builder> settings, int poolBlocks) {
        pool = new BlockPool(BlockPool.blockLength(CODED) * poolBlocks, ByteBuffer::allocate);
        machine = new ReceiverMachine(settings.apply(ReceiverConfig.builder(ME)).build(), pool, new Random(5740), this);
    }

    /** The sender says hello, and so is listened to. */
    ReceiverRig hello() {
        return hears(sender.command(ByteBuffer.allocate(1)));
    }

    // What the sender says.

    /** All source symbols of blocks {@code from} to {@code to}, both included. */
    ReceiverRig blocks(long from, long to) {
        for (long block = from; block <= to; block++) {
            data(block, 0, 1, 2, 3);
        }
        return this;
    }

    ReceiverRig data(long block, int... symbols) {
        return data(OBJECT, CODED, false, block, symbols);
    }

    ReceiverRig repair(long block, int... symbols) {
        return data(OBJECT, CODED, true, block, symbols);
    }

    ReceiverRig data(ObjectId object, TransmissionInformation information, boolean repair, long block, int... symbols) {
        for (int symbol : symbols) {
            int blockLength = information.partition().blockLength(block);
            int length = symbol < blockLength
                    ? information.partition().symbolByteCount(block, symbol)
                    : information.symbolLength();
            hears(sender.data(object, information, block, blockLength, symbol, repair, new byte[length]));
        }
        return this;
    }

    /** The end of the data, asked of these. */
    ReceiverRig flush(NodeId... ackingNodes) {
        return hears(sender.flush(OBJECT, CODED, 9, 3, ackingNodes));
    }

    // What others say.

    ReceiverRig peerAsks(long block, int... symbols) {
        return peerAsks(requests -> requests.symbols(at(block), set(symbols)));
    }

    ReceiverRig peerAsks(Consumer<RepairRequestBuilder> requests) {
        RepairRequestBuilder builder = new RepairRequestBuilder(1_000);
        requests.accept(builder);
        return hears(new Nack(peer(), null, builder.build()));
    }

    static ReceiverHeader peer() {
        return new ReceiverHeader(0, PEER, SENDER, INSTANCE, 0);
    }

    ReceiverRig hears(Message message) {
        ByteBuffer datagram = ByteBuffer.allocate(2_000);
        MessageCodec.encode(message, datagram);
        return hears(datagram.flip());
    }

    ReceiverRig hears(ByteBuffer datagram) {
        machine.onDatagram(datagram, Delivery.MULTICAST, nowNanos);
        return this;
    }

    static Watermark at(long block) {
        return WireSender.at(OBJECT, CODED, block, 0);
    }

    static BitSet set(int... symbols) {
        BitSet set = new BitSet();
        for (int symbol : symbols) {
            set.set(symbol);
        }
        return set;
    }

    static BlockSet blockSet(int size, long... members) {
        BlockSet set = new BlockSet(size);
        for (long member : members) {
            set.add(member);
        }
        return set;
    }

    // Time passes.

    ReceiverRig pass(long nanos) {
        long end = nowNanos + nanos;
        turn();
        while (machine.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos, machine.nextDeadlineNanos());
            turn();
        }
        nowNanos = end;
        return this;
    }

    private void turn() {
        machine.onTime(nowNanos);
        while (machine.pollDatagram(outbound, nowNanos)) {
            ByteBuffer datagram = outbound.datagram();
            try {
                said.add(new Said(
                        nowNanos,
                        outbound.destination(),
                        (ReceiverMessage) MessageCodec.decode(datagram),
                        datagram.remaining()));
            } catch (MalformedDatagramException refused) {
                throw new AssertionError(refused);
            }
        }
    }

    // What the receiver says.

    ReceiverRig forget() {
        mark = said.size();
        told.clear();
        return this;
    }

    <M extends ReceiverMessage> List<Said> said(Class<M> kind) {
        return said.subList(mark, said.size()).stream()
                .filter(each -> kind.isInstance(each.message()))
                .toList();
    }

    /** Returns what was asked for since the last {@link #forget}, in the order of the messages: "1: 2 3", "blocks 4-7". */
    List<String> asked() {
        List<String> lines = new ArrayList<>();
        for (Said each : said(Nack.class)) {
            for (RepairRequest request : ((Nack) each.message()).requests()) {
                boolean ranges = request.form() == RepairRequest.Form.RANGES;
                for (int i = 0; i < request.items().size(); i += ranges ? 2 : 1) {
                    lines.add(text(
                            request.flags(),
                            request.items().get(i),
                            request.items().get(ranges ? i + 1 : i)));
                }
            }
        }
        return lines;
    }

    private static String text(int flags, Watermark first, Watermark last) {
        String object = first.object().equals(OBJECT) ? "" : first.object() + "/";
        long from = first.payloadId().blockNumber();
        return switch (flags) {
            case RepairRequest.INFO -> "info " + first.object();
            case RepairRequest.BLOCK ->
                object + "blocks " + from + "-" + last.payloadId().blockNumber();
            case RepairRequest.SEGMENT ->
                object + from + ": " + first.payloadId().symbolId()
                        + (first.equals(last) ? "" : "-" + last.payloadId().symbolId());
            default -> "flags " + flags;
        };
    }

    // What the owner is told.

    @Override
    public boolean isCandidate(ReceiverMachine.Candidate candidate, Optional<ByteBuffer> command) {
        boolean wanted = switch (candidate) {
            case FIRST, RESTARTED -> true;
            case ANOTHER -> followsAnother;
            case CHALLENGER -> false;
        };
        return command.isPresent() && wanted && !choosy;
    }

    @Override
    public void onSender(NodeId sender, int instanceId) {
        told.add("sender " + sender + " " + instanceId);
    }

    @Override
    public void onCommand(ByteBuffer content) {
        told.add("command");
    }

    @Override
    public void onObject(IncomingObject object) {
        told.add("object " + object.id());
        machine.accept(object, false);
        machine.know(object, known);
        machine.repair(object, urgent);
    }

    @Override
    public void onUndescribed(ObjectId object, boolean hasInfo) {
        told.add("undescribed " + object);
    }

    @Override
    public void onInfo(IncomingObject object, ByteBuffer content) {
        told.add("info " + object.id());
    }

    @Override
    public void onFlush(ObjectId last) {
        told.add("flush " + last);
    }

    @Override
    public boolean mayAcknowledge(ObjectId last) {
        return true;
    }

    @Override
    public void onBlockReady(SourceBlock block) {
        told.add("block " + block.blockNumber());
        ready.add(block);
    }

    @Override
    public void onSquelched(ObjectId object) {
        told.add("squelched " + object);
    }

    @Override
    public void onEnd() {
        told.add("end");
    }

    @Override
    public void onSilence() {
        told.add("silence");
    }
}
