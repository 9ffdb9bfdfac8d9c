package dev.mimeo.internal;

import java.util.List;

/** The threads of this process. */
final class Threads {
    private Threads() {}

    /** Returns the live threads whose names begin so. */
    static List<String> named(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }
}
