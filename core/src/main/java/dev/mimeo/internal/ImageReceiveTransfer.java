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
import java.net.InetSocketAddress;
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
        this.target = Objects.requireNonNull(target, "target");
        this.storage = storage;
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
        try (Targets targets = new Targets(storage, DiskThreads.of(transfer))) {
            ImageWriter writer = targets.add(target, before.flatMap(Move::own));
            MulticastGroup group = before.map(Move::group).orElse(options.group);
            ImageReceiverMachine machine = machine(group, before.map(Move::image));
            ImageReceiverSession session = before.map(
                            move -> new ImageReceiverSession(transfer, machine, target, writer, options, move))
                    .orElseGet(() -> new ImageReceiverSession(transfer, machine, target, writer, options));
            new MachineDriver<>(session, port, transfer.inbox(), transfer.clock()).run();
            Optional<MulticastGroup> next =
                    session.movedTo(options.allowGlobalScope).flatMap(lane -> from(lane, group, machine.sender()));
            if (mayMove && next.isPresent()) {
                targets.settle(transfer::isCancelled);
                return new Stay(Optional.empty(), next.map(session::moveTo));
            }
            ReceiveReport report = session.report();
            LOG.info(
                    "Received image {} into {}, verified, in {}", report.image().name(), target, report.elapsed());
            return new Stay(Optional.of(report), Optional.empty());
        }
    }

    /** Who is alone heard here is so in its lanes, and so is whose lanes are source-specific; empty if that cannot be. */
    private Optional<MulticastGroup> from(MulticastGroup lane, MulticastGroup here, NodeId sender) {
        if (here.source().isEmpty() && !lane.isSourceSpecific()) {
            return Optional.of(lane);
        }
        return here.source()
                .or(() -> port.addressOf(sender).map(address -> ((InetSocketAddress) address).getAddress()))
                .flatMap(source -> DirectoryWords.from(lane, source));
    }

    private ImageReceiverMachine machine(MulticastGroup group, Optional<Digest> image) {
        BlockPool pool = new BlockPool(options.memoryLimit, ByteBuffer::allocateDirect);
        ReceiverConfig.Builder config = options.config(nodeId, group)
                .name(options.name.orElse(nodeId.toString()))
                .token(options.admissionToken)
                .limits(new ManifestLimits(LONGEST_MANIFEST, MOST_OBJECTS, options.maximumImageLength))
                .guard(new ImageDemands(options));
        image.ifPresent(config::image);
        return new ImageReceiverMachine(config.build(), pool, new SplittableRandom(RANDOM.nextLong()));
    }
}
