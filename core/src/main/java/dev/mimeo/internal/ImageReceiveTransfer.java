package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SenderLostException;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.session.GroupAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
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
    /** A point has three lanes, and unicast. */
    private static final int MOST_MOVES = 4;

    private static final long KNOCKING_NANOS = 2_000_000;

    private final ImageTarget target;
    private final TargetStorage storage;
    /** Where the image is kept beyond this transfer; empty if it opens and closes the target by itself. */
    private final Optional<ImageStore> store;

    private final ImageReceiverBuilder options;
    private final MulticastPort port;
    private final MovingPort moving;
    private final KnockCodec knocks;
    private final NodeId nodeId;
    /** Where it meets its sender, or did before that sent to it alone. */
    private MulticastGroup group;

    /** Receives from {@code port}, under which {@code moving} is; asks for unicast in the words of {@code knocks}. */
    ImageReceiveTransfer(
            ImageTarget target,
            TargetStorage storage,
            ImageReceiverBuilder options,
            MulticastPort port,
            MovingPort moving,
            KnockCodec knocks) {
        this(Objects.requireNonNull(target, "target"), storage, Optional.empty(), options, port, moving, knocks);
    }

    /** Receives what is missing in {@code store}, which somebody else closes. */
    ImageReceiveTransfer(
            ImageStore store, ImageReceiverBuilder options, MulticastPort port, MovingPort moving, KnockCodec knocks) {
        this(store.target(), TargetStorage.LOCAL, Optional.of(store), options, port, moving, knocks);
    }

    private ImageReceiveTransfer(
            ImageTarget target,
            TargetStorage storage,
            Optional<ImageStore> store,
            ImageReceiverBuilder options,
            MulticastPort port,
            MovingPort moving,
            KnockCodec knocks) {
        this.target = target;
        this.storage = storage;
        this.store = store;
        this.options = options;
        this.port = port;
        this.moving = moving;
        this.knocks = knocks;
        this.nodeId = options.nodeId(RANDOM);
        this.group = options.group;
    }

    @Override
    public ReceiveReport run(TransferThread<ReceiveReport> transfer) throws IOException {
        try {
            Stay stay = receive(transfer, Optional.empty(), true);
            for (int moves = 1; stay.move().isPresent(); moves++) {
                stay = receive(transfer, stay.move(), moves < MOST_MOVES);
            }
            return stay.report().orElseThrow();
        } finally {
            moving.moveHome();
        }
    }

    /** How a session has ended: with a report, or with a move to where the port is now. */
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
        ImageReceiverMachine machine = machine(before.flatMap(Move::image).or(() -> store.flatMap(ImageStore::image)));
        Optional<Knocking> knocking = before.isPresent() ? Optional.empty() : knocking();
        try {
            ImageReceiverSession session =
                    new ImageReceiverSession(transfer, machine, target, writer, options, before, knocking);
            new MachineDriver<>(session, port, transfer.inbox(), transfer.clock()).run();
            Optional<Next> opened = knocking.flatMap(Knocking::take).map(Next::of);
            Optional<Next> next = opened.isPresent() || !mayMove ? opened : next(transfer, session);
            if (next.isPresent()) {
                moving.moveTo(next.get().port());
                settle.run();
                Move move = session.moveTo(next.get().where());
                return new Stay(Optional.empty(), Optional.of(move));
            }
            ReceiveReport report = session.report();
            LOG.info(
                    "Received image {} into {}, verified, in {}", report.image().name(), target, report.elapsed());
            return new Stay(Optional.of(report), Optional.empty());
        } finally {
            knocking.ifPresent(Knocking::close);
        }
    }

    private Optional<Knocking> knocking() throws IOException {
        return options.unicastFrom.isPresent()
                ? Optional.of(
                        new Knocking(options.unicastFrom.get(), options.unicastAfter.toNanos(), knocks, options.dscp))
                : Optional.empty();
    }

    /** Another session: what to hear it through, and where people would say it is. */
    private record Next(MulticastPort port, String where) {
        static Next of(UnicastPort port) {
            return new Next(port, port.toString());
        }
    }

    /** Returns where to go on, if not here. */
    private Optional<Next> next(TransferThread<?> transfer, ImageReceiverSession session) throws IOException {
        Optional<GroupAddress> told = session.movedTo();
        Optional<InetAddress> sender =
                session.sender().flatMap(port::addressOf).map(from -> ((InetSocketAddress) from).getAddress());
        if (told.isPresent() && !told.get().isOfSender()) {
            Optional<MulticastGroup> lane = lane(told.get(), sender);
            group = lane.orElse(group);
            return lane.isPresent()
                    ? Optional.of(new Next(options.openPort(group), group.toString()))
                    : Optional.empty();
        }
        Optional<InetSocketAddress> door = told.isPresent()
                ? sender.map(
                        address -> new InetSocketAddress(address, told.get().port()))
                : options.unicastFrom.filter(address -> session.isSenderLost());
        return door.isPresent() ? Optional.of(Next.of(knock(transfer, door.get()))) : Optional.empty();
    }

    /**
     * Returns another group to go on in; empty if it is not to be joined. A sender that alone is heard here is alone heard there,
     * and so is one whose lane is source-specific.
     */
    private Optional<MulticastGroup> lane(GroupAddress told, Optional<InetAddress> sender) {
        if (!DirectoryWords.isAllowed(told, options.allowGlobalScope)) {
            return Optional.empty();
        }
        MulticastGroup lane = DirectoryWords.of(told);
        return group.source().isEmpty() && !lane.isSourceSpecific()
                ? Optional.of(lane)
                : group.source().or(() -> sender).flatMap(source -> DirectoryWords.from(lane, source));
    }

    /** Asks for unicast until it is granted, and for as long as a sender may be silent. */
    private UnicastPort knock(TransferThread<?> transfer, InetSocketAddress door) throws IOException {
        long end = transfer.clock().nanos() + options.senderTimeout.toNanos();
        try (Knocking knocking = new Knocking(door, 0, knocks, options.dscp)) {
            for (long now = transfer.clock().nanos();
                    now < end;
                    now = transfer.clock().nanos()) {
                if (transfer.isCancelled()) {
                    throw new CancellationException("the transfer was cancelled");
                }
                knocking.onTurn(now);
                if (knocking.isOpened()) {
                    return knocking.take().orElseThrow();
                }
                if (knocking.refusal().isPresent()) {
                    throw ImageReceiverSession.refused(knocking.refusal().get());
                }
                LockSupport.parkNanos(this, KNOCKING_NANOS);
            }
            throw new SenderLostException(
                    "The sender cannot be heard by multicast, or has no room for this receiver in its" + " session."
                            + knocking.words() + " Start it again.");
        }
    }

    private ImageReceiverMachine machine(Optional<Digest> image) {
        BlockPool pool = new BlockPool(options.memoryLimit, ByteBuffer::allocateDirect);
        ReceiverConfig.Builder config = options.config(nodeId, group)
                .name(options.name.orElse(nodeId.toString()))
                .token(options.admissionToken)
                .limits(ImageStore.limits(options))
                .guard(new ImageDemands(options));
        image.ifPresent(config::image);
        return new ImageReceiverMachine(config.build(), pool, new SplittableRandom(RANDOM.nextLong()));
    }
}
