package dev.mimeo.examples;

import dev.mimeo.ImageSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A command that is watched, from its beginning to its end, well or not. */
final class Watching implements AutoCloseable {
    private final Instant began = Instant.now();
    private final Monitor monitor;
    private final Optional<Dashboard> dashboard;
    private final Optional<ReportFiles> files;
    private final PrintWriter err;
    private boolean isOver;

    Watching(Monitor monitor, Optional<Dashboard> dashboard, Optional<ReportFiles> files, PrintWriter err) {
        this.monitor = monitor;
        this.dashboard = dashboard;
        this.files = files;
        this.err = err;
    }

    /** Watches a session from now on. Any thread. */
    void add(ImageSession session) {
        monitor.add(session);
    }

    /** Returns what was seen of the sessions last. Any thread. */
    List<Snapshot> latest() {
        return monitor.latest();
    }

    /** Returns the code to exit with, once the report is written: another one if all is well but the report is not. */
    ExitCode end(ExitCode code) {
        return writeReport() || code != ExitCode.VERIFIED ? code : ExitCode.STORAGE;
    }

    /** Writes the report unless it is written, and lets open pages hear the end. */
    @Override
    public void close() {
        writeReport();
        dashboard.ifPresent(Dashboard::close);
        monitor.close();
    }

    private boolean writeReport() {
        if (isOver) {
            return true;
        }
        isOver = true;
        monitor.look();
        if (files.isEmpty()) {
            return true;
        }
        try {
            err.println("mimeo: report in " + files.get().write(monitor.latest(), began, Instant.now()));
            return true;
        } catch (IOException e) {
            err.println("mimeo: no report: " + Words.failure(e));
            return false;
        } finally {
            err.flush();
        }
    }
}
