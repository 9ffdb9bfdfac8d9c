package dev.mimeo.protocol.fuzz;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.image.ImageEvent;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * A receiver of an image, with a target in memory: what it calls verified is what the manifest says, chunk by chunk, and the
 * manifest is that of the image that it reports. Left alone by a sender that it knows, it finishes.
 */
final class ImageReceiverLife extends Life<ImageEvent.Handler> {
    private static final int LARGEST_IMAGE = 1 << 20;
    private static final long TIMEOUT_NANOS = 2_000 * MILLI;
    /** A sender that is silent is waited for, and its end told for a while. */
    private static final long LONGEST_END_NANOS = 60_000 * MILLI;

    private final ImageReceiverMachine receiver;
    private final BlockPool pool;
    private final Owner owner;

    private ImageReceiverLife(NodeId id, ImageReceiverMachine receiver, BlockPool pool, Owner owner) {
        super(id, receiver, owner);
        this.receiver = receiver;
        this.pool = pool;
        this.owner = owner;
    }

    static ImageReceiverLife begin(NodeId id) {
        BlockPool pool = Lives.pool();
        ReceiverConfig config = ReceiverConfig.builder(id)
                .name("seat")
                .senderTimeoutNanos(TIMEOUT_NANOS)
                .lingerNanos(TIMEOUT_NANOS)
                .build();
        ImageReceiverMachine receiver = new ImageReceiverMachine(config, pool, new Random(id.value()));
        Owner owner = new Owner(receiver);
        ImageReceiverLife life = new ImageReceiverLife(id, receiver, pool, owner);
        owner.life = life;
        life.turn();
        return life;
    }

    /** Returns whether it has verified the image that is sent. */
    boolean isVerified() {
        return owner.verified
                && receiver.status().image().equals(Lives.IMAGE.manifest().root());
    }

    @Override
    void act(int what) {
        switch (what) {
            case 0 -> stopDisk();
            case 1 -> startDisk();
            case 2 -> receiver.fail(FailureCause.STORAGE, "the disk is full", nowNanos);
            case 3 -> receiver.leave(nowNanos);
            case 4 -> owner.spoils = true;
            default -> {}
        }
        turn();
    }

    @Override
    void judge() {
        FuzzTarget.require(pool.freeBytes() >= 0, "more memory than there is");
    }

    @Override
    void silence() {
        advance(nowNanos + LONGEST_END_NANOS);
        if (!isExhausted()) {
            FuzzTarget.require(machine.nextDeadlineNanos() == Machine.NEVER, "does not end in silence");
            FuzzTarget.require(owner.finished || !owner.wantedTarget, "waits for ever");
            FuzzTarget.require(pool.freeBytes() == pool.memoryLimit(), "blocks are not back");
        }
    }

    /** Opens targets in memory, writes, reads back and hashes. */
    private static final class Owner implements ImageEvent.Handler {
        private final ImageReceiverMachine receiver;
        private final ChunkHasher hasher = new ChunkHasher();
        private final List<byte[]> targets = new ArrayList<>();
        private ImageReceiverLife life;
        private Manifest manifest;
        private boolean wantedTarget;
        private boolean verified;
        private boolean stored;
        private boolean finished;
        /** The next write stores a wrong byte. */
        private boolean spoils;

        Owner(ImageReceiverMachine receiver) {
            this.receiver = receiver;
        }

        @Override
        public void on(ImageEvent.Announced event) {
            FuzzTarget.require(!finished, "announced after the end");
        }

        @Override
        public void on(ImageEvent.TurnedAway event) {
            FuzzTarget.require(!finished, "turned away after the end");
        }

        @Override
        public void on(ImageEvent.TargetWanted event) {
            FuzzTarget.require(!wantedTarget && !finished, "wants a second target");
            wantedTarget = true;
            manifest = event.manifest();
            life.onDisk(() -> {
                long length = manifest.objects().stream()
                        .mapToLong(ImageObject::length)
                        .sum();
                if (length > LARGEST_IMAGE) {
                    receiver.fail(FailureCause.STORAGE, "too small", life.nowNanos);
                    return;
                }
                List<BlockSet> present = new ArrayList<>();
                for (ImageObject object : manifest.objects()) {
                    targets.add(new byte[(int) object.length()]);
                    present.add(new BlockSet(object.chunks().count()));
                }
                receiver.onTarget(present, life.nowNanos);
            });
        }

        @Override
        public void on(ImageEvent.BlockReady event) {
            SourceBlock block = event.block();
            life.onDisk(() -> {
                if (event.objectIndex() < 0) {
                    Lives.reconstruct(block);
                } else {
                    write(targets.get(event.objectIndex()), block);
                }
                receiver.onBlock(block, life.nowNanos);
            });
        }

        private void write(byte[] target, SourceBlock block) {
            int offset = Math.toIntExact(block.offset());
            if (!block.isComplete()) {
                readKnown(target, block, offset);
            }
            Lives.reconstruct(block);
            long end = block.offset() + block.byteCount();
            for (long from = block.known().nextUnknown(block.offset()); from < end; ) {
                int length = (int) (Math.min(end, block.known().nextKnown(from)) - from);
                block.memory().get((int) from - offset, target, (int) from, length);
                if (spoils) {
                    target[(int) from] ^= 1;
                    spoils = false;
                }
                from = block.known().nextUnknown(from + length);
            }
        }

        private static void readKnown(byte[] target, SourceBlock block, int offset) {
            BitSet symbols = block.knownSymbols();
            int length = block.information().symbolLength();
            for (int symbol = symbols.nextSetBit(0); symbol >= 0; symbol = symbols.nextSetBit(symbol + 1)) {
                int at = block.symbolPosition(symbol);
                int count = Math.min(length, block.byteCount() - at);
                byte[] content = Arrays.copyOf(Arrays.copyOfRange(target, offset + at, offset + at + count), length);
                block.memory().put(at, content);
            }
        }

        @Override
        public void on(ImageEvent.ChunkReady event) {
            byte[] target = targets.get(event.objectIndex());
            int offset = Math.toIntExact(event.offset());
            FuzzTarget.require(offset + event.length() <= target.length, "a chunk beyond its object");
            life.onDisk(() -> receiver.onChunk(
                    event.objectIndex(), event.chunk(), leaf(target, offset, event.length()), life.nowNanos));
        }

        private byte[] leaf(byte[] target, int offset, int length) {
            hasher.update(ByteBuffer.wrap(target, offset, length));
            return hasher.leaf();
        }

        @Override
        public void on(ImageEvent.ImageVerified event) {
            FuzzTarget.require(!verified, "verified twice");
            verified = true;
            FuzzTarget.require(receiver.status().image().equals(manifest.root()), "verified another image");
            for (int i = 0; i < targets.size(); i++) {
                judge(manifest.objects().get(i), targets.get(i));
            }
            life.onDisk(() -> {
                stored = true;
                receiver.onStored(life.nowNanos);
            });
        }

        private void judge(ImageObject object, byte[] target) {
            for (long chunk = 0; chunk < object.chunks().count(); chunk++) {
                byte[] leaf = leaf(
                        target,
                        (int) (chunk * object.chunkSize()),
                        object.chunks().chunkLength(chunk));
                FuzzTarget.require(
                        Arrays.equals(leaf, object.chunks().digest(chunk).bytes()), "a wrong byte verified");
            }
        }

        @Override
        public void on(ImageEvent.Finished event) {
            FuzzTarget.require(!finished, "finished twice");
            finished = true;
            FuzzTarget.require(event.report().state().isFinal(), "an end that is none");
            FuzzTarget.require(event.report().state() != ReceiverState.VERIFIED || stored, "verified, not stored");
        }
    }
}
