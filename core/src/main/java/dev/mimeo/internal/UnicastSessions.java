package dev.mimeo.internal;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.SendReport;
import dev.mimeo.TransferListener;
import dev.mimeo.UnicastPolicy;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receivers of an image that are served alone: a door, and a session for each. Sessions are opened by the thread of the door
 * and divide the rate by turns of the protocol thread of the session that they belong to.
 */
final class UnicastSessions implements UnicastDoor.Host, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(UnicastSessions.class);
    /** How long a place is kept for one who was handed off. */
    private static final long KEPT_NANOS = 30_000_000_000L;
    /** Most sessions whose ends are kept for the report. */
    private static final int MOST_ENDED = 4_096;

    private final UnicastPolicy policy;
    private final ImageSenderBuilder options;
    private final int segmentLength;
    private final Openable source;
    private final Optional<String> refusal;
    private final TransferThread<?> transfer;
    private final Inbox.Entry onNews;
    private final InetAddress local;
    private final KnockCodec codec;
    private final UnicastDoor door;
    /** Guarded by {@code this}, as is all below. */
    private final List<Alone> running = new ArrayList<>();

    private final Map<String, ReceiverStatus> ended = new LinkedHashMap<>();
    /** Until when places are kept. */
    private final List<Long> kept = new ArrayList<>();

    private final List<SendReport> reports = new ArrayList<>();
    private boolean closed;

    /** A session of one receiver. */
    private static final class Alone implements RateShares.Sharer {
        private final DefaultImageSender sender;
        private final SteeredSession session;
        private long granted;

        Alone(DefaultImageSender sender, SteeredSession session) {
            this.sender = sender;
            this.session = session;
            grant(RateShares.LEAST);
        }

        @Override
        public boolean isSending() {
            return switch (session.progress().phase()) {
                case PREPARING, WAITING, CHECKING, FINISHED -> false;
                case TRANSFERRING, COMPLETING -> true;
            };
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public long granted() {
            return granted;
        }

        @Override
        public void grant(long bytesPerSecond) {
            granted = bytesPerSecond;
            session.cap(bytesPerSecond);
        }
    }

    /**
     * Opens the door.
     *
     * @param source what is sent; it is known, and need not be hashed again
     * @param refusal why nobody is served alone; empty if some are
     * @param onNews done on the protocol thread when a session was opened or has ended: the rate is to be divided anew
     */
    UnicastSessions(
            UnicastPolicy policy,
            ImageSenderBuilder options,
            int segmentLength,
            Openable source,
            Optional<String> refusal,
            TransferThread<?> transfer,
            Inbox.Entry onNews)
            throws IOException {
        this.policy = policy;
        this.options = options;
        this.segmentLength = segmentLength;
        this.source = source;
        this.refusal = refusal;
        this.transfer = transfer;
        this.onNews = onNews;
        this.codec = KnockCodec.of(options.groupKey);
        this.local = options.ownAddress();
        this.door = new UnicastDoor(new InetSocketAddress(local, policy.port()), codec, transfer.threads(), this);
        LOG.info("Receivers may ask for unicast at {}", Addresses.text(local.getHostAddress(), door.port()));
    }

    /** Returns where receivers are to ask. */
    int port() {
        return door.port();
    }

    // ------------------------------------------------------------------------------------------ the thread of the door

    @Override
    public synchronized Knock admit(Knock ask, InetSocketAddress caller) throws IOException {
        if (refusal.isPresent()) {
            return ask.answer(Knock.Kind.REFUSED, 0, 0, refusal.get());
        }
        if (closed) {
            return ask.answer(Knock.Kind.REFUSED, 0, 0, "the session is over");
        }
        if (running.size() >= policy.maximumReceivers()) {
            return ask.answer(Knock.Kind.BUSY, 0, 0, "it serves " + running.size() + ", as many as it may");
        }
        if (!kept.isEmpty()) {
            kept.remove(0);
        }
        UnicastPort port = UnicastPort.open(local, caller, options.dscp);
        int number = port.number();
        DefaultImageSender sender = new DefaultImageSender(
                options.alone(segmentLength, new Forwarding()), new SenderSettings.SenderPort(port, segmentLength));
        SteeredSession session = sender.start(source);
        Alone alone = new Alone(sender, session);
        running.add(alone);
        LOG.info("{} is served by unicast", Knocking.text(caller));
        transfer.inbox().post(onNews);
        session.completion().whenComplete((report, failure) -> transfer.inbox().post(now -> retire(alone, report)));
        return ask.answer(Knock.Kind.OPEN, 0, number, "");
    }

    /** Tells the listener of the group's session what becomes of who is served alone. */
    private final class Forwarding implements TransferListener {
        @Override
        public void receiverJoined(ReceiverStatus receiver) {
            transfer.callbacks().joined(receiver);
        }

        @Override
        public void receiverChanged(ReceiverStatus receiver) {
            transfer.callbacks().tell(receiver);
        }
    }

    // ------------------------------------------------------------------------------------------- the protocol thread

    /** {@code report} is null if it failed. */
    private void retire(Alone alone, SendReport report) {
        alone.sender.close();
        synchronized (this) {
            running.remove(alone);
            for (ReceiverStatus each : alone.session.view().receivers()) {
                if (ended.size() < MOST_ENDED) {
                    ended.put(each.id(), each);
                }
            }
            if (report != null) {
                reports.add(report);
            }
        }
    }

    /** Returns whether one more may be handed off; if so, a place is kept for it. */
    synchronized boolean keepPlace(long nowNanos) {
        kept.removeIf(until -> nowNanos >= until);
        boolean hasRoom = refusal.isEmpty() && running.size() + kept.size() < policy.maximumReceivers();
        if (hasRoom) {
            kept.add(nowNanos + KEPT_NANOS);
        }
        return hasRoom;
    }

    /** Returns whether somebody is served alone, or about to be. */
    synchronized boolean isBusy(long nowNanos) {
        kept.removeIf(until -> nowNanos >= until);
        return !running.isEmpty() || !kept.isEmpty();
    }

    /** Divides a rate between {@code group}, the session of the group if that is not over, and those of unicast. */
    synchronized void divide(long bytesPerSecond, List<RateShares.Sharer> group) {
        List<RateShares.Sharer> all = new ArrayList<>(running);
        all.addAll(group);
        if (!RateShares.divide(bytesPerSecond, all)) {
            // Some have given; now others get.
            RateShares.divide(bytesPerSecond, all);
        }
    }

    // ------------------------------------------------------------------------------------------------------ any thread

    /** Returns those who are or were served alone, by their ids. */
    synchronized Map<String, ReceiverStatus> receivers() {
        Map<String, ReceiverStatus> all = new LinkedHashMap<>(ended);
        running.forEach(
                alone -> alone.session.view().receivers().forEach(receiver -> all.put(receiver.id(), receiver)));
        return all;
    }

    /** Returns the receivers of the group's session, those who are served alone as they are there, and whoever was only there. */
    List<ReceiverStatus> with(List<ReceiverStatus> group) {
        Map<String, ReceiverStatus> all = new LinkedHashMap<>();
        group.forEach(receiver -> all.put(receiver.id(), receiver));
        all.putAll(receivers());
        return List.copyOf(all.values());
    }

    /** Returns the report of the group's session with what was done alone. */
    synchronized SendReport with(SendReport group) {
        List<SendReport> all = new ArrayList<>(reports);
        all.add(group);
        return new SendReport(
                group.image(),
                with(group.receivers()),
                Duration.ofNanos(transfer.clock().nanos()),
                all.stream().mapToLong(SendReport::wireBytes).sum(),
                all.stream().mapToLong(SendReport::sourceBytes).sum(),
                all.stream().mapToLong(SendReport::redundancyBytes).sum(),
                all.stream().mapToLong(SendReport::repairBytes).sum(),
                all.stream().mapToLong(SendReport::nacks).sum(),
                all.stream().map(SendReport::dropped).reduce(DroppedDatagrams.NONE, DroppedDatagrams::plus),
                all.stream()
                        .map(SendReport::sourceFault)
                        .filter(fault -> !fault.isEmpty())
                        .findFirst()
                        .orElse(""));
    }

    /** Ends what runs, and closes the door. */
    @Override
    public void close() {
        door.close();
        Collection<Alone> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(running);
        }
        open.forEach(alone -> alone.session.cancel());
        open.forEach(alone -> alone.sender.close());
        codec.close();
    }
}
