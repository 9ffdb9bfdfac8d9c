package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One transfer of an image to receivers of a class, each in a process and on a host of its own of a {@link Lan}. */
final class LanClass implements AutoCloseable {
    /** Options of the virtual machine of everybody. */
    static final List<String> MACHINE = List.of("-Xmx128m", "-XX:MaxDirectMemorySize=160m");

    private final Lan lan;
    private final Path image;
    private final List<String> where;
    private final List<Child> receivers = new ArrayList<>();
    private Child sender;

    /**
     * Nothing runs yet.
     *
     * @param group as {@code --group} takes it
     * @param options of everybody
     */
    LanClass(Lan lan, Path image, String group, String... options) {
        this.lan = lan;
        this.image = image;
        this.where = new ArrayList<>(List.of("--group", group, "--interface", Lan.INTERFACE, "--json"));
        where.addAll(List.of(options));
    }

    /**
     * Starts receivers in the first seats, and a sender that waits for all of them.
     *
     * @param options of the sender alone
     */
    void start(int count, int megabits, String... options) {
        for (int seat = 1; seat <= count; seat++) {
            receivers.add(start(lan.atReceiver(seat), "receive", "--out", "" + target(seat)));
        }
        List<String> sending = new ArrayList<>(List.of("--rate", megabits + "M", "--min-receivers", "" + count));
        sending.addAll(List.of(options));
        send(sending.toArray(String[]::new));
    }

    /** Starts a sender alone. */
    Child send(String... options) {
        List<String> command = new ArrayList<>(List.of("send", "" + image));
        command.addAll(List.of(options));
        sender = start(lan.atSender(), command.toArray(String[]::new));
        return sender;
    }

    private Child start(List<String> prefix, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(where);
        return Child.start(prefix, MACHINE, all);
    }

    private Path target(int seat) {
        return image.resolveSibling("seat-" + seat);
    }

    Child receiver(int seat) {
        return receivers.get(seat - 1);
    }

    Child sender() {
        return sender;
    }

    /** Waits until the first seats have the image, which is deleted there; returns how long the slowest took. */
    double awaitSlowest(int count) throws IOException, InterruptedException {
        double slowest = 0;
        for (int seat = 1; seat <= count; seat++) {
            assertThat(receiver(seat).await())
                    .as("%s%n%s", receiver(seat), sender)
                    .isZero();
            assertThat(target(seat)).hasSameBinaryContentAs(image);
            Files.delete(target(seat));
            slowest = Math.max(slowest, receiver(seat).reportedSeconds());
        }
        return slowest;
    }

    /** Ends whoever still runs. */
    @Override
    public void close() {
        receivers.forEach(Child::close);
        if (sender != null) {
            sender.close();
        }
    }
}
