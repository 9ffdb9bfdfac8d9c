package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.TransferListener;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.NodeId;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What a transfer hears of what reaches its port. */
class OpenEndTest {
    private final ConcurrentLinkedQueue<Byte> arriving = new ConcurrentLinkedQueue<>();

    @Test
    void aTransferHearsWhatArrivesAfterItWasAskedForAndNothingFromBefore() throws Exception {
        arriving.add((byte) 1);
        try (OpenEnd<Integer> end = new OpenEnd<>(
                new EndName("test", Loopback.group()),
                ThreadMaker.USUAL,
                new Wire(),
                TransferListener.NONE,
                (listener, sum) -> {})) {
            var thread = end.start(running -> {
                Inbound inbound = new Inbound();
                while (!end.port().receive(inbound)) {
                    Thread.onSpinWait();
                }
                return (int) inbound.datagram().get(0);
            });
            arriving.add((byte) 2);

            assertThat(thread.transfer().await(Duration.ofSeconds(20))).isEqualTo(2);
        }
    }

    private final class Wire implements MulticastPort {
        @Override
        public boolean receive(Inbound inbound) {
            Byte next = arriving.poll();
            if (next != null) {
                inbound.clear().put(next);
                inbound.received(Delivery.MULTICAST, null);
            }
            return next != null;
        }

        @Override
        public void heard(Inbound inbound) {}

        @Override
        public boolean send(ByteBuffer datagram, NodeId destination) {
            return true;
        }

        @Override
        public boolean flush() {
            return true;
        }

        @Override
        public Optional<SocketAddress> addressOf(NodeId node) {
            return Optional.empty();
        }

        @Override
        public void await(long nanos) {}

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }
}
