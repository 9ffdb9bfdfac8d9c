package dev.mimeo.examples;

import dev.mimeo.AddressAllocator;
import dev.mimeo.DataRate;
import dev.mimeo.MulticastGroup;
import dev.mimeo.RateSchedule;
import dev.mimeo.SlowReceiverPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes quantities as people write them. Whatever cannot be read is an {@link IllegalArgumentException}. */
final class Quantities {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)\\s*([A-Za-z%]*)");
    private static final Pattern ADDRESS_AND_PORT =
            Pattern.compile("(?:\\[(?<six>[^\\]]+)\\]|(?<four>[^:\\[\\]]+)):(?<port>[0-9]{1,5})");

    private static final Pattern ADDRESSES_AND_PORT = Pattern.compile(
            "(?:\\[(?<six1>[^\\]-]+)-(?<six2>[^\\]-]+)\\]|(?<four1>[^-:\\[\\]]+)-(?<four2>[^-:\\[\\]]+)):(?<port>[0-9]{1,5})");

    private Quantities() {}

    /** Reads bits per second: {@code 800M}. Units are powers of ten. */
    static DataRate rate(String text) {
        return new DataRate(number(text, "a rate, such as 800M", unit -> switch (unit) {
            case "" -> 1;
            case "k", "K" -> 1_000;
            case "M" -> 1_000_000;
            case "G" -> 1_000_000_000;
            default -> 0;
        }));
    }

    /** Reads bytes: {@code 256M}. Units are powers of 1,024. */
    static long size(String text) {
        return number(text, "a size, such as 256M", unit -> switch (unit) {
            case "" -> 1;
            case "k", "K" -> 1L << 10;
            case "M" -> 1L << 20;
            case "G" -> 1L << 30;
            default -> 0;
        });
    }

    /** Reads a positive duration with its unit: {@code 500ms}, {@code 60s}, {@code 10m}, {@code 2h}. */
    static Duration duration(String text) {
        Duration duration = Duration.ofMillis(number(text, "a duration, such as 60s or 10m", unit -> switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 0;
        }));
        if (duration.isZero()) {
            throw new IllegalArgumentException("\"" + text + "\" is no time at all");
        }
        return duration;
    }

    /** Reads a time of this day, or of the next if it has passed, {@code 22:30}; or of any, {@code 2026-01-31T22:30}. */
    static Instant instant(String text) {
        ZoneId zone = ZoneId.systemDefault();
        try {
            if (text.contains("T")) {
                return LocalDateTime.parse(text).atZone(zone).toInstant();
            }
            ZonedDateTime now = ZonedDateTime.now(zone);
            ZonedDateTime today = now.with(LocalTime.parse(text));
            return (today.isAfter(now) ? today : today.plusDays(1)).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time, such as 22:30 or 2026-01-31T22:30", e);
        }
    }

    /** Reads the last second of a day, {@code 2027-01-31}, or a time of one, {@code 2027-01-31T22:30}. */
    static Instant end(String text) {
        try {
            LocalDateTime end = text.contains("T")
                    ? LocalDateTime.parse(text)
                    : LocalDate.parse(text).plusDays(1).atStartOfDay().minusSeconds(1);
            return end.atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a date or time, such as 2027-01-31 or 2027-01-31T22:30", e);
        }
    }

    /** Reads what becomes of slow receivers: {@code hold}, {@code second-pass}, {@code lanes:2}, {@code drop:20M:30s}. */
    static SlowReceiverPolicy slowReceivers(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length == 3 && (parts[0].equals("drop") || parts[0].equals("handoff"))) {
            return parts[0].equals("drop")
                    ? SlowReceiverPolicy.dropBelow(rate(parts[1]), duration(parts[2]))
                    : SlowReceiverPolicy.handOff(rate(parts[1]), duration(parts[2]));
        }
        return switch (text) {
            case "hold" -> SlowReceiverPolicy.holdAll();
            case "second-pass" -> SlowReceiverPolicy.secondPass();
            case "lanes:2" -> SlowReceiverPolicy.lanes(2);
            case "lanes:3" -> SlowReceiverPolicy.lanes(3);
            default ->
                throw new IllegalArgumentException("\"" + text
                        + "\" is not hold, second-pass, lanes:2, lanes:3, drop:RATE:TIME or handoff:RATE:TIME");
        };
    }

    /**
     * Reads where groups come from: {@code 239.192.7.1-239.192.7.50:6003}, {@code [ff15::7:1-ff15::7:50]:6003}, {@code madcap},
     * {@code madcap:10.0.0.1}.
     */
    static GroupChoice groups(String text) {
        Matcher leased = Pattern.compile("madcap(?::(.+))?").matcher(text);
        if (leased.matches()) {
            Optional<InetAddress> server = Optional.ofNullable(leased.group(1)).map(Quantities::machine);
            return network -> leased(network, server);
        }
        AddressAllocator addresses = range(text).orElseGet(() -> AddressAllocator.fixed(group(text)));
        return network -> addresses;
    }

    private static Optional<AddressAllocator> range(String text) {
        Matcher range = ADDRESSES_AND_PORT.matcher(text);
        if (!range.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(range.group("port"));
        String kind = range.group("six1") == null ? "four" : "six";
        return Optional.of(AddressAllocator.range(
                MulticastGroup.of(range.group(kind + 1), port), MulticastGroup.of(range.group(kind + 2), port)));
    }

    private static AddressAllocator leased(NetworkOptions network, Optional<InetAddress> server) {
        AddressAllocator.MadcapBuilder leased =
                AddressAllocator.madcap(network.interfaceNames[0]).timeToLive(network.timeToLive);
        server.ifPresent(leased::server);
        return leased.build();
    }

    private static InetAddress machine(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a machine, such as 10.0.0.1", e);
        }
    }

    /** Reads a rate for a part of every day: {@code 08:00-18:00=100M}. */
    static RateSchedule.Window window(String text) {
        Matcher window = Pattern.compile("([0-9:]+)-([0-9:]+)=(.+)").matcher(text);
        try {
            if (window.matches()) {
                return new RateSchedule.Window(
                        LocalTime.parse(window.group(1)), LocalTime.parse(window.group(2)), rate(window.group(3)));
            }
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not such as 08:00-18:00=100M", e);
        }
        throw new IllegalArgumentException("\"" + text + "\" is not such as 08:00-18:00=100M");
    }

    /** Reads a share in percent, {@code 2} or {@code 2%}, as a ratio of 0 to 1. */
    static double percent(String text) {
        long millionths = number(text, "a percentage, such as 2", unit -> switch (unit) {
            case "", "%" -> 10_000;
            default -> 0;
        });
        if (millionths > 1_000_000) {
            throw new IllegalArgumentException("\"" + text + "\" is more than 100 percent");
        }
        return millionths / 1e6;
    }

    /** Reads a group: {@code 239.192.7.1:6003}, {@code [ff15::7:1]:6003}. */
    static MulticastGroup group(String text) {
        Matcher matcher = ADDRESS_AND_PORT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not ADDRESS:PORT, such as 239.192.7.1:6003");
        }
        return MulticastGroup.of(host(matcher), Integer.parseInt(matcher.group("port")));
    }

    /** Reads where one machine is asked, by address or name: {@code 192.0.2.7:6004}, {@code [2001:db8::7]:6004}, {@code depot:6004}. */
    static InetSocketAddress address(String text) {
        Matcher matcher = ADDRESS_AND_PORT.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group("port")) > 65_535) {
            throw new IllegalArgumentException("\"" + text + "\" is not ADDRESS:PORT, such as 192.0.2.7:6004");
        }
        InetSocketAddress address = new InetSocketAddress(host(matcher), Integer.parseInt(matcher.group("port")));
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("no machine is called \"" + host(matcher) + "\"");
        }
        return address;
    }

    private static String host(Matcher addressAndPort) {
        return addressAndPort.group("six") == null ? addressAndPort.group("four") : addressAndPort.group("six");
    }

    /** Reads a NORM node id: {@code 7}, {@code 0x0a00002a}. */
    static int nodeId(String text) {
        try {
            long id = Long.decode(text.strip());
            if (id >= 1 && id <= 0xffff_fffeL) {
                return (int) id;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a node id, such as 7 or 0x0a00002a", e);
        }
        throw new IllegalArgumentException("\"" + text + "\" is not within 1 to 0xfffffffe");
    }

    /** Writes bytes: {@code 256 MiB}. */
    static String bytes(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        int power = Math.min(5, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
        return significant((double) bytes / (1L << (10 * power))) + " " + " KMGTP".charAt(power) + "iB";
    }

    /** Writes bits per second: {@code 398 Mbit/s}. */
    static String bits(double bitsPerSecond) {
        if (bitsPerSecond >= 1e9) {
            return significant(bitsPerSecond / 1e9) + " Gbit/s";
        }
        return bitsPerSecond >= 1e6
                ? significant(bitsPerSecond / 1e6) + " Mbit/s"
                : significant(bitsPerSecond / 1e3) + " kbit/s";
    }

    /** Writes a duration: {@code 6.1 s}, {@code 12 min 5 s}. */
    static String time(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.1f s", seconds(duration));
        }
        return seconds / 60 + " min " + seconds % 60 + " s";
    }

    /** Returns a duration in seconds. */
    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** Writes a ratio of 0 to 1 as {@code 2.1 %}. */
    static String share(double ratio) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * ratio);
    }

    /** Returns text from the network as one line that cannot move the cursor or change the colour of a terminal. */
    static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> safe.appendCodePoint(isPrintable(point) ? point : '?'));
        return safe.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String significant(double value) {
        return String.format(Locale.ROOT, value < 99.95 && value != Math.rint(value) ? "%.1f" : "%.0f", value);
    }

    private static long number(String text, String expected, Unit unit) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        long factor = matcher.matches() ? unit.factor(matcher.group(2)) : 0;
        if (factor == 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not " + expected);
        }
        try {
            // BigDecimal would do, but costs every start a tenth of a second (JDK 25).
            String[] parts = matcher.group(1).split("\\.");
            long whole = Math.multiplyExact(Long.parseLong(parts[0]), factor);
            long ofOne = parts.length == 1 ? 0 : Long.parseLong((parts[1] + "00000000").substring(0, 9));
            return Math.addExact(whole, Math.multiplyExact(ofOne, factor) / 1_000_000_000);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("\"" + text + "\" is too much", e);
        }
    }

    /** What a unit multiplies by; 0 for what is no unit. */
    private interface Unit {
        long factor(String unit);
    }
}
