package dev.mimeo.examples;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mimeo.ImageSession;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page that shows sessions while they run, and lets an operator steer them. Served by the JDK's own HTTP server:
 *
 * <pre>
 *   GET  /  /dashboard.css  /dashboard.js                  the page, the same for everybody
 *   GET  /state                                            what is shown, as JSON; pages ask for it every second
 *   POST /sessions/ID/start  hold  resume  end             what {@link Operator} does
 *   POST /sessions/ID/receivers/ID/kick
 * </pre>
 *
 * <p>All but the page itself needs the token, which is new at each start, as {@code Authorization: Bearer TOKEN}: what is shown
 * names machines. There is no cookie, so another site can make a browser send a request, and never one that is obeyed. The token
 * reaches the page behind the {@code #} of its address, which a browser does not send. A page that was opened under the name
 * of another site that leads here (DNS rebinding) is refused: {@code Host} must be {@code localhost}, an address in digits, or
 * what the operator chose to listen at.
 *
 * <p>Bounds: {@value #THREADS} requests at a time, further ones wait; {@value #MOST_CONNECTIONS} connections, further ones are
 * closed (from Java 17.0.5 on); {@value #SECONDS} s for a request to arrive, and for its answer to be taken; no request has a body; of a session,
 * {@value #MOST_SEATS} seats, those that fail first.
 */
final class Dashboard implements AutoCloseable {
    static final int MOST_SEATS = 2_000;
    static final int MOST_CONNECTIONS = 64;

    private static final int THREADS = 4;
    private static final int SECONDS = 10;
    private static final int TOKEN_BYTES = 16;
    /** Pages ask every second; one that has not for so long was closed. */
    private static final long PAGE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long LAST_WORDS_MILLIS = 2_500;
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|\\[[0-9a-fA-F:.]+(%[0-9A-Za-z._-]+)?\\]");
    private static final Pattern ACTION = Pattern.compile(
            "/sessions/(?<session>[0-9a-f]{8})/(?:(?<of>start|hold|resume|end)|receivers/(?<seat>[0-9a-f]{8})/kick)");
    private static final Map<String, String> PAGES = Map.of(
            "/", "dashboard.html",
            "/dashboard.css", "dashboard.css",
            "/dashboard.js", "dashboard.js");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8");

    static {
        // The server reads these once, before the first of its kind is made.
        bound("sun.net.httpserver.maxReqTime", SECONDS);
        bound("sun.net.httpserver.maxRspTime", SECONDS);
        bound("jdk.httpserver.maxConnections", MOST_CONNECTIONS);
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final String address;
    private final Monitor monitor;
    private final Display display;
    private final String token;
    private volatile Rendered rendered = new Rendered(List.of(), new byte[0]);
    private volatile long askedNanos = System.nanoTime() - PAGE_NANOS;

    private record Rendered(List<Snapshot> sessions, byte[] json) {}

    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private Dashboard(HttpServer server, String address, Monitor monitor, Display display) {
        this.server = server;
        this.address = address;
        this.monitor = monitor;
        this.display = display;
        byte[] secret = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(secret);
        token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        threads = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "mimeo-dashboard");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens a dashboard of the sessions that {@code monitor} looks at.
     *
     * @param address where to listen: a name, or an address in digits
     * @param port where to listen; 0 takes any that is free
     * @param display is told what operators do
     * @throws IOException if that is not possible; the message says what to do
     */
    static Dashboard open(String address, int port, Monitor monitor, Display display) throws IOException {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), port), 0);
            Dashboard dashboard = new Dashboard(server, address, monitor, display);
            server.createContext("/", dashboard::answer);
            server.setExecutor(dashboard.threads);
            server.start();
            return dashboard;
        } catch (IOException e) {
            throw new IOException(
                    "no dashboard at " + address + ", port " + port + ": " + e.getMessage()
                            + "; choose another --dashboard PORT (0 takes one that is free) or --dashboard-address",
                    e);
        }
    }

    /** Returns where a browser finds it, with the token. */
    String url() {
        InetAddress bound = server.getAddress().getAddress();
        String host = bound.isAnyLocalAddress() ? "localhost" : bound.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + server.getAddress().getPort() + "/#" + token;
    }

    /** Returns whether only this machine can reach it. */
    boolean isLocal() {
        return server.getAddress().getAddress().isLoopbackAddress();
    }

    /** Stays, for 2.5 s, for pages that are open to hear how it ended; not at all if there is none. */
    @Override
    public void close() {
        try {
            if (System.nanoTime() - askedNanos < PAGE_NANOS) {
                Thread.sleep(LAST_WORDS_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop();
    }

    /** Leaves at once. */
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            Headers headers = exchange.getResponseHeaders();
            headers.set(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set("Cache-Control", "no-store");
            reply(exchange);
        } catch (Refusal e) {
            send(exchange, e.status, "text/plain; charset=utf-8", e.getMessage().getBytes(StandardCharsets.UTF_8));
        } finally {
            exchange.close();
        }
    }

    private void reply(HttpExchange exchange) throws IOException, Refusal {
        checkHost(exchange.getRequestHeaders());
        checkNoBody(exchange.getRequestHeaders());
        String path = exchange.getRequestURI().getPath();
        String page = PAGES.get(path);
        if (page != null) {
            checkMethod(exchange, "GET");
            send(exchange, 200, TYPES.get(page.substring(page.indexOf('.') + 1)), resource(page));
            return;
        }
        checkToken(exchange);
        Matcher action = ACTION.matcher(path);
        if (path.equals("/state")) {
            checkMethod(exchange, "GET");
            askedNanos = System.nanoTime();
            send(exchange, 200, "application/json", state());
        } else if (action.matches()) {
            checkMethod(exchange, "POST");
            act(action);
            exchange.sendResponseHeaders(204, -1);
        } else {
            throw new Refusal(404, "there is no " + Quantities.printable(path));
        }
    }

    private void checkHost(Headers headers) throws Refusal {
        List<String> hosts = headers.getOrDefault("Host", List.of());
        String name = hosts.size() == 1 ? hosts.get(0).replaceFirst(":[0-9]*$", "") : "";
        if (!name.equalsIgnoreCase("localhost")
                && !name.equalsIgnoreCase(address)
                && !NUMERIC.matcher(name).matches()) {
            throw new Refusal(
                    421, "open the page at localhost, at an address in digits, or as --dashboard-address says");
        }
    }

    private static void checkNoBody(Headers headers) throws Refusal {
        if (headers.containsKey("Transfer-Encoding")
                || !headers.getOrDefault("Content-Length", List.of("0")).equals(List.of("0"))) {
            throw new Refusal(413, "a request has no body here");
        }
    }

    private static void checkMethod(HttpExchange exchange, String method) throws Refusal {
        if (!exchange.getRequestMethod().equals(method)) {
            exchange.getResponseHeaders().set("Allow", method);
            throw new Refusal(405, "that is for " + method);
        }
    }

    private void checkToken(HttpExchange exchange) throws Refusal {
        byte[] expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        List<String> given = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
        if (given.size() != 1 || !MessageDigest.isEqual(expected, given.get(0).getBytes(StandardCharsets.UTF_8))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            throw new Refusal(401, "open the page with the address that the command printed: it ends with a token");
        }
    }

    private void act(Matcher action) throws Refusal {
        Optional<ImageSession> open = monitor.open(action.group("session"));
        if (open.isEmpty()) {
            throw new Refusal(404, "that session is not open");
        }
        ImageSession session = open.get();
        String seat = action.group("seat");
        if (seat != null) {
            session.dismiss(seat, Operator.KICK);
            display.say("By the dashboard: kick " + seat);
            return;
        }
        switch (action.group("of")) {
            case "start" -> session.startNow();
            case "hold" -> session.hold();
            case "resume" -> session.resume();
            default -> session.end();
        }
        display.say("By the dashboard: " + action.group("of") + " " + session.group());
    }

    /** Written once for all pages that ask between two looks. */
    private byte[] state() {
        List<Snapshot> sessions = monitor.latest();
        Rendered last = rendered;
        if (last.sessions() != sessions || last.json().length == 0) {
            String json = SnapshotJson.of(sessions, Instant.now(), MOST_SEATS).toString();
            last = new Rendered(sessions, json.getBytes(StandardCharsets.UTF_8));
            rendered = last;
        }
        return last.json();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file = Dashboard.class.getResourceAsStream(name)) {
            return file.readAllBytes();
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void bound(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
