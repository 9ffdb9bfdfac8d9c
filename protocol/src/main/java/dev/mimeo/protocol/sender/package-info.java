/** The sending role: what goes next, who asked for what, who has everything. */
package dev.mimeo.protocol.sender;
