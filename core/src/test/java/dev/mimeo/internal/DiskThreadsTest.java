package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DiskThreadsTest {
    private final List<Object> events = new CopyOnWriteArrayList<>();

    @Test
    void tasksRunInTheirOrder() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        try (DiskThreads threads = new DiskThreads(ThreadMaker.USUAL, "test-order", 1, events::add)) {
            for (int i = 0; i < 5; i++) {
                int number = i;
                threads.submit(bench -> events.add(number));
            }
            threads.submit(bench -> done.countDown());
            done.await();
        }
        assertThat(events).containsExactly(0, 1, 2, 3, 4);
        assertThat(Threads.named("test-order")).isEmpty();
    }

    @Test
    void theFirstFailureIsToldAndTheRestDropped() {
        IOException failure = new IOException("EIO");
        try (DiskThreads threads = new DiskThreads(ThreadMaker.USUAL, "test-failure", 2, events::add)) {
            threads.submit(bench -> {
                throw failure;
            });
            Eventually.holds(() -> Threads.named("test-failure").isEmpty());
            threads.submit(bench -> events.add("late"));
        }
        assertThat(events).containsExactly(failure);
    }

    @Test
    void stoppingDropsWhatHasNotBegun() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        DiskThreads threads = new DiskThreads(ThreadMaker.USUAL, "test-stop", 1, events::add);
        threads.submit(bench -> {
            begun.countDown();
            Eventually.holds(() -> mayEnd.getCount() == 0);
            events.add("begun");
        });
        begun.await();
        threads.submit(bench -> events.add("waiting"));
        assertThat(threads.stopAndJoin(1)).isFalse();
        mayEnd.countDown();
        assertThat(threads.stopAndJoin(10_000_000_000L)).isTrue();
        assertThat(events).containsExactly("begun");
    }

    @Test
    void aTaskThatHangsIsNotWaitedForWithoutEnd() throws InterruptedException {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        DiskThreads threads = new DiskThreads(ThreadMaker.USUAL, "test-hang", 1, events::add);
        threads.submit(bench -> {
            begun.countDown();
            Eventually.holds(() -> mayEnd.getCount() == 0);
        });
        begun.await();
        assertThat(threads.stopAndJoin(50_000_000)).isFalse();
        mayEnd.countDown();
        assertThat(threads.stopAndJoin(10_000_000_000L)).isTrue();
    }
}
