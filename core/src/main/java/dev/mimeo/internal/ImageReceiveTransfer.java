package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.ManifestLimits;
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
    private static final int LONGEST_MANIFEST = 16 << 20;
    private static final int MOST_OBJECTS = 1_024;
    /** A point has three lanes. */
    private static final int MOST_MOVES = 3;

    private final ImageTarget target;
    private final TargetStorage storage;
    private final ImageReceiverBuilder options;
    private final MovingPort port;
    private final NodeId nodeId;

    ImageReceiveTransfer(ImageTarget target, TargetStorage storage, ImageReceiverBuilder options, MovingPort port) {
        this.target = Objects.requireNonNull(target, "target");
        this.storage = storage;
        this.options = options;
        this.port = port;
        this.nodeId = options.nodeId(RANDOM);
    }

    @Override
    public ReceiveReport run(TransferThread<ReceiveReport> transfer) throws IOException {
        try {
            Session session = receive(transfer, Optional.empty());
            for (int moves = 0; moves < MOST_MOVES && session.next().isPresent(); moves++) {
                port.moveTo(session.next().get());
                session = receive(transfer, Optional.of(session));
            }
            ReceiveReport report = session.receiver().report();
            LOG.info(
                    "Received image {} into {}, verified, in {}", report.image().name(), target, report.elapsed());
            return report;
        } finally {
            port.moveHome();
        }
    }

    /** A session that has ended: what is stored of it, and where the next one is. */
    private record Session(ImageReceiverSession receiver, ImageWriter writer, Optional<MulticastGroup> next) {}

    /** Receives in one session, up to its end. */
    private Session receive(TransferThread<ReceiveReport> transfer, Optional<Session> before) throws IOException {
        transfer.phase(TransferPhase.WAITING);
        try (Targets targets = new Targets(storage, DiskThreads.of(transfer))) {
            ImageWriter writer =
                    targets.add(target, before.flatMap(last -> last.writer().own()));
            ImageReceiverMachine machine =
                    machine(before.map(last -> last.receiver().imageId()));
            ImageReceiverSession session = before.isEmpty()
                    ? new ImageReceiverSession(transfer, machine, target, writer, options)
                    : new ImageReceiverSession(
                            before.get().receiver(),
                            before.get().next().orElseThrow(),
                            machine,
                            writer,
                            options.senderTimeout.toNanos());
            new MachineDriver<>(session, port, transfer.inbox(), transfer.clock()).run();
            Optional<MulticastGroup> next = session.movedTo(options.allowGlobalScope);
            if (next.isPresent()) {
                targets.settle(transfer::isCancelled);
            }
            return new Session(session, writer, next);
        }
    }

    private ImageReceiverMachine machine(Optional<Digest> image) {
        BlockPool pool = new BlockPool(options.memoryLimit, ByteBuffer::allocateDirect);
        ReceiverConfig.Builder config = options.config(nodeId)
                .name(options.name.orElse(nodeId.toString()))
                .token(options.admissionToken)
                .limits(new ManifestLimits(LONGEST_MANIFEST, MOST_OBJECTS, options.maximumImageLength));
        image.ifPresent(config::image);
        return new ImageReceiverMachine(config.build(), pool, new SplittableRandom(RANDOM.nextLong()));
    }
}
