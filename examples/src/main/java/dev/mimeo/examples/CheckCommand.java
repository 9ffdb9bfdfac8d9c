package dev.mimeo.examples;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkCheck;
import dev.mimeo.NetworkFinding;
import dev.mimeo.NetworkFinding.Code;
import dev.mimeo.NetworkReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mimeo check}: tells why multicast would not work here. */
@Command(
        name = "check",
        description = {
            "Tells why multicast would not work here, before anyone waits for an image: each finding with a code, the evidence"
                    + " and the remedy. Exit code 0 if there is none, else 6.",
            "First, with --respond, on machines that are to receive; then, without it, on the one that is to send."
        })
final class CheckCommand implements Callable<Integer> {
    private static final Duration USUAL_TIME = Duration.ofSeconds(10);
    private static final long INTERVAL_MILLIS = 250;
    /** With these, the group cannot be opened. */
    private static final List<Code> HOPELESS = List.of(Code.INTERFACE, Code.PORT, Code.MEMBERSHIP);

    @ParentCommand
    MimeoCommand mimeo;

    @Spec
    CommandSpec spec;

    @Option(names = "--group", paramLabel = "ADDR:PORT", required = true, description = "As for send and receive.")
    MulticastGroup group;

    @Option(
            names = "--interface",
            paramLabel = "IF",
            description = "Name or address, such as eth1. Default: the only one that can.")
    Optional<String> interfaceName;

    @Option(
            names = "--ttl",
            paramLabel = "N",
            defaultValue = "1",
            description = "What send is going to have. Default: 1. Unless it is 0, some probes have up to 32.")
    int timeToLive;

    @Mixin
    ScopeOption scope;

    @Option(names = "--respond", description = "Answer those who check, until Ctrl-C.")
    boolean respond;

    @Option(
            names = "--other",
            paramLabel = "ADDR",
            description = "A machine that responds: also ask it by unicast from the beginning. May be repeated.")
    List<InetAddress> others = List.of();

    @Option(names = "--alone", description = "Look at this machine only.")
    boolean alone;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description =
                    "How long to probe, 3s to 1h; 5m shows switches that forget. Default: 10s. With --respond, end after"
                            + " so long.")
    Optional<Duration> time;

    @Option(
            names = "--json",
            description = "Print one JSON object per line instead of text; the last one is the report.")
    boolean json;

    @Override
    public Integer call() {
        if (respond && (alone || !others.isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(), "--respond answers, --other and --alone are for who checks: choose one");
        }
        Thread caller = Thread.currentThread();
        try (Shutdown shutdown = new Shutdown()) {
            shutdown.closes(caller::interrupt);
            NetworkCheck check = check();
            NetworkReport report = check.thisMachine();
            show(report);
            if (!alone && HOPELESS.stream().noneMatch(report::has)) {
                if (respond) {
                    respond(check);
                } else {
                    NetworkReport network = check.withOthers();
                    show(network);
                    report = report.plus(network);
                }
            }
            showEnd(report);
            return (report.works() ? ExitCode.VERIFIED : ExitCode.NETWORK).number();
        } catch (InterruptedException e) {
            // Ctrl-C: the process ends.
            return ExitCode.INCOMPLETE.number();
        } catch (Exception e) {
            mimeo.complain(spec.commandLine().getErr(), Words.failure(e), e);
            return ExitCode.of(e, false).number();
        }
    }

    private NetworkCheck check() {
        NetworkCheck check = NetworkCheck.of(group).timeToLive(timeToLive);
        interfaceName.ifPresent(check::networkInterface);
        others.forEach(check::other);
        scope.apply(check::allowGlobalScope);
        if (!respond) {
            check.duration(time.orElse(USUAL_TIME));
        }
        return check;
    }

    private void respond(NetworkCheck check) throws IOException, InterruptedException {
        try (NetworkCheck.Responder responder = check.respond()) {
            print(
                    Json.event("responding").put("group", group.toString()),
                    "responding on " + group + "; now run \"mimeo check\" on the machine that is to send");
            Set<InetAddress> known = new HashSet<>();
            long end = System.nanoTime() + time.map(Duration::toNanos).orElse(Long.MAX_VALUE / 2);
            while (System.nanoTime() < end) {
                for (InetAddress each : responder.heard()) {
                    if (known.add(each)) {
                        print(
                                Json.event("heard").put("address", each.getHostAddress()),
                                "heard " + each.getHostAddress());
                    }
                }
                Thread.sleep(INTERVAL_MILLIS);
            }
        }
    }

    private void show(NetworkReport report) {
        for (String passed : report.passed()) {
            print(Json.event("passed").put("what", passed), "ok  " + Quantities.printable(passed));
        }
        for (NetworkFinding finding : report.findings()) {
            String where = finding.where().isEmpty() ? "" : finding.where() + " ";
            print(
                    Json.event("finding")
                            .put("code", finding.code().name())
                            .put("where", finding.where())
                            .put("evidence", finding.evidence())
                            .put("remedy", finding.remedy())
                            .put("advice", finding.code().isAdvice()),
                    finding.code() + (finding.code().isAdvice() ? " (advice): " : ": ")
                            + Quantities.printable(where + finding.evidence())
                            + System.lineSeparator() + "    what to do: "
                            + Quantities.printable(finding.remedy()));
        }
    }

    private void showEnd(NetworkReport report) {
        int count = report.findings().size();
        String none = alone || respond ? "no findings on this machine" : "no findings: multicast works here";
        print(
                Json.event("report")
                        .put("passed", report.passed().size())
                        .put("findings", count)
                        .put("works", report.works()),
                count == 0 ? none : count == 1 ? "1 finding" : count + " findings");
    }

    private void print(Json object, String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? object : text);
        out.flush();
    }
}
