package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One image, received: joined, stored, verified, published. A sender may send a receiver on to another session of the same
 * image, where it goes on with what it has.
 */
final class ImageReceiveTransfer implements TransferThread.Work<ReceiveReport> {
    private static final Logger LOG = LoggerFactory.getLogger(ImageReceiveTransfer.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    static final int LONGEST_MANIFEST = 16 << 20;
    static final int MOST_OBJECTS = 1_024;
    /** A point has three lanes. */
    private static final int MOST_MOVES = 3;

    private final ImageTarget target;
    private final TargetStorage storage;
    /** Where the image is kept beyond this transfer; empty if it opens and closes the target by itself. */
    private final Optional<ImageStore> store;

    private final ImageReceiverBuilder options;
    private final MulticastPort port;
    private final MovingPort moving;
    private final NodeId nodeId;

    /** Receives from {@code port}, under which {@code moving} is. */
    ImageReceiveTransfer(
            ImageTarget target,
            TargetStorage storage,
            ImageReceiverBuilder options,
            MulticastPort port,
            MovingPort moving) {
        this(Objects.requireNonNull(target, "target"), storage, Optional.empty(), options, port, moving);
    }

    /** Receives what is missing in {@code store}, which somebody else closes. */
    ImageReceiveTransfer(ImageStore store, ImageReceiverBuilder options, MulticastPort port, MovingPort moving) {
        this(store.target(), TargetStorage.LOCAL, Optional.of(store), options, port, moving);
    }

    private ImageReceiveTransfer(
            ImageTarget target,
            TargetStorage storage,
            Optional<ImageStore> store,
            ImageReceiverBuilder options,
            MulticastPort port,
            MovingPort moving) {
        this.target = target;
        this.storage = storage;
        this.store = store;
        this.options = options;
        this.port = port;
        this.moving = moving;
        this.nodeId = options.nodeId(RANDOM);
    }

    @Override
    public ReceiveReport run(TransferThread<ReceiveReport> transfer) throws IOException {
        try {
            Stay stay = receive(transfer, Optional.empty(), true);
            for (int moves = 1; stay.move().isPresent(); moves++) {
                moving.moveTo(stay.move().get().group());
                stay = receive(transfer, stay.move(), moves < MOST_MOVES);
            }
            return stay.report().orElseThrow();
        } finally {
            moving.moveHome();
        }
    }

    /** How a session has ended: with a report, or elsewhere. */
    private record Stay(Optional<ReceiveReport> report, Optional<Move> move) {}

    /** Receives in one session, up to its end; how it ended otherwise is thrown. */
    private Stay receive(TransferThread<ReceiveReport> transfer, Optional<Move> before, boolean mayMove)
            throws IOException {
        transfer.phase(TransferPhase.WAITING);
        if (store.isPresent()) {
            return receive(transfer, store.get().writer(), before, mayMove, () -> {});
        }
        try (Targets targets = new Targets(storage, DiskThreads.of(transfer))) {
            ImageWriter writer = targets.add(target, before.flatMap(Move::own));
            return receive(transfer, writer, before, mayMove, () -> targets.settle(transfer::isCancelled));
        }
    }

    /** {@code settle} waits until what was begun has ended, before the receiver moves. */
    private Stay receive(
            TransferThread<ReceiveReport> transfer,
            ImageWriter writer,
            Optional<Move> before,
            boolean mayMove,
            Runnable settle)
            throws IOException {
        ImageReceiverMachine machine = machine(before.map(Move::image).or(() -> store.flatMap(ImageStore::image)));
        ImageReceiverSession session = before.map(
                        move -> new ImageReceiverSession(transfer, machine, target, writer, options, move))
                .orElseGet(() -> new ImageReceiverSession(transfer, machine, target, writer, options));
        new MachineDriver<>(session, port, transfer.inbox(), transfer.clock()).run();
        Optional<MulticastGroup> next = session.movedTo(options.allowGlobalScope);
        if (mayMove && next.isPresent()) {
            settle.run();
            return new Stay(Optional.empty(), next.map(session::moveTo));
        }
        ReceiveReport report = session.report();
        LOG.info("Received image {} into {}, verified, in {}", report.image().name(), target, report.elapsed());
        return new Stay(Optional.of(report), Optional.empty());
    }

    private ImageReceiverMachine machine(Optional<Digest> image) {
        BlockPool pool = new BlockPool(options.memoryLimit, ByteBuffer::allocateDirect);
        ReceiverConfig.Builder config = options.config(nodeId)
                .name(options.name.orElse(nodeId.toString()))
                .token(options.admissionToken)
                .limits(ImageStore.limits(options))
                .guard(new ImageDemands(options));
        image.ifPresent(config::image);
        return new ImageReceiverMachine(config.build(), pool, new SplittableRandom(RANDOM.nextLong()));
    }
}
