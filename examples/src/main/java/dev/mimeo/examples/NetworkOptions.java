package dev.mimeo.examples;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command meets the network, on one interface or several: the same for whatever sends or watches. */
final class NetworkOptions {
    @Option(
            names = "--interface",
            paramLabel = "IF",
            required = true,
            split = ",",
            description = "Name or address, such as eth1; several with commas, or repeated.")
    String[] interfaceNames;

    @Option(
            names = "--ttl",
            paramLabel = "N",
            defaultValue = "1",
            description = "Routers to cross, plus one; 0 stays on this machine. Default: 1.")
    int timeToLive;

    @Mixin
    ScopeOption scope;
}
