package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketDropsTest {
    private static final String TAIL =
            " 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2448111 2 00000000270b6d42 ";

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "aarch64"})
    void everySocketOfTheAddressCounts() throws IOException {
        List<String> lines = List.of(
                "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref"
                        + " pointer drops            ",
                " 1759: 014FFFEF:DA49" + TAIL + "3       ",
                "   17: 014FFFEF:DA49" + TAIL + "4       ",
                "   18: 014FFFEF:DA48" + TAIL + "100     ",
                "   19: 024FFFEF:DA49" + TAIL + "100     ",
                "   20: 014FFFEF:DA49 00000000:0000");
        assertThat(SocketDrops.sum(lines, new InetSocketAddress("239.255.79.1", 0xda49)))
                .isEqualTo(7);
        List<String> six = List.of("    3: 000002FF000000000000000001000000:DA49" + TAIL + "5");
        assertThat(SocketDrops.sum(six, new InetSocketAddress("ff02:0:0:0:0:0:0:1", 0xda49)))
                .isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    @EnabledOnOs(OS.LINUX)
    void theSystemTellsWhatNobodyTook(String address) throws IOException {
        StandardProtocolFamily family =
                address.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
        Sockets.assumeThereIs(address);
        try (DatagramChannel in = DatagramChannel.open(family);
                DatagramChannel out = DatagramChannel.open(family)) {
            in.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
            in.bind(new InetSocketAddress(address, 0));
            InetSocketAddress local = (InetSocketAddress) in.getLocalAddress();
            assertThat(SocketDrops.of(local)).isZero();
            for (int i = 0; i < 100; i++) {
                out.send(ByteBuffer.allocate(1_000), local);
            }
            assertThat(SocketDrops.of(local)).isBetween(50L, 99L);
        }
    }
}
