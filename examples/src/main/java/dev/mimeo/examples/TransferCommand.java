package dev.mimeo.examples;

import dev.mimeo.StorageException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What sub-commands that transfer have in common: where they report, how they fail, how they leave. */
abstract class TransferCommand implements Callable<Integer> {
    @ParentCommand
    MimeoCommand mimeo;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--json",
            description = "Print one JSON object per line instead of text; the last one is the report.")
    boolean json;

    /** Where people read; shows nothing to programs. */
    Display display;

    /** Transfers, and reports the end unless it throws. */
    abstract ExitCode transfer(Reporter reporter, Shutdown shutdown) throws Exception;

    @Override
    public final Integer call() {
        try (Shutdown shutdown = new Shutdown()) {
            display = json ? Display.NONE : Display.on(out(), mimeo.terminal);
            Reporter reporter = json ? new JsonReporter(out()) : new PlainReporter(display);
            try {
                return transfer(reporter, shutdown).number();
            } catch (Exception e) {
                ExitCode code = ExitCode.of(e, reporter.isTransferring());
                String message = e instanceof CancellationException ? "interrupted" : Words.failure(e);
                display.close();
                tellStored(reporter);
                reporter.failedWith(code, message);
                mimeo.complain(spec.commandLine().getErr(), message, e);
                return code.number();
            }
        }
    }

    private void tellStored(Reporter reporter) {
        try {
            reporter.tellStored();
        } catch (StorageException e) {
            mimeo.complain(spec.commandLine().getErr(), Words.failure(e), e);
        }
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
