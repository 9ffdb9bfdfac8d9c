package dev.mimeo.internal;

import dev.mimeo.ImageTarget;
import dev.mimeo.ReceiveReport;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.ManifestLimits;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One image, received: joined, stored, verified, published. */
final class ImageReceiveTransfer implements TransferThread.Work<ReceiveReport> {
    private static final Logger LOG = LoggerFactory.getLogger(ImageReceiveTransfer.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LONGEST_MANIFEST = 16 << 20;
    private static final int MOST_OBJECTS = 1_024;

    private final ImageTarget target;
    private final TargetStorage storage;
    private final ImageReceiverBuilder options;
    private final MulticastPort port;

    ImageReceiveTransfer(ImageTarget target, TargetStorage storage, ImageReceiverBuilder options, MulticastPort port) {
        this.target = Objects.requireNonNull(target, "target");
        this.storage = storage;
        this.options = options;
        this.port = port;
    }

    @Override
    public ReceiveReport run(TransferThread<ReceiveReport> transfer) throws IOException {
        transfer.phase(TransferPhase.WAITING);
        try (Targets targets = new Targets(storage, DiskThreads.of(transfer))) {
            ImageReceiverSession session =
                    new ImageReceiverSession(transfer, machine(), target, targets.add(target), options);
            new MachineDriver<>(session, port, transfer.inbox(), transfer.clock()).run();
            ReceiveReport report = session.report();
            LOG.info(
                    "Received image {} into {}, verified, in {}", report.image().name(), target, report.elapsed());
            return report;
        }
    }

    private ImageReceiverMachine machine() {
        BlockPool pool = new BlockPool(options.memoryLimit, ByteBuffer::allocateDirect);
        NodeId nodeId = options.nodeId(RANDOM);
        ReceiverConfig config = options.config(nodeId)
                .name(options.name.orElse(nodeId.toString()))
                .token(options.admissionToken)
                .limits(new ManifestLimits(LONGEST_MANIFEST, MOST_OBJECTS, options.maximumImageLength))
                .build();
        return new ImageReceiverMachine(config, pool, new SplittableRandom(RANDOM.nextLong()));
    }
}
