package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import java.util.HashMap;
import java.util.Map;

/**
 * What each receiver has had repaired, in bytes, and how much more it may ask for. Whoever asks first for something pays; what
 * is asked for already costs nothing, so that a receiver is charged for what it lacks, each time that it is sent.
 *
 * <p>Who lacks little, and has had no more than a part of what was sent, has it in a good {@linkplain Turn turn}; the more an
 * account has had, the later its turn, so that who asks for everything for ever has what the others leave. Who is alone waits
 * for nobody. Nothing is sent beyond {@link #LARGEST_IMAGES} times everything and {@link #EARNED} times what the receiver says
 * that it has verified: a line that loses eight ninths, or a disk a sixteenth as fast as the rate, cannot be served. Messages
 * are bounded too, in each period of aggregation, above all those that bring no news.
 *
 * <p>In a session of an image, those who neither report nor were named share one account; elsewhere each has its own, and
 * together they may ask for {@link #LARGEST_STRANGERS} times everything. Bounded: one account for each receiver of the roster,
 * and for as many strangers; further ones share one.
 */
final class RepairAccounts {
    /** How often everything may be repaired for one receiver. */
    static final int LARGEST_IMAGES = 8;
    /** How many bytes of repair each verified one earns. */
    static final int EARNED = 16;
    /** How often everything may be repaired for all strangers together where nobody reports. */
    static final int LARGEST_STRANGERS = 64;
    /** Messages on one account that are read in one period. */
    static final int LARGEST_MESSAGES = 4_096;
    /** How many of them may ask for nothing but what was asked for: a receiver sends up to eight in a period of its own. */
    static final int LARGEST_IDLE = 64;
    /** The same for all who share an account. */
    static final int LARGEST_SHARED_IDLE = 1_024;
    /** Symbols that anybody may have before the others have theirs. */
    private static final int FREE_SYMBOLS = 1_024;
    /** Objects smaller than this many symbols count as so large. */
    private static final int LEAST_SYMBOLS = 64;
    /** The part of what repairs may have of the first pass that one receiver may have. */
    private static final double SHARE = 0.45;
    /** The part of that which goes before all others. */
    private static final double MODEST = 0.2;
    /** Who has had more than this part of what was sent repaired comes last. */
    private static final double MUCH = 1.0;

    /** One receiver's, or that of all who share one. */
    static final class Account {
        private final int largestIdle;
        private final boolean stranger;
        private long spentBytes;
        /** The part of it that did not wait for others. */
        private long soonBytes;

        private long verifiedBytes;
        private long periodNanos = Long.MIN_VALUE;
        private int messages;
        private int idle;

        private Account(int largestIdle, boolean stranger) {
            this.largestIdle = largestIdle;
            this.stranger = stranger;
        }
    }

    private final int largest;
    private final double share;
    private final Map<NodeId, Account> members = new HashMap<>();
    private final Map<NodeId, Account> strangers = new HashMap<>();
    private final Account shared = new Account(LARGEST_SHARED_IDLE, true);
    private long totalBytes;
    private long symbolLength = 1;
    private long sentBytes;
    private long strangersBytes;
    private boolean ofImage;

    /**
     * Makes accounts for {@code largest} receivers and as many strangers.
     *
     * @param repairShare see {@link SenderConfig#repairShare}
     */
    RepairAccounts(int largest, double repairShare) {
        this.largest = largest;
        this.share = repairShare < 1 ? SHARE * repairShare / (1 - repairShare) : 1;
    }

    /** So much more is sent in this session, in symbols of this length. */
    void onOffer(long bytes, int symbolBytes) {
        totalBytes += bytes;
        symbolLength = symbolBytes;
    }

    /** The session is of an image: its receivers report. */
    void ofImage() {
        ofImage = true;
    }

    /** So much was sent unasked by now, in bytes of content. */
    void onSent(long bytes) {
        sentBytes = bytes;
    }

    /** Returns the account of somebody of the roster, who says that it has verified so many bytes. */
    Account ofMember(NodeId id, long verifiedBytes) {
        Account account = members.computeIfAbsent(id, unused -> new Account(LARGEST_IDLE, false));
        account.verifiedBytes = Math.min(verifiedBytes, totalBytes);
        return account;
    }

    /** Returns the account of somebody of whom nothing else is known. */
    Account ofStranger(NodeId id) {
        Account known = strangers.get(id);
        if (known == null && !ofImage && strangers.size() < largest) {
            known = new Account(LARGEST_IDLE, true);
            strangers.put(id, known);
        }
        return known == null ? shared : known;
    }

    /** Somebody is of the roster no longer. */
    void forget(NodeId id) {
        members.remove(id);
    }

    /** Returns whether another message may be read in this period. */
    boolean mayRead(Account account, long aggregationNanos, long nowNanos) {
        if (nowNanos >= account.periodNanos) {
            account.periodNanos = nowNanos + aggregationNanos;
            account.messages = 0;
            account.idle = 0;
        }
        return !isSpent(account) && account.messages < LARGEST_MESSAGES && account.idle < account.largestIdle;
    }

    /** A message was read. */
    void onRead(Account account, boolean news) {
        account.messages++;
        account.idle += news ? 0 : 1;
    }

    /** Returns whether nothing more is sent for an account. */
    boolean isSpent(Account account) {
        long image = imageBytes();
        return account.spentBytes >= LARGEST_IMAGES * image + EARNED * account.verifiedBytes
                || account.stranger && !ofImage && strangersBytes >= LARGEST_STRANGERS * image;
    }

    /** Returns the first turn in which what is asked for from now on can be answered. */
    Turn turn(Account account) {
        long free = FREE_SYMBOLS * symbolLength;
        double soon = free + share * sentBytes;
        if (isAlone(account)) {
            return Turn.FIRST;
        } else if (account.spentBytes > free + MUCH * sentBytes) {
            return Turn.LAST;
        } else if (account.soonBytes > soon) {
            return Turn.LATER;
        }
        return account.soonBytes > MODEST * soon ? Turn.SOON : Turn.FIRST;
    }

    private boolean isAlone(Account account) {
        return account != shared && members.size() + strangers.size() == 1;
    }

    /** So much is to be sent by a turn that would not be otherwise. */
    void charge(Account account, long bytes, Turn turn) {
        account.spentBytes += bytes;
        account.soonBytes += turn.isSoon() ? bytes : 0;
        strangersBytes += account.stranger ? bytes : 0;
    }

    private long imageBytes() {
        return Math.max(totalBytes, LEAST_SYMBOLS * symbolLength);
    }
}
