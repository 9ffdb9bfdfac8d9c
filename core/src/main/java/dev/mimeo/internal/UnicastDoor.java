package dev.mimeo.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where receivers ask a sender to be served alone. Nothing is opened, and nothing kept, for whoever has not shown that it
 * receives what is sent to where it says it is: an address that was made up costs one answer, no longer than the question. Has
 * a thread.
 */
final class UnicastDoor implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(UnicastDoor.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    /** A cookie is good in the period that it was made in, and in the next. */
    private static final long PERIOD_NANOS = 60_000_000_000L;
    /** Answers that are kept, for those who ask again since they did not hear them. */
    private static final int MOST_ANSWERS = 256;

    private static final int SECRET = 32;

    /** Opens sessions. */
    interface Host {
        /** Returns the answer to one who asks with a good cookie: {@link Knock.Kind#OPEN}, BUSY or REFUSED. The door's thread. */
        Knock admit(Knock ask, InetSocketAddress caller) throws IOException;
    }

    private record Caller(SocketAddress address, long nonce) {}

    private final DatagramChannel channel;
    private final int port;
    private final KnockCodec codec;
    private final Host host;
    private final SessionClock clock = new SessionClock();
    private final Hkdf hkdf = new Hkdf();
    private final byte[] secret = new byte[SECRET];
    private final Map<Caller, Knock> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Caller, Knock> eldest) {
            return size() > MOST_ANSWERS;
        }
    };

    /**
     * Opens the door.
     *
     * @param at where; port 0 is any that is free
     * @param codec stays the caller's, for as long as the door is open
     */
    UnicastDoor(InetSocketAddress at, KnockCodec codec, ThreadMaker threads, Host host) throws IOException {
        this.codec = codec;
        this.host = host;
        RANDOM.nextBytes(secret);
        try (Opening opening = new Opening()) {
            channel = opening.add(UnicastPort.channelFor(at));
            channel.bind(at);
            port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            opening.succeeded();
        } catch (BindException e) {
            throw new NetworkRefusal(
                    "Cannot open UDP port " + Knocking.text(at) + " for unicast: " + e.getMessage() + ".",
                    " ",
                    "Choose another, or 0 for any that is free.",
                    e);
        }
        threads.make("mimeo-door-" + port, this::serve).start();
    }

    /** Returns the port that receivers ask at. */
    int port() {
        return port;
    }

    private void serve() {
        ByteBuffer in = ByteBuffer.allocate(KnockCodec.LENGTH + 1);
        while (true) {
            try {
                SocketAddress from = channel.receive(in.clear());
                Knock ask = codec.decode(in.flip()).orElse(null);
                if (ask != null && ask.kind() == Knock.Kind.ASK) {
                    channel.send(codec.encode(answer(ask, (InetSocketAddress) from)), from);
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.debug("One who asked for unicast was not answered: {}", Reason.of(e));
            } catch (RuntimeException e) {
                LOG.warn("One who asked for unicast was not answered", e);
            }
        }
    }

    private Knock answer(Knock ask, InetSocketAddress from) throws IOException {
        long period = clock.nanos() / PERIOD_NANOS;
        long cookie = cookie(ask, from, period);
        if (ask.cookie() != cookie && ask.cookie() != cookie(ask, from, period - 1)) {
            return ask.answer(Knock.Kind.WAIT, cookie, 0, "");
        }
        Caller caller = new Caller(from, ask.nonce());
        Knock known = answers.get(caller);
        if (known != null) {
            return known;
        }
        Knock answer = host.admit(ask, from);
        if (answer.kind() == Knock.Kind.OPEN) {
            answers.put(caller, answer);
        }
        return answer;
    }

    private long cookie(Knock ask, InetSocketAddress from, long period) {
        byte[] address = from.getAddress().getAddress();
        ByteBuffer message = ByteBuffer.allocate(address.length + 2 * Long.BYTES + Integer.BYTES);
        message.put(address).putInt(from.getPort()).putLong(ask.nonce()).putLong(period);
        return ByteBuffer.wrap(hkdf.mac(secret, message.array())).getLong() | 1;
    }

    /** Closes the door; who was let in stays. */
    @Override
    public void close() {
        Opening.closeQuietly(channel);
    }
}
