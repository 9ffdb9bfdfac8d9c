package dev.mimeo.examples;

import dev.mimeo.DirectoryEntry;
import dev.mimeo.SessionDirectory;
import dev.mimeo.TransferPhase;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mimeo watch}: shows what distribution points send and offer. */
@Command(name = "watch", description = "Shows what distribution points send and offer, until Ctrl-C.")
final class WatchCommand implements Callable<Integer> {
    private static final long INTERVAL_MILLIS = 250;

    @ParentCommand
    MimeoCommand mimeo;

    @Spec
    CommandSpec spec;

    @Mixin
    NetworkOptions network;

    @Mixin
    KeyOptions keys;

    @Mixin
    DirectoryOption directory;

    @Option(names = "--time", paramLabel = "TIME", description = "End after so long. Default: not by itself.")
    Optional<Duration> time;

    @Option(names = "--json", description = "Print one JSON object per line instead of text.")
    boolean json;

    @Override
    public Integer call() {
        SessionDirectory.Builder builder = directory.builder(network.timeToLive, network.scope, network.interfaceNames);
        try (Shutdown shutdown = new Shutdown()) {
            keys.key().ifPresent(builder::groupKey);
            try (SessionDirectory open = builder.open()) {
                shutdown.closes(open);
                watch(open);
            }
            return ExitCode.VERIFIED.number();
        } catch (Exception e) {
            mimeo.complain(spec.commandLine().getErr(), Words.failure(e), e);
            return ExitCode.of(e, false).number();
        }
    }

    private void watch(SessionDirectory open) throws InterruptedException {
        Set<DirectoryEntry> known = Set.of();
        long end = System.nanoTime() + time.map(Duration::toNanos).orElse(Long.MAX_VALUE / 2);
        while (System.nanoTime() < end) {
            List<DirectoryEntry> entries = open.entries();
            for (DirectoryEntry entry : entries) {
                if (!known.contains(entry)) {
                    show("entry", entry);
                }
            }
            known.stream()
                    .filter(entry -> entries.stream().noneMatch(each -> isSame(each, entry)))
                    .forEach(entry -> show("gone", entry));
            known = new LinkedHashSet<>(entries);
            Thread.sleep(INTERVAL_MILLIS);
        }
    }

    private static boolean isSame(DirectoryEntry one, DirectoryEntry other) {
        return one.point().equals(other.point())
                && one.imageId().equals(other.imageId())
                && one.group().equals(other.group());
    }

    private void show(String event, DirectoryEntry entry) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? json(event, entry) : (event.equals("gone") ? "gone: " : "") + Words.entry(entry));
        out.flush();
    }

    private static Json json(String event, DirectoryEntry entry) {
        return Json.event(event)
                .put("point", entry.point())
                .put("sessionName", entry.sessionName())
                .put("name", entry.imageName())
                .put("version", entry.imageVersion())
                .put("image", entry.imageId())
                .put("total", entry.imageLength())
                .put(
                        "phase",
                        entry.phase().map(TransferPhase::name).orElse("offered").toLowerCase(Locale.ROOT))
                .put("group", Words.group(entry.group()))
                .put("source", Words.source(entry.group()))
                .put("receivers", entry.joined())
                .put("expected", entry.expected())
                .put("bitsPerSecond", entry.bitsPerSecond());
    }
}
