package dev.mimeo.internal;

import dev.mimeo.internal.Party.Seat;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A process of {@code normpeer.cpp}, which sends or receives with libnorm. */
final class LibnormEndpoint implements Endpoint {
    private static final int FILE_FIELDS = 5;

    private final Process process;
    /** All guarded by {@code this}. */
    private final StringBuilder transcript = new StringBuilder();

    private final List<Received> received = new ArrayList<>();
    private final Set<Integer> acknowledgements = new HashSet<>();
    private boolean ready;
    private boolean closed;

    private LibnormEndpoint(List<String> command) throws IOException {
        transcript.append(String.join(" ", command)).append('\n');
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread listener = new Thread(this::listen, "normpeer-" + process.pid());
        listener.setDaemon(true);
        listener.start();
    }

    static LibnormEndpoint send(Seat seat) throws IOException {
        InteropCase test = seat.test();
        List<String> command = command("send", seat, test.senderLoss());
        add(command, "--segment", test.segmentLength());
        add(command, "--block", test.blockLength());
        add(command, "--parity", test.parityCount());
        add(command, "--fec-id", test.fecEncodingId());
        add(command, "--rate", test.rate().bytesPerSecond() * Byte.SIZE);
        // As long as a receiver that is busy may need: libnorm takes silence for failure after so many times two GRTT.
        add(command, "--robust", 200);
        test.congestionControl().ifPresent(floor -> add(command, "--cc", floor.bytesPerSecond() * Byte.SIZE));
        if (test.isAcknowledged()) {
            add(command, "--ack", seat.plainReceiverIds().toString().replaceAll("[\\[\\] ]", ""));
        }
        for (int i = 0; i < test.objects().size(); i++) {
            InteropObject object = test.objects().get(i);
            add(command, "--info", object.name().map(LibnormEndpoint::hex).orElse("none"));
            add(command, object.isFile() ? "--file" : "--data", seat.sources().get(i));
        }
        return new LibnormEndpoint(command);
    }

    static LibnormEndpoint receive(Seat seat) throws IOException {
        InteropCase test = seat.test();
        List<String> command = command("receive", seat, test.receiverLoss());
        add(command, "--directory", seat.directory());
        // Of IPv6, 1.5.9 cannot join a source: NormStartReceiver fails without a system call. It hears all sources,
        // then.
        seat.group()
                .source()
                .filter(Inet4Address.class::isInstance)
                .ifPresent(source -> add(command, "--source", source.getHostAddress()));
        if (test.isUnicastFeedback() || test.addressing().hasSource()) {
            add(command, "--unicast-nacks", 1);
        }
        add(command, "--sync", test.wantsEverything() ? "all" : "current");
        return new LibnormEndpoint(command);
    }

    private static List<String> command(String role, Seat seat, double loss) {
        List<String> command = new ArrayList<>(List.of(NormPeer.program().toString(), role));
        add(command, "--group", seat.group().address().getHostAddress());
        add(command, "--port", seat.group().port());
        add(command, "--node", seat.nodeId());
        add(command, "--loss", 100 * loss);
        add(command, "--seed", seat.seed() & Integer.MAX_VALUE);
        return command;
    }

    private static void add(List<String> command, String option, Object value) {
        command.add(option);
        command.add(value.toString());
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (IOException e) {
            heard("the pipe broke: " + e.getMessage());
        }
    }

    private synchronized void heard(String line) {
        transcript.append(line).append('\n');
        String[] words = line.split(" ", FILE_FIELDS);
        switch (words[0]) {
            case "ready" -> ready = true;
            case "completed" ->
                received.add(new Received(
                        words[1].equals("file"), Long.parseLong(words[2]), name(words[3]), Path.of(words[4])));
            case "ack" -> {
                if (words[2].equals("success")) {
                    acknowledgements.add(Integer.parseInt(words[1]));
                }
            }
            default -> {}
        }
    }

    private static Optional<String> name(String info) {
        return info.equals("none")
                ? Optional.empty()
                : Optional.of(new String(
                        HexFormat.of().parseHex(info, "0x".length(), info.length()), StandardCharsets.UTF_8));
    }

    @Override
    public synchronized boolean isReady() {
        return ready;
    }

    @Override
    public synchronized List<Received> received() {
        return List.copyOf(received);
    }

    @Override
    public synchronized Set<Integer> acknowledgements() {
        return Set.copyOf(acknowledgements);
    }

    @Override
    public synchronized Optional<String> failure() {
        return closed || process.isAlive()
                ? Optional.empty()
                : Optional.of("normpeer ended with exit code " + process.exitValue());
    }

    @Override
    public synchronized String transcript() {
        return transcript.toString();
    }

    @Override
    public void kill() {
        close();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
