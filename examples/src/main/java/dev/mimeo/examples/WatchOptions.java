package dev.mimeo.examples;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How sessions are watched beside what the command prints: by a page while they run, and in a report afterwards. */
final class WatchOptions {
    @Option(
            names = "--dashboard",
            paramLabel = "PORT",
            description =
                    "Serve a page that shows what happens and lets you steer it; its address is printed to standard"
                            + " error. 0 takes a port that is free.")
    Optional<Integer> port;

    @Option(
            names = "--dashboard-address",
            paramLabel = "ADDR",
            description = "Where the page is served. It is not encrypted: elsewhere than here, prefer ssh -L."
                    + " Default: 127.0.0.1.")
    Optional<String> address;

    @Option(
            names = "--report",
            paramLabel = "DIR|FILE",
            description =
                    "At the end write who has the image, and how it went, to FILE.html and FILE.json, or to files of"
                            + " that kind in a directory that is there.")
    Optional<Path> report;

    /** Returns whether anything was chosen. */
    boolean isGiven() {
        return port.isPresent() || address.isPresent() || report.isPresent();
    }

    /** Starts to watch as was chosen. Says on {@code err} where the page is, and what cannot be written. */
    Watching open(PrintWriter err, Display display) throws IOException {
        if (port.filter(number -> number < 0 || number > 65_535).isPresent()) {
            throw new IllegalArgumentException("--dashboard is a port, 0 to 65535");
        }
        if (address.isPresent() && port.isEmpty()) {
            throw new IllegalArgumentException("--dashboard-address needs a --dashboard PORT");
        }
        Optional<ReportFiles> files = report.isPresent() ? Optional.of(ReportFiles.at(report.get())) : Optional.empty();
        Monitor monitor = new Monitor();
        try {
            Optional<Dashboard> dashboard = port.isPresent()
                    ? Optional.of(Dashboard.open(address.orElse("127.0.0.1"), port.get(), monitor, display))
                    : Optional.empty();
            dashboard.ifPresent(open -> announce(open, err));
            return new Watching(monitor, dashboard, files, err);
        } catch (IOException | RuntimeException e) {
            monitor.close();
            throw e;
        }
    }

    private static void announce(Dashboard dashboard, PrintWriter err) {
        err.println("mimeo: dashboard at " + dashboard.url());
        if (!dashboard.isLocal()) {
            err.println(
                    "mimeo: the dashboard is not encrypted: whoever can read the network on the way sees what it shows,"
                            + " and the token, with which the session can be ended; ssh -L and 127.0.0.1 are safer");
        }
        err.flush();
    }
}
