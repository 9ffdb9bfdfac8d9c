package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Fault;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionClockTest {
    /** Where the clock of the virtual machine starts is arbitrary, and its numbers may overflow. */
    @Fault("F27")
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, (1L << 31) - 1, (1L << 32) - 1, Long.MAX_VALUE})
    void aSessionBeginsAt0WhereverTheClockStarts(long start) {
        AtomicLong time = new AtomicLong(start);
        SessionClock clock = new SessionClock(time::get);
        assertThat(clock.nanos()).isZero();
        time.addAndGet(2_000_000_000);
        assertThat(clock.nanos()).isEqualTo(2_000_000_000);
    }
}
