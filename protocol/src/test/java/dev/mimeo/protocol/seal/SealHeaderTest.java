package dev.mimeo.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealHeaderTest {
    private static final SealId SESSION = new SealId(0x0011223344556677L, 0x8899aabbccddeeffL);
    private static final SealId RECEIVER = new SealId(0x0f1e2d3c4b5a6978L, 0x8796a5b4c3d2e1f0L);
    private static final long COUNTER = 0x010203040506L;
    private static final String TAIL = "5a" + "77777777777777777777777777777777";
    private static final String OF_SENDER = "e101" + "00112233445566778899aabbccddeeff" + "0000010203040506" + TAIL;
    private static final String OF_RECEIVER = "e102" + "00112233445566778899aabbccddeeff" + "0000010203040506"
            + "0f1e2d3c4b5a69788796a5b4c3d2e1f0" + TAIL;
    private static final long MUTATIONS = Long.getLong("mimeo.mutations", 1_000_000);

    private final SealHeader header = new SealHeader();

    @Test
    void aSendersHeaderIsTheseBytesBothWays() throws MalformedDatagramException {
        ByteBuffer out = garbage();
        assertThat(SealHeader.write(out, SESSION, COUNTER)).isEqualTo(26);
        assertThat(HexFormat.of().formatHex(out.array(), 0, 26)).isEqualTo(OF_SENDER.substring(0, 52));
        assertThat(out.get(26)).isEqualTo((byte) 0xa5);

        header.read(bytes(OF_SENDER));
        assertThat(header.direction()).isEqualTo(SealDirection.FROM_SENDER);
        assertThat(header.session()).isEqualTo(SESSION);
        assertThat(header.isOf(SESSION)).isTrue();
        assertThat(header.isOf(RECEIVER)).isFalse();
        assertThat(header.isFrom(RECEIVER)).isFalse();
        assertThat(header.counter()).isEqualTo(COUNTER);
        assertThat(header.epoch()).isEqualTo((int) (COUNTER >> 22));
        assertThat(header.length()).isEqualTo(26);
        assertThat(SealHeader.SENDER_OVERHEAD).isEqualTo(42);
    }

    @Test
    void aReceiversHeaderIsTheseBytesBothWays() throws MalformedDatagramException {
        ByteBuffer out = garbage();
        assertThat(SealHeader.write(out, SESSION, RECEIVER, COUNTER)).isEqualTo(42);
        assertThat(HexFormat.of().formatHex(out.array(), 0, 42)).isEqualTo(OF_RECEIVER.substring(0, 84));
        assertThat(out.get(42)).isEqualTo((byte) 0xa5);

        header.read(bytes(OF_RECEIVER));
        assertThat(header.direction()).isEqualTo(SealDirection.FEEDBACK);
        assertThat(header.session()).isEqualTo(SESSION);
        assertThat(header.receiver()).isEqualTo(RECEIVER);
        assertThat(header.isFrom(RECEIVER)).isTrue();
        assertThat(header.isFrom(SESSION)).isFalse();
        assertThat(header.counter()).isEqualTo(COUNTER);
        assertThat(header.length()).isEqualTo(42);
        assertThat(SealHeader.FEEDBACK_OVERHEAD).isEqualTo(58);
    }

    @Test
    void theNonceIsTheDirectionAndTheCounter() {
        byte[] nonce = new byte[SealHeader.NONCE_LENGTH];
        SealHeader.putNonce(nonce, SealDirection.FEEDBACK, COUNTER);
        assertThat(HexFormat.of().formatHex(nonce)).isEqualTo("000000020000010203040506");
    }

    @Test
    void aKeySealsFourMillionPackets() {
        assertThat(SealHeader.epoch((1 << 22) - 1)).isZero();
        assertThat(SealHeader.epoch(1 << 22)).isEqualTo(1);
        assertThat(SealHeader.epoch(SealHeader.COUNTER_LIMIT - 1)).isEqualTo((1 << 26) - 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 48, Long.MIN_VALUE})
    void countersBeyondTheLastAreNotWritten(long counter) {
        assertThatIllegalArgumentException().isThrownBy(() -> SealHeader.write(garbage(), SESSION, counter));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 11, VERSION",
        "0, e0, VERSION",
        "0, e2, VERSION",
        "0, f1, VERSION",
        "1, 00, TYPE",
        "1, 03, TYPE",
        "1, ff, TYPE",
        "18, 80, VALUE",
        "18, 01, VALUE",
        "19, 01, VALUE"
    })
    void whatIsNotOfThisLayoutIsRefused(int at, String value, Reason reason) {
        assertRefused(bytes(OF_SENDER).put(at, HexFormat.of().parseHex(value)[0]), reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {OF_SENDER, OF_RECEIVER})
    void whatIsShorterThanHeaderTagAndAByteIsRefused(String whole) throws MalformedDatagramException {
        ByteBuffer datagram = bytes(whole);
        header.read(datagram);
        for (int length = 0; length < whole.length() / 2; length++) {
            assertRefused(bytes(whole).limit(length), Reason.TRUNCATED);
        }
    }

    @Test
    void normIsNeverTakenForSealed() {
        for (int first = 0; first < 256; first++) {
            ByteBuffer datagram = ByteBuffer.allocate(1).put(0, (byte) first);
            assertThat(SealHeader.isSealed(datagram)).isEqualTo(first >> 4 == 14);
        }
        assertThat(SealHeader.isSealed(ByteBuffer.allocate(0))).isFalse();
    }

    /** {@code -Dmimeo.mutations} says how many. */
    @Test
    void nothingButARefusalComesOutOfChangedBytes() {
        Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
        int accepted = 0;
        for (long seed = 0; seed < MUTATIONS; seed++) {
            ByteBuffer datagram = mutated(new SplittableRandom(seed));
            try {
                header.read(datagram);
                accepted++;
                assertThat(datagram.limit()).as("seed %d", seed).isGreaterThan(header.length() + SealHeader.TAG_LENGTH);
                assertThat(header.counter()).as("seed %d", seed).isBetween(0L, SealHeader.COUNTER_LIMIT - 1);
            } catch (MalformedDatagramException e) {
                refused.merge(e.reason(), 1, Integer::sum);
            }
        }
        assertThat(refused).containsOnlyKeys(Reason.TRUNCATED, Reason.VERSION, Reason.TYPE, Reason.VALUE);
        assertThat((long) accepted
                        + refused.values().stream().mapToInt(each -> each).sum())
                .isEqualTo(MUTATIONS);
        assertThat(accepted).isGreaterThan((int) (MUTATIONS / 10));
    }

    private static ByteBuffer mutated(SplittableRandom random) {
        byte[] whole = bytes(random.nextBoolean() ? OF_SENDER : OF_RECEIVER).array();
        for (int i = random.nextInt(3); i >= 0; i--) {
            whole[random.nextInt(whole.length)] = (byte) random.nextInt();
        }
        if (random.nextInt(4) == 0) {
            whole = Arrays.copyOf(whole, random.nextInt(2 * whole.length));
        }
        if (random.nextInt(20) == 0) {
            random.nextBytes(whole);
        }
        return ByteBuffer.wrap(whole);
    }

    private void assertRefused(ByteBuffer datagram, Reason reason) {
        assertThatExceptionOfType(MalformedDatagramException.class)
                .isThrownBy(() -> header.read(datagram))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static ByteBuffer garbage() {
        byte[] garbage = new byte[64];
        Arrays.fill(garbage, (byte) 0xa5);
        return ByteBuffer.wrap(garbage);
    }
}
