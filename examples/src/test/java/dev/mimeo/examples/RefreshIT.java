package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Machines that have something already: only what nobody has is sent, in processes of their own, counted on the wire.
 * {@code -Dmimeo.refresh.whole=true} tries changes that are easier to send alone, too.
 */
@Timeout(600)
class RefreshIT {
    private static final int CHUNKS = 100;
    private static final int CHUNK = Manifest.chunkSizeFor(CHUNKS << 20);
    private static final long SIZE = (long) CHUNKS * CHUNK;
    private static final long SEED = Long.getLong("mimeo.refresh.seed", 1);
    private static final String RATE = "200M";

    @TempDir
    Path directory;

    private Path image;
    private long repaired;

    /** Every chunk has content: nothing is saved by zeros. */
    @BeforeEach
    void makeImage() throws IOException {
        image = directory.resolve("new.img");
        byte[] chunk = new byte[CHUNK];
        SplittableRandom random = new SplittableRandom(SEED);
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < CHUNKS; i++) {
                random.nextBytes(chunk);
                file.write(ByteBuffer.wrap(chunk));
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "mimeo.refresh.whole", matches = "true")
    void oneTenthThatHasChangedHereAndThereIsSentAlone() throws Exception {
        List<Long> chunks = new ArrayList<>(LongStream.range(0, CHUNKS).boxed().toList());
        Collections.shuffle(chunks, new Random(SEED));
        refresh("scattered", chunks.subList(0, CHUNKS / 10));
    }

    @Test
    @EnabledIfSystemProperty(named = "mimeo.refresh.whole", matches = "true")
    void oneTenthThatHasChangedInOnePlaceIsSentAlone() throws Exception {
        refresh("clustered", LongStream.range(37, 37 + CHUNKS / 10).boxed().toList());
    }

    @Test
    void oneTenthOfWhichNoTwoChunksAreTogetherIsSentAlone() throws Exception {
        refresh(
                "apart",
                LongStream.range(0, CHUNKS / 10).map(i -> 10 * i + 5).boxed().toList());
    }

    private void refresh(String name, List<Long> chunks) throws Exception {
        try (Bench bench = new Bench(directory, SIZE)) {
            Path target = bench.changed(image, "copy", chunks, SEED + 1);
            Child receiver = bench.receive(1, target);
            Child sender = bench.send(image, "--rate", RATE);
            long sent = verified(sender, List.of(receiver), List.of(target));
            tell(name, sent);
            assertThat(receiver.reported("presentBytes")).isEqualTo((CHUNKS - chunks.size()) * (long) CHUNK);
            assertThat(sent).isLessThanOrEqualTo(SIZE * 11 / 100);
        }
    }

    @Test
    void onePassServesMachinesWithDifferentOldVersions() throws Exception {
        try (Bench bench = new Bench(directory, SIZE)) {
            List<Path> targets = List.of(
                    bench.changed(image, "one", List.of(3L, 4L, 5L, 6L, 50L), SEED + 1),
                    bench.changed(image, "two", List.of(5L, 6L, 7L, 8L, 90L), SEED + 2));
            List<Child> receivers = List.of(bench.receive(1, targets.get(0)), bench.receive(2, targets.get(1)));
            Child sender = bench.send(image, "--rate", RATE, "--min-receivers", "2");
            long sent = verified(sender, receivers, targets);
            tell("two old versions", sent);
            assertThat(sent).as("eight chunks").isLessThanOrEqualTo(SIZE * 8 / 100 * 11 / 10);
        }
    }

    @Test
    void machinesThatAreUpToDateAreSentTheManifestAlone() throws Exception {
        try (Bench bench = new Bench(directory, SIZE)) {
            Path target = Files.copy(image, bench.path("copy"));
            Child receiver = bench.receive(1, target);
            Child sender = bench.send(image, "--rate", RATE);
            long sent = verified(sender, List.of(receiver), List.of(target));
            tell("up to date", sent);
            assertThat(bench.tap().contentBytes()).isZero();
            assertThat(sent).isLessThan(200_000);
        }
    }

    @Fault("F22")
    @Test
    void whatIsTornForeignOrSpoiledIsFoundByItsHashAndReceivedAgain() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        for (Damage damage : Damage.values()) {
            try (Bench bench = new Bench(directory, SIZE)) {
                Path target = bench.path("copy " + damage);
                Path part = Files.copy(image, Bench.part(target));
                damage.spoil(part, random);
                long held = Bench.matchingLength(image, part);
                Child receiver = bench.receive(1, target);
                Child sender = bench.send(image, "--rate", RATE);
                long sent = verified(sender, List.of(receiver), List.of(target));
                tell(damage.toString(), sent);
                assertThat(receiver.reported("presentBytes")).isEqualTo(held);
                assertThat(part).doesNotExist();
                Files.delete(target);
            }
        }
    }

    /** What may have become of a part file. */
    private enum Damage {
        TORN,
        SPOILED,
        FOREIGN;

        void spoil(Path part, SplittableRandom random) throws IOException {
            try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
                byte[] garbage = new byte[this == FOREIGN ? (int) SIZE : 1_000];
                switch (this) {
                    case TORN -> file.truncate(random.nextLong(SIZE));
                    case SPOILED -> {
                        for (int i = 0; i < 20; i++) {
                            random.nextBytes(garbage);
                            file.write(ByteBuffer.wrap(garbage), random.nextLong(SIZE - garbage.length));
                        }
                    }
                    case FOREIGN -> {
                        random.nextBytes(garbage);
                        file.write(ByteBuffer.wrap(garbage), 0);
                        file.write(ByteBuffer.wrap(garbage), SIZE);
                    }
                }
            }
        }
    }

    /**
     * Waits until all targets are verified, and the same as the image; returns what the sender put on the wire, without repair
     * of what was lost on this machine.
     */
    private long verified(Child sender, List<Child> receivers, List<Path> targets) throws Exception {
        for (int i = 0; i < receivers.size(); i++) {
            assertThat(receivers.get(i).await())
                    .as("%s%n%s", receivers.get(i), sender)
                    .isZero();
            assertThat(targets.get(i)).hasSameBinaryContentAs(image);
        }
        assertThat(sender.await()).as("%s", sender).isZero();
        repaired = sender.reported("repairBytes");
        return sender.reported("wireBytes") - repaired;
    }

    private void tell(String what, long sent) {
        System.out.printf(
                "refresh, %s: %d bytes sent, %.2f %% of the image, and %d of repair%n",
                what, sent, 100.0 * sent / SIZE, repaired);
    }
}
