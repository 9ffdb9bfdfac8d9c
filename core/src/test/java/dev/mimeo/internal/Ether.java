package dev.mimeo.internal;

import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.NodeId;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A group without a network: whatever a member sends is heard by all, itself included, and recorded. */
final class Ether {
    private final List<Member> members = new ArrayList<>();
    private Consumer<ByteBuffer> watcher;
    /** Every datagram that was sent, in order. */
    final List<byte[]> recorded = new ArrayList<>();

    /** Only shows what is sent, from now on, to {@code watcher}: nobody hears it, nothing is recorded. */
    Ether watchedBy(Consumer<ByteBuffer> watcher) {
        this.watcher = watcher;
        return this;
    }

    Member join() {
        Member member = new Member(new InetSocketAddress("127.0.0.1", 1_000 + members.size()));
        members.add(member);
        return member;
    }

    byte[] last() {
        return recorded.get(recorded.size() - 1);
    }

    /** A port to the group. */
    final class Member implements MulticastPort {
        private record Arrival(byte[] datagram, SocketAddress from) {}

        private final SocketAddress address;
        private final Deque<Arrival> arriving = new ArrayDeque<>();
        /** Whom the layer above believed. */
        final List<SocketAddress> believed = new ArrayList<>();

        boolean closed;

        private Member(SocketAddress address) {
            this.address = address;
        }

        /** Somebody who is no member sends this one a datagram. */
        void inject(byte[] datagram) {
            arriving.add(new Arrival(datagram, new InetSocketAddress("127.0.0.1", 66)));
        }

        @Override
        public boolean receive(Inbound inbound) {
            Arrival next = arriving.poll();
            if (next == null) {
                return false;
            }
            inbound.clear().put(next.datagram());
            inbound.received(Delivery.MULTICAST, next.from());
            return true;
        }

        @Override
        public void heard(Inbound inbound) {
            believed.add(inbound.source());
        }

        @Override
        public boolean flush() {
            return true;
        }

        @Override
        public boolean send(ByteBuffer datagram, NodeId destination) {
            if (watcher != null) {
                watcher.accept(datagram);
                return true;
            }
            byte[] bytes = new byte[datagram.remaining()];
            datagram.get(bytes);
            recorded.add(bytes);
            members.forEach(each -> each.arriving.add(new Arrival(bytes, address)));
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
        public void close() {
            closed = true;
        }
    }
}
