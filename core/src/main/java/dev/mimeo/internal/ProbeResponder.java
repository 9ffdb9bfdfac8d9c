package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers probes, on a thread of its own. What it keeps of probers is bounded, whoever probes. */
final class ProbeResponder implements NetworkCheck.Responder {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeResponder.class);
    /** Of more runs at a time the oldest is forgotten. */
    private static final int MOST_RUNS = 16;

    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long REJOIN_NANOS = 2 * SECOND_NANOS;
    private static final int MOST_IN_A_TURN = 256;

    /** What was heard of one run. */
    private static final class Run {
        final BitSet heard = new BitSet();
        int highest = -1;
        int late;
        boolean rejoined;
    }

    private final ProbeSocket socket;
    private final DatagramChannel atPort;
    private final int group;
    private final SessionClock clock = new SessionClock();
    private final ByteBuffer inbound = ByteBuffer.allocateDirect(Inbound.LARGEST_DATAGRAM);
    private final AnswerBudget budget = new AnswerBudget();
    private final Map<Long, Run> runs = new LinkedHashMap<>();
    private final Thread thread = ThreadMaker.USUAL.make("mimeo-check-responder", this::run);
    /** Guarded by itself. */
    private final Set<InetAddress> sources = new LinkedHashSet<>();

    private volatile boolean closed;
    private long rejoinNanos;

    /** Responds from now on, and closes {@code socket} in the end. */
    ProbeResponder(MulticastGroup group, ProbeSocket socket) throws IOException {
        this.socket = socket;
        this.group = Probe.hash(group);
        this.atPort = socket.addAtPort();
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                respond(socket.groupChannel());
                respond(atPort);
                respond(socket.ownChannel());
                socket.await(SECOND_NANOS);
            } catch (ClosedChannelException | ClosedSelectorException e) {
                return;
            } catch (IOException e) {
                LOG.debug("Responding failed once", e);
            }
        }
    }

    private void respond(DatagramChannel channel) throws IOException {
        for (int i = 0; i < MOST_IN_A_TURN; i++) {
            try {
                SocketAddress from = channel.receive(inbound.clear());
                if (from == null) {
                    return;
                }
                Optional<Probe> probe = Probe.decode(inbound.flip());
                if (probe.isPresent() && !probe.get().isAnswer() && probe.get().group() == group) {
                    onProbe(probe.get(), channel, (InetSocketAddress) from);
                }
            } catch (PortUnreachableException e) {
                // A prober is gone.
                LOG.debug("Nobody waits for an answer", e);
            }
        }
    }

    private void onProbe(Probe probe, DatagramChannel channel, InetSocketAddress from) throws IOException {
        note(from.getAddress());
        Run run = runs.get(probe.run());
        if (run == null) {
            run = new Run();
            runs.put(probe.run(), run);
            if (runs.size() > MOST_RUNS) {
                runs.remove(runs.keySet().iterator().next());
            }
        }
        if (probe.toGroup()) {
            run.heard.set(probe.number());
            run.late += probe.number() < run.highest ? 1 : 0;
            run.highest = Math.max(run.highest, probe.number());
        } else if (run.highest < 0 && !run.rejoined && clock.nanos() >= rejoinNanos) {
            rejoinNanos = clock.nanos() + REJOIN_NANOS;
            run.rejoined = true;
            socket.rejoin();
        }
        answer(probe, run, channel, from);
    }

    private void answer(Probe probe, Run run, DatagramChannel channel, InetSocketAddress from) throws IOException {
        if (probe.reply() == Probe.Reply.NONE || !budget.take(clock.nanos())) {
            return;
        }
        ByteBuffer answer = probe.answer(run.late, run.rejoined, run.heard).encode(Probe.LENGTH);
        switch (probe.reply()) {
            case NONE -> throw new AssertionError(probe);
            case BACK -> channel.send(answer, from);
            case UNICAST -> socket.ownChannel().send(answer, from);
            case GROUP -> socket.ownChannel().send(answer, socket.groupAddress());
        }
    }

    private void note(InetAddress source) {
        synchronized (sources) {
            if (sources.size() < NetworkCheck.MOST_OTHERS) {
                sources.add(source);
            }
        }
    }

    @Override
    public Set<InetAddress> heard() {
        synchronized (sources) {
            return Set.copyOf(sources);
        }
    }

    @Override
    public void close() {
        closed = true;
        socket.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.close();
    }
}
