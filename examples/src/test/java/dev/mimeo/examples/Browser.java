package dev.mimeo.examples;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * A page in a headless Chromium, told what to do over its DevTools protocol. Not every machine has one: without it tests are
 * skipped, and fail if {@code MIMEO_BROWSER=required} is in the environment.
 */
final class Browser implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 40;
    private static final Pattern DEVTOOLS = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final Pattern PAGE = Pattern.compile("\"webSocketDebuggerUrl\": *\"([^\"]+)\"");
    private static final Pattern ID = Pattern.compile("^\\{\"id\":([0-9]+),");
    private static final Pattern VALUE = Pattern.compile("\"value\":\"([^\"]*)\"");
    private static final Pattern DATA = Pattern.compile("\"data\":\"([^\"]*)\"");

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<String>> answers;
    private final AtomicInteger lastId = new AtomicInteger();

    private Browser(Process process, WebSocket socket, Map<Integer, CompletableFuture<String>> answers) {
        this.process = process;
        this.socket = socket;
        this.answers = answers;
    }

    /** Opens an empty page; {@code profile} is a directory for it alone. */
    static Browser open(Path profile) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program().toString(),
                "--headless",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars"));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--no-sandbox");
        }
        command.add("about:blank");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TMPDIR", profile.toString());
        Process process = builder.start();
        try {
            HttpClient client = HttpClient.newHttpClient();
            URI create = URI.create("http://" + devTools(process.inputReader()) + "/json/new?about:blank");
            String page = client.send(
                            HttpRequest.newBuilder(create)
                                    .PUT(HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create(found(PAGE, page)), new Ear(answers))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return new Browser(process, socket, answers);
        } catch (Exception e) {
            end(process);
            throw e;
        }
    }

    private static Path program() {
        Optional<Path> program = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isPresent()) {
            return program.get();
        }
        String message = "the dashboard is looked at with Chromium (apt-get install chromium)";
        if ("required".equals(System.getenv("MIMEO_BROWSER"))) {
            throw new AssertionError(message + ": not found, and MIMEO_BROWSER=required");
        }
        System.out.println("Skipped: " + message);
        throw new TestAbortedException(message);
    }

    /** Reads where it listens, and from then on, on a thread of its own, whatever it has to say. */
    private static String devTools(BufferedReader output) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher address = DEVTOOLS.matcher(line);
            if (address.find()) {
                Thread reader = new Thread(() -> output.lines().forEach(each -> {}), "reader of a browser");
                reader.setDaemon(true);
                reader.start();
                return address.group(1);
            }
            said.append(line).append('\n');
        }
        throw new IOException("the browser did not start: " + said);
    }

    /** Shows a page in a window of that size, and in light or dark colours. */
    void visit(String url, int width, int height, boolean dark) throws Exception {
        ask(
                "Emulation.setDeviceMetricsOverride",
                new Json()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
        ask(
                "Emulation.setEmulatedMedia",
                new Json()
                        .put(
                                "features",
                                List.of(new Json()
                                        .put("name", "prefers-color-scheme")
                                        .put("value", dark ? "dark" : "light"))));
        // By way of nowhere: another fragment alone would not load the page anew.
        ask("Page.navigate", new Json().put("url", "about:blank"));
        await("location.href === 'about:blank'");
        ask("Page.navigate", new Json().put("url", url));
        await("location.href === '" + url + "' && document.readyState === 'complete'");
    }

    /** Returns what an expression of JavaScript is, as text. */
    String read(String expression) throws Exception {
        return evaluate("encodeURIComponent(String(" + expression + "))");
    }

    /** Waits until an expression of JavaScript is true. */
    void await(String condition) throws Exception {
        try {
            evaluate("new Promise(done => { const look = () => (" + condition
                    + ") ? done('') : setTimeout(look, 50); look(); })");
        } catch (Exception e) {
            throw new AssertionError("never: " + condition + "; the page says " + read("document.body.innerText"), e);
        }
    }

    private String evaluate(String expression) throws Exception {
        String answer = ask(
                "Runtime.evaluate",
                new Json()
                        .put("expression", expression)
                        .put("returnByValue", true)
                        .put("awaitPromise", true));
        if (answer.contains("\"error\":{") && (answer.contains("context") || answer.contains("navigated"))) {
            return evaluate(expression); // the page has just been left
        }
        if (answer.contains("\"error\":{") || answer.contains("\"exceptionDetails\"")) {
            throw new AssertionError(expression + ": " + answer);
        }
        return URLDecoder.decode(found(VALUE, answer).replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Writes what is seen, as PNG. */
    void screenshot(Path file) throws Exception {
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(found(DATA, ask("Page.captureScreenshot", new Json()))));
    }

    private String ask(String method, Json parameters) throws Exception {
        int id = lastId.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Json request = new Json().put("id", id).put("method", method).put("params", parameters);
        socket.sendText(request.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }

    @Override
    public void close() {
        socket.abort();
        end(process);
    }

    private static void end(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
    }

    /** Hears answers, which come in pieces, and hands each to whoever asked. */
    private static final class Ear implements WebSocket.Listener {
        private final Map<Integer, CompletableFuture<String>> answers;
        private final StringBuilder text = new StringBuilder();

        Ear(Map<Integer, CompletableFuture<String>> answers) {
            this.answers = answers;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence piece, boolean last) {
            text.append(piece);
            if (last) {
                String answer = text.toString();
                text.setLength(0);
                Matcher id = ID.matcher(answer);
                if (id.find()) {
                    answers.remove(Integer.parseInt(id.group(1))).complete(answer);
                }
            }
            socket.request(1);
            return null;
        }
    }
}
