package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mimeo.GroupKey;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.protocol.seal.SealId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupKeyTest {
    private static final byte[] BYTES = HexFormat.of().parseHex("00112233445566778899aabbccddeeff".repeat(2));

    @TempDir
    Path directory;

    @Test
    void bytesAreCopied() {
        byte[] bytes = BYTES.clone();
        GroupSecret key = (GroupSecret) GroupKey.of(bytes);
        Arrays.fill(bytes, (byte) 0);
        assertThat(key.copy()).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 65, 1_000})
    void keysOfOtherLengthsAreRefused(int length) {
        byte[] key = new byte[length];
        Arrays.fill(key, (byte) 1);
        assertThatIllegalArgumentException().isThrownBy(() -> GroupKey.of(key));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void zerosAreNoKey(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GroupKey.of(new byte[length]))
                .withMessage("a group key of nothing but zeros is none");
        byte[] least = new byte[length];
        least[length - 1] = 1;
        GroupKey.of(least).close();
    }

    @Test
    void randomKeysDiffer() {
        assertThat(GroupSecret.random().copy())
                .hasSize(32)
                .isNotEqualTo(GroupSecret.random().copy());
    }

    @Test
    void aKeyIsNotShown() throws IOException {
        GroupSecret key = GroupSecret.of(BYTES);
        KeySchedule schedule = new KeySchedule(key.copy());
        byte[] secret = schedule.secret(new SealId(1, 2));
        assertThat(key).hasToString("group key");
        assertThat(schedule.data(secret, 0)).hasToString("packet key");
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = directory.resolve("key");
        GroupKey.of(BYTES).write(file);
        assertThat(file).hasContent("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(((GroupSecret) GroupKey.ofFile(file)).copy()).isEqualTo(BYTES);
        assertThatIOException()
                .isThrownBy(() -> GroupKey.random().write(file))
                .withMessage("Cannot write the key " + file
                        + ": it is there already, and a key is never replaced. Choose another name.");
        assertThat(((GroupSecret) GroupKey.ofFile(file)).copy()).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00112233445566778899AABBCCDDEEFF", " \n00112233445566778899aabbccddeeff\r\n\n"})
    void spaceAndCaseDoNotMatter(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("key"), text);
        assertThat(((GroupSecret) GroupKey.ofFile(file)).copy()).isEqualTo(Arrays.copyOf(BYTES, 16));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "0011",
                "0011223344556677889 9aabbccddeeff",
                "00112233445566778899aabbccddeef",
                "0x00112233445566778899aabbccddeeff",
                "secret secret secret secret secret",
                "00000000000000000000000000000000"
            })
    void aFileWithoutAKeyIsRefusedAndNotShown(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("key"), text);
        assertThatIOException()
                .isThrownBy(() -> GroupKey.ofFile(file))
                .withMessage("Cannot use " + file
                        + " as a group key: it does not hold 32 to 128 hexadecimal digits, not all of them 0, and nothing"
                        + " else")
                .withNoCause();
    }

    @Test
    void anEndlessFileIsRefused() throws IOException {
        Path file = Files.write(directory.resolve("key"), new byte[1 << 20]);
        assertThatIOException().isThrownBy(() -> GroupKey.ofFile(file)).withMessageContaining("Cannot use");
        assertThatIOException()
                .isThrownBy(() -> GroupKey.ofFile(directory.resolve("none")))
                .withMessage("Cannot read the key " + directory.resolve("none") + ": there is no such file");
    }

    @Test
    void passphraseAndLabelMakeTheKey() {
        byte[] key = GroupSecret.ofPassphrase("correct horse battery".toCharArray(), "here")
                .copy();
        assertThat(key).hasSize(32);
        assertThat(GroupSecret.ofPassphrase("correct horse battery".toCharArray(), "there")
                        .copy())
                .isNotEqualTo(key);
        assertThat(GroupSecret.ofPassphrase("correct horse batterY".toCharArray(), "here")
                        .copy())
                .isNotEqualTo(key);
        assertThatIllegalArgumentException().isThrownBy(() -> GroupKey.ofPassphrase("1234567".toCharArray(), "here"));
        assertThatIllegalArgumentException().isThrownBy(() -> GroupKey.ofPassphrase("12345678".toCharArray(), ""));
    }

    @Test
    void nothingOpensWithAKeyThatIsClosed() {
        GroupKey key = GroupKey.random();
        key.close();
        key.close();
        assertThatIllegalStateException().isThrownBy(() -> key.write(directory.resolve("key")));
        try (Classroom room = new Classroom(directory)) {
            ImageSender.Builder sender = room.sender().groupKey(key);
            ImageReceiver.Builder receiver = room.receiver().groupKey(key);
            assertThatIllegalStateException()
                    .isThrownBy(sender::open)
                    .withMessage("the group key is closed; close it when what uses it is open, no sooner");
            assertThatIllegalStateException().isThrownBy(receiver::open);
        }
    }
}
