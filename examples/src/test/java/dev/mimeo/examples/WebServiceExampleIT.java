package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.DistributionPoint;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageTarget;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service that embeds Mimeo, on the loopback interface of this machine. */
@Timeout(60)
class WebServiceExampleIT {
    private static final String INTERFACE = "127.0.0.1";

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void whoeverHasTheTokenDeploysAnImageAndSeesWhoHasIt(@TempDir Path directory) throws Exception {
        byte[] content = new byte[1_000_000];
        new SplittableRandom(1).nextBytes(content);
        Path images = Files.createDirectory(directory.resolve("images"));
        Files.write(images.resolve("lab 7.img"), content);
        Files.write(directory.resolve("secret"), content);
        DistributionPoint point =
                DistributionPoint.on(INTERFACE).timeToLive(0).withoutDirectory().open();
        try (WebServiceExample service = new WebServiceExample(images, "hush", point, 0)) {
            assertThat(ask(service, "POST", "/lab%207.img?receivers=1", "guess").statusCode())
                    .isEqualTo(401);
            assertThat(ask(service, "POST", "/..%2Fsecret?receivers=1", "hush").statusCode())
                    .isEqualTo(404);
            assertThat(ask(service, "POST", "/lab%207.img?receivers=0", "hush").statusCode())
                    .isEqualTo(400);
            assertThat(ask(service, "GET", "", "hush").body()).isEqualTo("{\"deployments\":[]}");

            HttpResponse<String> deployed = ask(service, "POST", "/lab%207.img?receivers=1", "hush");
            assertThat(deployed.statusCode()).as(deployed.body()).isEqualTo(201);
            assertThat(deployed.body()).startsWith("{\"image\":\"lab 7.img\",").contains("\"ended\":false");
            String group = deployed.body().replaceFirst(".*\"group\":\"([^\"]*)\".*", "$1");
            try (ImageReceiver receiver = ImageReceiver.from(Quantities.group(group))
                    .networkInterface(INTERFACE)
                    .timeToLive(0)
                    .open()) {
                Path target = directory.resolve("copy");
                receiver.receive(ImageTarget.of(target)).await();
                assertThat(target).hasBinaryContent(content);
            }
            point.sessions().forEach(session -> session.completion().join());
            assertThat(ask(service, "GET", "", "hush").body())
                    .contains("\"ended\":true,\"receivers\":1,\"verified\":1}");
        }
    }

    private HttpResponse<String> ask(WebServiceExample service, String method, String what, String token)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + service.server.getAddress().getPort() + "/deployments" + what))
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
