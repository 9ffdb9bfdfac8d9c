package dev.mimeo.internal;

import dev.mimeo.NormObject;
import dev.mimeo.NormSendReport;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.SenderStatistics;
import dev.mimeo.protocol.sender.TransmitObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Some objects, sent as plain NORM: offered in order, driven to the end. */
final class NormSendTransfer extends SendTransfer<NormSendReport> {
    private static final Logger LOG = LoggerFactory.getLogger(NormSendTransfer.class);

    private final List<NormObject> objects;
    private final NormSenderBuilder options;

    /** Refuses objects that cannot be sent in segments of this length. */
    NormSendTransfer(List<NormObject> objects, NormSenderBuilder options, int segmentLength, MulticastPort port) {
        super(options, segmentLength, port);
        this.objects = List.copyOf(objects);
        this.options = options;
        Checks.check(
                !this.objects.isEmpty() && this.objects.size() < ObjectId.COUNT / 2,
                "a transfer of %d objects is not one of 1 to 32,767",
                this.objects.size());
        for (NormObject object : this.objects) {
            int length = info(object).remaining();
            Checks.check(
                    length <= segmentLength,
                    "a name of %d bytes does not fit in NORM_INFO, which is at most a segment of %d; choose a shorter one",
                    length,
                    segmentLength);
        }
    }

    private static ByteBuffer info(NormObject object) {
        return StandardCharsets.UTF_8.encode(object.name().orElse(""));
    }

    @Override
    public NormSendReport run(TransferThread<NormSendReport> transfer) throws IOException {
        SenderMachine machine = machine(config().build());
        try (Offer offer = new Offer()) {
            for (NormObject object : objects) {
                offer.add(object, machine);
            }
            LOG.info("Sending {} objects, {} bytes, to {}", objects.size(), offer.bytes, options.group);
            NormSendReport report = drive(transfer, machine, offer);
            for (SourceFile file : offer.files) {
                file.checkUnchanged();
            }
            return report;
        }
    }

    /** The objects as they were offered, with consecutive ids: files are read where they are. */
    private final class Offer implements SenderSession.Offer<NormSendReport>, AutoCloseable {
        private final List<SourceFile> files = new ArrayList<>();
        private final List<BlockReader.Content> contents = new ArrayList<>();
        private ObjectId first;
        private long bytes;

        private void add(NormObject object, SenderMachine machine) throws StorageException {
            long length;
            Object what;
            if (object instanceof NormObject.File named) {
                SourceFile file = SourceFile.open(named.path());
                files.add(file);
                contents.add(file::read);
                length = file.length();
                what = named.path();
            } else {
                ByteBuffer content = ((NormObject.Data) object).content();
                contents.add(BlockReader.Content.of(content));
                length = content.remaining();
                what = "data " + object.name().orElse("without a name");
            }
            if (length == 0 && object.name().isEmpty()) {
                throw new StorageException(
                        "Cannot send " + what + ": an empty object is nothing but its NORM_INFO; give it a name");
            }
            ObjectId id = machine.offer(new TransmitObject(
                    information(what, length),
                    object instanceof NormObject.File,
                    info(object),
                    KnownChunks.NONE,
                    proactiveParity()));
            first = first == null ? id : first;
            bytes += length;
        }

        @Override
        public BlockReader.Content content(ObjectId object) {
            return contents.get(first.distanceTo(object));
        }

        @Override
        public NormSendReport report(
                List<RosterEntry> roster,
                List<ReceiverStatus> receivers,
                Duration elapsed,
                SenderStatistics statistics) {
            return new NormSendReport(
                    objects.size(),
                    bytes,
                    receivers,
                    elapsed,
                    statistics.bytes(),
                    statistics.sourceBytes(),
                    statistics.proactiveBytes(),
                    statistics.repairBytes(),
                    statistics.nacks());
        }

        @Override
        public void close() {
            files.forEach(SourceFile::close);
        }
    }
}
