package dev.mimeo.protocol.directory;

import dev.mimeo.protocol.NodeId;

/**
 * A line of the directory and who said it. Not authenticated.
 *
 * @param point node id of the point
 * @param pointName what its operator calls it; may be empty
 */
public record Heard(NodeId point, String pointName, Listing listing) {}
