package dev.mimeo;

/**
 * Where a transfer is. Phases follow each other in this order; any may be skipped. A receiver that has checked its target may
 * go back to waiting.
 */
public enum TransferPhase {
    /** The sender reads and hashes its source. */
    PREPARING,
    /** The sender gathers receivers; a receiver waits for a sender, or for it to start. */
    WAITING,
    /** A receiver finds out what its target holds already, and makes ready what it does not receive: copies and zeros. */
    CHECKING,
    /** The image is sent for the first time. */
    TRANSFERRING,
    /** Everything has been sent once; what is missing is repaired. */
    COMPLETING,
    /** The transfer has ended, well or not. */
    FINISHED
}
