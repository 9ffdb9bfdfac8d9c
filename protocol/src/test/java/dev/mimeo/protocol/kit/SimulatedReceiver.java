package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.image.ImageEvent;
import dev.mimeo.protocol.image.ImageReceiverMachine;
import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.receiver.ReceiverConfig;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.StatusReport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * An {@link ImageReceiverMachine} and what core does around it: opens a target in memory, reconstructs and writes blocks,
 * reads chunks back and hashes them, publishes.
 *
 * <p>A restarted receiver is empty. A receiver that says "verified" with a wrong byte in its target fails the run at once.
 */
public final class SimulatedReceiver extends SimulatedNode<ImageEvent.Handler> {
    private final SimulatedImage image;
    private final Coding coding;
    private final Events events = new Events();
    private final ChunkHasher hasher = new ChunkHasher();
    private final List<SimulatedTarget> targets = new ArrayList<>();
    private final List<int[]> writesByBlock = new ArrayList<>();
    private UnaryOperator<ReceiverConfig.Builder> settings = UnaryOperator.identity();
    private SimulatedDisk disk = new SimulatedDisk();
    private int poolBlockCount = 64;
    private boolean refusing;
    private LongPredicate held = chunk -> false;
    private int checkedBytes;
    private boolean keepingContent = true;
    private Watcher watcher = new Watcher() {};
    private ImageReceiverMachine receiver;
    private StatusReport report;
    private boolean stored;
    private boolean announced;
    private long writeCount;
    private long bytesWritten;
    private long finishedNanos;
    private long storedNanos;

    /** Hears what becomes of the target. */
    interface Watcher {
        /** It is open, and holds these chunks of each object. */
        default void opened(List<BlockSet> present) {}

        /** A chunk is in it, verified. */
        default void verified(int object, long chunk) {}

        /** The receiver has finished. */
        default void finished(StatusReport report) {}
    }

    /** Makes a receiver that expects {@code image} and no other. */
    public SimulatedReceiver(NodeId id, String name, SimulatedImage image, Coding coding) {
        super(id, name);
        this.image = image;
        this.coding = coding;
    }

    /** Default: those of {@link ReceiverConfig}. What {@code settings} changes, before the receiver starts. */
    public SimulatedReceiver config(UnaryOperator<ReceiverConfig.Builder> settings) {
        UnaryOperator<ReceiverConfig.Builder> before = this.settings;
        this.settings = builder -> settings.apply(before.apply(builder));
        return this;
    }

    /** Default: a fast disk without faults. */
    public SimulatedReceiver disk(SimulatedDisk disk) {
        this.disk = disk;
        return this;
    }

    /** Default: 64. Blocks of memory. */
    public SimulatedReceiver poolBlocks(int count) {
        poolBlockCount = count;
        return this;
    }

    /** Default: none. Chunks of each object that the target holds before the transfer. */
    public SimulatedReceiver holding(LongPredicate chunk) {
        held = chunk;
        return this;
    }

    /** Default: 0. What is read of the target before it is known what it holds. */
    public SimulatedReceiver checking(int bytes) {
        checkedBytes = bytes;
        return this;
    }

    /** Default: takes the image. Refuses it when it is asked for a target. */
    public SimulatedReceiver refusing() {
        refusing = true;
        return this;
    }

    /** Default: keeps what it writes. Compares with the original on the spot and keeps nothing, for thousands of receivers. */
    public SimulatedReceiver keepingNothing() {
        keepingContent = false;
        return this;
    }

    /** Default: nobody. Who hears what becomes of the target. */
    SimulatedReceiver watchedBy(Watcher watcher) {
        this.watcher = watcher;
        return this;
    }

    /** Reads what is in the target of an object. */
    ByteBuffer read(int object, long offset, int length) {
        return targets.get(object).read(offset, length);
    }

    /** Cancels at some time. */
    public void leaveAt(long nanos) {
        inputAt(nanos, () -> receiver.leave(nowNanos()));
    }

    /** Gives up at some time. */
    public void failAt(long nanos, FailureCause cause, String detail) {
        inputAt(nanos, () -> receiver.fail(cause, detail, nowNanos()));
    }

    /** Returns the machine that runs or ran last. */
    public ImageReceiverMachine receiverMachine() {
        return receiver;
    }

    /** Returns its last report; empty if it has not finished. */
    public Optional<StatusReport> report() {
        return Optional.ofNullable(report);
    }

    /** Returns whether the receiver that runs or ran last was told of a session. */
    public boolean hasHeardOfASession() {
        return announced;
    }

    /** Returns when it finished, in the simulation's time. */
    public long finishedNanos() {
        return finishedNanos;
    }

    /** Returns when it had the whole image, verified and stored, in the simulation's time; it goes on until that was heard. */
    public long storedNanos() {
        return storedNanos;
    }

    /** Returns whether it finished as verified. */
    public boolean isVerified() {
        return report != null && report.state() == ReceiverState.VERIFIED;
    }

    /** Returns how many blocks of the image were written, each time counted. */
    public long writeCount() {
        return writeCount;
    }

    /** Returns how many bytes of the image were written, each time counted. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /** Returns how often a block was written since the target was opened. */
    public int writesOf(int object, long block) {
        return writesByBlock.get(object)[Math.toIntExact(block)];
    }

    /** Returns how often the block that was written most often was written. */
    public int mostWritesOfABlock() {
        int most = 0;
        for (int[] writes : writesByBlock) {
            for (int count : writes) {
                most = Math.max(most, count);
            }
        }
        return most;
    }

    /** Fails unless it finished as verified and its targets hold the image, byte for byte. */
    public void assertVerified() {
        if (!isVerified()) {
            throw simulation.failure(SimulationFailure.Rule.EVENT, this + " is not verified: " + describe(), null);
        }
        assertContent();
    }

    private void assertContent() {
        for (int i = 0; i < image.objectCount(); i++) {
            int difference = i < targets.size() ? targets.get(i).firstDifference() : 0;
            if (difference >= 0) {
                throw simulation.failure(
                        SimulationFailure.Rule.WRONG_CONTENT,
                        this + " holds a wrong byte at " + difference + " of object " + i,
                        null);
            }
        }
    }

    @Override
    protected Machine<ImageEvent.Handler> boot(RandomGenerator random) {
        ReceiverConfig config =
                settings.apply(ReceiverConfig.builder(id()).name(name())).build();
        BlockPool pool = new BlockPool(coding.blockCapacity() * poolBlockCount, ByteBuffer::allocate);
        receiver = new ImageReceiverMachine(config, pool, random);
        report = null;
        stored = false;
        announced = false;
        targets.clear();
        writesByBlock.clear();
        return receiver;
    }

    @Override
    protected ImageEvent.Handler handler() {
        return events;
    }

    @Override
    protected String describe() {
        return report != null ? report.toString() : receiver == null ? "" : "" + receiver.status();
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw simulation.failure(SimulationFailure.Rule.EVENT, this + ": " + otherwise, null);
        }
    }

    private final class Events implements ImageEvent.Handler {
        @Override
        public void on(ImageEvent.Announced event) {
            require(report == null, "Announced after Finished");
            announced = true;
        }

        @Override
        public void on(ImageEvent.TurnedAway event) {
            require(report == null, "TurnedAway after Finished");
        }

        @Override
        public void on(ImageEvent.TargetWanted event) {
            require(report == null, "TargetWanted after Finished");
            require(targets.isEmpty(), "TargetWanted twice");
            // Names and dates are not part of the identity: a manifest that was damaged there is still the image's.
            require(event.manifest().root().equals(image.manifest().root()), "TargetWanted for another image");
            afterDisk(checkedBytes, () -> {
                if (refusing) {
                    receiver.fail(FailureCause.REFUSED, "not wanted", nowNanos());
                } else {
                    List<BlockSet> present = openTargets();
                    receiver.onTarget(present, nowNanos());
                    watcher.opened(present);
                }
            });
        }

        @Override
        public void on(ImageEvent.BlockReady event) {
            SourceBlock block = event.block();
            require(block.isDecodable(), "BlockReady of " + block + ", which cannot be decoded");
            if (event.objectIndex() < 0) {
                reconstruct(block);
                afterDisk(0, () -> receiver.onBlock(block, nowNanos()));
            } else {
                require(event.objectIndex() < targets.size(), "BlockReady before the target is open");
                afterDisk(block.byteCount(), () -> {
                    write(event.objectIndex(), block);
                    receiver.onBlock(block, nowNanos());
                });
            }
        }

        @Override
        public void on(ImageEvent.ChunkReady event) {
            require(event.objectIndex() < targets.size(), "ChunkReady before the target is open");
            SimulatedTarget target = targets.get(event.objectIndex());
            require(
                    event.offset() >= 0 && event.offset() + event.length() <= target.length(),
                    event + " is not within its object");
            afterDisk(event.length(), () -> {
                hasher.update(target.read(event.offset(), event.length()));
                byte[] leaf = hasher.leaf();
                receiver.onChunk(event.objectIndex(), event.chunk(), leaf, nowNanos());
                if (Arrays.equals(leaf, image.leafHash(event.objectIndex(), event.chunk()))) {
                    watcher.verified(event.objectIndex(), event.chunk());
                }
            });
        }

        @Override
        public void on(ImageEvent.ImageVerified event) {
            assertContent();
            afterDisk(0, () -> {
                stored = true;
                storedNanos = simulation.nowNanos();
                receiver.onStored(nowNanos());
            });
        }

        @Override
        public void on(ImageEvent.Finished event) {
            require(report == null, "Finished twice");
            require(event.report().state().isFinal(), "Finished, but " + event.report());
            report = event.report();
            finishedNanos = simulation.nowNanos();
            simulation.remark(SimulatedReceiver.this + " finished: " + report);
            watcher.finished(report);
            if (isVerified()) {
                require(stored, "verified before it was stored");
                assertContent();
            }
            ended();
        }
    }

    private void afterDisk(long byteCount, Runnable input) {
        later(disk.begin(simulation.nowNanos(), byteCount), input);
    }

    /** Returns which chunks the targets hold already. */
    private List<BlockSet> openTargets() {
        List<BlockSet> present = new ArrayList<>();
        for (int i = 0; i < image.objectCount(); i++) {
            targets.add(
                    keepingContent
                            ? SimulatedTarget.keeping(image.content(i))
                            : SimulatedTarget.comparing(image.content(i), image.nonZeroBytes(i)));
            long blocks = coding.of(image.content(i).length).partition().blockCount();
            writesByBlock.add(new int[Math.toIntExact(blocks)]);
            present.add(fill(i));
        }
        return present;
    }

    private BlockSet fill(int objectIndex) {
        ImageObject object = image.manifest().objects().get(objectIndex);
        BlockSet present = new BlockSet(object.chunks().count());
        for (long chunk = 0; chunk < object.chunks().count(); chunk++) {
            if (held.test(chunk)) {
                long offset = chunk * object.chunkSize();
                int length = object.chunks().chunkLength(chunk);
                ByteBuffer content = ByteBuffer.wrap(image.content(objectIndex), (int) offset, length);
                targets.get(objectIndex).write(offset, content.slice(), length);
                present.add(chunk);
            }
        }
        return present;
    }

    private static void reconstruct(SourceBlock block) {
        if (!block.isComplete()) {
            Coding.codeOf(block.information()).reconstruct(block);
        }
    }

    /** Symbols that are known are read back only if they are needed. */
    private static void readKnown(SourceBlock block, SimulatedTarget target) {
        BitSet symbols = block.knownSymbols();
        int length = block.information().symbolLength();
        for (int symbol = symbols.nextSetBit(0); symbol >= 0; symbol = symbols.nextSetBit(symbol + 1)) {
            int at = block.symbolPosition(symbol);
            int count = Math.min(length, block.byteCount() - at);
            byte[] content = new byte[length];
            target.read(block.offset() + at, count).get(content, 0, count);
            block.memory().put(at, content);
        }
    }

    private void write(int object, SourceBlock block) {
        SimulatedTarget target = targets.get(object);
        if (!block.isComplete()) {
            readKnown(block, target);
        }
        reconstruct(block);
        long number = disk.nextWrite();
        if (disk.failsAt(number)) {
            receiver.fail(FailureCause.STORAGE, "write " + number + " failed", nowNanos());
            return;
        }
        writeCount++;
        writesByBlock.get(object)[Math.toIntExact(block.blockNumber())]++;
        long end = block.offset() + block.byteCount();
        for (long from = block.known().nextUnknown(block.offset()); from < end; ) {
            int length = (int) (Math.min(end, block.known().nextKnown(from)) - from);
            target.write(from, block.memory().slice((int) (from - block.offset()), length), length);
            bytesWritten += length;
            if (disk.isWrong(number)) {
                target.spoil(from);
            }
            from = block.known().nextUnknown(from + length);
        }
    }
}
