package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.NodeId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class NodeAddressesTest {
    private final NodeAddresses nodes = new NodeAddresses();

    @Test
    void aNodeIsWhereItWasHeardLast() {
        nodes.heard(from(7), address(1000), 0);
        nodes.heard(from(8), address(1001), 0);
        nodes.heard(from(7), address(1002), 0);
        assertThat(nodes.of(new NodeId(7))).contains(new NodeAddresses.Place(address(1002), 0));
        assertThat(nodes.of(new NodeId(8))).contains(new NodeAddresses.Place(address(1001), 0));
        assertThat(nodes.of(new NodeId(9))).isEmpty();
    }

    @Test
    void nobodyIsNowhere() {
        nodes.heard(from(0), address(1000), 0);
        nodes.heard(from(-1), address(1000), 0);
        nodes.heard(ByteBuffer.allocate(7), address(1000), 0);
        assertThat(nodes.of(NodeId.NONE)).isEmpty();
        assertThat(nodes.of(NodeId.ANY)).isEmpty();
    }

    @Test
    void whoeverWasHeardLongestAgoIsForgotten() {
        for (int node = 1; node <= NodeAddresses.CAPACITY; node++) {
            nodes.heard(from(node), address(1000), 0);
        }
        nodes.heard(from(1), address(1001), 0);
        nodes.heard(from(1_000_000), address(1002), 0);
        assertThat(nodes.of(new NodeId(1))).isPresent();
        assertThat(nodes.of(new NodeId(2))).isEmpty();
        assertThat(nodes.of(new NodeId(1_000_000))).isPresent();
    }

    private static ByteBuffer from(int node) {
        return ByteBuffer.allocate(8).putInt(4, node);
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }
}
