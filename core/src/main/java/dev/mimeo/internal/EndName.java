package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;

/**
 * What a sender or receiver is called in the names of threads, in logs, and in the events of the flight recorder.
 *
 * @param role {@code sender}, {@code receiver}, {@code norm-sender} or {@code norm-receiver}
 * @param group where it meets
 */
record EndName(String role, MulticastGroup group) {
    @Override
    public String toString() {
        return "mimeo-" + role + "-" + group;
    }
}
