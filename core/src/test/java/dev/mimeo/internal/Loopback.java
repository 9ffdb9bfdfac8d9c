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
        return group(Addressing.IPV4);
    }

    /** The same of another kind, with a source if there has to be one. */
    static MulticastGroup group(Addressing kind) {
        long pid = ProcessHandle.current().pid();
        int call = NEXT.getAndIncrement();
        int port = 20_000 + (int) (pid * 31 + call) % 20_000;
        int third = (int) (pid & 0xff);
        int fourth = 1 + call % 254;
        return switch (kind) {
            case IPV4 -> MulticastGroup.of("239.193." + third + "." + fourth, port);
            case IPV4_SOURCE ->
                MulticastGroup.of("232.193." + third + "." + fourth, port).from("127.0.0.1");
            case IPV6 -> MulticastGroup.of(String.format("ff15::efc1:%02x%02x", third, fourth), port);
            case IPV6_SOURCE ->
                MulticastGroup.of(String.format("ff35::efc1:%02x%02x", third, fourth), port)
                        .from("::1");
        };
    }
}
