package dev.mimeo.internal;

import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormTarget;
import dev.mimeo.StorageException;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.object.ObjectLimits;
import dev.mimeo.protocol.object.ObjectReceiverMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Some objects, received as plain NORM: stored and published one by one. */
final class NormReceiveTransfer implements TransferThread.Work<NormReceiveReport> {
    private static final Logger LOG = LoggerFactory.getLogger(NormReceiveTransfer.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final NormTarget target;
    private final TargetStorage storage;
    private final NormReceiverBuilder options;
    private final MulticastPort port;

    NormReceiveTransfer(NormTarget target, TargetStorage storage, NormReceiverBuilder options, MulticastPort port) {
        this.target = Objects.requireNonNull(target, "target");
        this.storage = storage;
        this.options = options;
        this.port = port;
    }

    @Override
    public NormReceiveReport run(TransferThread<NormReceiveReport> transfer) throws IOException {
        if (target instanceof NormTarget.Directory && !Files.isDirectory(target.path())) {
            throw new StorageException(
                    "Cannot receive into " + target.path() + ": there is no such directory; create it");
        }
        transfer.phase(TransferPhase.WAITING);
        try (Targets targets = new Targets(storage, DiskThreads.of(transfer))) {
            NormReceiverSession session = new NormReceiverSession(transfer, machine(), targets, target, options);
            new MachineDriver<>(session, port, transfer.inbox(), transfer.clock()).run();
            NormReceiveReport report = session.report();
            LOG.info(
                    "Received {} objects into {}, complete and unverified, in {}",
                    report.files().size(),
                    target.path(),
                    report.elapsed());
            return report;
        }
    }

    private ObjectReceiverMachine machine() {
        BlockPool pool = new BlockPool(options.memoryLimit, ByteBuffer::allocateDirect);
        ObjectLimits limits = new ObjectLimits(
                target instanceof NormTarget.File ? 1 : options.objectCount.orElse(0),
                options.maximumObjectLength,
                options.quietPeriod.toNanos());
        return new ObjectReceiverMachine(
                options.config(options.nodeId(RANDOM), options.group).build(),
                limits,
                pool,
                new SplittableRandom(RANDOM.nextLong()));
    }
}
