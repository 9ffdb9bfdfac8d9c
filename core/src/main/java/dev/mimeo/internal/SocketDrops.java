package dev.mimeo.internal;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What Linux dropped because nobody took it from a socket in time, as it tells in {@code /proc/net/udp}. Other systems do not
 * tell.
 */
final class SocketDrops {
    private static final Path IPV4 = Path.of("/proc/net/udp");
    private static final Path IPV6 = Path.of("/proc/net/udp6");
    private static final int LOCAL_ADDRESS = 1;
    private static final int DROPS = 12;

    private SocketDrops() {}

    /** Returns how often that happened at the sockets that are bound to {@code local}, of every process; 0 if nobody tells. */
    static long of(InetSocketAddress local) {
        try {
            List<String> lines = Files.readAllLines(
                    local.getAddress() instanceof Inet4Address ? IPV4 : IPV6, StandardCharsets.US_ASCII);
            return sum(lines, local);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Returns the sum of the last column of those lines that begin with a number and the address. */
    static long sum(List<String> lines, InetSocketAddress local) {
        String wanted = name(local);
        long sum = 0;
        for (String line : lines) {
            String[] columns = line.strip().split("\\s+");
            if (columns.length > DROPS && columns[LOCAL_ADDRESS].equals(wanted)) {
                sum += Long.parseUnsignedLong(columns[DROPS]);
            }
        }
        return sum;
    }

    /** Returns the address in words of 32 bits, as the processor holds them, and the port, all in hexadecimal. */
    private static String name(InetSocketAddress local) {
        ByteBuffer words = ByteBuffer.wrap(local.getAddress().getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder name = new StringBuilder();
        while (words.hasRemaining()) {
            name.append(String.format(Locale.ROOT, "%08X", words.getInt()));
        }
        return name.append(String.format(Locale.ROOT, ":%04X", local.getPort())).toString();
    }
}
