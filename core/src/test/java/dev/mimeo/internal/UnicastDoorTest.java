package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is let in, and what it costs to ask. */
@Timeout(20)
class UnicastDoorTest {
    private final KnockCodec codec = KnockCodec.of(Optional.empty());
    private final List<Integer> admitted = new CopyOnWriteArrayList<>();
    private UnicastDoor door;
    private DatagramChannel caller;
    private DatagramChannel other;

    @BeforeEach
    void open() throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        door = new UnicastDoor(loopback, codec, ThreadMaker.USUAL, (ask, from) -> {
            admitted.add(from.getPort());
            return ask.answer(Knock.Kind.OPEN, 0, 1_000 + admitted.size(), "");
        });
        caller = DatagramChannel.open().bind(loopback);
        other = DatagramChannel.open().bind(loopback);
    }

    @AfterEach
    void close() throws IOException {
        door.close();
        caller.close();
        other.close();
        Eventually.holds(() -> Threads.named("mimeo-door-" + door.port()).isEmpty());
    }

    private Knock ask(DatagramChannel from, long nonce, long cookie) throws IOException {
        from.send(
                codec.encode(Knock.ask(nonce, cookie)),
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), door.port()));
        ByteBuffer answer = ByteBuffer.allocate(2 * KnockCodec.LENGTH);
        from.receive(answer);
        return codec.decode(answer.flip()).orElseThrow();
    }

    @Test
    void whoComesBackWithTheCookieIsLetInAndToldTheSameIfItAsksAgain() throws IOException {
        Knock told = ask(caller, 7, 0);
        assertThat(told.kind()).isEqualTo(Knock.Kind.WAIT);
        assertThat(admitted).isEmpty();
        Knock opened = ask(caller, 7, told.cookie());
        assertThat(opened).isEqualTo(new Knock(Knock.Kind.OPEN, 7, 0, 1_001, ""));
        assertThat(ask(caller, 7, told.cookie())).isEqualTo(opened);
        assertThat(admitted).hasSize(1);
    }

    @Test
    void aCookieIsOfOneAddressAndOneNonce() throws IOException {
        long cookie = ask(caller, 7, 0).cookie();
        assertThat(ask(other, 7, cookie).kind()).isEqualTo(Knock.Kind.WAIT);
        assertThat(ask(caller, 8, cookie).kind()).isEqualTo(Knock.Kind.WAIT);
        assertThat(ask(caller, 7, cookie + 2).kind()).isEqualTo(Knock.Kind.WAIT);
        assertThat(admitted).isEmpty();
    }

    @Test
    void whatIsNoQuestionIsNotAnswered() throws IOException {
        InetSocketAddress at = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), door.port());
        for (Knock.Kind kind : Knock.Kind.values()) {
            if (kind != Knock.Kind.ASK) {
                caller.send(codec.encode(new Knock(kind, 1, 1, 1, "")), at);
            }
        }
        caller.send(ByteBuffer.allocate(0), at);
        caller.send(ByteBuffer.allocate(3_000), at);
        // The first answer is to the first question.
        assertThat(ask(caller, 9, 0).nonce()).isEqualTo(9);
    }
}
