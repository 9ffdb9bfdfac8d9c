package dev.mimeo.examples;

import dev.mimeo.Progress;
import java.io.Console;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Where people read what happens. Safe for use by any thread. */
interface Display extends AutoCloseable {
    /** Shows nothing. */
    Display NONE = new Lines(new PrintWriter(Writer.nullWriter()));

    /** Shows a line; it may wait until running bars have ended. */
    void say(String line);

    /** Starts to show the progress of something. */
    Track track(String name);

    /** Ends all tracks. What is said later is shown at once. */
    @Override
    void close();

    /** Something that advances. */
    interface Track {
        /**
         * Shows how far it is; does nothing as long as the total is not known.
         *
         * @param session more about it, if it is a session of one's own
         */
        void show(Progress progress, Optional<Snapshot> session);

        /** Shows how far it is; nothing more is known. */
        default void show(Progress progress) {
            show(progress, Optional.empty());
        }

        /** Ends the track. */
        void end();
    }

    /** Returns a display with bars if {@code terminal}, and with lines otherwise. */
    static Display on(PrintWriter out, boolean terminal) {
        return terminal ? new Bars(out) : new Lines(out);
    }

    /** Returns whether somebody watches standard output. */
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null || Runtime.version().feature() < 22) {
            return console != null;
        }
        try { // Since JDK 22 there is a console without a terminal too.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** A line now and then: when a phase begins, at every tenth part, and every ten seconds. */
    final class Lines implements Display {
        private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

        private final PrintWriter out;

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public synchronized void say(String line) {
            out.println(line);
            out.flush();
        }

        @Override
        public Track track(String name) {
            return new Track() {
                private Progress shown = Progress.NONE;

                @Override
                public synchronized void show(Progress progress, Optional<Snapshot> session) {
                    boolean further = (int) (10 * progress.fraction()) > (int) (10 * shown.fraction());
                    boolean silent = progress.elapsed().minus(shown.elapsed()).compareTo(LONGEST_SILENCE) >= 0;
                    if (progress.totalBytes() > 0 && (progress.phase() != shown.phase() || further || silent)) {
                        shown = progress;
                        say("  " + name + "  " + Words.progress(progress));
                    }
                }

                @Override
                public void end() {}
            };
        }

        @Override
        public void close() {}
    }

    /** Bars, one below the other, without colours; each has one line, however narrow that is. */
    final class Bars implements Display {
        private final PrintWriter out;
        private final List<ProgressBar> bars = new ArrayList<>();
        private final List<String> held = new ArrayList<>();

        Bars(PrintWriter out) {
            this.out = out;
        }

        @Override
        public synchronized void say(String line) {
            if (bars.isEmpty()) {
                out.println(line);
                out.flush();
            } else {
                held.add(line);
            }
        }

        @Override
        public synchronized Track track(String name) {
            BarLine line = new BarLine();
            ProgressBar bar = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(1)
                    .setUpdateIntervalMillis(200)
                    .setRenderer(line)
                    .build();
            bars.add(bar);
            return new Track() {
                @Override
                public void show(Progress progress, Optional<Snapshot> session) {
                    if (progress.totalBytes() > 0) {
                        line.say(Words.facts(progress, session));
                        bar.maxHint(progress.totalBytes());
                        bar.stepTo(Math.min(progress.bytes(), progress.totalBytes()));
                    }
                }

                @Override
                public void end() {
                    Bars.this.end(bar);
                }
            };
        }

        @Override
        public synchronized void close() {
            List.copyOf(bars).forEach(this::end);
        }

        private synchronized void end(ProgressBar bar) {
            bar.close();
            if (bars.remove(bar) && bars.isEmpty()) {
                held.forEach(out::println);
                held.clear();
                out.flush();
            }
        }
    }
}
