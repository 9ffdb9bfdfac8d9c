package dev.mimeo.examples;

import static dev.mimeo.StartPolicy.afterFirst;
import static dev.mimeo.StartPolicy.anyOf;
import static dev.mimeo.StartPolicy.receivers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mimeo.Deployment;
import dev.mimeo.DistributionPoint;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.ReceiverStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Mimeo in a small web service: images of one directory are deployed over HTTP. At 127.0.0.1 only, behind a web server
 * that speaks TLS and bounds what a request may take: this one answers them one after the other. A request without
 * {@code Authorization: Bearer TOKEN} is refused.
 *
 * <pre>
 *   POST /deployments/IMAGE?receivers=N   opens a session, which starts with N receivers or 15 minutes after the first
 *   GET  /deployments                     the last {@value #MOST_SESSIONS} sessions, as JSON
 *
 *   MIMEO_TOKEN=secret java -cp examples/target/mimeo.jar dev.mimeo.examples.WebServiceExample DIRECTORY INTERFACE PORT
 *   curl -X POST -H 'Authorization: Bearer secret' 'http://127.0.0.1:8000/deployments/lab.img?receivers=30'
 * </pre>
 */
public final class WebServiceExample implements AutoCloseable {
    private static final int MOST_SESSIONS = 100;

    private final Path images;
    private final byte[] authorization;
    private final DistributionPoint point;
    final HttpServer server;
    /** Oldest first, those that have ended among them. Guarded by itself. */
    private final Deque<ImageSession> sessions = new ArrayDeque<>();

    /** Opens a service at a port, 0 for any that is free, that closes the point when it is closed. */
    WebServiceExample(Path images, String token, DistributionPoint point, int port) throws IOException {
        this.images = images;
        this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        this.point = point;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/deployments", this::answer);
        server.start();
    }

    /** Serves until the process is ended. */
    public static void main(String[] arguments) throws Exception {
        String token = Optional.ofNullable(System.getenv("MIMEO_TOKEN")).orElseThrow();
        DistributionPoint point = DistributionPoint.on(arguments[1]).open();
        WebServiceExample service =
                new WebServiceExample(Path.of(arguments[0]), token, point, Integer.parseInt(arguments[2]));
        Runtime.getRuntime().addShutdownHook(new Thread(service::close));
    }

    @Override
    public void close() {
        server.stop(0);
        point.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            List<String> given = exchange.getRequestHeaders().getOrDefault("Authorization", List.of(""));
            if (!MessageDigest.isEqual(authorization, given.get(0).getBytes(StandardCharsets.UTF_8))) {
                send(exchange, 401, new Json().put("error", "say Authorization: Bearer TOKEN"));
            } else if (exchange.getRequestMethod().equals("GET")) {
                synchronized (sessions) {
                    List<Json> all =
                            sessions.stream().map(WebServiceExample::json).toList();
                    send(exchange, 200, new Json().put("deployments", all));
                }
            } else {
                deploy(exchange);
            }
        }
    }

    private void deploy(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        Optional<Path> image = image(path.substring(path.lastIndexOf('/') + 1));
        if (!exchange.getRequestMethod().equals("POST") || image.isEmpty()) {
            send(exchange, 404, new Json().put("error", "there is no such image"));
        } else if (!query.matches("receivers=[1-9][0-9]{0,2}")) {
            send(exchange, 400, new Json().put("error", "how many? ?receivers=1 to 999"));
        } else {
            try {
                send(exchange, 201, json(deploy(image.get(), Integer.parseInt(query.replaceFirst(".*=", "")))));
            } catch (IOException | IllegalStateException | InterruptedException e) {
                send(exchange, 503, new Json().put("error", Words.failure(e)));
            }
        }
    }

    /** A name is looked for among those that are there: nothing leads out of the directory. */
    private Optional<Path> image(String name) throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return files.filter(file -> file.getFileName().toString().equals(name) && Files.isRegularFile(file))
                    .findFirst();
        }
    }

    private ImageSession deploy(Path image, int receivers) throws IOException, InterruptedException {
        ImageSession session = point.deploy(Deployment.of(ImageSource.of(image))
                .name(image.getFileName().toString())
                .startWhen(anyOf(receivers(receivers), afterFirst(Duration.ofMinutes(15)))));
        synchronized (sessions) {
            sessions.add(session);
            if (sessions.size() > MOST_SESSIONS) {
                sessions.remove();
            }
        }
        return session;
    }

    private static Json json(ImageSession session) {
        return new Json()
                .put("image", session.name())
                .put("group", session.group().toString())
                .put("phase", session.view().phase().toString())
                .put("ended", session.completion().isDone())
                .put("receivers", session.view().receivers().size())
                .put("verified", session.view().count(ReceiverStatus.State.VERIFIED));
    }

    private static void send(HttpExchange exchange, int status, Json json) throws IOException {
        byte[] body = json.toString().getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
