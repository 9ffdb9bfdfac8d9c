package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mimeo.ImageTarget;
import dev.mimeo.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Raw block devices, on a loop device; skipped where there is none to be had. */
@Timeout(60)
class LoopDeviceIT {
    private static final int SIZE = 3 << 20;
    private static final int CHUNK = TargetRig.CHUNK;

    @TempDir
    Path directory;

    /** No multiple of a sector or page; the chunks in its middle are zero. */
    private final byte[] content = TestImage.withZeros((1 << 20) + 123, 1);
    /** What the device holds at first: nowhere zeros. */
    private final byte[] before = TestImage.random(SIZE, 2);

    private Path backing;
    private LoopDevice loop;
    private Path device;

    @BeforeEach
    void attach() throws Exception {
        backing = Files.write(directory.resolve("backing"), before);
        loop = LoopDevice.of(backing);
        device = loop.path();
    }

    @AfterEach
    void detach() throws Exception {
        if (loop != null) {
            loop.close();
        }
    }

    @Test
    void theImageIsOnTheDeviceAndNothingBehindItIsTouched() throws Exception {
        try (TargetRig rig = rig(ImageTarget.device(device).size(SIZE))) {
            assertThat(rig.complete(content).get(0).isEmpty()).isTrue();
            assertThat(rig.writer().paths()).containsExactly(device);
        }
        assertIsOnDevice();
    }

    @Test
    void aDeviceIsResumedAndRefreshed() throws Exception {
        try (TargetRig rig = rig(ImageTarget.device(device))) {
            rig.open();
            rig.receive(0, content, 0, 1, 256);
        }
        try (TargetRig rig = rig(ImageTarget.device(device))) {
            assertThat(TargetRig.numbers(rig.complete(content).get(0))).containsExactly(0L, 1L, 256L);
        }
        assertIsOnDevice();
        content[5 * CHUNK]++;
        try (TargetRig rig = rig(ImageTarget.device(device))) {
            assertThat(rig.complete(content).get(0).contains(5)).isFalse();
        }
        assertIsOnDevice();
    }

    @Test
    void aDeviceOfAnotherSizeOrIdentityIsNotTouched() throws Exception {
        assertRefused(
                ImageTarget.device(device).size(SIZE + 512),
                "it has " + SIZE + " bytes, not " + (SIZE + 512) + " as asked for");
        assertRefused(
                ImageTarget.device(device).identity("ata-nobody-has-this"),
                "neither of /dev/disk/by-id and /dev/disk/by-partuuid has ata-nobody-has-this");
        byte[] large = TestImage.random(SIZE + 1, 3);
        try (TargetRig rig =
                new TargetRig(ImageTarget.device(device), TargetStorage.LOCAL, TargetRig.manifest(large))) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(rig::open)
                    .withMessageEndingWith("it has " + SIZE + " bytes; the image needs " + (SIZE + 1));
        }
        assertThat(bytesOfDevice()).isEqualTo(before);
    }

    @Test
    void aMountedDeviceIsNotTouched() throws Exception {
        assumeTrue(run("mkfs.ext4", "-q", "-F", device.toString()).isEmpty(), "no mkfs.ext4");
        Path mount = Files.createDirectory(directory.resolve("mount"));
        assumeTrue(run("mount", device.toString(), mount.toString()).isEmpty(), "mount is not allowed");
        try {
            assertRefused(
                    ImageTarget.device(device), device.getFileName() + " is mounted at " + mount + "; unmount it");
        } finally {
            run("umount", mount.toString());
        }
    }

    @Test
    void aDeviceHasOneReceiverAtATime() throws Exception {
        try (TargetRig first = rig(ImageTarget.device(device))) {
            first.open();
            assertRefused(
                    ImageTarget.device(device),
                    "another receiver uses it; wait until it has ended, or choose another target");
        }
    }

    private void assertIsOnDevice() throws Exception {
        byte[] expected = before.clone();
        System.arraycopy(content, 0, expected, 0, content.length);
        assertThat(Arrays.equals(bytesOfDevice(), expected)).isTrue();
    }

    /** Goes by way of the backing file: what is there has left the device's cache. */
    private byte[] bytesOfDevice() throws Exception {
        run("blockdev", "--flushbufs", device.toString());
        return Files.readAllBytes(backing);
    }

    private TargetRig rig(ImageTarget target) {
        return new TargetRig(target, TargetStorage.LOCAL, TargetRig.manifest(content));
    }

    private void assertRefused(ImageTarget target, String why) {
        try (TargetRig rig = rig(target)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(rig::open)
                    .withMessage("Cannot receive into " + device + ": " + why);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return "cannot run " + command[0];
        }
        String out = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor(20, TimeUnit.SECONDS);
        return out;
    }
}
