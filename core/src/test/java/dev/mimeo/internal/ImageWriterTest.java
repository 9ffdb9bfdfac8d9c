package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mimeo.ImageTarget;
import dev.mimeo.StorageException;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What targets hold already, and what they hold in the end. */
@Timeout(60)
class ImageWriterTest {
    private static final int CHUNK = TargetRig.CHUNK;
    private static final int CHUNKS = 10;

    @TempDir
    Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    /** Chunks 2 and 3 are zero, the last is short. */
    private final byte[] content = TestImage.random(CHUNKS * CHUNK - 100, 1);

    private Path target;
    private Path part;

    @BeforeEach
    void nameTarget() {
        Arrays.fill(content, 2 * CHUNK, 4 * CHUNK, (byte) 0);
        target = directory.resolve("image");
        part = directory.resolve(".image.mimeo-part");
    }

    @AfterEach
    void noThreadIsLeft() {
        Eventually.holds(() -> Threads.named("mimeo-").isEmpty());
    }

    // ------------------------------------------------------------------------------------------------ a part file

    @Test
    void aNewTargetHoldsNothing() throws IOException {
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            assertThat(rig.present()).isEmpty();
            assertThat(names()).containsExactly(".image.mimeo-part");
            assertThat(rig.writer().bytesToCheck()).isZero();
        }
        assertThat(names()).as("nothing was verified").isEmpty();
    }

    @Test
    void whatIsVerifiedIsThereTheNextTime() throws IOException {
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            rig.open();
            rig.receive(0, content, 0, 5, 9);
        }
        assertThat(names()).containsExactly(".image.mimeo-part");
        assertThat(target).doesNotExist();
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            assertThat(TargetRig.numbers(rig.complete(content).get(0))).containsExactly(0L, 5L, 9L);
            assertThat(rig.writer().paths()).containsExactly(target);
        }
        assertThat(target).hasBinaryContent(content);
        assertThat(names()).containsExactly("image");
    }

    @Fault("F22")
    @Test
    void aTornPartFileIsTrustedOnlyWhereItMatches() throws IOException {
        byte[] torn = content.clone();
        torn[4 * CHUNK + 17] ^= 1;
        torn[3 * CHUNK] = 1;
        Files.write(part, torn);
        assertCompletes(ImageTarget.of(target), 0, 1, 5, 6, 7, 8, 9);
    }

    @Fault("F22")
    @Test
    void aPartFileThatWasCutOrHasGrownIsUsedAsFarAsItGoes() throws IOException {
        Files.write(part, Arrays.copyOf(content, 5 * CHUNK + 1));
        assertCompletes(ImageTarget.of(target), 0, 1, 4);
        Files.delete(target);
        Files.write(part, Arrays.copyOf(content, 20 * CHUNK));
        assertCompletes(ImageTarget.of(target), 0, 1, 4, 5, 6, 7, 8, 9);
    }

    @Fault("F22")
    @Test
    void aPartFileOfAnotherImageIsOfNoUseAndDoesNoHarm() throws IOException {
        Files.write(part, TestImage.random(3 * content.length, 2));
        storage.usable = content.length;
        assertCompletes(ImageTarget.of(target));
    }

    @Test
    void afreshThePartFileAndTheOlderVersionAreIgnored() throws IOException {
        Files.write(part, content);
        Files.write(target, content);
        assertCompletes(ImageTarget.of(target).fresh());
    }

    @Test
    void afreshOnlyWhatTheSameTransferHasVerifiedIsGoneOnWith() throws IOException {
        Manifest manifest = TargetRig.manifest(content);
        for (ImageTarget fresh : List.of(
                ImageTarget.of(target).fresh(), ImageTarget.inPlace(target).fresh())) {
            Files.write(target, content);
            Optional<List<BlockSet>> own;
            try (TargetRig first = rig(fresh)) {
                assertThat(first.writer().own()).isEmpty();
                assertThat(first.present()).isEmpty();
                first.receive(0, content, 4, 7);
                own = first.writer().own();
            }
            try (TargetRig second = new TargetRig(fresh, own, storage, manifest)) {
                assertThat(second.present()).containsExactly(4L, 7L);
                second.receive(0, content, 8);
                own = second.writer().own();
            }
            assertThat(own.map(sets -> TargetRig.numbers(sets.get(0)))).contains(List.of(4L, 7L, 8L));
            try (TargetRig third = new TargetRig(fresh, own, storage, manifest)) {
                third.complete(content);
            }
            assertThat(target).hasBinaryContent(content);
        }
    }

    @Test
    void twoReceiversDoNotShareATarget() throws IOException {
        try (TargetRig first = rig(ImageTarget.of(target))) {
            first.open();
            first.receive(0, content, 1);
            try (TargetRig second = rig(ImageTarget.of(target))) {
                assertRefused(
                        second,
                        "Cannot receive into " + part + ", to become " + target
                                + ": another receiver uses it; wait until it has ended, or choose another target");
            }
            assertThat(names()).containsExactly(".image.mimeo-part");
            first.receive(0, content, 0, 4, 5, 6, 7, 8, 9);
            first.publish();
        }
        assertThat(target).hasBinaryContent(content);
    }

    @Test
    void aPartFileThatAnotherProcessHasLockedIsLeftAlone() throws IOException {
        Files.write(part, content);
        storage.isLocked = true;
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            assertRefused(
                    rig,
                    "Cannot receive into " + part + ", to become " + target
                            + ": another receiver uses it; wait until it has ended, or choose another target");
        }
        assertThat(part).hasBinaryContent(content);
    }

    @Test
    void aLinkInThePlaceOfThePartFileIsRefused() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        String refusal = "Cannot receive into " + part
                + ": it is not a file that a receiver has left behind; remove it, or choose another target";
        for (boolean symbolic : new boolean[] {true, false}) {
            Path link = symbolic ? Files.createSymbolicLink(part, victim) : Files.createLink(part, victim);
            try (TargetRig rig = rig(ImageTarget.of(target))) {
                assertRefused(rig, refusal);
            }
            Files.delete(link);
        }
        Files.createDirectory(part);
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            assertRefused(rig, refusal);
        }
        assertThat(victim).hasContent("precious");
        assertThat(names())
                .containsExactlyInAnyOrder("victim", part.getFileName().toString());
    }

    @Test
    void longNamesHavePartFilesOfTheirOwn() {
        Path first = directory.resolve("n".repeat(254) + "1");
        Path second = directory.resolve("n".repeat(254) + "2");
        assertThat(PartFile.pathFor(first))
                .isNotEqualTo(PartFile.pathFor(second))
                .isEqualTo(PartFile.pathFor(first));
        assertThat(PartFile.pathFor(first).getFileName().toString()).hasSizeLessThan(256);
    }

    // ---------------------------------------------------------------------------------------------- an older version

    @Test
    void whatTheOlderVersionHasIsCopiedAndItStaysUntilTheEnd() throws IOException {
        byte[] old = content.clone();
        old[0] ^= 1;
        old[7 * CHUNK] ^= 1;
        Files.write(target, old);
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            assertThat(rig.present()).containsExactly(1L, 4L, 5L, 6L, 8L, 9L);
            rig.receive(0, content, 0, 7);
            assertThat(target).hasBinaryContent(old);
            rig.publish();
        }
        assertThat(target).hasBinaryContent(content);
        assertThat(names()).containsExactly("image");
    }

    @Test
    void anOlderVersionMayBeShorterOrLonger() throws IOException {
        Files.write(target, Arrays.copyOf(content, 5 * CHUNK + 1));
        assertCompletes(ImageTarget.of(target), 0, 1, 4);
        Files.write(target, Arrays.copyOf(content, 20 * CHUNK));
        assertCompletes(ImageTarget.of(target), 0, 1, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void thePartFileGoesBeforeTheOlderVersion() throws IOException {
        byte[] old = content.clone();
        Arrays.fill(old, 0, 5 * CHUNK, (byte) 3);
        Files.write(target, old);
        Files.write(part, Arrays.copyOf(content, 6 * CHUNK));
        assertCompletes(ImageTarget.of(target), 0, 1, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void aTargetThatIsUpToDateIsNotCopied() throws IOException {
        Files.write(target, content);
        Object before = Files.readAttributes(target, "unix:ino,lastModifiedTime");
        storage.usable = 0;
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            assertThat(rig.present()).containsExactly(0L, 1L, 4L, 5L, 6L, 7L, 8L, 9L);
            // What comes unasked changes nothing: it still reads back as it was.
            rig.receive(0, TestImage.random(content.length, 7), 1);
            rig.publish();
            assertThat(rig.writer().paths()).containsExactly(target);
        }
        assertThat(target).hasBinaryContent(content);
        assertThat(Files.readAttributes(target, "unix:ino,lastModifiedTime")).isEqualTo(before);
        assertThat(names()).containsExactly("image");
    }

    /** The chunk of zeros beside it is looked at by another thread at the same time. */
    @RepeatedTest(20)
    void anOlderVersionThatDiffersWhereZerosBelongIsNotUpToDate() throws IOException {
        storage.readNanos = 2_000_000;
        byte[] old = content.clone();
        old[3 * CHUNK + 5] = 1;
        Files.write(target, old);
        assertCompletes(ImageTarget.of(target), 0, 1, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void aLinkAtTheTargetIsNoOlderVersion() throws IOException {
        Path other = Files.write(directory.resolve("other"), content);
        Files.createSymbolicLink(target, other);
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            rig.complete(content);
        }
        assertThat(Files.isSymbolicLink(target)).isFalse();
        assertThat(target).hasBinaryContent(content);
    }

    // -------------------------------------------------------------------------------------------------------- faults

    @Test
    void roomIsNeededOnlyForWhatIsNotThere() throws IOException {
        Files.write(part, Arrays.copyOf(content, 6 * CHUNK));
        int missing = content.length - 6 * CHUNK;
        storage.usable = missing - 1;
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            assertRefused(
                    rig,
                    "Cannot receive into " + target + ": it needs " + missing + " bytes, and " + (missing - 1)
                            + " are free in " + directory + "; free some, or choose another target");
        }
        storage.usable = missing;
        assertCompletes(ImageTarget.of(target), 0, 1, 4, 5);
    }

    @Test
    void aDiskThatFillsUpKeepsWhatIsVerified() throws IOException {
        storage.room = 3 * CHUNK;
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            rig.open();
            rig.receive(0, content, 0, 1);
            storage.usable = 17;
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> rig.receive(0, content, 4, 5))
                    .withMessage("Cannot write 4096 bytes at offset " + 4 * CHUNK + " of " + part + ", to become "
                            + target + ": No space left on device; it needs "
                            + (content.length - 4 * CHUNK - 1) + " bytes, and 17 are free in " + directory);
        }
        storage.usable = Long.MAX_VALUE;
        storage.room = Long.MAX_VALUE;
        assertCompletes(ImageTarget.of(target), 0, 1);
    }

    @Test
    void whatCannotBeForcedIsNeitherPublishedNorTrustedAgain() throws IOException {
        storage.forceFailure = "Input/output error";
        Files.writeString(target, "old");
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> rig.complete(content))
                    .withMessageEndingWith("to become " + target + ": Input/output error");
        }
        assertThat(target).hasContent("old");
        assertThat(names()).containsExactly("image");
    }

    @Test
    void whatCannotBeReadIsReceivedAgain() throws IOException {
        Files.write(part, content);
        storage.readFailure = "Input/output error";
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            assertThat(rig.present()).isEmpty();
        }
    }

    @Test
    void aTargetThatCannotBeReplacedAnyMoreKeepsItsPartFile() throws IOException {
        try (TargetRig rig = rig(ImageTarget.of(target))) {
            rig.open();
            rig.receive(0, content, 0, 1, 4, 5, 6, 7, 8, 9);
            Files.createDirectory(target);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(rig::publish)
                    .withMessageContaining("it is a directory");
        }
        Files.delete(target);
        assertCompletes(ImageTarget.of(target), 0, 1, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void stoppingEndsACheckAtOnce() throws Exception {
        byte[] large = TestImage.random(32 << 20, 3);
        Files.write(part, large);
        storage.readNanos = 5_000_000;
        TargetRig rig = new TargetRig(ImageTarget.of(target), storage, TargetRig.manifest(large));
        Thread opening = new Thread(() -> {
            try {
                rig.open();
            } catch (StorageException | RuntimeException e) {
                throw new AssertionError(e);
            }
        });
        opening.setDaemon(true);
        opening.start();
        Eventually.holds(() -> rig.writer().checkedBytes() > 0);
        assertThat(rig.writer().bytesToCheck()).isEqualTo(2L * large.length);
        SessionClock clock = new SessionClock();
        rig.close();
        assertThat(clock.nanos()).isLessThan(1_000_000_000);
        opening.interrupt();
        assertThat(part).hasBinaryContent(large);
    }

    @Test
    void whatWasNotLookedAtIsNotLost() throws Exception {
        Files.write(part, content);
        storage.readNanos = 100_000_000;
        TargetRig rig = rig(ImageTarget.of(target));
        rig.writer().open(TargetRig.manifest(content), present -> {}, failure -> {});
        Eventually.holds(() -> rig.writer().bytesToCheck() > 0);
        rig.close();
        storage.readNanos = 0;
        assertThat(part).hasBinaryContent(content);

        Files.createDirectory(directory.resolve("other"));
        Manifest manifest =
                TargetRig.manifest(List.of(TargetRig.object("image", content), TargetRig.object("other", content)));
        try (TargetRig two = new TargetRig(ImageTarget.directory(directory), storage, manifest)) {
            assertRefused(
                    two,
                    "Cannot receive into " + directory.resolve("other") + ": it is a directory; name a file in it");
        }
        assertThat(part).hasBinaryContent(content);
    }

    // ------------------------------------------------------------------------------------------------------ in place

    @Test
    void aFileInPlaceHasTheImageAndNothingElseInTheEnd() throws IOException {
        byte[] garbage = TestImage.random(15 * CHUNK, 4);
        System.arraycopy(content, 4 * CHUNK, garbage, 4 * CHUNK, 2 * CHUNK);
        Files.write(target, garbage);
        Object before = Files.getAttribute(target, "unix:ino");
        assertCompletes(ImageTarget.inPlace(target), 4, 5);
        assertThat(Files.getAttribute(target, "unix:ino")).isEqualTo(before);
    }

    @Test
    void aFileInPlaceMayBeNewOrShort() throws IOException {
        assertCompletes(ImageTarget.inPlace(target));
        Files.write(target, Arrays.copyOf(content, 2 * CHUNK));
        assertCompletes(ImageTarget.inPlace(target), 0, 1);
    }

    @Test
    void aFileInPlaceTakesRoomOnlyForWhatItGrows() throws IOException {
        Files.write(target, new byte[8 * CHUNK]);
        storage.usable = 2 * CHUNK - 101;
        try (TargetRig rig = rig(ImageTarget.inPlace(target))) {
            assertRefused(
                    rig,
                    "Cannot receive into " + target + " (in place): it needs " + (2 * CHUNK - 100)
                            + " bytes, and " + (2 * CHUNK - 101) + " are free in " + directory
                            + "; free some, or choose another target");
        }
        assertThat(target).hasBinaryContent(new byte[8 * CHUNK]);
        storage.usable = 2 * CHUNK - 100;
        assertCompletes(ImageTarget.inPlace(target));
    }

    @Test
    void whatIsWrittenInPlaceIsResumedToo() throws IOException {
        try (TargetRig rig = rig(ImageTarget.inPlace(target))) {
            rig.open();
            rig.receive(0, content, 8);
        }
        assertCompletes(ImageTarget.inPlace(target), 8);
        assertCompletes(ImageTarget.inPlace(target).fresh());
    }

    @Test
    void aFailureToForceInPlaceAsksForAFreshStart() throws IOException {
        storage.forceFailure = "Input/output error";
        try (TargetRig rig = rig(ImageTarget.inPlace(target))) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> rig.complete(content))
                    .withMessage("Cannot make " + target + " durable: Input/output error; what it reads back may not be"
                            + " on it: receive into it afresh");
        }
    }

    @Test
    void aDirectoryOrDeviceIsNoFileInPlace() {
        try (TargetRig rig = rig(ImageTarget.inPlace(directory))) {
            assertRefused(rig, "Cannot receive into " + directory + ": it is a directory; name a file in it");
        }
        try (TargetRig rig = rig(ImageTarget.inPlace(Path.of("/dev/null")))) {
            assertRefused(
                    rig, "Cannot receive into /dev/null: it is not a regular file; a block device is another target");
        }
    }

    // ---------------------------------------------------------------------------------------------------- a channel

    @Test
    void aChannelStaysOpenAndKeepsWhatLiesBehindTheImage() throws IOException {
        byte[] before = TestImage.random(15 * CHUNK, 5);
        System.arraycopy(content, 0, before, 0, CHUNK);
        Files.write(target, before);
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try (TargetRig rig = rig(ImageTarget.channel(channel))) {
                assertThat(TargetRig.numbers(rig.complete(content).get(0))).containsExactly(0L);
                assertThat(rig.writer().paths()).isEmpty();
            }
            assertThat(channel.isOpen()).isTrue();
        }
        byte[] expected = before.clone();
        System.arraycopy(content, 0, expected, 0, content.length);
        assertThat(target).hasBinaryContent(expected);
    }

    @Test
    void aChannelThatItsOwnerClosesFailsTheTransfer() throws IOException {
        FileChannel channel =
                FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (TargetRig rig = rig(ImageTarget.channel(channel))) {
            rig.open();
            channel.close();
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> rig.receive(0, content, 0))
                    .withMessage(
                            "Cannot write 4096 bytes at offset 0 of a channel of the caller: it was closed meanwhile");
        }
    }

    // --------------------------------------------------------------------------------------------------- a directory

    @Test
    void everyObjectBecomesAFileOfADirectory() throws IOException {
        byte[] second = TestImage.random(3 * CHUNK, 6);
        byte[] empty = {};
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Path into = Files.createDirectory(directory.resolve("into"));
        Files.createSymbolicLink(into.resolve("boot.img"), victim);
        Manifest manifest = TargetRig.manifest(List.of(
                TargetRig.object("boot.img", content),
                TargetRig.object(".bashrc", second),
                TargetRig.object("_bashrc", empty)));
        try (TargetRig rig = new TargetRig(ImageTarget.directory(into), storage, manifest)) {
            rig.open();
            rig.receive(1, second, 2);
        }
        assertThat(names(into)).containsExactly("._bashrc.mimeo-part", "boot.img");
        try (TargetRig rig = new TargetRig(ImageTarget.directory(into), storage, manifest)) {
            List<BlockSet> present = rig.complete(content, second, empty);
            assertThat(present).extracting(TargetRig::numbers).containsExactly(List.of(), List.of(2L), List.of());
            assertThat(rig.writer().paths())
                    .containsExactly(into.resolve("boot.img"), into.resolve("_bashrc"), into.resolve("_bashrc~2"));
        }
        assertThat(into.resolve("boot.img")).hasBinaryContent(content);
        assertThat(into.resolve("_bashrc")).hasBinaryContent(second);
        assertThat(into.resolve("_bashrc~2")).isEmptyFile();
        assertThat(names(into)).containsExactly("_bashrc", "_bashrc~2", "boot.img");
        assertThat(victim).hasContent("precious");
    }

    @Test
    void theRoomOfAllObjectsIsNeeded() throws IOException {
        byte[] second = TestImage.random(3 * CHUNK, 6);
        Manifest manifest = TargetRig.manifest(List.of(TargetRig.object("a", content), TargetRig.object("b", second)));
        int needed = content.length - 2 * CHUNK + second.length;
        storage.usable = needed - 1;
        try (TargetRig rig = new TargetRig(ImageTarget.directory(directory), storage, manifest)) {
            assertRefused(
                    rig,
                    "Cannot receive into " + directory + ": it needs " + needed + " bytes, and " + (needed - 1)
                            + " are free in " + directory + "; free some, or choose another target");
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void aDirectoryThatIsNotThereIsRefused() {
        Path none = directory.resolve("none");
        try (TargetRig rig = rig(ImageTarget.directory(none))) {
            assertRefused(
                    rig,
                    "Cannot receive into " + none.resolve("image.raw") + ": there is no directory " + none
                            + "; create it");
        }
    }

    // ------------------------------------------------------------------------------------------------------- helpers

    private TargetRig rig(ImageTarget target) {
        return new TargetRig(target, storage, TargetRig.manifest(content));
    }

    /** Completes the image with exactly those chunks present before. */
    private void assertCompletes(ImageTarget into, long... present) throws IOException {
        try (TargetRig rig = rig(into)) {
            assertThat(TargetRig.numbers(rig.complete(content).get(0)))
                    .containsExactlyElementsOf(LongStream.of(present).boxed().toList());
        }
        assertThat(target).hasBinaryContent(content);
        assertThat(names()).containsExactly("image");
    }

    private static void assertRefused(TargetRig rig, String message) {
        assertThatExceptionOfType(StorageException.class).isThrownBy(rig::open).withMessage(message);
    }

    private List<String> names() throws IOException {
        return names(directory);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
