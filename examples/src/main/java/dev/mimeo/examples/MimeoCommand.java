package dev.mimeo.examples;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code mimeo} command. */
@Command(name = "mimeo", mixinStandardHelpOptions = true)
public final class MimeoCommand {
    private MimeoCommand() {}

    /** Runs a sub-command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new MimeoCommand()).execute(arguments));
    }
}
