package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a receiver that was booted is told. */
class BareMetalReceiverTest {
    private static final String ENOUGH =
            "quiet mimeo.group=239.192.7.62:6062 mimeo.interface=127.0.0.1 mimeo.disk=/dev/null ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mimeo.trsut=MCowBQYDK2VwAyEA | \"mimeo.trsut=MCowBQYDK2VwAyEA\" is no option",
                "mimeo.trust                  | \"mimeo.trust\" is no option with a value",
                "mimeo.trust=                 | \"mimeo.trust=\" is no option with a value",
                "mimeo.=x                     | \"mimeo.=x\" is no option",
                "mimeo.trust=MCowBQYDK2VwAyEA | it is not a public Ed25519 key",
                "mimeo.trust=,                | it is not a public Ed25519 key",
                "mimeo.disk=/dev/sdb          | mimeo.disk is said twice",
                "mimeo.image=lab.img          | either mimeo.group=ADDR:PORT or mimeo.image=NAME",
                "mimeo.min-serial=seven       | mimeo.min-serial=seven: that is no number",
                "mimeo.ttl=256                | 256",
                "mimeo.disk-size=9999X        | 9999X",
            })
    void isRefusedBeforeAnythingIsReceivedIfItIsNotUnderstood(String word, String message) {
        assertThat(run(ENOUGH + word)).contains("mimeo: ").contains(message).endsWith("USAGE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mimeo.group=239.192.7.62:6062 mimeo.interface=127.0.0.1 | mimeo.disk=… is missing",
                "mimeo.disk=/dev/null mimeo.interface=127.0.0.1          | say either mimeo.group=ADDR:PORT or",
                "mimeo.disk=/dev/null mimeo.group=239.192.7.62:6062      | mimeo.interface=… is missing",
            })
    void isRefusedIfSomethingIsMissing(String words, String message) {
        assertThat(run("ro splash " + words))
                .contains("mimeo: ")
                .contains(message)
                .endsWith("USAGE");
    }

    @ParameterizedTest
    @CsvSource({"/nowhere/maker.pub,trust", "/nowhere/room.key,key-file"})
    void namesTheKeyThatIsNotThere(String file, String name) {
        assertThat(run(ENOUGH + "mimeo." + name + "=" + file)).contains(file).endsWith("STORAGE");
    }

    private static String run(String words) {
        StringWriter out = new StringWriter();
        ExitCode code = BareMetalReceiver.run(words.split(" "), new PrintWriter(out, true));
        return out + "" + code;
    }
}
