package dev.mimeo.examples;

import dev.mimeo.DataRate;
import dev.mimeo.MulticastGroup;
import dev.mimeo.RateSchedule;
import dev.mimeo.SlowReceiverPolicy;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code mimeo} command. */
@Command(
        name = "mimeo",
        description = "Copies one disk image to a whole room of machines at once over IP multicast.",
        mixinStandardHelpOptions = true,
        versionProvider = MimeoCommand.Version.class,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything asked for is verified; with --plain-norm, complete",
            "1:a fault of Mimeo itself",
            "2:the command line is wrong",
            "3:incomplete: somebody or something is missing",
            "4:refused: the image is not acceptable, not signed by who is trusted, or does not match its hashes",
            "5:storage: a file cannot be read or written",
            "6:network: it does not work as asked for, or nobody was heard",
            "7:sent away by the sender, to get the image in another way",
            "130:interrupted"
        })
public final class MimeoCommand implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            SendCommand.class,
            ServeCommand.class,
            ReceiveCommand.class,
            RelayCommand.class,
            WatchCommand.class,
            CheckCommand.class,
            PrepareCommand.class,
            KeygenCommand.class);

    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    final boolean terminal;

    @Spec
    private CommandSpec spec;

    private boolean[] verbose = {};

    private MimeoCommand(boolean terminal) {
        this.terminal = terminal;
    }

    /** Runs a sub-command and exits with its code. */
    public static void main(String[] arguments) {
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> arguments.length > 0 && name(command).equals(arguments[0]))
                .toList();
        System.exit(commandLine(Display.isTerminal(), named.isEmpty() ? COMMANDS : named)
                .execute(arguments));
    }

    /** Returns the command, ready to be executed; with progress bars if {@code terminal}. */
    static CommandLine commandLine(boolean terminal) {
        return commandLine(terminal, COMMANDS);
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
    }

    /** With some of the sub-commands: reading what they all are takes longer than anything else before a transfer. */
    private static CommandLine commandLine(boolean terminal, List<Class<?>> commands) {
        MimeoCommand mimeo = new MimeoCommand(terminal);
        CommandLine line = new CommandLine(mimeo);
        commands.forEach(line::addSubcommand);
        return line.registerConverter(MulticastGroup.class, converter(Quantities::group))
                .registerConverter(DataRate.class, converter(Quantities::rate))
                .registerConverter(Duration.class, converter(Quantities::duration))
                .registerConverter(Instant.class, converter(Quantities::instant))
                .registerConverter(GroupChoice.class, converter(Quantities::groups))
                .registerConverter(RateSchedule.Window.class, converter(Quantities::window))
                .registerConverter(InetSocketAddress.class, converter(Quantities::address))
                .registerConverter(SlowReceiverPolicy.class, converter(Quantities::slowReceivers))
                .setParameterExceptionHandler((e, arguments) -> {
                    PrintWriter err = e.getCommandLine().getErr();
                    String command = e.getCommandLine().getCommandSpec().qualifiedName();
                    mimeo.complain(err, Words.failure(e) + "; \"" + command + " --help\" lists the options", e);
                    return ExitCode.USAGE.number();
                })
                .setExecutionExceptionHandler((e, commandLine, result) -> {
                    mimeo.complain(commandLine.getErr(), "this should not happen: " + e, e);
                    return ExitCode.FAULT.number();
                });
    }

    /** Logs more. Before anything else is done with the library: loggers read the level once. */
    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Log what happens to standard error, and show where errors come from; twice: log everything.")
    void verbose(boolean[] verbose) {
        this.verbose = verbose;
        System.setProperty(LOG_LEVEL, verbose.length > 1 ? "debug" : "info");
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a sub-command is missing");
    }

    /** Says in one line what went wrong. */
    void complain(PrintWriter err, String message, Throwable cause) {
        err.println("mimeo: " + message);
        if (verbose.length > 0) {
            cause.printStackTrace(err);
        }
        err.flush();
    }

    /** Picocli shows the message of its own exception only. */
    static <T> ITypeConverter<T> converter(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    /** Reads a NORM node id, in decimal or, after {@code 0x}, hexadecimal digits. */
    static final class NodeIdConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) throws Exception {
            return converter(Quantities::nodeId).convert(text);
        }
    }

    /** Reads the version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = MimeoCommand.class.getPackage().getImplementationVersion();
            return new String[] {"mimeo " + (version == null ? "(development)" : version)};
        }
    }
}
