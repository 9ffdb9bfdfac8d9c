package dev.mimeo.examples;

import dev.mimeo.GroupKey;
import dev.mimeo.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mimeo keygen}: makes keys. */
@Command(name = "keygen", description = "Makes keys at random, in files that are not there yet.")
final class KeygenCommand implements Callable<Integer> {
    @ParentCommand
    MimeoCommand mimeo;

    @Spec
    CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    Kind kind;

    /** What the keys are for. */
    static final class Kind {
        @Option(
                names = "--signing",
                paramLabel = "NAME",
                description =
                        "Write NAME.key, which signs images (prepare --sign), for its owner's eyes only, and NAME.pub,"
                                + " which receivers trust (receive --trust).")
        Path signing;

        @Option(
                names = "--group",
                paramLabel = "FILE",
                description = "Write a group key, for --key-file of whoever is to take part, for its owner's eyes only."
                        + " Copy it to them in private.")
        Path group;
    }

    @Override
    public Integer call() {
        try {
            if (kind.signing != null) {
                makeSigningKey(kind.signing);
            } else {
                makeGroupKey(kind.group);
            }
            return ExitCode.VERIFIED.number();
        } catch (IOException e) {
            mimeo.complain(spec.commandLine().getErr(), Words.failure(e), e);
            return ExitCode.STORAGE.number();
        }
    }

    /** The public key first: whoever has a private key has its public key too. */
    private void makeSigningKey(Path name) throws IOException {
        SigningKey key = SigningKey.generate();
        Path publicFile = withExtension(name, ".pub");
        Path privateFile = withExtension(name, ".key");
        key.publicKey().write(publicFile);
        key.write(privateFile);
        key.destroy();
        out().println(publicFile + ": " + key.publicKey());
        out().println(privateFile + ": keep it to yourself");
    }

    private void makeGroupKey(Path file) throws IOException {
        try (GroupKey key = GroupKey.random()) {
            key.write(file);
        }
        out().println(file + ": a new group key; whoever has it can read and send");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static Path withExtension(Path name, String extension) {
        return name.resolveSibling(name.getFileName() + extension);
    }
}
