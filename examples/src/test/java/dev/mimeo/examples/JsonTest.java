package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void writesEveryKindOfValueOnOneLine() {
        Json json = Json.event("report")
                .put("bytes", Long.MAX_VALUE)
                .put("seconds", 6.14159)
                .put("verified", true)
                .put("receivers", List.of(new Json().put("name", "a"), new Json()));
        assertThat(json)
                .hasToString("{\"event\":\"report\",\"bytes\":9223372036854775807,\"seconds\":6.142,\"verified\":true,"
                        + "\"receivers\":[{\"name\":\"a\"},{}]}");
    }

    @Test
    void escapesWhatWouldEndTheStringOrTheLine() {
        assertThat(new Json().put("k\"", "a\"b\\c\n\r\t\u0000\u007f"))
                .hasToString("{\"k\\\"\":\"a\\\"b\\\\c\\u000a\\u000d" + "\\u0009\\u0000\\u007f\"}");
    }

    @Test
    void staysWithinAsciiSoThatNoLocaleCanSpoilIt() {
        assertThat(new Json().put("k", "é\u2028\uD83D\uDE00\uD800"))
                .hasToString("{\"k\":\"\\u00e9\\u2028\\ud83d\\ude00\\ud800\"}");
    }

    @Test
    void whatIsNoNumberIsNull() {
        assertThat(new Json().put("loss", Double.NaN).put("rate", Double.POSITIVE_INFINITY))
                .hasToString("{\"loss\":null,\"rate\":null}");
    }
}
