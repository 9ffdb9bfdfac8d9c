package dev.mimeo.examples;

import dev.mimeo.Dismissal;
import dev.mimeo.ImageSession;
import dev.mimeo.ReceiverStatus;
import dev.mimeo.StartPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The hand of an operator: reads commands, one on a line, for the sessions that are open. */
final class Operator {
    /** How an operator sends a receiver away for good. */
    static final Dismissal KICK = Dismissal.abort("an operator does not want it here");

    private static final String HELP =
            "start | start at TIME | hold | resume | kick NAME | handoff NAME | end | status";

    private final Supplier<List<ImageSession>> sessions;
    private final Reporter reporter;
    private final Display display;

    private Operator(Supplier<List<ImageSession>> sessions, Reporter reporter, Display display) {
        this.sessions = sessions;
        this.reporter = reporter;
        this.display = display;
    }

    /** Obeys standard input, on a thread of its own, for as long as there is any. */
    static void listen(Supplier<List<ImageSession>> sessions, Reporter reporter, Display display) {
        Operator operator = new Operator(sessions, reporter, display);
        Reader input = new InputStreamReader(System.in, Charset.defaultCharset());
        Thread thread = new Thread(() -> operator.obey(input), "mimeo-operator");
        thread.setDaemon(true);
        thread.start();
    }

    private void obey(Reader input) {
        try (BufferedReader lines = new BufferedReader(input)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try {
                    obey(line.strip());
                } catch (IllegalArgumentException | IllegalStateException e) {
                    display.say(Words.failure(e));
                }
            }
        } catch (IOException e) {
            display.say("No more commands: " + Words.failure(e));
        }
    }

    private void obey(String line) {
        String[] words = line.split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "start" -> start(rest);
            case "hold" -> each(ImageSession::hold);
            case "resume" -> each(ImageSession::resume);
            case "kick" -> dismiss(rest, KICK);
            case "handoff" -> dismiss(rest, Dismissal.fallBack("an operator wants it to get the image in another way"));
            case "end" -> each(ImageSession::end);
            case "status" -> each(session -> reporter.session(session.view()));
            case "" -> {}
            default -> display.say(HELP);
        }
    }

    private void start(String when) {
        if (when.isEmpty()) {
            each(ImageSession::startNow);
        } else {
            StartPolicy policy = StartPolicy.at(Quantities.instant(when.replaceFirst("^at\\s+", "")));
            each(session -> session.startWhen(policy));
        }
    }

    private void dismiss(String name, Dismissal dismissal) {
        each(session -> session.view().receivers().stream()
                .filter(receiver ->
                        receiver.name().equals(name) || receiver.id().equals(name))
                .map(ReceiverStatus::id)
                .forEach(id -> session.dismiss(id, dismissal)));
    }

    private void each(Consumer<ImageSession> action) {
        sessions.get().forEach(action);
    }
}
