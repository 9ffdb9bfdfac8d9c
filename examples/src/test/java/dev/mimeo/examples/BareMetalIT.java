package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.SigningKey;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * A machine boots what {@code examples/bare-metal} builds, in an emulator and on a network of its own. Where something is not
 * found, the test is skipped, and fails if {@code MIMEO_BARE_METAL=required} is in the environment.
 *
 * <pre>
 *   MIMEO_KERNEL   directory that has boot/vmlinuz-VERSION and lib/modules/VERSION; default: /
 *   MIMEO_BUSYBOX  a static busybox; default: that of the PATH
 * </pre>
 */
@Timeout(1_200)
class BareMetalIT {
    /** Without virtualisation, on a busy machine. */
    private static final long PATIENCE_SECONDS = 600;

    private static final int IMAGE = 4 << 20;
    private static final int DISK = 8 << 20;
    private static final byte OLD = (byte) 0xa5;
    private static final String GROUP = "239.192.7.61:6061";

    @TempDir
    Path directory;

    @Test
    void aMachineBootsVerifiesASignedImageOnItsDiskAndSwitchesItselfOff() throws Exception {
        Path qemu = found("qemu-system-x86_64", "qemu-system-x86");
        Path busybox = given("MIMEO_BUSYBOX").orElseGet(() -> found("busybox", "busybox-static"));
        Path kernel = kernel(given("MIMEO_KERNEL").orElse(Path.of("/")));
        if (!Files.isExecutable(Path.of(System.getProperty("java.home"), "bin", "jlink"))) {
            throw lacking("jlink, of a JDK");
        }
        Lan.requireTools();

        byte[] content = new byte[IMAGE];
        new SplittableRandom(61).nextBytes(content);
        Path image = Files.write(directory.resolve("lab.img"), content);
        byte[] old = new byte[DISK];
        Arrays.fill(old, OLD);
        Path disk = Files.write(directory.resolve("disk"), old);
        SigningKey maker = SigningKey.generate();
        Path key = directory.resolve("maker.key");
        maker.write(key);
        Path initramfs = initramfs(maker, kernel, busybox);

        try (Lan lan = new Lan(0, "", 0);
                Child addresses = addresses(lan, busybox);
                Child sender = sender(lan, image, key);
                Child machine = Child.run(machine(lan, qemu, kernel, initramfs, disk))) {
            assertThat(machine.await(PATIENCE_SECONDS))
                    .as("%s%n%s%n%s", machine, sender, addresses)
                    .isZero();
            assertThat(machine.toString())
                    .contains("signed by key " + maker.publicKey().fingerprint())
                    .contains("Verified lab.img")
                    .contains("metal: /dev/vda is verified");
            assertThat(sender.await()).as("%s", sender).isZero();
            assertThat(sender.toString()).contains("\"event\":\"verified\"").contains("\"name\":\"seat-7\"");
        }
        byte[] written = Files.readAllBytes(disk);
        assertThat(Arrays.copyOf(written, IMAGE)).isEqualTo(content);
        assertThat(Arrays.copyOfRange(written, IMAGE, DISK))
                .as("behind the image")
                .containsOnly(OLD);
    }

    /** Builds what trusts one key, whatever the kernel is told. */
    private Path initramfs(SigningKey maker, Path kernel, Path busybox) throws IOException, InterruptedException {
        Path runtime = directory.resolve("receiver");
        Path trusted = directory.resolve("maker.pub");
        Path initramfs = directory.resolve("initramfs");
        maker.publicKey().write(trusted);
        build("build-runtime", List.of("--unpacked", runtime.toString()));
        List<String> arguments =
                new ArrayList<>(List.of("--modules", modules(kernel).toString()));
        arguments.addAll(List.of("--busybox", busybox.toString(), "--compress", "gzip -1"));
        arguments.addAll(List.of("--file", trusted.toString(), "--words", "mimeo.trust=/etc/mimeo/maker.pub"));
        arguments.addAll(List.of(runtime.toString(), initramfs.toString()));
        build("build-initramfs", arguments);
        return initramfs;
    }

    /** Starts who gives the machine its address. */
    private Child addresses(Lan lan, Path busybox) throws IOException {
        List<String> settings = List.of(
                "start 10.79.0.50",
                "end 10.79.0.59",
                "interface " + Lan.INTERFACE,
                "option subnet 255.255.255.0",
                "lease_file " + directory.resolve("leases"),
                "pidfile " + directory.resolve("pid"));
        Path file = Files.write(directory.resolve("udhcpd.conf"), settings);
        List<String> command = new ArrayList<>(lan.atSender());
        command.addAll(List.of(busybox.toString(), "udhcpd", "-f", file.toString()));
        return Child.run(command);
    }

    private static Child sender(Lan lan, Path image, Path key) {
        List<String> command = new ArrayList<>(List.of("send", image.toString(), "--sign", key.toString()));
        command.addAll(List.of("--group", GROUP, "--interface", Lan.INTERFACE, "--rate", "20M", "--json"));
        return Child.start(lan.atSender(), LanClass.MACHINE, command);
    }

    private static List<String> machine(Lan lan, Path qemu, Path kernel, Path initramfs, Path disk)
            throws IOException, InterruptedException {
        String words = "console=ttyS0 quiet panic=-1 metal.then=poweroff metal.failed=poweroff"
                + " mimeo.group=" + GROUP + " mimeo.disk=/dev/vda mimeo.disk-size=" + DISK
                + " mimeo.name=seat-7";
        List<String> command = new ArrayList<>(lan.atSwitch());
        command.add(qemu.toString());
        command.addAll(List.of("-machine", "q35,accel=kvm:tcg", "-cpu", "max", "-m", "512", "-smp", "1"));
        command.addAll(List.of("-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio"));
        command.addAll(List.of("-kernel", kernel.toString(), "-initrd", initramfs.toString(), "-append", words));
        command.addAll(List.of(
                "-netdev",
                "tap,id=line,script=no,downscript=no,ifname=" + lan.tap("machine"),
                "-device",
                "virtio-net-pci,netdev=line"));
        command.addAll(List.of("-drive", "file=" + disk + ",format=raw,if=none,id=disk"));
        command.addAll(List.of("-device", "virtio-blk-pci,drive=disk"));
        return command;
    }

    /** Runs a script of {@code examples/bare-metal} with the Java that runs this. */
    private static void build(String script, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(
                ReadmeTest.root().resolve("examples/bare-metal").resolve(script).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
        System.out.print(said);
    }

    private static Path kernel(Path root) throws IOException {
        Path boot = root.resolve("boot");
        try (Stream<Path> files = Files.isDirectory(boot) ? Files.list(boot) : Stream.empty()) {
            return files.filter(file -> file.getFileName().toString().startsWith("vmlinuz-"))
                    .filter(file -> Files.isReadable(file) && Files.isDirectory(modules(file)))
                    .findFirst()
                    .orElseThrow(() -> lacking("a kernel with its modules in " + root + " (see BareMetalIT)"));
        }
    }

    private static Path modules(Path kernel) {
        String version = kernel.getFileName().toString().replaceFirst("vmlinuz-", "");
        return kernel.resolveSibling("../lib/modules").resolve(version).normalize();
    }

    private static Optional<Path> given(String variable) {
        return Optional.ofNullable(System.getenv(variable)).map(Path::of);
    }

    private static Path found(String program, String debianPackage) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> lacking(program + " (apt-get install " + debianPackage + ")"));
    }

    private static TestAbortedException lacking(String what) {
        String message = "a machine is booted with " + what;
        if ("required".equals(System.getenv("MIMEO_BARE_METAL"))) {
            throw new AssertionError(message + ": not found, and MIMEO_BARE_METAL=required");
        }
        System.out.println("Skipped: " + message);
        return new TestAbortedException(message);
    }
}
