package dev.mimeo.internal;

import dev.mimeo.ImageDescription;
import dev.mimeo.ImageSource;
import dev.mimeo.NoReceiversException;
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
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.SenderStatistics;
import dev.mimeo.protocol.sender.StartCondition;
import dev.mimeo.protocol.sender.TransmitObject;
import dev.mimeo.protocol.session.FailureCause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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

    private final NamedSource source;
    private final ImageSenderBuilder options;
    private volatile boolean startNow;
    private volatile Runnable starter = () -> {};

    ImageSendTransfer(ImageSource source, ImageSenderBuilder options, int segmentLength, MulticastPort port) {
        super(options, segmentLength, port);
        this.source = (NamedSource) Objects.requireNonNull(source, "source");
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
        try (OpenImage image = source.open(transfer::progress, transfer::isCancelled)) {
            ImageDescription description = Descriptions.of(image.manifest());
            transfer.callbacks().tell(listener -> listener.described(description));
            transfer.phase(TransferPhase.WAITING);
            LOG.info(
                    "Sending image {} ({}, {} bytes) to {}",
                    description.name(),
                    description.id(),
                    description.length(),
                    options.group);
            SenderMachine machine = machine();
            Offer offer = offer(machine, image, description);
            starter = () -> transfer.inbox().post(machine::start);
            if (startNow) {
                starter.run();
            }
            return drive(transfer, machine, offer);
        }
    }

    private SenderMachine machine() {
        return machine(config().sessionName(options.sessionName)
                .startWhen(startCondition())
                .giveUpNanos(options.maximumWait.map(Duration::toNanos).orElse(Long.MAX_VALUE))
                .checkPatienceNanos(options.waitForChecks.toNanos())
                .receiverTimeoutNanos(options.receiverTimeout.toNanos())
                .build());
    }

    private StartCondition startCondition() {
        if (options.minimumReceivers == 0) {
            return new StartCondition.AtOnce();
        }
        StartCondition enough = new StartCondition.Receivers(options.minimumReceivers);
        return options.maximumWait
                .<StartCondition>map(wait ->
                        new StartCondition.AnyOf(List.of(enough, new StartCondition.AfterOpening(wait.toNanos()))))
                .orElse(enough);
    }

    /** Offers the manifest, and behind it every object that has content. */
    private Offer offer(SenderMachine machine, OpenImage image, ImageDescription description) throws StorageException {
        Manifest manifest = image.manifest();
        ByteBuffer bytes = ByteBuffer.wrap(ManifestCodec.encode(manifest)).asReadOnlyBuffer();
        ObjectId first = machine.offer(manifestObject(bytes.remaining()));
        List<BlockReader.Content> contents = new ArrayList<>();
        contents.add(BlockReader.Content.of(bytes));
        List<Integer> chunkSizes = new ArrayList<>();
        for (int i = 0; i < image.files().size(); i++) {
            SourceFile file = image.files().get(i);
            if (file.length() > 0) {
                ImageObject object = manifest.objects().get(i);
                machine.offer(imageObject(object, file));
                contents.add(file::read);
                chunkSizes.add(object.chunkSize());
            }
        }
        machine.announce(manifest.root(), manifest.length(), first, first.plus(1), chunkSizes);
        return new Offer(description, first, contents, image, options.minimumReceivers > 0);
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

    private TransmitObject imageObject(ImageObject object, SourceFile file) throws StorageException {
        TransmissionInformation information = information(file.path(), object.length());
        Optional<BlockSet> skip = SkippedBlocks.of(object.chunks(), object.chunkSize(), information.partition());
        return new TransmitObject(
                information, true, ByteBuffer.wrap(NormInfo.of(object.name(), segmentLength)), skip, proactiveParity());
    }

    /**
     * The image as it was offered.
     *
     * @param first the id of the manifest; those of the objects follow
     * @param contents in the order of the ids: the manifest is read from memory, its objects from their files
     */
    private record Offer(
            ImageDescription description,
            ObjectId first,
            List<BlockReader.Content> contents,
            OpenImage image,
            boolean needsReceivers)
            implements SenderSession.Offer<SendReport> {
        @Override
        public BlockReader.Content content(ObjectId object) {
            return contents.get(first.distanceTo(object));
        }

        @Override
        public SendReport report(List<RosterEntry> roster, Duration elapsed, SenderStatistics statistics)
                throws TransferException {
            if (needsReceivers && roster.isEmpty()) {
                throw new NoReceiversException(
                        "No receiver joined in the time allowed. Are receivers running, on the same group"
                                + " and port, on the network of this sender's interface? startNow() sends without waiting.");
            }
            return new SendReport(
                    description,
                    Descriptions.of(roster),
                    elapsed,
                    statistics.bytes(),
                    statistics.sourceBytes(),
                    statistics.proactiveBytes(),
                    statistics.repairBytes(),
                    statistics.nacks(),
                    sourceFault(roster));
        }

        /** A file that changed is no failure of the transfer: receivers say what became of their copies. */
        private String sourceFault(List<RosterEntry> roster) {
            try {
                image.checkUnchanged();
            } catch (StorageException e) {
                LOG.warn("{}", e.getMessage());
                return e.getMessage();
            }
            long corrupt = roster.stream()
                    .flatMap(receiver -> receiver.report().stream())
                    .filter(report -> report.cause() == FailureCause.IMAGE_CORRUPT)
                    .count();
            return corrupt < 2
                    ? ""
                    : corrupt
                            + " receivers found that the image does not match its hashes: the source has changed, or it is"
                            + " not read the same every time; check its disk, prepare it again, and send it again";
        }
    }
}
