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
    private final BlockPool pool = new BlockPool(60, 2, this::allocate);

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
        assertThat(pool.capacity()).isEqualTo(2);
        assertThat(pool.blockCapacity()).isEqualTo(60);
        assertThat(pool.available()).isEqualTo(2);
        SourceBlock block = acquire(0).orElseThrow();
        assertThat(pool.available()).isEqualTo(1);
        acquire(1).orElseThrow();
        assertThat(pool.available()).isZero();
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
    void anObjectWhoseBlocksDoNotFitIsRefusedAndCostsNoBlock() {
        var larger = new TransmissionInformation(FecEncoding.REED_SOLOMON_8, 1_000, 10, 5, 2);
        assertThat(pool.fits(information)).isTrue();
        assertThat(pool.fits(larger)).isFalse();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.tryAcquire(new ObjectId(1), larger, larger.partition(), 0));

        assertThat(pool.available()).isEqualTo(2);
        assertThat(allocations).isEmpty();
    }

    @Test
    void poolsThatHoldNothingAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockPool(0, 1, ByteBuffer::allocate));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockPool(1, 0, ByteBuffer::allocate));
    }

    private Optional<SourceBlock> acquire(long blockNumber) {
        return pool.tryAcquire(new ObjectId(1), information, information.partition(), blockNumber);
    }

    private ByteBuffer allocate(int length) {
        allocations.add(length);
        return ByteBuffer.allocate(length);
    }
}
