package dev.mimeo.internal;

import dev.mimeo.ImageDescription;
import dev.mimeo.ImageSource;
import dev.mimeo.SendReport;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.sender.SenderConfig;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.TransmitObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One image, sent: described, offered, driven to the end. */
final class SendTransfer implements TransferThread.Work<SendReport> {
    private static final Logger LOG = LoggerFactory.getLogger(SendTransfer.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String MANIFEST_INFO = "mimeo/manifest";
    private static final int LEAST_MANIFEST_PARITY = 4;

    private final ImageSource source;
    private final SenderBuilder options;
    private final int segmentLength;
    private final MulticastPort port;
    private volatile boolean startNow;
    private volatile Runnable starter = () -> {};

    SendTransfer(ImageSource source, SenderBuilder options, int segmentLength, MulticastPort port) {
        this.source = Objects.requireNonNull(source, "source");
        this.options = options;
        this.segmentLength = segmentLength;
        this.port = port;
    }

    /** Starts with whoever has joined; any thread. */
    void startNow() {
        startNow = true;
        starter.run();
    }

    @Override
    public SendReport run(TransferThread<SendReport> transfer) throws IOException {
        transfer.phase(TransferPhase.PREPARING);
        try (SourceFile file = SourceFile.open(source.path())) {
            Manifest manifest = SourceImage.describe(source, file, transfer::progress, transfer::isCancelled);
            ImageDescription description = Descriptions.of(manifest);
            transfer.callbacks().tell(listener -> listener.described(description));
            transfer.phase(TransferPhase.WAITING);
            LOG.info(
                    "Sending image {} ({}, {} bytes) to {}",
                    description.name(),
                    description.id(),
                    description.length(),
                    options.group);
            return send(transfer, file, manifest, description);
        }
    }

    private SendReport send(
            TransferThread<SendReport> transfer, SourceFile file, Manifest manifest, ImageDescription description)
            throws IOException {
        SenderMachine machine = machine();
        Offer offer = offer(machine, file, manifest, description);
        SenderSession[] session = new SenderSession[1];
        try (DiskThreads threads = new DiskThreads(
                transfer.name(),
                DiskThreads.usualCount(),
                cause -> transfer.inbox().post(now -> {
                    throw new IllegalStateException("a disk thread failed", cause);
                }))) {
            session[0] =
                    new SenderSession(transfer, machine, offer, new BlockReader(threads), options.minimumReceivers > 0);
            starter = () -> transfer.inbox().post(session[0]::startNow);
            if (startNow) {
                starter.run();
            }
            new MachineDriver<>(session[0], port, transfer.inbox(), transfer.clock()).run();
            return session[0].report();
        }
    }

    private SenderMachine machine() {
        BlockPool pool = new BlockPool(options.memoryLimit, ByteBuffer::allocateDirect);
        SenderConfig config = SenderConfig.builder(
                        options.nodeId.orElseGet(() -> NodeIds.random(RANDOM)), RANDOM.nextInt(1 << 16))
                .sessionName(options.sessionName)
                .bytesPerSecond(options.rate.bytesPerSecond())
                .minimumReceivers(options.minimumReceivers)
                .maximumWaitNanos(
                        options.maximumWait.map(wait -> wait.toNanos()).orElse(Long.MAX_VALUE))
                .receiverTimeoutNanos(options.receiverTimeout.toNanos())
                .build();
        return new SenderMachine(config, pool, new SplittableRandom(RANDOM.nextLong()));
    }

    private Offer offer(SenderMachine machine, SourceFile file, Manifest manifest, ImageDescription description) {
        ByteBuffer bytes = ByteBuffer.wrap(ManifestCodec.encode(manifest)).asReadOnlyBuffer();
        ObjectId manifestId = machine.offer(manifestObject(bytes.remaining()));
        ImageObject object = manifest.objects().get(0);
        boolean hasContent = object.length() > 0;
        if (hasContent) {
            machine.offer(imageObject(object));
        }
        machine.announce(manifest.root(), manifest.length(), manifestId, manifestId.plus(1), hasContent ? 1 : 0);
        return new Offer(description, manifestId, bytes, file);
    }

    private TransmitObject manifestObject(int length) {
        TransmissionInformation information = information(length);
        int symbols = information.partition().blockLength(0);
        return new TransmitObject(
                information,
                false,
                ByteBuffer.wrap(MANIFEST_INFO.getBytes(StandardCharsets.UTF_8)),
                Optional.empty(),
                Math.min(options.parityCount, Math.max(LEAST_MANIFEST_PARITY, symbols / 2)));
    }

    private TransmitObject imageObject(ImageObject object) {
        TransmissionInformation information = information(object.length());
        Optional<BlockSet> skip = SkippedBlocks.of(object.chunks(), object.chunkSize(), information.partition());
        return new TransmitObject(
                information, true, ByteBuffer.wrap(NormInfo.of(object.name(), segmentLength)), skip, proactiveParity());
    }

    private int proactiveParity() {
        int wanted = (options.blockLength * options.redundancy.percent() + 99) / 100;
        return Math.min(options.parityCount, wanted);
    }

    private TransmissionInformation information(long length) {
        return new TransmissionInformation(
                FecEncoding.SMALL_BLOCK_SYSTEMATIC, length, segmentLength, options.blockLength, options.parityCount);
    }

    /** The image as it was offered: the manifest is read from memory, its object from the file. */
    private record Offer(ImageDescription description, ObjectId manifestId, ByteBuffer manifest, SourceFile file)
            implements SenderSession.OfferedImage {
        @Override
        public BlockReader.Content content(ObjectId object) {
            return object.equals(manifestId)
                    ? (bytes, offset) -> bytes.put(manifest.slice((int) offset, bytes.remaining()))
                    : file::read;
        }
    }
}
