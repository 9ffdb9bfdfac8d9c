/** Sends a disk image to many receivers at once over IP multicast, and receives it, verified. */
package dev.mimeo;
