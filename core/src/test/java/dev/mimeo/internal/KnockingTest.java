package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a receiver asks for unicast, and what it makes of answers; its time is the test's. */
@Timeout(20)
class KnockingTest {
    private static final long SECOND = 1_000_000_000;

    private final KnockCodec codec = KnockCodec.of(Optional.empty());
    private final ByteBuffer in = ByteBuffer.allocate(KnockCodec.LENGTH);
    private DatagramChannel door;
    private Knocking knocking;
    private SocketAddress caller;

    @BeforeEach
    void open() throws IOException {
        door = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        knocking = new Knocking((InetSocketAddress) door.getLocalAddress(), 10 * SECOND, codec, 0);
    }

    @AfterEach
    void close() throws IOException {
        knocking.close();
        door.close();
    }

    /** Returns what it asks next. */
    private Knock asked() throws IOException {
        caller = door.receive(in.clear());
        return codec.decode(in.flip()).orElseThrow();
    }

    private void answer(Knock answer, long nowNanos) throws IOException {
        door.send(codec.encode(answer), caller);
        knocking.onTurn(nowNanos);
    }

    @Test
    void whatIsWaitedForASenderThatIsNotThereDoesNotCount() throws IOException {
        knocking.onTurn(0);
        Knock first = asked();
        assertThat(first.cookie()).isZero();
        knocking.onTurn(SECOND / 4);
        knocking.onTurn(100 * SECOND);
        assertThat(asked()).isEqualTo(first);
        answer(first.answer(Knock.Kind.WAIT, 77, 0, ""), 101 * SECOND);
        knocking.onTurn(110 * SECOND);
        assertThat(asked().cookie()).as("nine seconds after the answer").isZero();
        knocking.onTurn(112 * SECOND);
        assertThat(asked().cookie()).isEqualTo(77);
        answer(first.answer(Knock.Kind.OPEN, 0, 5_000, ""), 112 * SECOND);
        assertThat(knocking.isOpened()).isTrue();
        assertThat(knocking.nextDeadlineNanos(112 * SECOND)).isEqualTo(Long.MAX_VALUE);
        UnicastPort port = knocking.take().orElseThrow();
        assertThat(port.toString()).isEqualTo("127.0.0.1:5000");
        knocking.close();
        assertThat(port.number()).as("it stays open").isPositive();
        port.close();
    }

    @Test
    void whoIsAskedToWaitAsksAgainAndSaysSo() throws IOException {
        knocking.onTurn(0);
        Knock first = asked();
        assertThat(knocking.words()).contains("Nobody answers at 127.0.0.1:");
        answer(first.answer(Knock.Kind.BUSY, 0, 0, "it serves 8"), 1);
        assertThat(knocking.words()).contains("it serves 8");
        knocking.onTurn(SECOND);
        assertThat(asked()).isEqualTo(first);
        answer(first.answer(Knock.Kind.REFUSED, 0, 0, "by multicast only"), SECOND);
        assertThat(knocking.refusal()).contains("by multicast only");
        assertThat(knocking.isOpened()).isFalse();
    }

    @Test
    void whatOthersAnswerIsLeft() throws IOException {
        knocking.onTurn(0);
        Knock first = asked();
        try (DatagramChannel stranger = DatagramChannel.open()) {
            stranger.send(codec.encode(first.answer(Knock.Kind.REFUSED, 0, 0, "no")), caller);
        }
        answer(new Knock(Knock.Kind.REFUSED, first.nonce() + 1, 0, 0, "no"), 1);
        answer(first.answer(Knock.Kind.OPEN, 0, 0, "at no port"), 1);
        assertThat(knocking.refusal()).isEmpty();
        assertThat(knocking.isOpened()).isFalse();
    }
}
