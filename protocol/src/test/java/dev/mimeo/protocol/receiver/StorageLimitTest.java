package dev.mimeo.protocol.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StorageLimitTest {
    private static final long MILLI = 1_000_000;
    private static final long MEMORY = 100_000;
    private static final int BLOCK = 1_000;
    private static final long DISK = 200_000;

    private final StorageLimit storage = new StorageLimit();
    private long nowNanos;
    private int waiting;

    private StorageLimitTest begin(int blocks) {
        for (int i = 0; i < blocks; i++) {
            storage.onBegun(BLOCK, nowNanos);
        }
        waiting += blocks;
        return this;
    }

    private StorageLimitTest store(int blocks) {
        for (int i = 0; i < blocks; i++) {
            nowNanos += BLOCK * 1_000_000_000L / DISK;
            storage.onStored(BLOCK, BLOCK, nowNanos);
        }
        waiting -= blocks;
        return this;
    }

    private double limit() {
        return storage.bytesPerSecond(MEMORY - waiting * BLOCK, nowNanos);
    }

    @Test
    void storageThatKeepsUpDoesNotLimit() {
        for (int i = 0; i < 1_000; i++) {
            begin(20).store(20);
            assertThat(limit()).isInfinite();
        }
    }

    @Test
    void itIsNotJudgedBeforeItHasHadTime() {
        begin(60).store(1);
        assertThat(limit()).isInfinite();
    }

    @Test
    void halfFullItTakesWhatItStoresAndFullerLessAndEmptierMore() {
        begin(50 + 50).store(50);
        assertThat(limit()).isCloseTo(DISK, within(0.02 * DISK));
        begin(25);
        assertThat(limit()).isCloseTo(DISK / 2.0, within(0.02 * DISK));
        store(50);
        assertThat(limit()).isCloseTo(1.5 * DISK, within(0.02 * DISK));
        store(5);
        assertThat(limit()).isInfinite();
    }

    @Test
    void fullItStillAsksForAQuarter() {
        begin(100 + 50).store(50);
        assertThat(limit()).isCloseTo(DISK / 4.0, within(0.02 * DISK));
    }

    @Test
    void aDiskThatStallsTakesLessAndLess() {
        begin(100).store(50);
        double before = limit();
        nowNanos += 300 * MILLI;
        assertThat(limit()).isLessThan(before);
        nowNanos += 3_000 * MILLI;
        assertThat(limit()).isBetween(1.0, 0.1 * DISK);
    }

    @Test
    void idleTimeDoesNotCount() {
        begin(100).store(100);
        nowNanos += 60_000 * MILLI;
        begin(50);
        assertThat(limit()).isCloseTo(DISK, within(0.02 * DISK));
    }

    /** What it asks for is what it gets, a little late. */
    @Test
    void whoFollowsItFillsHalfOfTheMemory() {
        SplittableRandom random = new SplittableRandom(1);
        double owed = 0;
        double rate = 2 * DISK;
        for (int i = 0; i < 2_000; i++) {
            double limit = limit();
            rate = limit == PathLimit.NONE ? rate * 1.1 : (rate + limit) / 2;
            owed += rate / DISK * (0.5 + random.nextDouble());
            begin((int) owed);
            owed -= (int) owed;
            store(Math.min(1, waiting));
            assertThat(waiting * BLOCK).isLessThan((int) MEMORY);
            if (i > 500) {
                assertThat(waiting * BLOCK).isBetween((int) MEMORY / 3, (int) MEMORY * 2 / 3);
            }
        }
    }
}
