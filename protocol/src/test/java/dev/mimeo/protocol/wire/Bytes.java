package dev.mimeo.protocol.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Literal bytes, and the captured ones that lie among the test resources. */
final class Bytes {
    private Bytes() {}

    /** Bytes from hexadecimal digits; blanks and line ends between them do not count. */
    static ByteBuffer hex(String... digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(String.join("", digits).replaceAll("\\s", "")));
    }

    static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return HexFormat.of().formatHex(copy);
    }

    static List<String> lines(String resource) {
        try (InputStream in = Bytes.class.getResourceAsStream("/vectors/" + resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Encodes into the middle of a buffer full of 0xa5, of which nothing may be left or touched elsewhere. */
    static ByteBuffer encoded(Message message) {
        int length = MessageCodec.length(message);
        byte[] memory = new byte[length + 16];
        Arrays.fill(memory, (byte) 0xa5);
        ByteBuffer out = ByteBuffer.wrap(memory).position(8);
        MessageCodec.encode(message, out);
        if (out.position() != 8 + length) {
            throw new AssertionError("length() promised " + length + " bytes of " + message);
        }
        for (int i = 0; i < 8; i++) {
            if (memory[i] != (byte) 0xa5 || memory[length + 8 + i] != (byte) 0xa5) {
                throw new AssertionError("wrote outside of " + message);
            }
        }
        return ByteBuffer.wrap(memory, 8, length).slice();
    }

    /** The same message encoded over two different fillings must come out equal, or a byte was left as it was. */
    static ByteBuffer encodedOver(Message message, int filling) {
        byte[] memory = new byte[MessageCodec.length(message)];
        Arrays.fill(memory, (byte) filling);
        ByteBuffer out = ByteBuffer.wrap(memory);
        MessageCodec.encode(message, out);
        return out.flip();
    }
}
