/**
 * The wire format, the erasure code and the reliability of Mimeo, as values that are fed and drained: no socket, clock,
 * thread, file, logger or random source of their own. Exported to {@code dev.mimeo} only.
 */
module dev.mimeo.protocol {
    exports dev.mimeo.protocol to
            dev.mimeo;
    exports dev.mimeo.protocol.directory to
            dev.mimeo;
    exports dev.mimeo.protocol.fec to
            dev.mimeo;
    exports dev.mimeo.protocol.image to
            dev.mimeo;
    exports dev.mimeo.protocol.manifest to
            dev.mimeo;
    exports dev.mimeo.protocol.object to
            dev.mimeo;
    exports dev.mimeo.protocol.receiver to
            dev.mimeo;
    exports dev.mimeo.protocol.seal to
            dev.mimeo;
    exports dev.mimeo.protocol.sender to
            dev.mimeo;
    exports dev.mimeo.protocol.session to
            dev.mimeo;
    exports dev.mimeo.protocol.timing to
            dev.mimeo;
    exports dev.mimeo.protocol.wire to
            dev.mimeo;
}
