package dev.mimeo.protocol.kit;

import java.util.HashSet;
import java.util.Set;

/**
 * How long reads and writes take, and which of them go wrong. One operation at a time, in the order in which they were
 * asked for, as a disk thread does it.
 */
public final class SimulatedDisk {
    private long latencyNanos = 20_000;
    private long bytesPerSecond = 1_000_000_000L;
    private long stallEvery;
    private long stallNanos;
    private long failingWrite;
    private final Set<Long> wrongWrites = new HashSet<>();
    private long busyUntilNanos;
    private long writeCount;
    private long operationCount;

    /** Default: 0.02 ms for each operation. */
    public SimulatedDisk latencyNanos(long nanos) {
        latencyNanos = nanos;
        return this;
    }

    /** Default: 1,000,000,000. */
    public SimulatedDisk bytesPerSecond(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
        return this;
    }

    /** Default: never. Every {@code count}-th operation takes so much longer, as a disk that flushes its cache does. */
    public SimulatedDisk stalling(long count, long nanos) {
        stallEvery = count;
        stallNanos = nanos;
        return this;
    }

    /** Default: never. The write with this number, from 1, fails, and so does every later one. */
    public SimulatedDisk failAtWrite(long number) {
        failingWrite = number;
        return this;
    }

    /** Default: never. The write with this number, from 1, reports success and stores a wrong byte. */
    public SimulatedDisk corruptWrite(long number) {
        wrongWrites.add(number);
        return this;
    }

    /** Returns how many writes were begun. */
    public long writeCount() {
        return writeCount;
    }

    /** Starts an operation; returns how long after {@code nowNanos} it is done. */
    long begin(long nowNanos, long byteCount) {
        busyUntilNanos = Math.max(nowNanos, busyUntilNanos) + latencyNanos + (long) (byteCount * 1e9 / bytesPerSecond);
        if (stallEvery > 0 && ++operationCount % stallEvery == 0) {
            busyUntilNanos += stallNanos;
        }
        return busyUntilNanos - nowNanos;
    }

    /** Takes the number of the next write. */
    long nextWrite() {
        return ++writeCount;
    }

    boolean failsAt(long write) {
        return failingWrite > 0 && write >= failingWrite;
    }

    boolean isWrong(long write) {
        return wrongWrites.contains(write);
    }
}
