package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.StorageException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WriteBackTest {
    private static final int HALF = (int) (WriteBack.STEP / 2);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final DiskThreads threads = new DiskThreads(ThreadMaker.USUAL, "test", 1, failures::add);
    private final WriteBack writeBack = new WriteBack(threads);
    private final AtomicInteger forced = new AtomicInteger();

    private interface Force {
        void run() throws Exception;
    }

    private ObjectTarget target(Force force) {
        return (ObjectTarget) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ObjectTarget.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("force");
                    forced.incrementAndGet();
                    force.run();
                    return null;
                });
    }

    @Test
    void whatIsWrittenIsForcedStepByStepAndOnceAtATime() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        ObjectTarget target = target(() -> {
            begun.countDown();
            mayEnd.await();
        });

        writeBack.onWritten(target, HALF, failures::add);
        assertThat(forced).hasValue(0);
        writeBack.onWritten(target, HALF, failures::add);
        begun.await();
        writeBack.onWritten(target, HALF, failures::add);
        writeBack.onWritten(target, HALF, failures::add);
        assertThat(forced).hasValue(1);

        assertThat(threads.stopAndJoin(1)).as("something is still being forced").isFalse();
        mayEnd.countDown();
        assertThat(threads.stopAndJoin(PATIENCE)).isTrue();
        assertThat(failures).isEmpty();
    }

    @Test
    void aDiskThatFailsMeanwhileIsToldOf() throws Exception {
        StorageException failure = new StorageException("no space");
        writeBack.onWritten(
                target(() -> {
                    throw failure;
                }),
                2 * HALF,
                failures::add);

        assertThat(failures.take()).isSameAs(failure);
        assertThat(threads.stopAndJoin(PATIENCE)).isTrue();
    }
}
