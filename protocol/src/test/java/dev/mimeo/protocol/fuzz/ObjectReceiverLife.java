package dev.mimeo.protocol.fuzz;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.object.ObjectEvent;
import dev.mimeo.protocol.object.ObjectLimits;
import dev.mimeo.protocol.object.ObjectReceiverMachine;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * A receiver of plain objects: no object is complete before each of its blocks was written, nor longer than allowed. Left
 * alone by its sender, it finishes.
 */
final class ObjectReceiverLife extends Life<ObjectEvent.Handler> {
    private static final long LARGEST_OBJECT = 1 << 20;
    private static final long TIMEOUT_NANOS = 2_000 * MILLI;
    private static final long LONGEST_END_NANOS = 60_000 * MILLI;

    private final ObjectReceiverMachine receiver;
    private final BlockPool pool;
    private final Owner owner;

    private ObjectReceiverLife(NodeId id, ObjectReceiverMachine receiver, BlockPool pool, Owner owner) {
        super(id, receiver, owner);
        this.receiver = receiver;
        this.pool = pool;
        this.owner = owner;
    }

    static ObjectReceiverLife begin(NodeId id) {
        BlockPool pool = Lives.pool();
        ReceiverConfig config =
                ReceiverConfig.builder(id).senderTimeoutNanos(TIMEOUT_NANOS).build();
        ObjectLimits limits = new ObjectLimits(0, LARGEST_OBJECT, TIMEOUT_NANOS / 2);
        ObjectReceiverMachine receiver = new ObjectReceiverMachine(config, limits, pool, new Random(id.value()));
        Owner owner = new Owner(receiver);
        ObjectReceiverLife life = new ObjectReceiverLife(id, receiver, pool, owner);
        owner.life = life;
        life.turn();
        return life;
    }

    @Override
    void act(int what) {
        switch (what) {
            case 0 -> stopDisk();
            case 1 -> startDisk();
            case 2 -> owner.refusing = true;
            case 3 -> receiver.leave(nowNanos);
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
            FuzzTarget.require(owner.finished || !owner.foundSender, "waits for ever");
            FuzzTarget.require(pool.freeBytes() == pool.memoryLimit(), "blocks are not back");
        }
    }

    /** Opens, writes, stores. */
    private static final class Owner implements ObjectEvent.Handler {
        private final ObjectReceiverMachine receiver;
        private final Set<ObjectId> open = new HashSet<>();
        private ObjectReceiverLife life;
        private boolean foundSender;
        private boolean finished;
        private boolean refusing;

        Owner(ObjectReceiverMachine receiver) {
            this.receiver = receiver;
        }

        @Override
        public void on(ObjectEvent.SenderFound event) {
            foundSender = true;
            FuzzTarget.require(!finished, "a sender after the end");
        }

        @Override
        public void on(ObjectEvent.ObjectWanted event) {
            FuzzTarget.require(event.length() <= LARGEST_OBJECT, "an object that is too long");
            FuzzTarget.require(open.add(event.id()), "wanted twice");
            if (refusing) {
                refusing = false;
                receiver.refuse(event.id(), "not now", life.nowNanos);
            } else {
                life.onDisk(() -> receiver.onOpened(event.id(), life.nowNanos));
            }
        }

        @Override
        public void on(ObjectEvent.BlockReady event) {
            SourceBlock block = event.block();
            life.onDisk(() -> {
                Lives.reconstruct(block);
                receiver.onBlock(block, life.nowNanos);
            });
        }

        @Override
        public void on(ObjectEvent.ObjectComplete event) {
            FuzzTarget.require(open.contains(event.id()), "complete, and not open");
            life.onDisk(() -> {
                open.remove(event.id());
                receiver.onStored(event.id(), life.nowNanos);
            });
        }

        @Override
        public void on(ObjectEvent.ObjectDropped event) {
            open.remove(event.id());
        }

        @Override
        public void on(ObjectEvent.Finished event) {
            FuzzTarget.require(!finished, "finished twice");
            finished = true;
        }
    }
}
