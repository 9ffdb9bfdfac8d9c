package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.ObjectId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeNamesTest {
    private static final Path DIRECTORY = Path.of("/srv/incoming");
    private static final ObjectId ID = new ObjectId(17);

    private final SafeNames names = new SafeNames(DIRECTORY);

    @ParameterizedTest
    @ValueSource(
            strings = {"../x", "/etc/x", "..", ".", "../../etc/passwd", "C:\\x", "\\\\host\\share", "con", "a\nb", "~/x"
            })
    void noNameLeadsOutOfTheDirectory(String text) {
        Path place = names.place(text, ID);
        assertThat(place).isEqualTo(place.normalize());
        assertThat(place.getParent()).isEqualTo(DIRECTORY);
    }

    @Test
    void anObjectWithoutANameIsCalledByItsNumber() {
        assertThat(place("")).isEqualTo("object-17");
    }

    @Test
    void aNameThatWasUsedGetsANumber() {
        assertThat(place("lab.img")).isEqualTo("lab.img");
        assertThat(place("lab.img~2")).isEqualTo("lab.img~2");
        assertThat(place("lab.img")).isEqualTo("lab.img~3");
        assertThat(place("LAB.img")).isEqualTo("LAB.img~4");
        names.clear();
        assertThat(place("lab.img")).isEqualTo("lab.img");
    }

    @Test
    void aLongNameLeavesRoomForItsNumber() {
        assertThat(place("x".repeat(300))).isEqualTo("x".repeat(255));
        assertThat(place("x".repeat(300))).isEqualTo("x".repeat(253) + "~2");
        assertThat(place("x".repeat(300)).getBytes(StandardCharsets.UTF_8)).hasSize(255);
    }

    private String place(String text) {
        return names.place(text, ID).getFileName().toString();
    }
}
