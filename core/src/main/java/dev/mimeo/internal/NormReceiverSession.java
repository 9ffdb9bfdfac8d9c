package dev.mimeo.internal;

import dev.mimeo.NormFile;
import dev.mimeo.NormReceiveReport;
import dev.mimeo.NormTarget;
import dev.mimeo.Progress;
import dev.mimeo.RepairUnavailableException;
import dev.mimeo.SenderLostException;
import dev.mimeo.StorageException;
import dev.mimeo.TransferException;
import dev.mimeo.TransferPhase;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.object.Ending;
import dev.mimeo.protocol.object.ObjectEvent;
import dev.mimeo.protocol.object.ObjectReceiverMachine;
import dev.mimeo.protocol.receiver.ReceiverStatistics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives plain NORM objects: brings each to disk for the machine, tells the user, judges the end. */
final class NormReceiverSession extends ReceiverSession<ObjectEvent.Handler> implements ObjectEvent.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(NormReceiverSession.class);

    private final ObjectReceiverMachine machine;
    private final Targets targets;
    private final NormTarget target;
    private final SafeNames names;
    /** Objects that are neither stored nor dropped. */
    private final Map<ObjectId, Incoming> incoming = new HashMap<>();

    private final List<NormFile> files = new ArrayList<>();
    private TransferPhase phase = TransferPhase.WAITING;
    private long bytes;
    private long totalBytes;
    /** How the machine ended, or null. */
    private Ending end;
    /** Why the last object was dropped. */
    private String dropped = "";

    NormReceiverSession(
            TransferThread<?> transfer,
            ObjectReceiverMachine machine,
            Targets targets,
            NormTarget target,
            NormReceiverBuilder options) {
        super(transfer, options);
        this.machine = machine;
        this.targets = targets;
        this.target = target;
        this.names = new SafeNames(target.path());
    }

    /** An object on its way to disk; {@code written} of its bytes are there. */
    private static final class Incoming {
        private final TargetWriter writer;
        private final boolean isFile;
        private final long length;
        private long written;

        Incoming(TargetWriter writer, boolean isFile, long length) {
            this.writer = writer;
            this.isFile = isFile;
            this.length = length;
        }
    }

    @Override
    public Machine<ObjectEvent.Handler> machine() {
        return machine;
    }

    @Override
    public ObjectEvent.Handler events() {
        return this;
    }

    @Override
    public void on(ObjectEvent.SenderFound event) {
        LOG.info("Receiving from NORM sender {} on {}", event.sender(), where);
        senderFound();
        names.clear();
    }

    @Override
    public void on(ObjectEvent.ObjectWanted event) {
        ObjectId id = event.id();
        LOG.debug("Object {} of {} bytes is on its way", id, event.length());
        phase = TransferPhase.TRANSFERRING;
        transfer.phase(phase);
        totalBytes += event.length();
        TargetWriter writer = targets.add(provisional(id));
        Incoming object = new Incoming(writer, event.isFile(), event.length());
        incoming.put(id, object);
        writer.open(
                event.length(),
                event.length(),
                post(id, object, now -> machine.onOpened(id, now)),
                cause -> fail(id, object, cause));
    }

    /** Its name is not known before it is complete. */
    private Path provisional(ObjectId id) {
        return target instanceof NormTarget.Directory ? target.path().resolve("object-" + id) : target.path();
    }

    @Override
    public void on(ObjectEvent.BlockReady event) {
        ObjectId id = event.id();
        Incoming object = incoming.get(id);
        object.writer.writeOnce(event.block(), post(now -> onWritten(id, object, event.block(), now)), cause -> {
            fail(id, object, cause);
            transfer.inbox().post(now -> machine.onBlock(event.block(), now));
        });
    }

    private void onWritten(ObjectId id, Incoming object, SourceBlock block, long nowNanos) {
        if (incoming.get(id) == object) {
            object.written += block.byteCount();
            bytes += block.byteCount();
        }
        machine.onBlock(block, nowNanos);
    }

    @Override
    public void on(ObjectEvent.ObjectComplete event) {
        ObjectId id = event.id();
        Incoming object = incoming.get(id);
        String text = text(event.info());
        Path place = target instanceof NormTarget.Directory ? names.place(text, id) : target.path();
        NormFile file = new NormFile(place, Names.clean(text), object.length, object.isFile, id.value());
        object.writer.publish(
                place, post(id, object, now -> onStored(id, file, now)), cause -> fail(id, object, cause));
    }

    private static String text(ByteBuffer info) {
        return Names.decode(info.duplicate()).orElse("");
    }

    private void onStored(ObjectId id, NormFile file, long nowNanos) {
        targets.published(incoming.remove(id).writer);
        // An earlier start of the sender may have stored the same.
        files.removeIf(earlier -> earlier.path().equals(file.path()));
        files.add(file);
        LOG.info("Stored object {}, complete and unverified, as {}", id, file.path());
        transfer.callbacks().tell(listener -> listener.objectStored(file));
        machine.onStored(id, nowNanos);
    }

    @Override
    public void on(ObjectEvent.ObjectDropped event) {
        dropped = "object " + event.id() + " was given up: " + event.reason();
        LOG.info("On {}, {}", where, dropped);
        Incoming object = incoming.remove(event.id());
        if (object != null) {
            targets.discard(object.writer);
            bytes -= object.written;
            totalBytes -= object.length;
        }
    }

    @Override
    public void on(ObjectEvent.Finished event) {
        end = event.ending();
        ended();
    }

    /** An object cannot be stored; any thread. */
    private void fail(ObjectId id, Incoming object, StorageException cause) {
        post(id, object, now -> fail(cause, now)).run();
    }

    /** Returns what has {@code entry} done on the protocol thread, unless the object was dropped meanwhile; any thread. */
    private Runnable post(ObjectId id, Incoming object, Inbox.Entry entry) {
        return post(now -> {
            if (incoming.get(id) == object) {
                entry.deliver(now);
            }
        });
    }

    @Override
    void leave(long nowNanos) {
        machine.leave(nowNanos);
    }

    @Override
    void onFailed(TransferException cause, long nowNanos) {
        machine.leave(nowNanos);
    }

    @Override
    Tally tally() {
        return Tally.NOTHING.plus(machine.statistics());
    }

    @Override
    Progress progress(long nowNanos) {
        return new Progress(
                phase,
                bytes,
                totalBytes,
                rate(bytes, nowNanos),
                Duration.ofNanos(nowNanos),
                0,
                0,
                machine.lossPerMillion() / 1e6);
    }

    /** Returns the report on objects that are all complete; how it ended otherwise is thrown. */
    NormReceiveReport report() throws TransferException {
        throwIfFailedOrLeft(end == null || end == Ending.LEFT);
        String have = files.size() + " objects are complete" + (dropped.isEmpty() ? "" : "; " + dropped);
        switch (end) {
            case COMPLETE, LEFT -> {}
            case INCOMPLETE ->
                throw new RepairUnavailableException(
                        "The sender on " + where + " cannot complete everything; " + have + ". Send it again.");
            case SENDER_LOST ->
                throw new SenderLostException("The sender on " + where + " fell silent; " + have + ". Start it again.");
            case SENDER_LEFT ->
                throw new RepairUnavailableException(
                        "The sender on " + where + " left before everything had arrived; " + have + ". Send it again.");
        }
        long now = transfer.clock().nanos();
        transfer.progress(progress(now), this);
        ReceiverStatistics statistics = machine.statistics();
        LOG.debug("{}", statistics);
        return new NormReceiveReport(
                files,
                Duration.ofNanos(now),
                statistics.datagrams(),
                statistics.bytes(),
                statistics.duplicates(),
                statistics.nacks());
    }
}
