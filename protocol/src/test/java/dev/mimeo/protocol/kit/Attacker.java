package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.Confirmation;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionCodec;
import dev.mimeo.protocol.session.SessionState;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.wire.Ack;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.EndOfTransmission;
import dev.mimeo.protocol.wire.Flush;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.PayloadId;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.RepairAdvertisement;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.RepairRequestBuilder;
import dev.mimeo.protocol.wire.Report;
import dev.mimeo.protocol.wire.SenderHeader;
import dev.mimeo.protocol.wire.SenderMessage;
import dev.mimeo.protocol.wire.Squelch;
import dev.mimeo.protocol.wire.Watermark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Somebody on the network who means harm: hears everything, and forges, replays, damages and floods, under any name.
 *
 * <p>It speaks to a session only once it has heard the sender of it announce an image; before that nothing is sent. The same
 * seed does the same. What it sends counts in {@link #sentCount}.
 */
public final class Attacker {
    private static final int LARGEST_CAPTURE = 100_000;
    private static final int LARGEST_DATAGRAM = 2_000;
    private static final int SEGMENT = 1_000;
    /** Where NORM_DATA of FEC Encoding ID 129 states the symbol: behind the block's number and length. */
    private static final int SYMBOL_ID = 22;

    private final Simulation simulation;
    private final NodeId id;
    private final SplittableRandom random;
    private final List<byte[]> capture = new ArrayList<>();
    private final DataHeader data = new DataHeader();
    private SenderHeader header;
    private Announcement announcement;
    private Watermark end;
    /** The latest symbol of the image that was heard. */
    private byte[] symbol;

    private double polluting;
    private double pollutingParity;
    private double echoing;
    private double mangling;
    private long sentCount;

    /** Takes a place on the network, from which everything is heard. */
    public Attacker(Simulation simulation, NodeId id) {
        this.simulation = simulation;
        this.id = id;
        this.random = new SplittableRandom(Mix.of(simulation.seed(), id.value()));
        simulation.network().attachOutsider(id);
        simulation.network().tap(this::hear);
    }

    // What it does by itself, with what it hears.

    /** Default: 0. Symbols of the image that are sent, before the sender can, with a wrong content: one in so many heard. */
    public Attacker polluting(double share) {
        polluting = share;
        return this;
    }

    /** Default: 0. Parity of the image that nobody sends, one symbol in so many that are heard: any of it seems to be of use. */
    public Attacker pollutingParity(double share) {
        pollutingParity = share;
        return this;
    }

    /** Default: 0. Datagrams, whoever sent them, that are repeated at once. */
    public Attacker echoing(double share) {
        echoing = share;
        return this;
    }

    /** Default: 0. Datagrams that are repeated at once, cut short, made longer, or with bits inverted. */
    public Attacker mangling(double share) {
        mangling = share;
        return this;
    }

    /** Does something again and again from one time to another, unless everybody is done. */
    public Attacker repeat(long fromNanos, long toNanos, long intervalNanos, Runnable attack) {
        simulation.at(fromNanos, () -> {
            if (fromNanos < toNanos && !simulation.isDone()) {
                attack.run();
                repeat(fromNanos + intervalNanos, toNanos, intervalNanos, attack);
            }
        });
        return this;
    }

    /** Returns how many datagrams it has sent. */
    public long sentCount() {
        return sentCount;
    }

    // What it says as a receiver, under any name.

    /** Asks the group for everything. */
    public void asksForEverything(NodeId as) {
        if (announcement != null) {
            toGroup(everything(as));
        }
    }

    /** Asks the group for the manifest, which is small. */
    public void asksForTheManifest(NodeId as) {
        if (announcement != null) {
            RepairRequestBuilder requests = new RepairRequestBuilder(SEGMENT);
            requests.objects(end().encoding(), announcement.manifest(), announcement.manifest());
            toGroup(new Nack(receiver(as), null, requests.build()));
        }
    }

    /** Asks the sender alone for everything. */
    public void asksTheSenderForEverything(NodeId as) {
        if (announcement != null) {
            toSender(everything(as));
        }
    }

    private Nack everything(NodeId as) {
        RepairRequestBuilder requests = new RepairRequestBuilder(SEGMENT);
        requests.objects(end().encoding(), announcement.manifest(), lastObject());
        return new Nack(receiver(as), null, requests.build());
    }

    /** Asks the sender for some symbols of each of so many blocks of the first object of the image. */
    public void asksForSymbols(NodeId as, int blocks, int symbols) {
        if (announcement == null) {
            return;
        }
        BitSet set = new BitSet();
        set.set(0, symbols);
        for (int block = 0; block < blocks; ) {
            RepairRequestBuilder requests = new RepairRequestBuilder(SEGMENT);
            while (block < blocks && requests.symbols(at(announcement.firstObject(), block), set)) {
                block++;
            }
            toGroup(new Nack(receiver(as), null, requests.build()));
        }
    }

    /** Reports how somebody does. */
    public void reports(NodeId as, ReceiverState state) {
        if (announcement != null) {
            StatusReport report = new StatusReport(
                    state, "somebody", "", announcement.image(), 0, 0, 0, 0, 0, 0, FailureCause.NONE, "");
            toSender(new Report(receiver(as), SessionCodec.encode(report)));
        }
    }

    /** Acknowledges the end of the data. */
    public void acknowledges(NodeId as) {
        if (end != null) {
            toGroup(new Ack(receiver(as), Ack.FLUSH, 0, null, end));
        }
    }

    // What it says as the sender.

    /** Says that the sender leaves, both ways. */
    public void saysFarewell() {
        if (announcement != null) {
            toGroup(new EndOfTransmission(header()));
            announces(SessionState.ENDED);
        }
    }

    /** Announces the session in another state. */
    public void announces(SessionState state) {
        if (announcement != null) {
            toGroup(new ApplicationCommand(
                    header(),
                    SessionCodec.encode(new Announcement(
                            state,
                            announcement.sessionName(),
                            announcement.image(),
                            announcement.imageLength(),
                            announcement.manifest(),
                            announcement.firstObject(),
                            announcement.objectCount(),
                            announcement.joined(),
                            announcement.expected(),
                            -1,
                            announcement.bytesPerSecond(),
                            announcement.reportIntervalMillis()))));
        }
    }

    /** Says that nothing of the image can be had any more. */
    public void squelches() {
        if (announcement != null) {
            toGroup(new Squelch(header(), at(lastObject().plus(1), 0), List.of()));
        }
    }

    /** Says that the sender was asked for everything. */
    public void advertisesEverything() {
        if (announcement != null) {
            RepairRequestBuilder requests = new RepairRequestBuilder(SEGMENT);
            requests.objects(end().encoding(), announcement.manifest(), lastObject());
            List<RepairRequest> built = requests.build();
            toGroup(new RepairAdvertisement(header(), 0, null, built));
        }
    }

    /** Confirms, as if the sender had heard it, how receivers ended, or what they need. */
    public void confirms(Confirmation.Subject subject, Collection<NodeId> receivers) {
        if (announcement != null) {
            toGroup(new ApplicationCommand(
                    header(), SessionCodec.encode(new Confirmation(subject, List.copyOf(receivers)))));
        }
    }

    // What it has kept.

    /** Sends everything that was heard so far once more, as it was. */
    public void replays() {
        List.copyOf(capture).forEach(datagram -> send(NodeId.ANY, ByteBuffer.wrap(datagram)));
    }

    /** Sends one datagram that was heard, whenever and from whomever, once more, as it was. */
    public void replaysOne() {
        if (!capture.isEmpty()) {
            send(NodeId.ANY, ByteBuffer.wrap(capture.get(random.nextInt(capture.size()))));
        }
    }

    // ----------------------------------------------------------------------------------------------------------------

    private void hear(Datagram datagram) {
        if (datagram.origin().equals(id)) {
            return;
        }
        byte[] bytes = new byte[datagram.length()];
        datagram.bytes().get(bytes);
        if (capture.size() < LARGEST_CAPTURE) {
            capture.add(bytes);
        }
        datagram.message().ifPresent(this::learn);
        if (datagram.is(MessageType.DATA) && announcement != null) {
            symbol = bytes;
            if (random.nextDouble() < polluting) {
                pollute(false);
            }
            if (pollutingParity > 0 && random.nextDouble() < pollutingParity) {
                pollute(true);
            }
        }
        if (random.nextDouble() < echoing) {
            send(datagram.destination(), ByteBuffer.wrap(bytes));
        }
        if (random.nextDouble() < mangling) {
            send(datagram.destination(), ByteBuffer.wrap(mangled(bytes)));
        }
    }

    private void learn(Message message) {
        if (message instanceof SenderMessage fromSender) {
            header = fromSender.header();
            if (message instanceof Flush flush) {
                end = flush.position();
            } else if (message instanceof ApplicationCommand command) {
                learn(command);
            }
        }
    }

    private void learn(ApplicationCommand command) {
        try {
            SessionCodec.decodeCommand(command.content())
                    .filter(Announcement.class::isInstance)
                    .ifPresent(heard -> announcement = (Announcement) heard);
        } catch (MalformedDatagramException refused) {
            throw new AssertionError(refused);
        }
    }

    /** The next symbol of the block that is being sent, or parity of it, with a content of its own; only what is of the image. */
    private void pollute(boolean parity) {
        try {
            data.wrap(ByteBuffer.wrap(symbol));
        } catch (MalformedDatagramException refused) {
            return;
        }
        boolean last = data.symbolId() + 1 >= data.blockLength();
        if (last && !parity || new ObjectId(data.object()).equals(announcement.manifest())) {
            return;
        }
        byte[] forged = symbol.clone();
        ByteBuffer view = ByteBuffer.wrap(forged);
        int symbolId =
                parity ? data.blockLength() + random.nextInt(data.information().parityCount()) : data.symbolId() + 1;
        view.putShort(SYMBOL_ID, (short) symbolId);
        for (int at = data.payloadPosition(); at < forged.length; at++) {
            forged[at] = (byte) random.nextInt();
        }
        send(NodeId.ANY, view);
    }

    private byte[] mangled(byte[] bytes) {
        return switch (random.nextInt(3)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 100));
            default -> {
                byte[] flipped = bytes.clone();
                for (int i = random.nextInt(1, 9); i > 0; i--) {
                    flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                }
                yield flipped;
            }
        };
    }

    private SenderHeader header() {
        return new SenderHeader(
                random.nextInt(1 << 16),
                header.source(),
                header.instanceId(),
                header.grtt(),
                header.backoffFactor(),
                header.groupSize());
    }

    private ReceiverHeader receiver(NodeId as) {
        return new ReceiverHeader(random.nextInt(1 << 16), as, header.source(), header.instanceId(), 0);
    }

    private Watermark end() {
        return end != null ? end : at(announcement.firstObject(), 0);
    }

    private static Watermark at(ObjectId object, long block) {
        return new Watermark(FecEncoding.SMALL_BLOCK_SYSTEMATIC, object, new PayloadId(block, 1, 0));
    }

    private ObjectId lastObject() {
        return announcement.firstObject().plus(announcement.objectCount() - 1);
    }

    private void toGroup(Message message) {
        send(NodeId.ANY, bytes(message));
    }

    private void toSender(Message message) {
        send(header.source(), bytes(message));
    }

    private static ByteBuffer bytes(Message message) {
        ByteBuffer out = ByteBuffer.allocate(LARGEST_DATAGRAM);
        MessageCodec.encode(message, out);
        return out.flip();
    }

    private void send(NodeId destination, ByteBuffer datagram) {
        sentCount++;
        simulation.network().inject(id, destination, datagram, simulation.nowNanos());
    }
}
