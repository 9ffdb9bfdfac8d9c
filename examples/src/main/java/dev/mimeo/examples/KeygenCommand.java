package dev.mimeo.examples;

import dev.mimeo.GroupKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mimeo keygen}: makes keys. */
@Command(name = "keygen", description = "Makes a key, and writes it to a new file for its owner alone.")
final class KeygenCommand implements Callable<Integer> {
    @ParentCommand
    MimeoCommand mimeo;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--group",
            paramLabel = "FILE",
            required = true,
            description = "A random group key, for --key-file of whoever is to take part. Copy it to them in private.")
    Path group;

    @Override
    public Integer call() {
        try (GroupKey key = GroupKey.random()) {
            key.writeTo(group);
            spec.commandLine().getOut().println(group + ": a new group key; whoever has it can read and send");
            return ExitCode.VERIFIED.number();
        } catch (IOException e) {
            mimeo.complain(spec.commandLine().getErr(), MimeoCommand.message(e), e);
            return ExitCode.STORAGE.number();
        }
    }
}
