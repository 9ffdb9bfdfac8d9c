package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.ImageTarget;
import dev.mimeo.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a block device must be before it is overwritten, as a made-up /proc and /sys tell it. */
class BlockDeviceTest {
    @TempDir
    Path root;

    private BlockDevice disk;

    /** A disk, 8:16, with a partition, 8:17. */
    @BeforeEach
    void makeUpDisk() throws IOException {
        root = root.toRealPath();
        Path sdb = Files.createDirectories(root.resolve("sys/devices/sdb"));
        Path partition = Files.createDirectories(sdb.resolve("sdb1"));
        Files.writeString(sdb.resolve("dev"), "8:16\n");
        Files.writeString(partition.resolve("dev"), "8:17\n");
        Files.writeString(partition.resolve("partition"), "1\n");
        Files.createDirectories(sdb.resolve("holders"));
        Files.createDirectories(partition.resolve("holders"));
        Files.createDirectories(sdb.resolve("queue"));
        Path block = Files.createDirectories(root.resolve("sys/dev/block"));
        Files.createSymbolicLink(block.resolve("8:16"), sdb);
        Files.createSymbolicLink(block.resolve("8:17"), partition);
        Files.createDirectories(root.resolve("proc/self"));
        mounts("22 1 252:0 / / rw,relatime - ext4 /dev/root rw");
        Files.writeString(root.resolve("proc/swaps"), "Filename Type Size Used Priority\n");
        disk = new BlockDevice(root.resolve("dev/sdb"), "8:16", root);
    }

    @Test
    void aDiskThatNobodyUsesIsFree() {
        assertThatCode(disk::checkUnused).doesNotThrowAnyException();
    }

    @Test
    void aMountedDiskIsInUse() throws IOException {
        mounts("22 1 252:0 / / rw - ext4 /dev/root rw", "40 22 8:16 / /srv/data rw shared:1 - xfs /dev/sdb rw");
        assertRefused(disk::checkUnused, "sdb is mounted at /srv/data; unmount it");
    }

    @Test
    void aDiskWithAMountedPartitionIsInUse() throws IOException {
        mounts("40 22 8:17 / /boot rw - vfat /dev/sdb1 rw");
        assertRefused(disk::checkUnused, "sdb1 is mounted at /boot; unmount it");
        assertRefused(
                new BlockDevice(root.resolve("dev/sdb"), "8:17", root)::checkUnused,
                "sdb1 is mounted at /boot; unmount it");
    }

    @Test
    void aMountedPartitionElsewhereIsNotOurs() throws IOException {
        mounts("40 22 8:18 / /boot rw - vfat /dev/sdb2 rw");
        assertThatCode(disk::checkUnused).doesNotThrowAnyException();
    }

    @Test
    void aDiskThatAnotherDeviceHoldsIsInUse() throws IOException {
        Files.createDirectory(root.resolve("sys/devices/sdb/sdb1/holders/dm-0"));
        assertRefused(disk::checkUnused, "sdb1 is held by dm-0; end that");
    }

    @Test
    void aSystemThatDoesNotTellIsBelieved() {
        assertThatCode(new BlockDevice(root.resolve("dev/sdc"), "8:32", root)::checkUnused)
                .doesNotThrowAnyException();
    }

    @Test
    void anIdentityMustLeadToTheDevice() throws IOException {
        Path dev = Files.createDirectories(root.resolve("dev/disk/by-id")).resolve("../..");
        Path sdb = Files.writeString(dev.resolve("sdb"), "");
        Path sdc = Files.writeString(dev.resolve("sdc"), "");
        Path links = Files.createDirectories(root.resolve("dev/disk/by-partuuid"));
        Files.createSymbolicLink(root.resolve("dev/disk/by-id/ata-ours"), sdb);
        Files.createSymbolicLink(links.resolve("0a1b-02"), sdb);
        Files.createSymbolicLink(root.resolve("dev/disk/by-id/ata-other"), sdc);

        assertThatCode(() -> disk.checkIdentity(Optional.empty())).doesNotThrowAnyException();
        assertThatCode(() -> disk.checkIdentity(Optional.of("ata-ours"))).doesNotThrowAnyException();
        assertThatCode(() -> disk.checkIdentity(Optional.of("0a1b-02"))).doesNotThrowAnyException();
        assertRefused(
                () -> disk.checkIdentity(Optional.of("ata-other")),
                root.resolve("dev/disk/by-id/ata-other") + " leads to " + root.resolve("dev/sdc"));
        assertRefused(
                () -> disk.checkIdentity(Optional.of("ata-gone")),
                "neither of /dev/disk/by-id and /dev/disk/by-partuuid has ata-gone");
    }

    @Test
    void theSizeMustBeAsAskedForAndSuffice() {
        assertThatCode(() -> disk.checkSize(100, OptionalLong.empty(), 100)).doesNotThrowAnyException();
        assertThatCode(() -> disk.checkSize(100, OptionalLong.of(100), 1)).doesNotThrowAnyException();
        assertRefused(() -> disk.checkSize(100, OptionalLong.of(101), 1), "it has 100 bytes, not 101 as asked for");
        assertRefused(() -> disk.checkSize(100, OptionalLong.empty(), 101), "it has 100 bytes; the image needs 101");
    }

    @Test
    void whatIsNoBlockDeviceIsNotOverwritten() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "precious");
        for (Path path : new Path[] {file, Path.of("/dev/null"), root}) {
            try (TargetRig rig =
                    new TargetRig(ImageTarget.device(path), TargetStorage.LOCAL, TargetRig.manifest(new byte[1]))) {
                assertThatExceptionOfType(StorageException.class)
                        .isThrownBy(rig::open)
                        .withMessage("Cannot receive into " + path + ": it is not a block device");
            }
        }
        assertThat(file).hasContent("precious");
        assertThat(BlockDevice.isAt(file)).isFalse();
    }

    private void mounts(String... lines) throws IOException {
        Files.writeString(root.resolve("proc/self/mountinfo"), String.join("\n", lines) + "\n");
    }

    private void assertRefused(ThrowingCallable check, String why) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(check)
                .withMessage("Cannot receive into " + root.resolve("dev/sdb") + ": " + why);
    }
}
