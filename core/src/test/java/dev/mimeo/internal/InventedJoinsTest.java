package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.ReceiverStatus;
import dev.mimeo.TransferListener;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.Delivery;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.KnownChunks;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.sender.RosterEntry;
import dev.mimeo.protocol.sender.SenderConfig;
import dev.mimeo.protocol.sender.SenderEvent;
import dev.mimeo.protocol.sender.SenderMachine;
import dev.mimeo.protocol.sender.SenderStatistics;
import dev.mimeo.protocol.sender.SlowReceivers;
import dev.mimeo.protocol.sender.StartCondition;
import dev.mimeo.protocol.sender.TransmitObject;
import dev.mimeo.protocol.session.FailureCause;
import dev.mimeo.protocol.session.ReceiverState;
import dev.mimeo.protocol.session.SessionCodec;
import dev.mimeo.protocol.session.StatusReport;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.Report;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** F44: a million receivers that somebody invents; what is kept of them on the way from the machine to the listener. */
@Timeout(60)
class InventedJoinsTest {
    private static final NodeId SENDER = new NodeId(1);
    private static final int MOST = 1_000;
    private static final int INVENTED = 1_000_000;
    private static final Digest IMAGE = Digest.of(new byte[32]);
    private static final long MICRO = 1_000;

    private final AtomicInteger told = new AtomicInteger();
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final CallbackThread callbacks = new CallbackThread(
            new TransferListener() {
                @Override
                public void receiverJoined(ReceiverStatus receiver) {
                    told.incrementAndGet();
                    try {
                        mayGoOn.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            },
            "test",
            ThreadMaker.USUAL);
    private final SenderMachine machine = new SenderMachine(
            SenderConfig.builder(SENDER, 7)
                    .startWhen(new StartCondition.Manual())
                    .maximumReceivers(MOST)
                    .slowReceivers(new SlowReceivers.HoldAll())
                    .build(),
            new BlockPool(1 << 20, ByteBuffer::allocate),
            new SplittableRandom(1));

    private final class Nothing implements SenderSession.Offer<Void> {
        @Override
        public BlockReader.Content content(ObjectId object) {
            throw new AssertionError();
        }

        @Override
        public Void report(
                List<RosterEntry> roster,
                List<ReceiverStatus> receivers,
                Duration elapsed,
                SenderStatistics statistics) {
            return null;
        }
    }

    /** Has nothing read: only what is told of receivers goes on. */
    private record WithoutDisk(SenderEvent.Handler session) implements SenderEvent.Handler {
        @Override
        public void on(SenderEvent.BlockWanted event) {}

        @Override
        public void on(SenderEvent.ReceiverChanged event) {
            session.on(event);
        }

        @Override
        public void on(SenderEvent.ReceiverForgotten event) {
            session.on(event);
        }

        @Override
        public void on(SenderEvent.StateChanged event) {}
    }

    /** They come so slowly that each has vanished when there is no room for the next: so all of them join, in turn. */
    @Fault("F44")
    @Test
    void aMillionInventedReceiversLeaveNoMoreBehindThanThereIsRoomFor(FaultRecord record) {
        try (MulticastPort port = new Ether().join()) {
            TransferThread<Void> transfer = new TransferThread<>(
                    new EndName("test", Loopback.group()),
                    ThreadMaker.USUAL,
                    unused -> null,
                    port,
                    callbacks,
                    (listener, report) -> {},
                    () -> {});
            Attendance attendance = new Attendance(port);
            SenderSession<Void> session = new SenderSession<>(transfer, machine, new Nothing(), null, attendance);
            SenderEvent.Handler events = new WithoutDisk(session.events());
            ObjectId manifest = machine.offer(new TransmitObject(
                    new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 100, 100, 4, 0),
                    false,
                    ByteBuffer.wrap(new byte[1]),
                    KnownChunks.NONE,
                    0));
            machine.announce(IMAGE, 0, manifest, manifest.plus(1), List.of());
            long now = 0;
            machine.onTime(now);
            for (int i = 0; i < INVENTED; i++) {
                now += 3_000 * MICRO;
                machine.onDatagram(join(new NodeId(0x1000 + i)), Delivery.UNICAST, now);
                machine.drainEvents(events);
                assertThat(attendance.size()).isLessThanOrEqualTo(MOST);
            }
            assertThat(machine.receivers()).hasSize(MOST);
            assertThat(attendance.of(machine.receivers())).hasSize(MOST);

            mayGoOn.countDown();
            callbacks.close();
            assertThat(told.get())
                    .as("a listener that does not return hears of some")
                    .isBetween(MOST, CallbackThread.LARGEST + 1);
        }
        record.runs(INVENTED);
    }

    private static ByteBuffer join(NodeId as) {
        StatusReport report =
                new StatusReport(ReceiverState.JOINING, "somebody", "", IMAGE, 0, 0, 0, 0, 0, 0, FailureCause.NONE, "");
        ByteBuffer datagram = ByteBuffer.allocate(1_500);
        MessageCodec.encode(new Report(new ReceiverHeader(0, as, SENDER, 7, 0), SessionCodec.encode(report)), datagram);
        return datagram.flip();
    }
}
