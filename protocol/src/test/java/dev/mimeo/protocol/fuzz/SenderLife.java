package dev.mimeo.protocol.fuzz;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.sender.SenderConfig;
import dev.mimeo.protocol.sender.SenderEvent;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.StartCondition;
import dev.mimeo.protocol.sender.TransmitObject;
import dev.mimeo.protocol.session.Dismissal;
import dev.mimeo.protocol.session.SessionState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A sender of an image: what it sends keeps its rate, whom it knows is bounded, and it ends. */
final class SenderLife extends Life<SenderEvent.Handler> {
    private static final int BYTES_PER_SECOND = 50_000;
    private static final int LARGEST_BURST = 70_000;
    private static final int MOST_RECEIVERS = 4;
    private static final long TIMEOUT_NANOS = 3_000 * MILLI;
    /** Somebody who was heard is waited for, and the end repeated. */
    private static final long LONGEST_END_NANOS = 60_000 * MILLI;
    /** Round trips, as they seemed last, that it takes besides to repeat the end (RFC 5740, section 4.2.3.1). */
    private static final int LONGEST_END_GRTTS = 2 * 20;

    private final SenderMachine sender;
    private final BlockPool pool;

    private SenderLife(SenderMachine sender, BlockPool pool, Owner owner) {
        super(Lives.SENDER, sender, owner);
        this.sender = sender;
        this.pool = pool;
    }

    static SenderLife begin() {
        BlockPool pool = Lives.pool();
        SenderConfig config = SenderConfig.builder(Lives.SENDER, 7)
                .sessionName("fuzz")
                .bytesPerSecond(BYTES_PER_SECOND)
                .maximumReceivers(MOST_RECEIVERS)
                .receiverTimeoutNanos(TIMEOUT_NANOS)
                .startWhen(new StartCondition.Receivers(1))
                .build();
        SenderMachine sender = new SenderMachine(config, pool, new Random(1));
        Owner owner = new Owner(sender);
        byte[] manifest = ManifestCodec.encode(Lives.IMAGE.manifest());
        ObjectId first = owner.offer(manifest, false, "mimeo/manifest", KnownChunks.NONE);
        ObjectId id = first;
        for (int i = 0; i < Lives.IMAGE.objectCount(); i++) {
            ImageObject object = Lives.IMAGE.manifest().objects().get(i);
            id = owner.offer(
                    Lives.CONTENTS.get(i), true, object.name(), object.chunks().zeros());
        }
        List<Integer> chunkSizes = Lives.IMAGE.manifest().objects().stream()
                .map(ImageObject::chunkSize)
                .toList();
        sender.announce(Lives.IMAGE.manifest().root(), Lives.IMAGE.length(), first, first.plus(1), chunkSizes);
        SenderLife life = new SenderLife(sender, pool, owner);
        owner.life = life;
        life.turn();
        return life;
    }

    @Override
    void act(int what) {
        switch (what) {
            case 0 -> stopDisk();
            case 1 -> startDisk();
            case 2 -> sender.start(nowNanos);
            case 3 -> sender.hold(nowNanos);
            case 4 -> sender.resume(nowNanos);
            case 5 -> sender.dismiss(Lives.FIRST, Dismissal.Action.FALL_BACK, "slow", nowNanos);
            case 6 -> sender.dismiss(Lives.SECOND, Dismissal.Action.ABORT, "", nowNanos);
            case 7 -> sender.cap(BYTES_PER_SECOND / 2, nowNanos);
            case 8 -> sender.end(nowNanos);
            case 9 -> sender.admit(Lives.FIRST, nowNanos);
            default -> {}
        }
        turn();
    }

    @Override
    void judge() {
        FuzzTarget.require(sender.receivers().size() <= MOST_RECEIVERS, "more receivers than allowed");
        long mostBytes = LARGEST_BURST + (long) (nowNanos / 1e9 * BYTES_PER_SECOND);
        FuzzTarget.require(sentBytes() <= mostBytes, "faster than its rate");
        FuzzTarget.require(pool.freeBytes() >= 0, "more memory than there is");
    }

    @Override
    void silence() {
        if (sender.state() == SessionState.WAITING) {
            sender.end(nowNanos);
        } else {
            sender.resume(nowNanos);
        }
        advance(nowNanos
                + LONGEST_END_NANOS
                + LONGEST_END_GRTTS * sender.statistics().grttNanos());
        if (!isExhausted()) {
            FuzzTarget.require(sender.state() == SessionState.ENDED, "does not end in silence");
            FuzzTarget.require(machine.nextDeadlineNanos() == Machine.NEVER, "busy after the end");
        }
    }

    /** Reads blocks, computes parity. */
    private static final class Owner implements SenderEvent.Handler {
        private final SenderMachine sender;
        private final Map<ObjectId, byte[]> contents = new HashMap<>();
        private SenderLife life;

        Owner(SenderMachine sender) {
            this.sender = sender;
        }

        ObjectId offer(byte[] content, boolean isFile, String info, KnownChunks zeros) {
            ByteBuffer name = ByteBuffer.wrap(info.getBytes(StandardCharsets.UTF_8));
            ObjectId id = sender.offer(new TransmitObject(Lives.coded(content.length), isFile, name, zeros, 0));
            contents.put(id, content);
            return id;
        }

        @Override
        public void on(SenderEvent.BlockWanted event) {
            SourceBlock block = event.block();
            life.onDisk(() -> {
                byte[] content = contents.get(block.object());
                FuzzTarget.require(content != null, "wants a block of an object that it was not offered");
                block.memory().put(0, content, Math.toIntExact(block.offset()), block.byteCount());
                block.mark(0, block.symbolCount());
                if (block.firstParityWanted() < block.parityWantedEnd()) {
                    Lives.codeOf(block.information()).encode(block, block.firstParityWanted(), block.parityWantedEnd());
                }
                sender.onBlock(block, life.nowNanos);
            });
        }

        @Override
        public void on(SenderEvent.ReceiverChanged event) {}

        @Override
        public void on(SenderEvent.StateChanged event) {}
    }
}
