package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkCheck;
import dev.mimeo.NetworkFinding;
import dev.mimeo.NetworkFinding.Code;
import dev.mimeo.NetworkReport;
import dev.mimeo.internal.Probe.Reply;
import dev.mimeo.internal.ProbePlan.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the probes of a plan to a group, and others by unicast to every machine that was named, or has answered and goes on to
 * answer, and gathers what they say. Confined to one thread, which it keeps until the end.
 */
final class Prober {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    /** What comes by unicast comes later than the first probes to the group: who has heard those is known to be a member. */
    private static final long FIRST_UNICAST_NANOS = 600_000_000;

    private static final long UNICAST_INTERVAL_NANOS = 250_000_000;
    private static final long NOBODY_NANOS = 3_000_000_000L;
    /** After the plan, for last answers: so long, and so long if somebody has not told of all probes. */
    private static final long LAST_ANSWERS_NANOS = 500_000_000;

    private static final long PATIENCE_NANOS = 3_000_000_000L;
    /** Answers to unicast, in turn: most of them in the way that firewalls let through. */
    private static final Reply[] REPLIES = {Reply.BACK, Reply.GROUP, Reply.BACK, Reply.UNICAST};

    private static final long SLICE_NANOS = 20_000_000;
    private static final int MOST_IN_A_TURN = 256;

    private final MulticastGroup group;
    private final ProbePlan plan;
    private final long run;
    private final ProbeSocket socket;
    private final SessionClock clock = new SessionClock();
    private final ByteBuffer inbound = ByteBuffer.allocateDirect(Inbound.LARGEST_DATAGRAM);
    private final Map<InetAddress, ProbedMachine> machines = new LinkedHashMap<>();
    private final Map<ProbedMachine, DatagramChannel> unicast = new LinkedHashMap<>();
    private int sent;
    private long nextUnicastNanos = FIRST_UNICAST_NANOS;
    private int unicastRounds;

    /** Sends nothing yet. */
    Prober(MulticastGroup group, ProbePlan plan, long run, ProbeSocket socket, List<InetAddress> named)
            throws IOException {
        this.group = group;
        this.plan = plan;
        this.run = run;
        this.socket = socket;
        for (InetAddress address : named) {
            machine(address, true);
        }
    }

    /** Probes until the end of the plan, or until it is clear that nobody answers, and judges. */
    NetworkReport probe() throws IOException, InterruptedException {
        for (long now = clock.nanos(); !isAlone(now) && !isOver(now); now = clock.nanos()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while the network was checked");
            }
            sendDue(now);
            receive();
            socket.await(Math.min(SLICE_NANOS, nextNanos() - clock.nanos()));
        }
        if (machines.isEmpty()) {
            return new NetworkReport(List.of(), List.of(nobody()));
        }
        return machines.values().stream()
                .map(machine -> ProbeVerdict.of(plan, machine, group))
                .reduce(new NetworkReport(List.of(), List.of()), NetworkReport::plus);
    }

    private boolean isAlone(long now) {
        return now >= NOBODY_NANOS && machines.isEmpty();
    }

    private boolean isOver(long now) {
        long past = now - plan.endNanos();
        return past >= PATIENCE_NANOS
                || past >= LAST_ANSWERS_NANOS
                        && machines.values().stream()
                                .noneMatch(machine -> machine.hasAnswered()
                                        && machine.asOf() < plan.steps().size() - 1);
    }

    private long nextNanos() {
        return sent < plan.steps().size()
                ? Math.min(plan.steps().get(sent).atNanos(), nextUnicastNanos)
                : nextUnicastNanos;
    }

    private NetworkFinding nobody() {
        return new NetworkFinding(
                Code.NOBODY,
                "",
                "nobody answers to what is sent to " + group,
                "run \"mimeo check --respond\" on other machines, with the same group. If it runs there, multicast does not"
                        + " arrive there, or answers do not arrive here: name one of them, with --other ADDRESS, and it is"
                        + " asked by unicast");
    }

    private void sendDue(long now) throws IOException {
        while (sent < plan.steps().size() && plan.steps().get(sent).atNanos() <= now) {
            Step step = plan.steps().get(sent);
            socket.timeToLive(step.timeToLive());
            Probe probe = Probe.of(true, step.reply(), sent, run, group);
            send(socket.ownChannel(), probe.encode(step.length()), socket.groupAddress());
            sent++;
        }
        if (now >= nextUnicastNanos) {
            nextUnicastNanos = now + UNICAST_INTERVAL_NANOS;
            Reply reply = REPLIES[unicastRounds++ % REPLIES.length];
            Probe probe = Probe.of(false, reply, Math.max(0, sent - 1), run, group);
            for (Map.Entry<ProbedMachine, DatagramChannel> each : unicast.entrySet()) {
                if (each.getKey().mayBeAsked()) {
                    DatagramChannel channel = each.getValue();
                    send(channel, probe.encode(Probe.LENGTH), channel.getRemoteAddress());
                }
            }
        }
    }

    /** What the system does not send is lost like what the network does not carry. */
    private static void send(DatagramChannel channel, ByteBuffer datagram, SocketAddress to) {
        try {
            channel.send(datagram, to);
        } catch (IOException e) {
            LOG.debug("A probe to {} was not sent", to, e);
        }
    }

    private void receive() throws IOException {
        receive(socket.groupChannel());
        receive(socket.ownChannel());
        for (Map.Entry<ProbedMachine, DatagramChannel> each : List.copyOf(unicast.entrySet())) {
            try {
                receive(each.getValue());
            } catch (PortUnreachableException e) {
                each.getKey().onClosed();
            } catch (IOException e) {
                LOG.debug("{} cannot be reached", each.getKey().address(), e);
            }
        }
    }

    private void receive(DatagramChannel channel) throws IOException {
        for (int i = 0; i < MOST_IN_A_TURN; i++) {
            SocketAddress from = channel.receive(inbound.clear());
            if (from == null) {
                return;
            }
            Optional<Probe> probe = Probe.decode(inbound.flip());
            if (probe.isPresent() && probe.get().isAnswer() && probe.get().run() == run) {
                ProbedMachine machine = machine(((InetSocketAddress) from).getAddress(), false);
                if (machine != null) {
                    machine.onAnswer(probe.get());
                }
            }
        }
    }

    /** Returns a machine that was named or has answered; null if there are so many others. */
    private ProbedMachine machine(InetAddress address, boolean isNamed) throws IOException {
        ProbedMachine known = machines.get(address);
        if (known != null || machines.size() >= NetworkCheck.MOST_OTHERS) {
            return known;
        }
        ProbedMachine machine = new ProbedMachine(address, isNamed);
        machines.put(address, machine);
        try {
            unicast.put(machine, socket.addTo(address));
        } catch (IOException e) {
            LOG.debug("{} is not probed by unicast", address, e);
        }
        return machine;
    }
}
