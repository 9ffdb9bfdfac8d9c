package dev.mimeo.internal;

import dev.mimeo.ReceiveReport;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.ManifestLimits;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One image, received: joined, stored, verified, published. */
final class ReceiveTransfer implements TransferThread.Work<ReceiveReport> {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiveTransfer.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LONGEST_MANIFEST = 16 << 20;
    private static final int MOST_OBJECTS = 1_024;

    private final Path target;
    private final TargetStorage storage;
    private final ReceiverBuilder options;
    private final MulticastPort port;

    ReceiveTransfer(Path target, TargetStorage storage, ReceiverBuilder options, MulticastPort port) {
        this.target = target;
        this.storage = storage;
        this.options = options;
        this.port = port;
    }

    @Override
    public ReceiveReport run(TransferThread<ReceiveReport> transfer) throws IOException {
        transfer.phase(TransferPhase.WAITING);
        DiskThreads threads = new DiskThreads(
                transfer.name(),
                DiskThreads.usualCount(),
                cause -> transfer.inbox().post(now -> {
                    throw new IllegalStateException("a disk thread failed", cause);
                }));
        try (TargetWriter writer = new TargetWriter(target, storage, threads)) {
            ReceiverSession session = new ReceiverSession(
                    transfer,
                    machine(),
                    writer,
                    options.group.toString(),
                    options.maximumImageLength,
                    options.waitForSender.map(Duration::toNanos).orElse(Machine.NEVER));
            new MachineDriver<>(session, port, transfer.inbox(), transfer.clock()).run();
            ReceiveReport report = session.report(target);
            LOG.info(
                    "Received image {} into {}, verified, in {}", report.image().name(), target, report.elapsed());
            return report;
        }
    }

    private ImageReceiverMachine machine() {
        BlockPool pool = new BlockPool(options.memoryLimit, ByteBuffer::allocateDirect);
        NodeId nodeId = options.nodeId.orElseGet(() -> NodeIds.random(RANDOM));
        ReceiverConfig config = ReceiverConfig.builder(nodeId)
                .name(options.name.orElse(nodeId.toString()))
                .feedback(options.unicastFeedback ? Delivery.UNICAST : Delivery.MULTICAST)
                .senderTimeoutNanos(options.senderTimeout.toNanos())
                .limits(new ManifestLimits(LONGEST_MANIFEST, MOST_OBJECTS, options.maximumImageLength))
                .build();
        return new ImageReceiverMachine(config, pool, new SplittableRandom(RANDOM.nextLong()));
    }
}
