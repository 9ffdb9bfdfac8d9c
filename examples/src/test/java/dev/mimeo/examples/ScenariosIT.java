package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.Deployment;
import dev.mimeo.DistributionPoint;
import dev.mimeo.ImageSession;
import dev.mimeo.ImageSource;
import dev.mimeo.ReceiveReport;
import dev.mimeo.StartPolicy;
import dev.mimeo.TargetSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The two scenarios of a deployment, on the loopback interface of this machine, as their programs are. */
@Timeout(120)
class ScenariosIT {
    private static final String LOOPBACK = loopback();

    @TempDir
    Path directory;

    private Path image(String prefix, byte[] content) throws IOException {
        return Files.write(directory.resolve(prefix + ProcessHandle.current().pid() + ".img"), content);
    }

    @Test
    void aComputerWithAnOlderVersionGetsWhatDiffers() throws Exception {
        byte[] content = new byte[8 << 20];
        new SplittableRandom(1).nextBytes(content);
        byte[] old = content.clone();
        Arrays.fill(old, 3 << 20, 4 << 20, (byte) 7);
        Path image = image("refresh-", content);
        Path disk = Files.write(directory.resolve("disk"), old);
        try (DistributionPoint point =
                DistributionPoint.on(LOOPBACK).timeToLive(0).open()) {
            ImageSession session = point.deploy(Deployment.of(ImageSource.of(image))
                    .to(TargetSet.token("room 7"))
                    .startWhen(StartPolicy.receivers(1)));
            ReceiveReport report =
                    RefreshScenario.refresh(disk, image.getFileName().toString(), LOOPBACK, 0);
            assertThat(report.presentBytes()).isEqualTo(7 << 20);
            assertThat(disk).hasBinaryContent(content);
            assertThat(session.await(Duration.ofSeconds(30)).sourceBytes())
                    .as("what nobody needs is not sent")
                    .isLessThan(2 << 20);
        }
    }

    @Test
    void aComputerWithoutASystemGetsOneOnItsDisk() throws Exception {
        byte[] content = new byte[3 << 20];
        new SplittableRandom(2).nextBytes(content);
        Path image = image("metal-", content);
        Path backing = Files.write(directory.resolve("backing"), new byte[4 << 20]);
        Optional<Path> disk = attach(backing);
        Assumptions.assumeTrue(disk.isPresent(), "loop devices cannot be attached here");
        try (DistributionPoint point =
                DistributionPoint.on(LOOPBACK).timeToLive(0).open()) {
            point.offer(Deployment.of(ImageSource.of(image)).to(TargetSet.token("room 7")));
            Optional<String> sha256 =
                    BareMetalScenario.install(disk.get(), image.getFileName().toString(), LOOPBACK, 0);
            assertThat(sha256).contains(Sha256.of(image));
        } finally {
            run("losetup", "-d", disk.get().toString());
        }
        byte[] written = Files.readAllBytes(backing);
        assertThat(Arrays.copyOf(written, content.length)).isEqualTo(content);
        assertThat(Arrays.copyOfRange(written, content.length, written.length)).containsOnly(0);
    }

    @Test
    void whatSuchAComputerBootsFindsTheImageByItsNameAndSaysThatItIsVerified() throws Exception {
        byte[] content = new byte[1 << 20];
        new SplittableRandom(3).nextBytes(content);
        Path image = image("booted-", content);
        Path backing = Files.write(directory.resolve("backing"), new byte[1 << 20]);
        Optional<Path> disk = attach(backing);
        Assumptions.assumeTrue(disk.isPresent(), "loop devices cannot be attached here");
        StringWriter said = new StringWriter();
        try (DistributionPoint point =
                DistributionPoint.on(LOOPBACK).timeToLive(0).open()) {
            point.offer(Deployment.of(ImageSource.of(image)).to(TargetSet.token("room7")));
            String words = "quiet mimeo.image=" + image.getFileName() + " mimeo.disk=" + disk.get()
                    + " mimeo.disk-size=1M mimeo.token=room7 mimeo.ttl=0 mimeo.interface=" + LOOPBACK;
            ExitCode code = BareMetalReceiver.run(words.split(" "), new PrintWriter(said, true));
            assertThat(code).as("%s", said).isEqualTo(ExitCode.VERIFIED);
        } finally {
            run("losetup", "-d", disk.get().toString());
        }
        assertThat(said.toString()).contains("Verified " + image.getFileName());
        assertThat(backing).hasBinaryContent(content);
    }

    private static Optional<Path> attach(Path backing) throws IOException, InterruptedException {
        return run("losetup", "--find", "--show", backing.toString()).map(Path::of);
    }

    private static Optional<String> run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? Optional.of(out) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String loopback() {
        try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
            List<NetworkInterface> all = interfaces.toList();
            for (NetworkInterface each : all) {
                if (each.isLoopback()) {
                    return each.getName();
                }
            }
            throw new AssertionError("no loopback interface among " + Collections.unmodifiableList(all));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
