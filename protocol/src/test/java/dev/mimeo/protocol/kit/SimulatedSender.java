package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.manifest.ImageObject;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.sender.SenderConfig;
import dev.mimeo.protocol.sender.SenderEvent;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.SenderStatistics;
import dev.mimeo.protocol.sender.TransmitObject;
import dev.mimeo.protocol.session.SessionState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A {@link SenderMachine} and what core does around it: offers the manifest and the objects of an image, reads blocks from
 * a simulated disk, computes parity.
 *
 * <p>A restarted sender has the same id and the next instance id.
 */
public final class SimulatedSender extends SimulatedNode<SenderEvent.Handler> {
    /** Content of the NORM_INFO that marks the manifest. */
    public static final String MANIFEST_INFO = "mimeo/manifest";

    private static final int FIRST_INSTANCE = 0x4d01;
    private static final int LEAST_MANIFEST_PARITY = 4;

    private final SimulatedImage image;
    private final Coding coding;
    private final Events events = new Events();
    private final Map<ObjectId, Content> contents = new HashMap<>();
    private final List<ObjectId> objects = new ArrayList<>();
    private Optional<Store> store = Optional.empty();
    private UnaryOperator<SenderConfig.Builder> settings = UnaryOperator.identity();
    private SimulatedDisk disk = new SimulatedDisk();
    private int poolBlockCount = 64;
    private SenderMachine sender;
    private SessionState state;
    private Consumer<SenderEvent.AdmissionWanted> admission = event -> {};
    private long startedNanos;
    private long blocksRead;
    private long parityRowCount;

    /** Where the bytes of an object are read. */
    private interface Content {
        ByteBuffer read(long offset, int length);
    }

    /** Where the objects of an image are while they arrive. */
    interface Store {
        /** Returns the chunks of an object that are there now. */
        BlockSet present(int object);

        ByteBuffer read(int object, long offset, int length);
    }

    /** Makes a sender of {@code image}. */
    public SimulatedSender(NodeId id, SimulatedImage image, Coding coding) {
        this(id, "sender", image, coding);
    }

    SimulatedSender(NodeId id, String name, SimulatedImage image, Coding coding) {
        super(id, name);
        this.image = image;
        this.coding = coding;
    }

    /** Default: those of {@link SenderConfig}. What {@code settings} changes, before the sender starts. */
    public SimulatedSender config(UnaryOperator<SenderConfig.Builder> settings) {
        UnaryOperator<SenderConfig.Builder> before = this.settings;
        this.settings = builder -> settings.apply(before.apply(builder));
        return this;
    }

    /** Default: all of the image is there. Sends what is in {@code store}, as {@link #available} says. */
    SimulatedSender from(Store store) {
        this.store = Optional.of(store);
        return this;
    }

    /** A chunk is in the store from now on. */
    void available(int object, long chunk) {
        later(0, () -> sender.available(objects.get(object), chunk, nowNanos()));
    }

    /** Default: a fast disk without faults. */
    public SimulatedSender disk(SimulatedDisk disk) {
        this.disk = disk;
        return this;
    }

    /** Default: 64. Blocks of memory. */
    public SimulatedSender poolBlocks(int count) {
        poolBlockCount = count;
        return this;
    }

    /** The operator's hand, at some time; it is given the machine and the time. */
    public void at(long nanos, ObjLongConsumer<SenderMachine> hand) {
        inputAt(nanos, () -> hand.accept(sender, nowNanos()));
    }

    /** Starts the session at some time, whoever has joined. */
    public void goAt(long nanos) {
        at(nanos, SenderMachine::start);
    }

    /** Ends the session at some time. */
    public void endAt(long nanos) {
        at(nanos, SenderMachine::end);
    }

    /** Default: nothing. What is done when a receiver asks to be admitted. */
    public SimulatedSender onAdmission(Consumer<SenderEvent.AdmissionWanted> admission) {
        this.admission = admission;
        return this;
    }

    /** Returns the machine that runs or ran last. */
    public SenderMachine senderMachine() {
        return sender;
    }

    /** Returns what the machine has done. */
    public SenderStatistics statistics() {
        return sender.statistics();
    }

    /** Returns whom the machine has heard. */
    public List<RosterEntry> receivers() {
        return sender.receivers();
    }

    /** Returns the state it told last; null before the first. */
    public SessionState state() {
        return state;
    }

    /** Returns when it began to send, in the simulation's time; 0 before. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Returns how many blocks were read from the disk. */
    public long blocksRead() {
        return blocksRead;
    }

    /** Returns how many parity symbols were computed. */
    public long parityRowCount() {
        return parityRowCount;
    }

    @Override
    protected Machine<SenderEvent.Handler> boot(RandomGenerator random) {
        int instanceId = FIRST_INSTANCE + incarnation();
        SenderConfig config = settings.apply(
                        SenderConfig.builder(id(), instanceId).sessionName("simulation"))
                .build();
        BlockPool pool = new BlockPool(coding.blockCapacity() * poolBlockCount, ByteBuffer::allocate);
        sender = new SenderMachine(config, pool, random);
        state = null;
        contents.clear();
        objects.clear();
        ObjectId manifest = offerManifest();
        ObjectId first = manifest.plus(1);
        for (int i = 0; i < image.objectCount(); i++) {
            ObjectId given = offerObject(i);
            first = i == 0 ? given : first;
        }
        List<Integer> chunkSizes = image.manifest().objects().stream()
                .filter(object -> object.length() > 0)
                .map(ImageObject::chunkSize)
                .toList();
        sender.announce(image.manifest().root(), image.length(), manifest, first, chunkSizes);
        return sender;
    }

    private ObjectId offerManifest() {
        TransmissionInformation information = coding.of(image.manifestBytes().length);
        int blockLength = information.partition().blockLength(0);
        int proactive = Math.min(coding.parityCount(), Math.max(LEAST_MANIFEST_PARITY, blockLength / 2));
        ObjectId id =
                sender.offer(new TransmitObject(information, false, info(MANIFEST_INFO), KnownChunks.NONE, proactive));
        contents.put(id, content(image.manifestBytes()));
        return id;
    }

    private ObjectId offerObject(int index) {
        ImageObject object = image.manifest().objects().get(index);
        TransmissionInformation information = coding.of(object.length());
        TransmitObject offered = new TransmitObject(
                information, true, info(object.name()), object.chunks().zeros(), coding.proactiveParity());
        ObjectId id = store.map(from -> sender.offer(offered, object.chunkSize(), from.present(index)))
                .orElseGet(() -> sender.offer(offered));
        contents.put(
                id,
                store.<Content>map(from -> (offset, length) -> from.read(index, offset, length))
                        .orElseGet(() -> content(image.content(index))));
        objects.add(id);
        return id;
    }

    private static Content content(byte[] bytes) {
        return (offset, length) -> ByteBuffer.wrap(bytes, Math.toIntExact(offset), length);
    }

    private static ByteBuffer info(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the payload of the source symbols that a first pass has to send: everything but symbols of zeros. */
    public long firstPassBytes() {
        long bytes = image.length();
        for (ImageObject object : image.manifest().objects()) {
            bytes -= object.chunks()
                    .zeros()
                    .symbolBytes(coding.of(object.length()).partition());
        }
        return bytes;
    }

    @Override
    protected SenderEvent.Handler handler() {
        return events;
    }

    @Override
    protected String describe() {
        return sender == null
                ? ""
                : state + " " + sender.statistics() + ", "
                        + sender.receivers().stream()
                                .filter(entry -> !entry.isSettled())
                                .count()
                        + " of " + sender.receivers().size() + " receivers not settled";
    }

    private final class Events implements SenderEvent.Handler {
        @Override
        public void on(SenderEvent.BlockWanted event) {
            SenderMachine asked = sender;
            SourceBlock block = event.block();
            later(disk.begin(simulation.nowNanos(), block.byteCount()), () -> {
                fill(block);
                asked.onBlock(block, nowNanos());
            });
        }

        @Override
        public void on(SenderEvent.ReceiverChanged event) {
            simulation.remark("sender knows " + event.receiver());
        }

        @Override
        public void on(SenderEvent.AdmissionWanted event) {
            simulation.remark("sender is asked to admit " + event.receiver());
            admission.accept(event);
        }

        @Override
        public void on(SenderEvent.ReceiverLags event) {
            simulation.remark(event.receiver() + " lags behind");
        }

        @Override
        public void on(SenderEvent.StateChanged event) {
            simulation.remark("sender is " + event.state());
            state = event.state();
            startedNanos = state == SessionState.SENDING ? simulation.nowNanos() : startedNanos;
            if (state == SessionState.ENDED) {
                ended();
            }
        }
    }

    private void fill(SourceBlock block) {
        Content content = contents.get(block.object());
        if (content == null) {
            throw simulation.failure(SimulationFailure.Rule.EVENT, "BlockWanted of an unknown object: " + block, null);
        }
        blocksRead++;
        ByteBuffer bytes = content.read(block.offset(), block.byteCount());
        block.memory().put(0, bytes, bytes.position(), block.byteCount());
        int end = block.symbolCount() * block.information().symbolLength();
        for (int i = block.byteCount(); i < end; i++) {
            block.memory().put(i, (byte) 0);
        }
        block.mark(0, block.symbolCount());
        if (block.firstParityWanted() < block.parityWantedEnd()) {
            parityRowCount += block.parityWantedEnd() - block.firstParityWanted();
            Coding.codeOf(block.information()).encode(block, block.firstParityWanted(), block.parityWantedEnd());
        }
    }
}
