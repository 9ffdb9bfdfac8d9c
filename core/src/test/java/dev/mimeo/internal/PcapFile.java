package dev.mimeo.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes datagrams as packet analysers read them: the classic pcap format, raw IPv4, with headers made up. */
final class PcapFile {
    private static final int MAGIC_MICROS = 0xa1b2c3d4;
    private static final int LINK_TYPE_RAW = 101;
    private static final int FILE_HEADER = 24;
    private static final int PACKET_HEADER = 16;
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int LONGEST_PACKET = 65_535;
    private static final int MICROS_PER_SECOND = 1_000_000;

    private PcapFile() {}

    /** Writes all {@code packets}, as sent to {@code port} of some group. */
    static void write(Path path, int port, List<Packet> packets) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(FILE_HEADER
                + packets.stream()
                        .mapToInt(packet -> PACKET_HEADER + IP_HEADER + UDP_HEADER + packet.bytes.length)
                        .sum());
        out.putInt(MAGIC_MICROS).putShort((short) 2).putShort((short) 4).putLong(0);
        out.putInt(LONGEST_PACKET).putInt(LINK_TYPE_RAW);
        for (Packet packet : packets) {
            put(out, port, packet);
        }
        Files.write(path, out.array());
    }

    private static void put(ByteBuffer out, int port, Packet packet) {
        out.putInt((int) (packet.micros / MICROS_PER_SECOND)).putInt((int) (packet.micros % MICROS_PER_SECOND));
        out.putInt(IP_HEADER + UDP_HEADER + packet.bytes.length);
        out.putInt(IP_HEADER + UDP_HEADER + packet.length);

        out.put((byte) 0x45).put((byte) 0).putShort((short) (IP_HEADER + UDP_HEADER + packet.length));
        out.putInt(0).put((byte) 1).put((byte) 17).putShort((short) 0);
        out.putInt(0x7f000001).putInt(0xefc10101);

        out.putShort((short) port).putShort((short) port);
        out.putShort((short) (UDP_HEADER + packet.length)).putShort((short) 0);
        out.put(packet.bytes);
    }

    /**
     * A datagram.
     *
     * @param bytes the first of its bytes, or all
     * @param length how many it had
     */
    record Packet(long micros, byte[] bytes, int length) {
        /** Copies what is between the position and the limit, of at most {@code longest} bytes. */
        static Packet of(long micros, ByteBuffer datagram, int longest) {
            byte[] bytes = new byte[Math.min(datagram.remaining(), longest)];
            datagram.get(datagram.position(), bytes);
            return new Packet(micros, bytes, datagram.remaining());
        }
    }
}
