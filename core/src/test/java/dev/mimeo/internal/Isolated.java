package dev.mimeo.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs programs of the tests in a network namespace of their own, where the loopback interface carries multicast of IPv6: that
 * of Linux does not by itself. Wants root, {@code unshare} and {@code ip}.
 */
final class Isolated {
    private static final String PREPARE =
            "ip link set lo up && ip -6 route add local ff00::/8 dev lo table local && exec \"$@\"";

    private Isolated() {}

    /** Skips the test where that is not possible. */
    static void require() throws InterruptedException {
        OptionalTool.require(
                OptionalTool.succeeds(command("true").toArray(String[]::new)),
                "Tests over IPv6, which want root and IPv6,",
                "util-linux iproute2");
    }

    /** Runs the main method of a class to its end. */
    static OptionalTool.Output run(Class<?> program, String... arguments) throws IOException, InterruptedException {
        List<String> command = command(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dbasedir=" + System.getProperty("basedir", ""),
                "-Dmimeo.interop=" + System.getProperty("mimeo.interop", ""),
                "-Dmimeo.interop.whole=" + System.getProperty("mimeo.interop.whole", ""),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName());
        command.addAll(List.of(arguments));
        return OptionalTool.run(command);
    }

    private static List<String> command(String... inside) {
        List<String> command = new ArrayList<>(List.of("unshare", "-n", "sh", "-c", PREPARE, "sh"));
        command.addAll(List.of(inside));
        return command;
    }
}
