package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.seal.SealDirection;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.seal.SealId;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A port whose datagrams are sealed on their way out and opened on their way in: the layer under NORM. Machines see plain
 * messages only, and never a key.
 *
 * <p>What does not open changes nothing but a count: keys that are derived to try it are forgotten, no address is learned,
 * nothing is answered. Whoever opens a port starts a session or is a receiver by an id at random, so that no counter meets a
 * key twice; every datagram gets a new counter, and so does one that the system had no room for and that is sent again.
 *
 * <p>To derive a key costs more than to find a forgery under a known one. So only every eighth datagram that needs one gets
 * it while forgeries arrive, and whoever is new, or begins an epoch, is heard with the eighth of its datagrams or so. How far
 * ahead an epoch is does not matter: a receiver may have been away for long.
 *
 * <p>What nobody can know from one datagram alone is how old it is: to who opens a port for the first time, a recording of a
 * session that it never heard looks like a sender. Its content is authentic, and old.
 */
final class SealedPort extends PortLayer {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Where a message of a sender has source_id and, behind it, instance_id (RFC 5740, section 4.2). */
    private static final int SOURCE = 4;
    /** Where feedback has server_id and, behind it, instance_id (section 4.3). */
    private static final int SERVER = 8;

    private static final int START_LENGTH = Integer.BYTES + Short.BYTES;
    /** Keys that can be derived in vain: 32 at once, and then one for every eight datagrams. */
    private static final int MOST_CREDIT = 256;

    private static final int KEY_PRICE = 8;

    private final MulticastPort port;
    private final Role role;
    private final KeySchedule schedule;
    private final SealTable table = new SealTable();
    private final Refusals refusals;
    private final SealId receiverId = randomId();
    /** Ours; null for a receiver, who seals for the sessions of others. */
    private final SealSession own;

    private final SealHeader header = new SealHeader();
    private final PacketCipher sealing = new PacketCipher();
    /** Apart from each other, so that feedback does not have the key of the data expanded anew. */
    private final PacketCipher openingData = new PacketCipher();

    private final PacketCipher openingFeedback = new PacketCipher();
    private final Inbound raw = new Inbound();
    private final byte[] sealedIn = new byte[Inbound.LARGEST_DATAGRAM];
    private final byte[] plainIn = new byte[Inbound.LARGEST_DATAGRAM];
    private final ByteBuffer plain = ByteBuffer.wrap(plainIn);
    private final byte[] plainOut = new byte[Outbound.LARGEST_DATAGRAM];
    private final ByteBuffer sealedOut = ByteBuffer.allocate(Outbound.LARGEST_DATAGRAM + SealHeader.FEEDBACK_OVERHEAD);
    private final ByteBuffer out = ByteBuffer.allocateDirect(sealedOut.capacity());
    /** The session that was heard last, or null. */
    private SealSession latest;

    private long nextCounter;
    private int credit = MOST_CREDIT;

    /** What is sent and listened to. */
    enum Role {
        /** Starts a session, and hears feedback on it. */
        SENDER,
        /** Hears all sessions, gives feedback, and hears that of others. */
        RECEIVER,
        /** Starts a session, and hears all others: the directory. */
        MEMBER
    }

    /**
     * Seals and opens what goes through {@code port}.
     *
     * @param key is copied
     * @param where what people call the group
     */
    SealedPort(MulticastPort port, Role role, GroupSecret key, Object where) {
        this.port = port;
        this.role = role;
        this.schedule = new KeySchedule(key.copy());
        this.refusals = new Refusals(where);
        try {
            SealId id = randomId();
            own = role == Role.RECEIVER ? null : new SealSession(id, schedule.secret(id));
        } catch (IOException e) {
            throw new AssertionError("the key schedule has just been made", e);
        }
    }

    private static SealId randomId() {
        return new SealId(RANDOM.nextLong(), RANDOM.nextLong());
    }

    // ----------------------------------------------------------------------------------------------------------- in

    /** Takes one datagram, and leaves {@code inbound} empty if it does not open. */
    @Override
    public boolean receive(Inbound inbound) throws IOException {
        if (!port.receive(raw)) {
            return false;
        }
        credit = Math.min(MOST_CREDIT, credit + 1);
        int length = opened(raw.datagram());
        inbound.clear().put(plainIn, 0, length);
        inbound.receivedAs(raw);
        return true;
    }

    /** Opens a datagram into {@code plainIn}, and returns the length of the message; 0 if there is none for us. */
    private int opened(ByteBuffer datagram) throws IOException {
        try {
            header.read(datagram);
        } catch (MalformedDatagramException e) {
            return refuse(SealHeader.isSealed(datagram) ? Refusals.Reason.MALFORMED : Refusals.Reason.CLEAR);
        }
        if (isOwn()) {
            return 0; // The group hears everything, and we are in it.
        }
        datagram.get(0, sealedIn, 0, datagram.limit());
        return switch (header.direction()) {
            case FROM_SENDER -> role == Role.SENDER ? refuse(Refusals.Reason.FOREIGN) : openData(datagram.limit());
            case FEEDBACK -> role == Role.MEMBER ? refuse(Refusals.Reason.FOREIGN) : openFeedback(datagram.limit());
        };
    }

    private boolean isOwn() {
        return header.direction() == SealDirection.FROM_SENDER
                ? own != null && header.isOf(own.id)
                : role == Role.RECEIVER && header.isFrom(receiverId);
    }

    private int openData(int length) throws IOException {
        boolean isLatest = latest != null && header.isOf(latest.id);
        SealSession session = isLatest ? latest : table.session(header.session());
        if (session != null) {
            return openData(session, length);
        }
        SealId id = header.session();
        if (table.isRetired(id)) {
            return refuse(Refusals.Reason.REPLAYED);
        }
        if (credit < KEY_PRICE) {
            return refuse(Refusals.Reason.UNTRIED);
        }
        SealSession candidate = new SealSession(id, schedule.secret(id));
        int opened = openData(candidate, length);
        if (opened > 0) {
            table.heard(candidate);
        } else {
            candidate.destroy();
        }
        return opened;
    }

    private int openData(SealSession session, int length) throws IOException {
        SealOrigin sender = session.sender;
        if (!sender.isNew(header.counter())) {
            return refuse(Refusals.Reason.REPLAYED);
        }
        PacketKey known = sender.key(header.epoch());
        if (known == null && credit < KEY_PRICE) {
            return refuse(Refusals.Reason.UNTRIED);
        }
        PacketKey key = known == null ? schedule.data(session.secret, header.epoch()) : known;
        int opened = open(openingData, sender, known, key, length);
        if (opened > 0) {
            hearing(session);
            session.start = start(plain, opened, SOURCE);
        }
        return opened;
    }

    private void hearing(SealSession session) {
        if (latest != session) {
            if (latest != null) {
                table.heard(latest); // Until now: it is not the first to be let go.
            }
            latest = session;
        }
    }

    private int openFeedback(int length) throws IOException {
        SealSession session = own != null ? own : table.session(header.session());
        if (session == null || !header.isOf(session.id)) {
            return refuse(Refusals.Reason.FOREIGN);
        }
        SealId id = header.receiver();
        SealOrigin receiver = table.receiver(session.id, id);
        if (!receiver.isNew(header.counter())) {
            return refuse(Refusals.Reason.REPLAYED);
        }
        PacketKey known = receiver.key(header.epoch());
        if (known == null && credit < KEY_PRICE) {
            return refuse(Refusals.Reason.UNTRIED);
        }
        PacketKey key = known == null ? schedule.feedback(session.secret, id, header.epoch()) : known;
        int opened = open(openingFeedback, receiver, known, key, length);
        if (opened > 0) {
            table.heard(session.id, id, receiver);
        }
        return opened;
    }

    /** {@code known} is null if the key was derived to try it. */
    private int open(PacketCipher cipher, SealOrigin origin, PacketKey known, PacketKey key, int length)
            throws IOException {
        int opened = cipher.open(key, header, sealedIn, length, plainIn);
        if (opened == PacketCipher.FORGED) {
            if (known == null) {
                key.destroy();
                credit -= KEY_PRICE;
            }
            return refuse(Refusals.Reason.FORGED);
        }
        origin.accept(header.counter(), header.epoch(), key);
        return opened;
    }

    private int refuse(Refusals.Reason reason) {
        refusals.count(reason);
        return 0;
    }

    // ---------------------------------------------------------------------------------------------------------- out

    @Override
    public boolean send(ByteBuffer datagram, NodeId destination) throws IOException {
        Optional<SealSession> session = own == null
                ? sessionOf(start(datagram, datagram.limit(), datagram.position() + SERVER))
                : Optional.of(own);
        if (session.isEmpty()) {
            return true; // Whom it is for was never heard.
        }
        int length = seal(session.get(), datagram);
        out.clear().put(sealedOut.array(), 0, length).flip();
        return port.send(out, destination);
    }

    /** Returns the session of the start of a sender that feedback is for. */
    private Optional<SealSession> sessionOf(long start) {
        return latest != null && latest.start == start ? Optional.of(latest) : table.ofStart(start);
    }

    /** Returns node and instance of a sender, as a message has them at a place; 0 if it ends before. */
    private static long start(ByteBuffer message, int limit, int at) {
        return limit < at + START_LENGTH
                ? 0
                : (long) message.getInt(at) << Short.SIZE | message.getShort(at + Integer.BYTES) & 0xffff;
    }

    /** Goes on as if so many datagrams had been sealed already; there is no way back. */
    void skipTo(long counter) {
        nextCounter = Math.max(nextCounter, counter);
    }

    /** Seals a message into {@code sealedOut}, and returns the length. */
    private int seal(SealSession session, ByteBuffer datagram) throws IOException {
        if (nextCounter >= SealHeader.COUNTER_LIMIT) {
            throw new IOException("As many datagrams were sealed as one start may: start again");
        }
        long counter = nextCounter++;
        int length = datagram.remaining();
        datagram.get(datagram.position(), plainOut, 0, length);
        boolean isFeedback = own == null;
        int headerLength = isFeedback
                ? SealHeader.write(sealedOut, session.id, receiverId, counter)
                : SealHeader.write(sealedOut, session.id, counter);
        return sealing.seal(
                key(session, SealHeader.epoch(counter), isFeedback),
                isFeedback ? SealDirection.FEEDBACK : SealDirection.FROM_SENDER,
                counter,
                plainOut,
                length,
                sealedOut.array(),
                headerLength);
    }

    private PacketKey key(SealSession session, int epoch, boolean isFeedback) throws IOException {
        PacketKey key = session.sealingKey(epoch);
        if (key == null) {
            key = isFeedback
                    ? schedule.feedback(session.secret, receiverId, epoch)
                    : schedule.data(session.secret, epoch);
            session.sealWith(key, epoch);
        }
        return key;
    }

    // ------------------------------------------------------------------------------------------------------- the rest

    @Override
    MulticastPort port() {
        return port;
    }

    @Override
    public String complaint() {
        return refusals.words();
    }

    @Override
    public DroppedDatagrams dropped() {
        return refusals.dropped().plus(port.dropped());
    }

    /** Returns how many datagrams were dropped for a reason. */
    long refused(Refusals.Reason reason) {
        return refusals.of(reason);
    }

    /** Returns whose packets are known. */
    SealTable table() {
        return table;
    }

    /** Closes the port, and clears the keys. */
    @Override
    public void close() {
        port.close();
        schedule.close();
        table.close();
        if (own != null) {
            own.destroy();
        }
    }
}
