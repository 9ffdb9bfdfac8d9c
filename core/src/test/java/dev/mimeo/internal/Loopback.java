package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import java.util.concurrent.atomic.AtomicInteger;

/** Groups for tests that stay within this machine, and meet neither each other nor another run. */
final class Loopback {
    /** The interface of all tests. */
    static final String INTERFACE = "lo";

    private static final AtomicInteger NEXT = new AtomicInteger();

    private Loopback() {}

    /** Returns a group of its own, by process and call. */
    static MulticastGroup group() {
        long pid = ProcessHandle.current().pid();
        int call = NEXT.getAndIncrement();
        String address = "239.193." + (pid & 0xff) + "." + (1 + call % 254);
        return MulticastGroup.of(address, 20_000 + (int) (pid * 31 + call) % 20_000);
    }
}
