package dev.mimeo.protocol.directory;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.Outbound;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.directory.DirectoryMessage.Claim;
import dev.mimeo.protocol.directory.DirectoryMessage.Inquiry;
import dev.mimeo.protocol.directory.DirectoryMessage.Page;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.SessionText;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Quantization;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.Report;
import dev.mimeo.protocol.wire.SenderHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * One participant of the directory: lists what it sends and offers, if anything; hears what others list; asks for images;
 * and claims groups before it uses them (the idea is that of SAP, RFC 2974, section 3).
 *
 * <p>All listings of all points are repeated in rounds, as long as it takes to say everything at
 * {@value #BYTES_PER_SECOND} bytes a second, at least two seconds; what is new, or was asked for, goes before. What is not
 * repeated for five rounds is forgotten. Inquiries back off, and wait while somebody else asks for the same: a room that is
 * switched on asks a few times, not a thousand.
 *
 * <p>Nothing here is authenticated: whoever can send to the group can list, claim and ask. Tables are bounded.
 */
public final class DirectoryMachine implements Machine<DirectoryEvent.Handler> {
    /** What all points together may list in a second, UDP payload, a seal included. */
    static final int BYTES_PER_SECOND = 8_000;
    /** Most listings of others that are kept. */
    static final int LARGEST_TABLE = 4_096;
    /** Most listings of our own. */
    public static final int LARGEST_LISTING = 2_048;

    private static final long SECOND = 1_000_000_000;
    private static final long SHORTEST_ROUND_NANOS = 2 * SECOND;
    private static final int ROUNDS_VALID = 5;
    private static final int FAREWELLS = 3;
    private static final long CLAIM_NANOS = SECOND;
    private static final long CLAIM_INTERVAL_NANOS = 300_000_000;
    private static final long ANSWER_INTERVAL_NANOS = SECOND;
    private static final long FIRST_ASK_NANOS = SECOND / 2;
    private static final long LONGEST_ASK_INTERVAL_NANOS = 8 * SECOND;
    private static final int BROWSING_ASKS = 2;
    /** Bytes of a NORM_CMD(APPLICATION) before its content. */
    private static final int COMMAND_HEADER = 16;

    private final NodeId self;
    private final int instanceId;
    private final int overhead;
    private final String name;
    private final Predicate<GroupAddress> isAllowed;
    private final RandomGenerator random;
    private final Map<Object, Own> own = new LinkedHashMap<>();
    private final Map<GroupAddress, Claiming> claims = new LinkedHashMap<>();
    private final Map<String, Asking> asking = new LinkedHashMap<>();
    private final Map<HeardKey, Kept> heard = new LinkedHashMap<>();
    /** Keys of ours that are listed before the others. */
    private final Set<Object> urgent = new LinkedHashSet<>();
    /** Keys of ours that this round has yet to list. */
    private final ArrayDeque<Object> round = new ArrayDeque<>();

    private final ArrayDeque<DirectoryEvent> events = new ArrayDeque<>();
    private long ownLength;
    private long heardLength;
    private long nextRoundNanos;
    /** When a page of this round may leave. */
    private long nextPageNanos;
    /** When an urgent page may leave. */
    private long nextUrgentNanos;

    private long nextSweepNanos = NEVER;
    private long nextOverviewNanos;
    private int sequence;
    private long changes;
    private long malformed;
    private long unknown;
    private long overflowed;

    /** A listing of ours. */
    private static final class Own {
        Listing listing;
        int farewells = FAREWELLS;
        boolean disputed;
        long nextAnswerNanos;

        Own(Listing listing) {
            this.listing = listing;
        }
    }

    /** A group that we want, or have. */
    private static final class Claiming {
        long settledNanos;
        long nextNanos;
        boolean held;
        boolean disputed;

        Claiming(long nowNanos) {
            settledNanos = nowNanos + CLAIM_NANOS;
            nextNanos = nowNanos;
        }
    }

    /** An image that we look for. */
    private static final class Asking {
        long nextNanos;
        long intervalNanos = SECOND;
        int left;

        Asking(long nextNanos, int left) {
            this.nextNanos = nextNanos;
            this.left = left;
        }
    }

    private record HeardKey(NodeId point, Object key) {}

    private record Kept(Heard heard, long untilNanos) {}

    /**
     * Makes a participant that says nothing until it has something to list, claim or ask.
     *
     * @param name what others are told that this point is called, up to 255 bytes of UTF-8; may be empty
     * @param datagramOverhead bytes that a layer below adds to each datagram, as the budget counts them
     * @param isAllowed whether a group may be joined: sessions on others are not listened to, since anybody can list any
     */
    public DirectoryMachine(
            NodeId self,
            int instanceId,
            String name,
            int datagramOverhead,
            Predicate<GroupAddress> isAllowed,
            RandomGenerator random) {
        SessionText.require("name", name);
        this.self = self;
        this.instanceId = instanceId;
        this.name = name;
        this.overhead = datagramOverhead;
        this.isAllowed = isAllowed;
        this.random = random;
    }

    /**
     * Lists something, or what has become of it. It is said at once if it is new or in another state; otherwise the next
     * round says it.
     *
     * @throws IllegalStateException if there are {@value #LARGEST_LISTING} already
     */
    public void list(Listing listing, long nowNanos) {
        Object key = listing.key();
        Own known = own.get(key);
        if (known == null || known.listing.state() == Listing.State.ENDED) {
            if (known == null && own.size() >= LARGEST_LISTING) {
                throw new IllegalStateException("a point lists at most " + LARGEST_LISTING + " sessions and images");
            }
            beginRounds(nowNanos);
            replace(key, new Own(listing));
            urgent.add(key);
        } else {
            if (known.listing.state() != listing.state()) {
                urgent.add(key);
            }
            ownLength += listing.length() - known.listing.length();
            known.listing = listing;
        }
        listing.group().ifPresent(claims::remove);
    }

    private void replace(Object key, Own next) {
        Own before = own.put(key, next);
        ownLength += next.listing.length() - (before == null ? 0 : before.listing.length());
    }

    private void beginRounds(long nowNanos) {
        if (own.isEmpty()) {
            nextRoundNanos = nowNanos + random.nextLong(SHORTEST_ROUND_NANOS);
        }
    }

    /** Says three times that something listed under this {@linkplain Listing#key() key} is over, then no more. */
    public void withdraw(Object key, long nowNanos) {
        Own known = own.get(key);
        if (known != null && known.listing.state() != Listing.State.ENDED) {
            replace(key, new Own(known.listing.in(Listing.State.ENDED)));
            urgent.add(key);
        }
    }

    /**
     * Wants a group: says so, and listens for a second whether somebody objects; {@link DirectoryEvent.ClaimSettled} follows.
     */
    public void claim(GroupAddress group, long nowNanos) {
        if (isHeard(group)) {
            events.add(new DirectoryEvent.ClaimSettled(group, false));
        } else {
            claims.put(group, new Claiming(nowNanos));
        }
    }

    /** Does not want, or need, a group any more that is not listed. */
    public void release(GroupAddress group) {
        claims.remove(group);
    }

    private boolean isHeard(GroupAddress group) {
        return heard.values().stream()
                .map(kept -> kept.heard().listing())
                .anyMatch(listing -> listing.state().isOpen() && listing.group().equals(Optional.of(group)));
    }

    /** Looks for an image by its name or identity until it is {@linkplain DirectoryEvent.Found found} or forgotten. */
    public void ask(String image, long nowNanos) {
        Optional<Heard> known = heard().stream()
                .filter(each ->
                        each.listing().state().isOpen() && each.listing().answers(image))
                .findFirst();
        if (known.isPresent()) {
            events.add(new DirectoryEvent.Found(image, known.get()));
        } else {
            asking.put(image, new Asking(nowNanos + random.nextLong(FIRST_ASK_NANOS), Integer.MAX_VALUE));
        }
    }

    /** Does not look for an image any more. */
    public void forget(String image) {
        asking.remove(image);
    }

    /** Asks everybody to list everything now. */
    public void browse(long nowNanos) {
        asking.put("", new Asking(nowNanos + random.nextLong(FIRST_ASK_NANOS), BROWSING_ASKS));
    }

    /** Returns what others list, in the order in which it was first heard. */
    public List<Heard> heard() {
        return heard.values().stream().map(Kept::heard).toList();
    }

    /** Returns a number that grows whenever {@link #heard} changes. */
    public long changes() {
        return changes;
    }

    @Override
    public void onDatagram(ByteBuffer datagram, Delivery delivery, long nowNanos) {
        try {
            Optional<MessageType> type = MessageCodec.type(datagram);
            if (type.isPresent() && MessageCodec.source(datagram) == self.value()) {
                return; // The group hears everything, and we are in it.
            }
            if (type.isEmpty() || type.get() == MessageType.DATA) {
                unknown++;
            } else {
                onMessage(MessageCodec.decode(datagram), nowNanos);
            }
        } catch (MalformedDatagramException refused) {
            malformed++;
        }
    }

    private void onMessage(Message message, long nowNanos) throws MalformedDatagramException {
        Optional<DirectoryMessage> said = Optional.empty();
        NodeId source = NodeId.NONE;
        if (message instanceof ApplicationCommand command) {
            said = DirectoryCodec.decode(command.content());
            source = command.header().source();
        } else if (message instanceof Report report) {
            said = DirectoryCodec.decode(report.content());
            source = report.header().source();
        }
        if (said.isEmpty() || message instanceof Report != said.get() instanceof Inquiry) {
            unknown++;
        } else if (said.get() instanceof Page page) {
            onPage(source, page, nowNanos);
        } else if (said.get() instanceof Claim claim) {
            onClaim(source, claim, nowNanos);
        } else if (said.get() instanceof Inquiry inquiry) {
            onInquiry(inquiry.image(), nowNanos);
        }
    }

    private void onPage(NodeId source, Page page, long nowNanos) {
        long until = nowNanos + page.validMillis() * 1_000_000L;
        for (Listing listing : page.listings()) {
            if (listing.group().filter(isAllowed.negate()).isPresent()) {
                unknown++;
                continue;
            }
            Heard line = new Heard(source, page.pointName(), listing);
            HeardKey key = new HeardKey(source, listing.key());
            if (listing.state() == Listing.State.ENDED) {
                forget(key);
            } else {
                keep(key, new Kept(line, until), nowNanos);
            }
            if (listing.state().isOpen()) {
                onOpen(line);
            }
        }
    }

    private void keep(HeardKey key, Kept line, long nowNanos) {
        if (!heard.containsKey(key) && heard.size() >= LARGEST_TABLE) {
            overflowed++;
            return;
        }
        Kept before = heard.put(key, line);
        heardLength += line.heard().listing().length()
                - (before == null ? 0 : before.heard().listing().length());
        changes += before != null && before.heard().equals(line.heard()) ? 0 : 1;
        if (nextSweepNanos == NEVER) {
            nextSweepNanos = nowNanos + SECOND;
        }
    }

    private void forget(HeardKey key) {
        Kept gone = heard.remove(key);
        if (gone != null) {
            heardLength -= gone.heard().listing().length();
            changes++;
        }
    }

    /** Another point has a session: it may be what we look for, or sit on a group of ours. */
    private void onOpen(Heard line) {
        for (Iterator<String> images = asking.keySet().iterator(); images.hasNext(); ) {
            String image = images.next();
            if (line.listing().answers(image)) {
                images.remove();
                events.add(new DirectoryEvent.Found(image, line));
            }
        }
        onHolder(line.listing().group().orElseThrow(), describe(line));
    }

    private static String describe(Heard line) {
        return line.pointName().isEmpty() ? line.point().toString() : line.pointName();
    }

    private void onHolder(GroupAddress group, String other) {
        Claiming claim = claims.get(group);
        Own listed = own.get(group);
        if (claim != null && !claim.held) {
            lose(group);
        } else if (claim != null && !claim.disputed) {
            claim.disputed = true;
            events.add(new DirectoryEvent.Collision(group, other));
        } else if (listed != null && listed.listing.state().isOpen() && !listed.disputed) {
            listed.disputed = true;
            events.add(new DirectoryEvent.Collision(group, other));
        }
    }

    private void lose(GroupAddress group) {
        claims.remove(group);
        events.add(new DirectoryEvent.ClaimSettled(group, false));
    }

    private void onClaim(NodeId source, Claim claim, long nowNanos) {
        if (claim.held()) {
            onHolder(claim.group(), source.toString());
            return;
        }
        Claiming ours = claims.get(claim.group());
        Own listed = own.get(claim.group());
        if (listed != null && listed.listing.state().isOpen()) {
            answer(claim.group(), nowNanos);
        } else if (ours != null && !ours.held && source.compareTo(self) < 0) {
            lose(claim.group());
        } else if (ours != null) {
            ours.nextNanos = Math.min(ours.nextNanos, nowNanos + CLAIM_INTERVAL_NANOS / 3);
        }
    }

    private void onInquiry(String image, long nowNanos) {
        Asking same = asking.get(image);
        if (same != null) {
            backOff(same, nowNanos);
        }
        if (image.isEmpty()) {
            if (nowNanos >= nextOverviewNanos) {
                nextOverviewNanos = nowNanos + ANSWER_INTERVAL_NANOS;
                urgent.addAll(own.keySet());
            }
            return;
        }
        Own offer = null;
        boolean isOpen = false;
        for (Map.Entry<Object, Own> each : own.entrySet()) {
            Listing listing = each.getValue().listing;
            if (listing.answers(image) && listing.state() != Listing.State.ENDED) {
                isOpen |= listing.state().isOpen();
                offer = listing.state() == Listing.State.OFFERED ? each.getValue() : offer;
                if (answer(each.getKey(), nowNanos) && !isOpen && offer != null) {
                    events.add(new DirectoryEvent.Asked(offer.listing));
                }
            }
        }
    }

    /** Lists something soon; returns whether it was not asked for within the last second. */
    private boolean answer(Object key, long nowNanos) {
        Own listed = own.get(key);
        if (nowNanos < listed.nextAnswerNanos) {
            return false;
        }
        listed.nextAnswerNanos = nowNanos + ANSWER_INTERVAL_NANOS;
        urgent.add(key);
        return true;
    }

    private void backOff(Asking asking, long nowNanos) {
        asking.nextNanos = nowNanos + asking.intervalNanos + random.nextLong(asking.intervalNanos);
        asking.intervalNanos = Math.min(LONGEST_ASK_INTERVAL_NANOS, 2 * asking.intervalNanos);
        asking.left--;
    }

    @Override
    public void onBlock(SourceBlock block, long nowNanos) {
        throw new IllegalStateException("the directory has no blocks");
    }

    @Override
    public void onTime(long nowNanos) {
        for (Map.Entry<GroupAddress, Claiming> each : claims.entrySet()) {
            Claiming claim = each.getValue();
            if (!claim.held && nowNanos >= claim.settledNanos) {
                claim.held = true;
                claim.nextNanos = nowNanos;
                events.add(new DirectoryEvent.ClaimSettled(each.getKey(), true));
            }
        }
        if (nowNanos >= nextSweepNanos) {
            List<HeardKey> stale = heard.entrySet().stream()
                    .filter(each -> each.getValue().untilNanos() <= nowNanos)
                    .map(Map.Entry::getKey)
                    .toList();
            stale.forEach(this::forget);
            nextSweepNanos = heard.isEmpty() ? NEVER : nowNanos + SECOND;
        }
        if (!own.isEmpty() && round.isEmpty() && nowNanos >= nextRoundNanos) {
            round.addAll(own.keySet());
            nextRoundNanos = nowNanos + SHORTEST_ROUND_NANOS;
        }
    }

    @Override
    public boolean pollDatagram(Outbound outbound, long nowNanos) {
        Optional<DirectoryMessage> message = nextMessage(nowNanos);
        message.ifPresent(each -> MessageCodec.encode(envelope(each), outbound.toGroup()));
        return message.isPresent();
    }

    private Optional<DirectoryMessage> nextMessage(long nowNanos) {
        for (Map.Entry<GroupAddress, Claiming> each : claims.entrySet()) {
            Claiming claim = each.getValue();
            if (nowNanos >= claim.nextNanos) {
                claim.nextNanos = nowNanos + (claim.held ? SHORTEST_ROUND_NANOS : CLAIM_INTERVAL_NANOS);
                return Optional.of(new Claim(each.getKey(), claim.held));
            }
        }
        for (Iterator<Map.Entry<String, Asking>> each = asking.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Asking> next = each.next();
            if (nowNanos >= next.getValue().nextNanos) {
                backOff(next.getValue(), nowNanos);
                if (next.getValue().left <= 0) {
                    each.remove();
                }
                return Optional.of(new Inquiry(next.getKey()));
            }
        }
        if (nowNanos < pageNanos()) {
            return Optional.empty();
        }
        return Optional.of(page(nowNanos));
    }

    /** Returns when the next page may leave. */
    private long pageNanos() {
        long urgentNanos = urgent.isEmpty() ? NEVER : nextUrgentNanos;
        return Math.min(urgentNanos, round.isEmpty() ? NEVER : nextPageNanos);
    }

    private Page page(long nowNanos) {
        List<Listing> listings = new ArrayList<>();
        int room = fill(listings, urgent.iterator(), DirectoryCodec.pageCapacity(name));
        if (nowNanos >= nextPageNanos) {
            room = fill(listings, round.iterator(), room);
        }
        listings.forEach(this::sayFarewell);
        long bytes = overhead + COMMAND_HEADER + DirectoryCodec.LONGEST - room;
        nextUrgentNanos = nowNanos + bytes * SECOND / BYTES_PER_SECOND;
        // Our share of what all may say is our share of what there is to say.
        nextPageNanos =
                nowNanos + bytes * (ownLength + heardLength) / Math.max(1, ownLength) * SECOND / BYTES_PER_SECOND;
        if (round.isEmpty()) {
            nextRoundNanos = Math.max(nextRoundNanos, nextPageNanos);
        }
        return new Page(name, (int) Math.min(Page.LONGEST_VALIDITY_MILLIS, validNanos() / 1_000_000), listings);
    }

    /** Adds what fits and is not there yet; returns the room that is left. */
    private int fill(List<Listing> listings, Iterator<Object> keys, int room) {
        while (keys.hasNext()) {
            Object key = keys.next();
            Own listed = own.get(key);
            if (!listings.contains(listed.listing)) {
                if (listed.listing.length() > room) {
                    return room;
                }
                room -= listed.listing.length();
                listings.add(listed.listing);
            }
            keys.remove();
        }
        return room;
    }

    private void sayFarewell(Listing listing) {
        Object key = listing.key();
        if (listing.state() == Listing.State.ENDED && --own.get(key).farewells == 0) {
            own.remove(key);
            urgent.remove(key);
            round.remove(key);
            ownLength -= listing.length();
        }
    }

    private long validNanos() {
        return ROUNDS_VALID * Math.max(SHORTEST_ROUND_NANOS, (ownLength + heardLength) * SECOND / BYTES_PER_SECOND);
    }

    private Message envelope(DirectoryMessage message) {
        int number = sequence;
        sequence = (sequence + 1) & 0xffff;
        ByteBuffer content = DirectoryCodec.encode(message);
        // An inquiry is for whoever knows: it names no sender but its own.
        return message instanceof Inquiry
                ? new Report(new ReceiverHeader(number, self, self, instanceId, 0), content)
                : new ApplicationCommand(
                        new SenderHeader(number, self, instanceId, 0, 4, Quantization.groupSize(1_000)), content);
    }

    @Override
    public void drainEvents(DirectoryEvent.Handler handler) {
        for (DirectoryEvent event = events.poll(); event != null; event = events.poll()) {
            event.deliver(handler);
        }
    }

    @Override
    public long nextDeadlineNanos() {
        long earliest = Math.min(nextSweepNanos, pageNanos());
        if (!own.isEmpty() && round.isEmpty()) {
            earliest = Math.min(earliest, nextRoundNanos);
        }
        for (Claiming claim : claims.values()) {
            earliest = Math.min(earliest, claim.held ? claim.nextNanos : Math.min(claim.nextNanos, claim.settledNanos));
        }
        for (Asking each : asking.values()) {
            earliest = Math.min(earliest, each.nextNanos);
        }
        return earliest;
    }

    /** Returns how many datagrams were refused. */
    public long malformed() {
        return malformed;
    }

    /** Returns how many datagrams were of no concern. */
    public long unknown() {
        return unknown;
    }

    /** Returns how many listings of others were not kept, for want of room. */
    public long overflowed() {
        return overflowed;
    }
}
