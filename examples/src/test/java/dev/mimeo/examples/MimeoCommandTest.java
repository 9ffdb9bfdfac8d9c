package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MimeoCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fly",
                "demo --loss 60",
                "demo --loss x",
                "demo --receivers 0",
                "demo --size 0",
                "demo --rate 1",
                "send",
                "send image",
                "send image --group 239.192.7.1:6003",
                "send --group 239.192.7.1:6003 --interface lo",
                "send image --group 239.192.7.1 --interface lo",
                "send image --group 10.0.0.1:6003 --interface lo",
                "send image --group 224.1.1.1:6003 --interface lo",
                "send image --group 239.192.7.1:6003 --interface lo --rate 800m",
                "send image --group 239.192.7.1:6003 --interface lo --max-wait 60",
                "send image --group 239.192.7.1:6003 --interface lo --min-receivers 0",
                "send image --group 239.192.7.1:6003 --interface lo --start-now --min-receivers 2",
                "send image --group 239.192.7.1:6003 --interface lo --segment 10",
                "send image --group 239.192.7.1:6003 --interface lo --block 200 --parity 200",
                "send image --group 239.192.7.1:6003 --interface lo --proactive 101",
                "send image --group 239.192.7.1:6003 --interface lo --ttl 256",
                "send image --group 239.192.7.1:6003 --interface 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
                "send image --group 239.192.7.1:6003 --interface lo --dscp 64",
                "send image --group 239.192.7.1:6003 --interface lo --source fd00::5",
                "send image --group 232.7.7.1:6003 --interface lo",
                "send image --group [ff18::7]:6003 --interface lo",
                "receive --group [ff35::8000:1]:6003 --interface lo --out image",
                "receive --image name --source 10.0.0.5 --interface lo --out image",
                "check --group [ff35::8000:1]:6003 --interface lo",
                "send image sub/Image --group 239.192.7.1:6003 --interface lo",
                "send - --group 239.192.7.1:6003 --interface lo",
                "send - image --name n --group 239.192.7.1:6003 --interface lo",
                "send - --name n --manifest m --group 239.192.7.1:6003 --interface lo",
                "send image --spool /tmp --group 239.192.7.1:6003 --interface lo",
                "send image --plain-norm --name n --group 239.192.7.1:6003 --interface lo",
                "send image --group 239.192.7.1:6003 --interface lo --ack 0",
                "send image --group 239.192.7.1:6003 --interface lo --ack 1,x",
                "send image --group 239.192.7.1:6003 --interface lo --fec-id 2",
                "send image --group 239.192.7.1:6003 --interface lo --rate 1M --cc 2M",
                "send image --group 239.192.7.1:6003 --interface lo --node-id 0xffffffff",
                "send image --group 239.192.7.1:6003 --interface lo --plain-norm --start-now",
                "receive --group 239.192.7.1:6003 --interface lo",
                "receive --group 239.192.7.1:6003 --interface lo --out image --objects 2",
                "receive --group 239.192.7.1:6003 --interface lo --out image --plain-norm --objects 0",
                "receive --group 239.192.7.1:6003 --interface lo --out image --plain-norm --name seat",
                "receive --group 239.192.7.1:6003 --interface lo --out image --timeout 0s",
                "send image --plain-norm --group 239.192.7.1:6003 --interface lo --serial 7",
                "send image --group 239.192.7.1:6003 --interface lo --serial 0",
                "send image --group 239.192.7.1:6003 --interface lo --not-after tomorrow",
                "receive --group 239.192.7.1:6003 --interface lo --out image --min-serial 0",
                "receive --group 239.192.7.1:6003 --interface lo --out image --expect 12",
                "receive --group 239.192.7.1:6003 --interface lo --out image --plain-norm --trust x.pub",
                "send image --group 239.192.7.1:6003 --interface lo --dashboard 70000",
                "send image --group 239.192.7.1:6003 --interface lo --dashboard-address 127.0.0.1",
                "send image --group 239.192.7.1:6003 --interface lo --plain-norm --report r",
                "check",
                "check --group 239.192.7.1:6003 --interface lo --respond --alone",
                "check --group 239.192.7.1:6003 --interface lo --time 1s",
                "check --group 239.192.7.1:6003 --interface lo --other 239.1.1.1",
                "check --group 224.1.1.1:6003 --interface lo",
                "prepare one --serial -1",
                "keygen",
                "keygen name",
                "prepare",
                "keygen",
                "send image --group 239.192.7.1:6003 --interface lo --key-file k --passphrase-file p",
                "prepare one two --name three"
            })
    void aWrongCommandLineIsOneLineAndCode2(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1).first().asString().startsWith("mimeo: ");
    }

    @Test
    void aFailureInJsonEndsWithAReport() {
        assertThat(run("demo", "--json", "--receivers", "0")).isEqualTo(2);
        assertThat(out.toString().lines()).hasSize(2);
        assertThat(out.toString().lines().toList().get(0))
                .startsWith("{\"event\":\"failed\",\"reason\":\"usage\",\"message\":\"the demo takes");
        assertThat(out.toString().lines().toList().get(1))
                .startsWith("{\"event\":\"report\",\"sha256\":\"\",\"bytes\":0,\"seconds\":0.000,")
                .contains("\"verified\":false,\"receivers\":[],\"reason\":\"usage\",");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "demo --help",
                "send --help",
                "receive --help",
                "check --help",
                "prepare --help",
                "keygen --help"
            })
    void helpListsTheExitCodes(String arguments) {
        assertThat(run(arguments.split(" "))).isZero();
        assertThat(out.toString()).contains("Exit codes:", "incomplete", "130");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aReportThatCannotBeWrittenIsToldBeforeAnythingIsSent() {
        assertThat(run("send image --group 239.192.7.1:6003 --interface lo --report /missing/report".split(" ")))
                .isEqualTo(ExitCode.STORAGE.number());
        assertThat(err.toString()).startsWith("mimeo: no report can be put at /missing/report");
    }

    @Test
    void stackTracesAreForThoseWhoAsk() {
        run("demo", "--receivers", "0", "--verbose");
        assertThat(err.toString()).contains("\tat dev.mimeo.examples.DemoCommand");
    }

    private int run(String... arguments) {
        CommandLine command = MimeoCommand.commandLine(false);
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }
}
