package dev.mimeo.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program that {@code normpeer.cpp} is compiled to, once in a run of the tests. */
final class NormPeer {
    private static final Path BASE = Path.of(System.getProperty("basedir", ""));
    /** Where everything of the interoperability tests goes. */
    static final Path TARGET = BASE.resolve("target/interop").toAbsolutePath();

    private static final Path PROGRAM = TARGET.resolve("normpeer");

    private NormPeer() {}

    /** Returns whether there is a C++ compiler and the library. */
    static boolean isAvailable() throws InterruptedException {
        return OptionalTool.succeeds("g++", "-E", "-x", "c++", "-include", "normApi.h", "/dev/null");
    }

    /** Compiles the program. */
    static void build() throws IOException, InterruptedException {
        Files.createDirectories(TARGET);
        List<String> command = new ArrayList<>(List.of("g++", "-std=c++17", "-O2", "-o", PROGRAM.toString()));
        command.add(
                BASE.resolve("src/test/interop/normpeer.cpp").toAbsolutePath().toString());
        command.add("-lnorm");
        OptionalTool.Output output = OptionalTool.run(command);
        if (output.exitCode() != 0) {
            throw new IOException(String.join(" ", command) + " failed:\n" + output.text());
        }
    }

    /** Returns where the program is. */
    static Path program() {
        return PROGRAM;
    }
}
