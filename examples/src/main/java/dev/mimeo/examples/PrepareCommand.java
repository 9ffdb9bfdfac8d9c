package dev.mimeo.examples;

import dev.mimeo.ImageSource;
import dev.mimeo.PreparedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code mimeo prepare}: hashes images ahead of time. */
@Command(
        name = "prepare",
        description = "Hashes images ahead of time and writes FILE.manifest beside each; with -o, all are one image.")
final class PrepareCommand implements Callable<Integer> {
    @ParentCommand
    MimeoCommand mimeo;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Images.")
    List<Path> files;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "MANIFEST",
            description = "The files are one image: write this manifest, for send --manifest.")
    Optional<Path> output;

    @Option(names = "--name", paramLabel = "N", description = "What receivers are shown. Default: the file's name.")
    Optional<String> name;

    @Option(names = "--image-version", paramLabel = "V", description = "The version that receivers are shown.")
    Optional<String> version;

    @Mixin
    SigningOptions signing;

    @Override
    public Integer call() {
        if (name.isPresent() && files.size() > 1 && output.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--name is for one image, not for " + files.size() + "; -o makes one of them");
        }
        Thread caller = Thread.currentThread();
        try (Shutdown shutdown = new Shutdown()) {
            shutdown.closes(caller::interrupt);
            if (output.isPresent()) {
                prepare(ImageSource.of(files).manifest(output.get()));
            } else {
                for (Path file : files) {
                    prepare(ImageSource.of(file));
                }
            }
            return ExitCode.VERIFIED.number();
        } catch (IOException | IllegalArgumentException e) {
            ExitCode code = e instanceof IOException ? ExitCode.STORAGE : ExitCode.USAGE;
            mimeo.complain(spec.commandLine().getErr(), Words.failure(e), e);
            return code.number();
        }
    }

    private void prepare(ImageSource image) throws IOException {
        ImageSource named = name.map(image::name).orElse(image);
        ImageSource source = signing.applyTo(version.map(named::version).orElse(named));
        PreparedImage prepared;
        try (Display display = Display.on(spec.commandLine().getOut(), mimeo.terminal)) {
            prepared = source.prepare(display.track(Quantities.printable(source.name()))::show);
        }
        spec.commandLine().getOut().println(prepared.manifest() + ": " + Words.image(prepared.image()));
        spec.commandLine().getOut().println(Words.identity(prepared.image()));
        Words.signature(prepared.image())
                .ifPresent(line -> spec.commandLine().getOut().println(line));
    }
}
