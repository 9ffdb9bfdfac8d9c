package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.protocol.seal.SealDirection;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.seal.SealId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Known answers of the key schedule and the seal. {@code -Dmimeo.vectors=FILE} writes them there, computed by this
 * implementation, in the format of the file that they are compared with.
 */
class KeyScheduleTest {
    private static final String VECTORS = "/vectors/seal.txt";
    private static final HexFormat HEX = HexFormat.of();
    private static final long[] COUNTERS = {0, 1, (1 << 22) - 1, 1 << 22, (1L << 48) - 1};

    @Test
    void keysAndPacketsAreThoseOfTheVectors() throws IOException {
        String computed = text(answers());
        if (System.getProperty("mimeo.vectors") != null) {
            Files.writeString(Path.of(System.getProperty("mimeo.vectors")), computed);
        }
        try (InputStream in = KeyScheduleTest.class.getResourceAsStream(VECTORS)) {
            String file = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(file.lines().filter(line -> !line.isEmpty() && !line.startsWith("#")))
                    .containsExactlyElementsOf(computed.lines().toList());
        }
    }

    private static Map<String, String> answers() throws IOException {
        byte[] groupKey = new byte[32];
        byte[] message = new byte[40];
        for (int i = 0; i < 40; i++) {
            groupKey[i % 32] = (byte) (0x40 + i % 32);
            message[i] = (byte) i;
        }
        SealId session = new SealId(0x0011223344556677L, 0x8899aabbccddeeffL);
        SealId receiver = new SealId(0x0f1e2d3c4b5a6978L, 0x8796a5b4c3d2e1f0L);
        KeySchedule schedule = new KeySchedule(groupKey.clone());
        byte[] secret = schedule.secret(session);
        Map<String, String> answers = new LinkedHashMap<>();
        answers.put("group key", HEX.formatHex(groupKey));
        answers.put("session id", session.toString());
        answers.put("receiver id", receiver.toString());
        answers.put("message", HEX.formatHex(message));
        answers.put("session secret", HEX.formatHex(secret));
        for (int epoch : new int[] {0, 1, (1 << 26) - 1}) {
            answers.put(
                    "data key " + epoch,
                    HEX.formatHex(schedule.data(secret, epoch).getEncoded()));
            answers.put(
                    "feedback key " + epoch,
                    HEX.formatHex(schedule.feedback(secret, receiver, epoch).getEncoded()));
        }
        for (long counter : COUNTERS) {
            int epoch = SealHeader.epoch(counter);
            ByteBuffer out = ByteBuffer.allocate(message.length + SealHeader.FEEDBACK_OVERHEAD);
            answers.put(
                    "data packet " + counter,
                    sealed(
                            schedule.data(secret, epoch),
                            SealDirection.FROM_SENDER,
                            counter,
                            message,
                            out,
                            SealHeader.write(out, session, counter)));
            answers.put(
                    "feedback packet " + counter,
                    sealed(
                            schedule.feedback(secret, receiver, epoch),
                            SealDirection.FEEDBACK,
                            counter,
                            message,
                            out,
                            SealHeader.write(out, session, receiver, counter)));
        }
        char[] passphrase = "correct horse battery staple".toCharArray();
        answers.put(
                "key of passphrase",
                HEX.formatHex(GroupSecret.ofPassphrase(passphrase, "room 7").copy()));
        return answers;
    }

    private static String sealed(
            PacketKey key, SealDirection direction, long counter, byte[] message, ByteBuffer out, int headerLength)
            throws IOException {
        int length =
                new PacketCipher().seal(key, direction, counter, message, message.length, out.array(), headerLength);
        return HEX.formatHex(out.array(), 0, length);
    }

    private static String text(Map<String, String> answers) {
        StringBuilder text = new StringBuilder();
        answers.forEach(
                (name, hex) -> text.append(name).append(" = ").append(hex).append('\n'));
        return text.toString();
    }

    @Test
    void whatIsClosedDerivesNothing() throws IOException {
        KeySchedule schedule = new KeySchedule(GroupSecret.random().copy());
        byte[] secret = schedule.secret(new SealId(1, 2));
        schedule.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> schedule.secret(new SealId(1, 2)));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> schedule.data(secret, 0));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> schedule.feedback(secret, new SealId(1, 2), 0));
    }
}
