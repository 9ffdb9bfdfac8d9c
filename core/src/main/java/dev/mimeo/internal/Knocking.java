package dev.mimeo.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A receiver asks a sender to be served alone, twice a second, by turns of the protocol thread. It begins by asking whether there
 * is a sender: only from then on does it count how long that is not heard by multicast.
 */
final class Knocking implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Knocking.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long INTERVAL_NANOS = 500_000_000;
    /** How often answers are looked for. */
    private static final long LOOK_NANOS = 20_000_000;

    private final InetSocketAddress door;
    private final long patienceNanos;
    private final KnockCodec codec;
    private final DatagramChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(KnockCodec.LENGTH + 1);
    private final long nonce = RANDOM.nextLong();

    private long cookie;
    private long answeredNanos;
    private long nextNanos = Long.MIN_VALUE;
    private Optional<UnicastPort> opened = Optional.empty();
    private boolean isTaken;
    private Optional<String> refusal = Optional.empty();
    private String words;

    /**
     * Prepares to knock.
     *
     * @param door of the sender
     * @param patienceNanos how long after the first answer it asks to be let in
     * @param codec stays the caller's
     * @param dscp marks what is sent, once it is let in as well
     */
    Knocking(InetSocketAddress door, long patienceNanos, KnockCodec codec, int dscp) throws IOException {
        this.door = door;
        this.patienceNanos = patienceNanos;
        this.codec = codec;
        this.words = " Nobody answers at " + text(door) + " either, where it was asked for unicast.";
        try (Opening opening = new Opening()) {
            channel = opening.add(UnicastPort.channelFor(door));
            Outlet.mark(channel, dscp);
            channel.bind(null);
            channel.configureBlocking(false);
            opening.succeeded();
        }
    }

    /** Returns an address as people write it. */
    static String text(InetSocketAddress address) {
        return Addresses.text(address.getAddress().getHostAddress(), address.getPort());
    }

    /** Takes answers, and knocks if it is time. */
    void onTurn(long nowNanos) throws IOException {
        while (!hasEnded() && hear(nowNanos)) {
            continue;
        }
        if (!hasEnded() && nowNanos >= nextNanos) {
            boolean isDue = cookie != 0 && nowNanos - answeredNanos >= patienceNanos;
            send(Knock.ask(nonce, isDue ? cookie : 0));
            nextNanos = nowNanos + INTERVAL_NANOS;
        }
    }

    private void send(Knock knock) throws IOException {
        try {
            channel.send(codec.encode(knock), door);
        } catch (SocketException e) {
            words = " Unicast from " + text(door) + " cannot be asked for: " + Reason.of(e) + ".";
        }
    }

    private boolean hear(long nowNanos) throws IOException {
        SocketAddress from = channel.receive(in.clear());
        if (from == null) {
            return false;
        }
        if (door.equals(from)) {
            Optional<Knock> answer = codec.decode(in.flip()).filter(knock -> knock.nonce() == nonce);
            if (answer.isPresent()) {
                onAnswer(answer.get(), nowNanos);
            }
        }
        return true;
    }

    private void onAnswer(Knock answer, long nowNanos) throws IOException {
        switch (answer.kind()) {
            case ASK -> {}
            case WAIT -> {
                if (cookie == 0) {
                    answeredNanos = nowNanos;
                    nextNanos = nowNanos + Math.min(patienceNanos, INTERVAL_NANOS);
                }
                cookie = answer.cookie();
                words = "";
            }
            case OPEN -> {
                if (answer.port() > 0) {
                    opened = Optional.of(
                            new UnicastPort(channel, new InetSocketAddress(door.getAddress(), answer.port())));
                }
            }
            case BUSY -> {
                LOG.debug("{} asks to wait: {}", text(door), answer.text());
                words = " The sender at " + text(door) + " has no room to serve one more by unicast: " + answer.text()
                        + ".";
            }
            case REFUSED -> refusal = Optional.of(answer.text());
        }
    }

    private boolean hasEnded() {
        return opened.isPresent() || refusal.isPresent();
    }

    /** Returns when {@link #onTurn} is to be called next. */
    long nextDeadlineNanos(long nowNanos) {
        return hasEnded() ? Long.MAX_VALUE : Math.min(nextNanos, nowNanos + LOOK_NANOS);
    }

    /** Returns whether a session was opened. */
    boolean isOpened() {
        return opened.isPresent();
    }

    /** Takes charge of the session that was opened, if one was; the first time only. */
    Optional<UnicastPort> take() {
        Optional<UnicastPort> port = isTaken ? Optional.empty() : opened;
        isTaken = true;
        return port;
    }

    /** Returns why there will be none, if so. */
    Optional<String> refusal() {
        return refusal;
    }

    /** Returns what to say of it when nobody was heard; begins with a space, or is empty. */
    String words() {
        return words;
    }

    /** Ends it; what was taken stays open. */
    @Override
    public void close() {
        if (opened.isEmpty()) {
            Opening.closeQuietly(channel);
        }
        take().ifPresent(UnicastPort::close);
    }
}
