package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.kit.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeNamesTest {
    private static final Path DIRECTORY = Path.of("/srv/incoming");
    private static final ObjectId ID = new ObjectId(17);

    private final SafeNames names = new SafeNames(DIRECTORY);

    @Fault("F34")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "/etc/x",
                "..",
                ".",
                "../../etc/passwd",
                "C:\\x",
                "\\\\host\\share",
                "con",
                "a\nb",
                "~/x",
                "x:ads",
                "x::$DATA",
                "C:x",
                "CON",
                "nul.txt",
                "COM1",
                "a\u0000b",
                "\u202egpj.exe",
                "\u2066x",
                "x. ",
                "\ud800"
            })
    void noNameLeadsOutOfTheDirectory(String text) {
        Path place = names.place(text, ID);
        assertThat(place).isEqualTo(place.normalize());
        assertThat(place.getParent()).isEqualTo(DIRECTORY);
    }

    @Fault("F34")
    @Test
    void fourKibibytesOfANameAreCutToWhatAFileMayHave() {
        for (String text : new String[] {"x".repeat(4_096), "\u00e4".repeat(4_096), "../".repeat(1_366)}) {
            assertThat(place(text).getBytes(StandardCharsets.UTF_8).length).isBetween(254, 255);
        }
    }

    @Test
    void aNameThatReadsAsAnotherIsShownAsItIs() {
        assertThat(place("\u202egpj.exe")).isEqualTo("_gpj.exe");
        assertThat(place("x:ads")).isEqualTo("x_ads");
        assertThat(place("CON")).isEqualTo("_CON");
        assertThat(place("a\u0000b")).isEqualTo("a_b");
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
