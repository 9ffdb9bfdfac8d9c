package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.ReceiverStatus.State;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dashboard answers, and to whom. */
@Timeout(60)
class DashboardTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final StagedSession session = new StagedSession();
    private final StringWriter said = new StringWriter();
    private Monitor monitor;
    private Dashboard dashboard;
    private URI page;
    private String token;

    @BeforeEach
    void open() throws IOException {
        session.seat(1, "<img src=x onerror=alert(1)>\u0007", State.JOINED, 0);
        monitor = new Monitor();
        monitor.add(session);
        dashboard = Dashboard.open("127.0.0.1", 0, monitor, Display.on(new PrintWriter(said), false));
        page = URI.create(dashboard.url());
        token = page.getFragment();
    }

    @AfterEach
    void close() {
        monitor.close();
        // Nobody has a page open: do not wait for it.
        dashboard.stop();
    }

    private HttpResponse<String> ask(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(page.resolve(path)).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> askWithToken(String method, String path) throws Exception {
        return ask(method, path, "Authorization", "Bearer " + token);
    }

    /** Sends exactly these lines and an empty one, and returns the first that comes back. */
    private String raw(String... lines) throws IOException {
        try (Socket socket = new Socket(page.getHost(), page.getPort())) {
            String request = String.join("\r\n", lines) + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(12);
            return new String(answer, StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @CsvSource({"/, text/html", "/dashboard.css, text/css", "/dashboard.js, text/javascript"})
    void thePageIsForEverybodyAndLoadsNothingFromElsewhere(String path, String type) throws Exception {
        HttpResponse<String> answer = ask("GET", path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.body()).doesNotContain("http:", "https:", "//cdn", "innerHTML", token);
    }

    @Test
    void theStateNeedsTheToken() throws Exception {
        assertThat(ask("GET", "/state").statusCode()).isEqualTo(401);
        assertThat(ask("GET", "/state", "Authorization", "Bearer " + token + "x")
                        .statusCode())
                .isEqualTo(401);
        assertThat(ask("GET", "/state", "Authorization", token).statusCode()).isEqualTo(401);
        assertThat(ask("GET", "/state?" + token, "Cookie", "token=" + token).statusCode())
                .isEqualTo(401);
        HttpResponse<String> answer = askWithToken("GET", "/state");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"stage\":\"waiting\"", "\"label\":\"<img src=x onerror=alert(1)>?\"")
                .doesNotContain("\u0007");
    }

    @Test
    void everyStartHasATokenOfItsOwn() throws IOException {
        Dashboard other = Dashboard.open("127.0.0.1", 0, monitor, Display.NONE);
        other.stop();
        assertThat(URI.create(other.url()).getFragment()).hasSize(22).isNotEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "hold", "resume", "end", "receivers/00000001/kick"})
    void anOperatorHasTheToken(String action) throws Exception {
        String path = "/sessions/5e550001/" + action;
        assertThat(ask("POST", path).statusCode()).isEqualTo(401);
        assertThat(ask("POST", path, "Authorization", "Bearer x").statusCode()).isEqualTo(401);
        assertThat(askWithToken("GET", path).statusCode()).isEqualTo(405);
        assertThat(session.asked).isEmpty();
        assertThat(askWithToken("POST", path).statusCode()).isEqualTo(204);
        assertThat(session.asked)
                .containsExactly(
                        action.equals("end") ? "cancel" : action.endsWith("kick") ? "dismiss 00000001 ABORT" : action);
        assertThat(said.toString()).startsWith("By the dashboard: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sessions/00000000/end",
                "/sessions/5e550001/receivers/1/kick",
                "/sessions/5e550001/receivers/zzzzzzzz/kick",
                "/sessions/5e550001/launch",
                "/sessions/5e550001/end/",
                "/../state",
                "/dashboard.html"
            })
    void whatIsNotThereIsNotFound(String path) throws Exception {
        assertThat(askWithToken("POST", path).statusCode()).isEqualTo(404);
        assertThat(session.asked).isEmpty();
    }

    @Test
    void whatHasEndedIsNotSteered() throws Exception {
        session.end.cancel(false);
        assertThat(askWithToken("POST", "/sessions/5e550001/start").statusCode())
                .isEqualTo(404);
        assertThat(session.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, 200",
        "127.0.0.1, 200",
        "localhost:9000, 200",
        "[::1]:9000, 200",
        "192.168.7.9:80, 200",
        "evil.example, 421",
        "evil.example:8080, 421",
        "127.0.0.1.evil.example, 421",
        "localhost.evil.example:80, 421",
        "'', 421"
    })
    void aNameOfAnotherSiteIsRefused(String host, int status) throws IOException {
        assertThat(raw("GET / HTTP/1.1", "Host: " + host)).isEqualTo("HTTP/1.1 " + status);
        assertThat(raw("GET /state HTTP/1.1", "Host: " + host, "Authorization: Bearer " + token))
                .isEqualTo("HTTP/1.1 " + status);
    }

    @Test
    void oneHostIsNamed() throws IOException {
        assertThat(raw("GET / HTTP/1.1", "Host: localhost", "Host: evil.example"))
                .isEqualTo("HTTP/1.1 421");
        assertThat(raw("GET / HTTP/1.0")).isEqualTo("HTTP/1.1 421");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1", "Content-Length: 9999999999", "Transfer-Encoding: chunked"})
    void noRequestHasABody(String header) throws IOException {
        assertThat(raw(
                        "POST /sessions/5e550001/start HTTP/1.1",
                        "Host: localhost",
                        "Authorization: Bearer " + token,
                        header))
                .isEqualTo("HTTP/1.1 413");
        assertThat(session.asked).isEmpty();
    }

    @Test
    void connectionsBeyondTheBoundAreClosedAndTheOthersServed() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
            for (int i = 0; i < 2 * Dashboard.MOST_CONNECTIONS; i++) {
                idle.add(new Socket(page.getHost(), page.getPort()));
            }
            Socket last = idle.get(idle.size() - 1);
            assertThat(last.getInputStream().read()).isEqualTo(-1);
            assertThat(askWithToken("GET", "/state").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void thousandsOfSeatsAreCutAndCounted() throws Exception {
        for (int i = 2; i <= Dashboard.MOST_SEATS + 100; i++) {
            session.seat(i, "seat-" + i, i == 2_050 ? State.FAILED : State.RECEIVING, 0);
        }
        monitor.look();
        String body = askWithToken("GET", "/state").body();
        assertThat(body.split("\"label\":", -1)).hasSize(Dashboard.MOST_SEATS + 1);
        assertThat(body).contains("\"count\":2100,\"missing\":1,\"running\":2099,");
        assertThat(body.indexOf("\"label\":\"seat-2050\"")).isLessThan(body.indexOf("\"label\":\"seat-3\""));
    }

    @Test
    void aPortThatIsTakenSaysWhatToDo() {
        assertThatThrownBy(() -> Dashboard.open("127.0.0.1", page.getPort(), monitor, Display.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("choose another --dashboard PORT");
    }

    @Test
    void itListensHereUnlessToldOtherwise() throws IOException {
        assertThat(InetAddress.getByName(page.getHost()).isLoopbackAddress()).isTrue();
        assertThat(dashboard.isLocal()).isTrue();
    }
}
