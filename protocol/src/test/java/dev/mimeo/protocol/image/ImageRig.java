package dev.mimeo.protocol.image;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.kit.SimulatedImage;
import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.receiver.WireSender;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.Needs;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionCodec;
import dev.mimeo.protocol.session.SessionReport;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.Report;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * An {@link ImageReceiverMachine} with a clock and an owner in the test's hand, and a sender that says what the test wants:
 * the manifest is object 9, the image from object 10 on. Chunks have 4,096 bytes, blocks four symbols of 1,000: they straddle.
 */
final class ImageRig implements ImageEvent.Handler {
    static final NodeId SENDER = new NodeId(1);
    static final NodeId ME = new NodeId(0xa);
    static final ObjectId MANIFEST = new ObjectId(9);
    static final ObjectId FIRST = new ObjectId(10);
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    final ImageReceiverMachine machine;
    final BlockPool pool = new BlockPool(64 * BlockPool.blockLength(coded(1)), ByteBuffer::allocate);
    final List<byte[]> contents;
    final SimulatedImage image;
    final byte[] manifest;
    final List<byte[]> targets = new ArrayList<>();
    /** What the owner was told: "target", "chunk 3", "verified", "finished FAILED". */
    final List<String> told = new ArrayList<>();

    final List<StatusReport> reports = new ArrayList<>();
    final List<Needs> needs = new ArrayList<>();
    final List<Long> reportNanos = new ArrayList<>();
    int nackCount;
    StatusReport verdict;
    WireSender sender = new WireSender(SENDER, 7);
    boolean targetHeld;
    boolean storeHeld;
    boolean writesHeld;
    boolean hashesHeld;
    /** Chunks of each object that the target holds. */
    private int[] held = {};
    /** The first byte of this many chunks is read back wrong. */
    int wrongReads;

    private final ArrayDeque<Runnable> writes = new ArrayDeque<>();
    private final ArrayDeque<ImageEvent.ChunkReady> hashes = new ArrayDeque<>();
    private final ChunkHasher hasher = new ChunkHasher();
    private final Outbound outbound = new Outbound(ByteBuffer.allocate(2_000));
    long nowNanos;

    ImageRig(byte[]... contents) {
        this(config -> config, contents);
    }

    ImageRig(UnaryOperator<ReceiverConfig.Builder> settings, byte[]... contents) {
        this.contents = List.of(contents);
        SimulatedImage.Builder builder = SimulatedImage.builder(1);
        this.contents.forEach(builder::object);
        image = builder.build();
        manifest = ManifestCodec.encode(image.manifest());
        machine = new ImageReceiverMachine(
                settings.apply(ReceiverConfig.builder(ME)).build(), pool, new Random(5740));
    }

    /** Random bytes, none of them zero. */
    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Random random = new Random(length);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (1 + random.nextInt(255));
        }
        return bytes;
    }

    static TransmissionInformation coded(long length) {
        return new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, length, 1_000, 4, 2);
    }

    // What the sender says.

    Announcement announcement(SessionState state) {
        return announcement(state, image.manifest().root(), (int)
                contents.stream().filter(content -> content.length > 0).count());
    }

    Announcement announcement(SessionState state, Digest root, int objectCount) {
        return new Announcement(
                state, "", root, image.length(), MANIFEST, FIRST, objectCount, 0, 0, -1, 1_000_000, 1_000);
    }

    ImageRig announces(SessionState state) {
        return hears(sender.command(announcement(state)));
    }

    ImageRig sendsManifest() {
        return sendsAll(MANIFEST, manifest);
    }

    /** All of an object of the image, from 0. */
    ImageRig sends(int object) {
        return sendsAll(FIRST.plus(object), contents.get(object));
    }

    ImageRig sendsAll(ObjectId id, byte[] content) {
        for (long block = 0; block < coded(content.length).partition().blockCount(); block++) {
            sends(id, content, block);
        }
        return this;
    }

    /** The source symbols of one block. */
    ImageRig sends(ObjectId id, byte[] content, long block) {
        TransmissionInformation information = coded(content.length);
        BlockPartition partition = information.partition();
        for (int symbol = 0; symbol < partition.blockLength(block); symbol++) {
            int from = (int) partition.blockOffset(block) + symbol * information.symbolLength();
            int length = partition.symbolByteCount(block, symbol);
            hears(sender.data(
                    id,
                    information,
                    block,
                    partition.blockLength(block),
                    symbol,
                    false,
                    Arrays.copyOfRange(content, from, from + length)));
        }
        return this;
    }

    ImageRig hears(ByteBuffer datagram) {
        machine.onDatagram(datagram, Delivery.MULTICAST, nowNanos);
        turn();
        return this;
    }

    // Time passes.

    ImageRig pass(long nanos) {
        long end = nowNanos + nanos;
        turn();
        while (machine.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos, machine.nextDeadlineNanos());
            turn();
        }
        nowNanos = end;
        return this;
    }

    ImageRig turn() {
        machine.onTime(nowNanos);
        machine.drainEvents(this);
        while (machine.pollDatagram(outbound, nowNanos)) {
            record(outbound.datagram());
        }
        machine.drainEvents(this);
        return this;
    }

    private void record(ByteBuffer datagram) {
        try {
            var message = MessageCodec.decode(datagram);
            if (message instanceof Report report) {
                SessionReport content =
                        SessionCodec.decodeReport(report.content()).orElseThrow();
                if (content instanceof StatusReport status) {
                    reports.add(status);
                    reportNanos.add(nowNanos);
                } else {
                    needs.add((Needs) content);
                }
            } else if (message instanceof Nack) {
                nackCount++;
            }
        } catch (MalformedDatagramException refused) {
            throw new AssertionError(refused);
        }
    }

    // What the owner does.

    ImageRig holds(int... chunks) {
        held = chunks;
        return this;
    }

    ImageRig opensTarget() {
        List<BlockSet> present = new ArrayList<>();
        for (int i = 0; i < contents.size(); i++) {
            ImageObject object = image.manifest().objects().get(i);
            byte[] target = new byte[contents.get(i).length];
            BlockSet chunks = new BlockSet(object.chunks().count());
            for (int chunk : held) {
                int offset = chunk * object.chunkSize();
                System.arraycopy(
                        contents.get(i), offset, target, offset, object.chunks().chunkLength(chunk));
                chunks.add(chunk);
            }
            targets.add(target);
            present.add(chunks);
        }
        machine.onTarget(present, nowNanos);
        return turn();
    }

    ImageRig writes() {
        while (!writes.isEmpty()) {
            writes.poll().run();
        }
        return turn();
    }

    ReceiverState lastReported() {
        return reports.get(reports.size() - 1).state();
    }

    @Override
    public void on(ImageEvent.Announced event) {
        told.add("announced " + event.announcement().state());
    }

    @Override
    public void on(ImageEvent.TurnedAway event) {
        told.add("turned away: " + event.reason());
    }

    @Override
    public void on(ImageEvent.TargetWanted event) {
        told.add("target");
        if (!targetHeld) {
            opensTarget();
        }
    }

    @Override
    public void on(ImageEvent.BlockReady event) {
        SourceBlock block = event.block();
        Runnable write = () -> {
            if (event.objectIndex() >= 0) {
                writeUnknown(block, targets.get(event.objectIndex()));
            }
            machine.onBlock(block, nowNanos);
        };
        if (writesHeld) {
            writes.add(write);
        } else {
            write.run();
        }
    }

    private static void writeUnknown(SourceBlock block, byte[] target) {
        int start = (int) block.offset();
        for (int at = start; at < start + block.byteCount(); at++) {
            if (block.known().nextKnown(at) != at) {
                target[at] = block.memory().get(at - start);
            }
        }
    }

    @Override
    public void on(ImageEvent.ChunkReady event) {
        told.add("chunk " + event.chunk());
        hashes.add(event);
        if (!hashesHeld) {
            hash(hashes.remove());
        }
    }

    /** Hashes the chunk that has waited longest. */
    ImageRig hashesOne() {
        hash(hashes.remove());
        return turn();
    }

    private void hash(ImageEvent.ChunkReady event) {
        byte[] content = Arrays.copyOfRange(
                targets.get(event.objectIndex()), (int) event.offset(), (int) event.offset() + event.length());
        if (wrongReads > 0) {
            wrongReads--;
            content[0] ^= 1;
        }
        hasher.update(ByteBuffer.wrap(content));
        machine.onChunk(event.objectIndex(), event.chunk(), hasher.leaf(), nowNanos);
    }

    @Override
    public void on(ImageEvent.ImageVerified event) {
        told.add("verified");
        if (!storeHeld) {
            machine.onStored(nowNanos);
        }
    }

    @Override
    public void on(ImageEvent.Finished event) {
        told.add("finished " + event.report().state());
        verdict = event.report();
    }
}
