package dev.mimeo.internal;

import dev.mimeo.ImageDescription;
import dev.mimeo.ImageSource;
import dev.mimeo.NoReceiversException;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.StorageException;
import dev.mimeo.TransferException;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.manifest.ManifestCodec;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.SenderStatistics;
import dev.mimeo.protocol.sender.TransmitObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One image, sent: described, offered, driven to the end. */
final class ImageSendTransfer extends SendTransfer<SendReport> {
    private static final Logger LOG = LoggerFactory.getLogger(ImageSendTransfer.class);
    private static final String MANIFEST_INFO = "mimeo/manifest";
    private static final int LEAST_MANIFEST_PARITY = 4;

    private final ImageSource source;
    private final ImageSenderBuilder options;
    private volatile boolean startNow;
    private volatile Runnable starter = () -> {};

    ImageSendTransfer(ImageSource source, ImageSenderBuilder options, int segmentLength, MulticastPort port) {
        super(options, segmentLength, port);
        this.source = Objects.requireNonNull(source, "source");
        this.options = options;
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
            SenderMachine machine = machine();
            Offer offer = offer(machine, file, manifest, description);
            starter = () -> transfer.inbox().post(machine::start);
            if (startNow) {
                starter.run();
            }
            return drive(transfer, machine, offer);
        }
    }

    private SenderMachine machine() {
        return machine(config().sessionName(options.sessionName)
                .minimumReceivers(options.minimumReceivers)
                .maximumWaitNanos(options.maximumWait.map(Duration::toNanos).orElse(Long.MAX_VALUE))
                .checkPatienceNanos(options.waitForChecks.toNanos())
                .receiverTimeoutNanos(options.receiverTimeout.toNanos())
                .build());
    }

    private Offer offer(SenderMachine machine, SourceFile file, Manifest manifest, ImageDescription description)
            throws StorageException {
        ByteBuffer bytes = ByteBuffer.wrap(ManifestCodec.encode(manifest)).asReadOnlyBuffer();
        ObjectId manifestId = machine.offer(manifestObject(bytes.remaining()));
        ImageObject object = manifest.objects().get(0);
        boolean hasContent = object.length() > 0;
        if (hasContent) {
            machine.offer(imageObject(object));
        }
        machine.announce(
                manifest.root(),
                manifest.length(),
                manifestId,
                manifestId.plus(1),
                hasContent ? List.of(object.chunkSize()) : List.of());
        return new Offer(description, manifestId, BlockReader.Content.of(bytes), file, options.minimumReceivers > 0);
    }

    private TransmitObject manifestObject(int length) throws StorageException {
        TransmissionInformation information = information("the manifest", length);
        int symbols = information.partition().blockLength(0);
        return new TransmitObject(
                information,
                false,
                ByteBuffer.wrap(MANIFEST_INFO.getBytes(StandardCharsets.UTF_8)),
                Optional.empty(),
                Math.min(options.parityCount, Math.max(LEAST_MANIFEST_PARITY, symbols / 2)));
    }

    private TransmitObject imageObject(ImageObject object) throws StorageException {
        TransmissionInformation information = information(source.path(), object.length());
        Optional<BlockSet> skip = SkippedBlocks.of(object.chunks(), object.chunkSize(), information.partition());
        return new TransmitObject(
                information, true, ByteBuffer.wrap(NormInfo.of(object.name(), segmentLength)), skip, proactiveParity());
    }

    /** The image as it was offered: the manifest is read from memory, its object from the file. */
    private record Offer(
            ImageDescription description,
            ObjectId manifestId,
            BlockReader.Content manifest,
            SourceFile file,
            boolean needsReceivers)
            implements SenderSession.Offer<SendReport> {
        @Override
        public BlockReader.Content content(ObjectId object) {
            return object.equals(manifestId) ? manifest : file::read;
        }

        @Override
        public SendReport report(List<ReceiverStatus> receivers, Duration elapsed, SenderStatistics statistics)
                throws TransferException {
            if (needsReceivers && receivers.isEmpty()) {
                throw new NoReceiversException(
                        "No receiver joined in the time allowed. Are receivers running, on the same group"
                                + " and port, on the network of this sender's interface? startNow() sends without waiting.");
            }
            return new SendReport(
                    description,
                    receivers,
                    elapsed,
                    statistics.bytes(),
                    statistics.sourceBytes(),
                    statistics.proactiveBytes(),
                    statistics.repairBytes(),
                    statistics.nacks());
        }
    }
}
