package dev.mimeo.protocol.session;

import dev.mimeo.protocol.NodeId;
import java.util.List;

/** A sender says whose reports that wait for an answer it has: of joining, or of the end. */
public record Confirmation(List<NodeId> nodes) implements SessionCommand {}
