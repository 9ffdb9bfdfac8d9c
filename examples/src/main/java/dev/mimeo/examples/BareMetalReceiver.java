package dev.mimeo.examples;

import dev.mimeo.GroupKey;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SessionDirectory;
import dev.mimeo.TrustedKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * What a computer without a system runs from memory: {@code mimeo receive} onto a disk, told what to do by words of the command
 * line of its kernel, and started in a fraction of the time since nothing else is in it. {@code examples/bare-metal} builds the
 * run-time image that has it, and what boots it.
 *
 * <pre>
 *   mimeo.group=ADDR:PORT      where to listen; or
 *   mimeo.image=NAME|ID        which image to find in the directory
 *   mimeo.interface=IF         name or address
 *   mimeo.disk=DEVICE          is overwritten; it must not be in use
 *   mimeo.disk-size=SIZE       only if the disk has exactly that size: names of disks change from boot to boot
 *   mimeo.name=SEAT            what the sender shows; default: the node id
 *   mimeo.token=TOKEN          what lets this machine take part
 *   mimeo.trust=KEY,KEY        take only images signed with one of these keys; a key is a PEM file, or its Base64
 *   mimeo.min-serial=N         take only images of this serial or a later one
 *   mimeo.expect=IMAGE-ID      take only this image
 *   mimeo.ignore-not-after=yes take images after their end: the clock may be wrong
 *   mimeo.key-file=FILE        the group key
 *   mimeo.timeout=TIME         how long to wait until a sender is heard; default: 10m
 *   mimeo.ttl=N                routers to cross, plus one; default: 1
 * </pre>
 *
 * <p>A word that does not begin with {@code mimeo.} is for somebody else. One that does and is not listed, has no value or is said
 * twice is refused, and nothing is received: whoever baked {@code mimeo.trust} into what is booted need not fear what a server
 * on the network adds to it. Exit codes are those of the command.
 */
public final class BareMetalReceiver {
    private static final String PREFIX = "mimeo.";
    private static final Set<String> KNOWN = Set.of(
            "group",
            "image",
            "interface",
            "disk",
            "disk-size",
            "name",
            "token",
            "trust",
            "min-serial",
            "expect",
            "ignore-not-after",
            "key-file",
            "timeout",
            "ttl");

    private final Map<String, String> words;
    private final Display display;
    private final PlainReporter reporter;

    private BareMetalReceiver(Map<String, String> words, Display display, PlainReporter reporter) {
        this.words = words;
        this.display = display;
        this.reporter = reporter;
    }

    /** Receives as the words say, and exits with the code that says how it went. */
    public static void main(String[] words) {
        System.exit(run(words, new PrintWriter(System.out, true)).number());
    }

    /** Receives as the words say. */
    static ExitCode run(String[] words, PrintWriter out) {
        Display display = Display.on(out, false);
        PlainReporter reporter = new PlainReporter(display);
        try (Shutdown shutdown = new Shutdown()) {
            new BareMetalReceiver(parse(words), display, reporter).receive(shutdown);
            return ExitCode.VERIFIED;
        } catch (Exception e) {
            ExitCode code = ExitCode.of(e, reporter.isTransferring());
            reporter.failedWith(code, Words.failure(e));
            display.say("mimeo: " + Words.failure(e));
            return code;
        }
    }

    private static Map<String, String> parse(String[] words) {
        Map<String, String> parsed = new HashMap<>();
        for (String word : words) {
            if (!word.startsWith(PREFIX)) {
                continue;
            }
            int end = word.indexOf('=');
            String name = word.substring(PREFIX.length(), Math.max(end, PREFIX.length()));
            if (!KNOWN.contains(name) || end == word.length() - 1) {
                throw new IllegalArgumentException("\"" + word + "\" is no option with a value; see BareMetalReceiver");
            }
            if (parsed.putIfAbsent(name, word.substring(end + 1)) != null) {
                throw new IllegalArgumentException(PREFIX + name + " is said twice");
            }
        }
        return parsed;
    }

    private void receive(Shutdown shutdown) throws Exception {
        ImageTarget.Device disk = ImageTarget.device(Path.of(required("disk")));
        disk = said("disk-size").map(Quantities::size).map(disk::size).orElse(disk);
        try (ImageReceiver receiver = builder().open()) {
            shutdown.closes(receiver);
            ReceiveReport report = receiver.receive(disk).await();
            reporter.awaitLastEvent();
            reporter.receiveEnded(report);
        }
    }

    private ImageReceiver.Builder builder() throws Exception {
        Optional<GroupKey> key = Optional.empty();
        if (said("key-file").isPresent()) {
            key = Optional.of(GroupKey.ofFile(Path.of(required("key-file"))));
        }
        int timeToLive = (int) Math.min(number("ttl").orElse(1), Integer.MAX_VALUE);
        Duration timeout = said("timeout").map(Quantities::duration).orElse(Duration.ofMinutes(10));
        ImageReceiver.Builder builder = ImageReceiver.from(group(key, timeToLive, timeout))
                .networkInterface(required("interface"))
                .timeToLive(timeToLive)
                .waitForSender(timeout)
                .listener(reporter);
        key.ifPresent(builder::groupKey);
        said("name").ifPresent(builder::name);
        said("token").ifPresent(builder::admissionToken);
        number("min-serial").ifPresent(builder::minimumSerial);
        said("expect").ifPresent(builder::expect);
        if (said("ignore-not-after").filter("yes"::equals).isPresent()) {
            builder.ignoreNotAfter();
        }
        if (said("trust").isPresent()) {
            for (String trusted : required("trust").split(",", -1)) {
                builder.trust(trusted.startsWith("/") ? TrustedKey.ofFile(Path.of(trusted)) : TrustedKey.of(trusted));
            }
        }
        return builder;
    }

    private MulticastGroup group(Optional<GroupKey> key, int timeToLive, Duration timeout) throws Exception {
        if (said("group").isPresent() == said("image").isPresent()) {
            throw new IllegalArgumentException("say either mimeo.group=ADDR:PORT or mimeo.image=NAME");
        }
        if (said("group").isPresent()) {
            return Quantities.group(required("group"));
        }
        SessionDirectory.Builder builder =
                SessionDirectory.on(required("interface")).timeToLive(timeToLive);
        key.ifPresent(builder::groupKey);
        try (SessionDirectory directory = builder.open()) {
            display.say("Looking for " + Quantities.printable(required("image")) + ".");
            return directory.find(required("image"), timeout).group().orElseThrow();
        } catch (TimeoutException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private OptionalLong number(String name) {
        if (said(name).isEmpty()) {
            return OptionalLong.empty();
        }
        if (!required(name).matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(PREFIX + name + "=" + required(name) + ": that is no number");
        }
        return OptionalLong.of(Long.parseLong(required(name)));
    }

    private Optional<String> said(String name) {
        return Optional.ofNullable(words.get(name));
    }

    private String required(String name) {
        return said(name).orElseThrow(() -> new IllegalArgumentException(PREFIX + name + "=… is missing"));
    }
}
