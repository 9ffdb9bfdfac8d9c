package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockPoolTest {
    private final TransmissionInformation information =
            new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 1_000, 10, 4, 2);
    private final List<Integer> allocations = new ArrayList<>();
    private final BlockPool pool = new BlockPool(120, this::allocate);

    @Test
    void memoryIsAllocatedWhenFirstNeededAndNeverMore() {
        assertThat(allocations).isEmpty();
        SourceBlock first = acquire(0).orElseThrow();
        assertThat(allocations).containsExactly(60);
        pool.release(first);
        first = acquire(1).orElseThrow();
        assertThat(allocations).containsExactly(60);
        acquire(2).orElseThrow();
        assertThat(allocations).containsExactly(60, 60);

        assertThat(acquire(3)).isEmpty();
        assertThat(allocations).hasSize(2);
        pool.release(first);
        assertThat(acquire(3)).isPresent();
        assertThat(allocations).hasSize(2);
    }

    @Test
    void availableCountsWhatIsNotOut() {
        assertThat(pool.available()).as("nobody knows yet how large a block is").isZero();
        assertThat(pool.freeBytes()).isEqualTo(120);
        SourceBlock block = acquire(0).orElseThrow();
        assertThat(pool.available()).isEqualTo(1);
        assertThat(pool.freeBytes()).isEqualTo(60);
        acquire(1).orElseThrow();
        assertThat(pool.available()).isZero();
        assertThat(pool.freeBytes()).isZero();
        pool.release(block);
        assertThat(pool.available()).isEqualTo(1);
    }

    @Test
    void aReusedBlockIsOpenedAnew() {
        SourceBlock block = acquire(3).orElseThrow();
        block.mark(0, 4);
        pool.release(block);

        SourceBlock reused = acquire(5).orElseThrow();

        assertThat(reused.blockNumber()).isEqualTo(5);
        assertThat(reused.presentCount()).isZero();
    }

    @Test
    void largerBlocksWaitUntilTheSmallerOnesAreBack() {
        var larger = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 1_000, 5, 4, 2);
        SourceBlock small =
                pool.tryAcquire(new ObjectId(1), larger, larger.partition(), 0).orElseThrow();

        assertThat(acquire(0)).isEmpty();

        pool.release(small);
        assertThat(acquire(0)).isPresent();
        assertThat(acquire(1)).isPresent();
        assertThat(acquire(2)).isEmpty();
        assertThat(allocations).containsExactly(30, 60, 60);
    }

    @Test
    void smallerBlocksUseTheMemoryOfLargerOnes() {
        var smaller = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 1_000, 5, 4, 2);
        pool.release(acquire(0).orElseThrow());

        assertThat(pool.tryAcquire(new ObjectId(1), smaller, smaller.partition(), 0))
                .isPresent();

        assertThat(allocations).containsExactly(60);
    }

    @Test
    void capacityIsRoundedUpByAtMostAnEighth() {
        for (int symbolLength = 1; symbolLength <= 0xffff; symbolLength += 7) {
            var information = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 1_000, symbolLength, 223, 32);
            long exact = 255L * symbolLength;
            assertThat(BlockPool.blockLength(information)).isBetween(exact, exact + exact / 8);
        }
    }

    @Test
    void anObjectOfWhichTwoBlocksDoNotFitIsRefused() {
        var larger = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 1_000, 10, 5, 2);
        assertThat(pool.fits(information)).isTrue();
        assertThat(pool.fits(larger)).isFalse();
    }

    @Test
    void poolsThatHoldNothingAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockPool(0, ByteBuffer::allocate));
    }

    private Optional<SourceBlock> acquire(long blockNumber) {
        return pool.tryAcquire(new ObjectId(1), information, information.partition(), blockNumber);
    }

    private ByteBuffer allocate(int length) {
        allocations.add(length);
        return ByteBuffer.allocate(length);
    }
}
