package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

class NativeSocketTest {
    private static final int SO_BROADCAST = 6;

    @Test
    @EnabledOnOs(OS.LINUX)
    @EnabledForJreRange(min = JRE.JAVA_22)
    void everyChannelHasASocketOfItsOwn() throws IOException {
        try (Sockets sockets = new Sockets()) {
            List<DatagramChannel> channels = new ArrayList<>();
            List<NativeSocket> natives = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                channels.add(sockets.open());
                natives.add(Sockets.nativeSocket(channels.get(i)).orElseThrow());
            }
            for (int i = 0; i < 5; i++) {
                assertThat(natives.get(i).set(NativeSocket.SOL_SOCKET, SO_BROADCAST, 1))
                        .isTrue();
                for (int j = 0; j < 5; j++) {
                    assertThat(channels.get(j).getOption(StandardSocketOptions.SO_BROADCAST))
                            .isEqualTo(j <= i);
                }
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @EnabledForJreRange(min = JRE.JAVA_22)
    void onceClosedItTouchesNothing() throws IOException {
        try (Sockets sockets = new Sockets()) {
            DatagramChannel channel = sockets.open();
            NativeSocket socket = Sockets.nativeSocket(channel).orElseThrow();
            socket.close();
            assertThat(socket.set(NativeSocket.SOL_SOCKET, SO_BROADCAST, 1)).isFalse();
            assertThat(channel.getOption(StandardSocketOptions.SO_BROADCAST)).isFalse();
        }
    }

    @Test
    void aReceiveBufferIsAsLargeAsWeMay() throws IOException {
        try (Sockets sockets = new Sockets()) {
            DatagramChannel channel = sockets.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, Integer.MAX_VALUE);
            int cap = channel.getOption(StandardSocketOptions.SO_RCVBUF);
            ReceiveBuffer.enlarge(channel, Sockets.nativeSocket(channel));
            boolean isFree = Sockets.ARE_NATIVE && "root".equals(System.getProperty("user.name"));
            assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF))
                    .isGreaterThanOrEqualTo(isFree ? 16 << 20 : Math.min(cap, 16 << 20));
        }
    }

    @Test
    void withoutNativeCallsThereIsNone() throws IOException {
        try (Sockets sockets = new Sockets()) {
            assertThat(NativeSocket.of(sockets.open()).isPresent()).isEqualTo(Sockets.ARE_NATIVE);
        }
    }
}
