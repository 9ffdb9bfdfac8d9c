package dev.mimeo.protocol.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first half of the hostile names: what never gets as far as a file system. */
class NamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "disk.img",
                "a",
                ".hidden",
                "..x",
                "x..y",
                "win 11 (Raum 3).wim",
                "K\u00e4se.img",
                "\u78c1\u76d8.img",
                "\ud83d\udcbf.iso",
                "\u05d3\u05d9\u05e1\u05e7",
                "con-tents",
                "CONSOLE",
                "com10",
                "COMA",
                "lpt",
                "nul_",
                "aux1"
            })
    void takesOrdinaryNames(String name) {
        assertThat(Names.segmentFault(name)).isNull();
    }

    @Fault("F34")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../x",
                "..\\x",
                "/etc/shadow",
                "a/b",
                "a\\b",
                "\\\\host\\share",
                "C:x",
                "C:\\x",
                "x:ads",
                "x::$DATA",
                "nul\u0000.img",
                "line\nbreak",
                "tab\t",
                "esc\u001b[2J",
                "del\u007f",
                "c1\u0085",
                "sep\u2028x",
                "sep\u2029x",
                "gpj\u202eexe.img",
                "\u202ax",
                "\u2066x\u2069",
                "x\u200f",
                "x\u200e",
                "x\u061c",
                "\ud800",
                "x\udc00y",
                "CON",
                "con",
                "Con.txt",
                "nul.tar.gz",
                "AUX",
                "prn",
                "PRN .log",
                "COM1",
                "com9.img",
                "LPT1",
                "lpt0",
                "COM\u00b2",
                "LPT\u00b3.x",
                "CONIN$",
                "conout$",
                "clock$",
                "dot.",
                "space ",
                " space",
                "what?",
                "a*b",
                "a<b",
                "a>b",
                "a|b",
                "a\"b"
            })
    void refusesNamesThatMeanSomethingToASystem(String name) {
        assertThat(Names.segmentFault(name)).isNotNull().doesNotContain("\u0000", "\n", "\u001b", "\u202e");
    }

    @Test
    void refusesFourKibibytesAndEveryControlCharacter() {
        assertThat(Names.segmentFault("x".repeat(255))).isNull();
        assertThat(Names.segmentFault("x".repeat(256))).isEqualTo("256 characters; at most 255 are allowed");
        assertThat(Names.segmentFault("x".repeat(4096))).isNotNull();
        for (int c = 0; c < 0xa0; c++) {
            boolean control = c < 0x20 || c >= 0x7f;
            assertThat(Names.isForbidden(c)).as("U+%04X", c).isEqualTo(control);
        }
    }

    @Test
    void displayNamesMayHaveSlashesAndVersionsMayBeEmpty() {
        assertThat(Names.fault("Windows 11 / 24H2: Raum 3")).isNull();
        assertThat(Names.fault("")).isEqualTo("it is empty");
        assertThat(Names.textFault("")).isNull();
        assertThat(Names.fault("a\u202eb")).isEqualTo("character U+202E at 1 is not allowed");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "Raum 3 \u00e4\ud83d\udcbf.img,Raum 3 \u00e4\ud83d\udcbf.img",
                "../x,_._x",
                "/etc/x,_etc_x",
                "..,__",
                ".,_",
                ".bashrc,_bashrc",
                "C:\\x,C__x",
                "con,_con",
                "Nul.txt,_Nul.txt",
                "con.,_con_",
                "a\u0000b\u0085c\u202ed,a_b_c_d",
                "x. .,x___",
                " x,_x",
                "a*b?c|d<e>f,a_b_c_d_e_f"
            })
    void makesAFileNameOfAnyText(String text, String name) {
        assertThat(Names.asSegment(text)).isEqualTo(name);
        assertThat(Names.segmentFault(name)).isNull();
    }

    @Test
    void aFileNameIsCutAtACharacter() {
        assertThat(Names.asSegment("\u20ac".repeat(100))).isEqualTo("\u20ac".repeat(85));
        assertThat(Names.asSegment("x".repeat(254) + ".y")).isEqualTo("x".repeat(254) + "_");
        assertThat(Names.asSegment("con." + "x".repeat(300))).isEqualTo("_con." + "x".repeat(250));
        assertThat(Names.asSegment("a\nb")).isEqualTo("a_b");
    }

    @Test
    void noTextIsTooStrangeForAFileName() {
        Random random = new Random(5740);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(8);
            for (int c = 0; c < length; c++) {
                String odd = "./\\: conCON12~\u0000\u202e\ud800\u00b2$";
                text.append(odd.charAt(random.nextInt(odd.length())));
            }
            String name = Names.asSegment(text.toString());
            assertThat(Names.segmentFault(name)).as("%s", name).isNull();
            assertThat(name).doesNotStartWith(".");
        }
    }

    @Test
    void cutsBetweenCodePoints() {
        String text = "a\u00e4\u78c1\ud83d\udcbf";
        int[] lengths = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
        for (int length = 0; length < lengths.length; length++) {
            String cut = Names.truncate(text, length);
            assertThat(cut.getBytes(StandardCharsets.UTF_8)).as("to %d", length).hasSize(lengths[length]);
            assertThat(text).startsWith(cut);
        }
    }

    @Test
    void cleansWhatIsForbidden() {
        assertThat(Names.clean("No space left\n\ton /dev/sda\u202e\ud800"))
                .isEqualTo("No space left\ufffd\ufffdon /dev/sda\ufffd\ufffd");
        assertThat(Names.clean("\ud83d\udcbf ok")).isEqualTo("\ud83d\udcbf ok");
    }

    @ParameterizedTest
    @CsvSource({
        "c080, an overlong NUL",
        "e0809f, another overlong form",
        "eda080, half a surrogate pair",
        "f4908080, beyond U+10FFFF",
        "c3, the start of a character",
        "ff, no UTF-8 at all"
    })
    void decodesStrictUtf8Only(String hex, String what) {
        assertThat(Names.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
                .as(what)
                .isEmpty();
        assertThat(Names.decode(ByteBuffer.wrap(HexFormat.of().parseHex("c3a4f09f92bf"))))
                .contains("\u00e4\ud83d\udcbf");
    }
}
