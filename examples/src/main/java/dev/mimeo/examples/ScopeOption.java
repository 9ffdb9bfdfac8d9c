package dev.mimeo.examples;

import picocli.CommandLine.Option;

/** How far what is sent to a group may go: the same for whatever meets in one. */
final class ScopeOption {
    @Option(
            names = "--allow-global-scope",
            description = "Allow groups whose traffic routers may carry beyond this network, such as 232.0.0.0/8.")
    boolean allowGlobalScope;

    /** Runs {@code allow} if that was chosen. */
    void apply(Runnable allow) {
        if (allowGlobalScope) {
            allow.run();
        }
    }
}
