package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mimeo.AddressAllocator;
import dev.mimeo.MulticastGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReservedGroupsTest {
    private static final MulticastGroup ONE = MulticastGroup.of("239.192.7.1", 6003);
    private static final MulticastGroup TWO = MulticastGroup.of("239.192.7.2", 6003);

    /** Hands out groups in turn, when it may; notes what it is told. Fails if two threads are in it. */
    private static final class Slow implements AddressAllocator {
        private final Semaphore mayGo = new Semaphore(0);
        private final CountDownLatch asked = new CountDownLatch(2);
        private final Semaphore inside = new Semaphore(1);
        private final Deque<MulticastGroup> free = new ArrayDeque<>(List.of(ONE, TWO));
        private final List<MulticastGroup> released = new ArrayList<>();

        @Override
        public Optional<MulticastGroup> allocate(Predicate<MulticastGroup> isFree) throws InterruptedException {
            enter();
            asked.countDown();
            mayGo.acquire();
            MulticastGroup group = free.pop();
            inside.release();
            return Optional.of(group).filter(isFree);
        }

        @Override
        public void release(MulticastGroup group) {
            enter();
            released.add(group);
            free.add(group);
            inside.release();
        }

        private void enter() {
            if (!inside.tryAcquire()) {
                throw new AssertionError("two threads call the allocator");
            }
        }
    }

    private final Slow allocator = new Slow();
    private final ReservedGroups groups = new ReservedGroups(allocator, 2);

    @Test
    void whoGivesAGroupBackDoesNotWaitForWhoWantsOne() throws Exception {
        allocator.mayGo.release();
        assertThat(groups.reserve(group -> true)).contains(ONE);
        CompletableFuture<Optional<MulticastGroup>> wanted = new CompletableFuture<>();
        Thread waiting = ThreadMaker.USUAL.make("waiting", () -> {
            try {
                wanted.complete(groups.reserve(group -> true));
            } catch (Exception | Error e) {
                wanted.completeExceptionally(e);
            }
        });
        waiting.start();
        allocator.asked.await();
        groups.release(ONE);
        groups.release(ONE);
        assertThat(allocator.released).isEmpty();
        assertThat(groups.count()).isEqualTo(1);

        allocator.mayGo.release();
        waiting.join();
        assertThat(wanted.join()).contains(TWO);
        assertThat(allocator.released).containsExactly(ONE);
        assertThat(groups.count()).isEqualTo(1);
    }

    @Test
    void noMoreAreReservedThanMayBeAndAllAreGivenBackInTheEnd() throws Exception {
        allocator.mayGo.release(2);
        assertThat(groups.reserve(group -> true)).contains(ONE);
        assertThat(groups.reserve(group -> true)).contains(TWO);
        assertThatIllegalStateException()
                .isThrownBy(() -> groups.reserve(group -> true))
                .withMessageContaining("maximumSessions()");
        groups.releaseAll();
        assertThat(allocator.released).containsExactlyInAnyOrder(ONE, TWO);
        assertThat(groups.count()).isZero();
    }
}
