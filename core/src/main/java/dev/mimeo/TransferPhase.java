package dev.mimeo;

/** Where a transfer is. Phases follow each other in this order; any may be skipped. */
public enum TransferPhase {
    /** The sender reads and hashes its source. */
    PREPARING,
    /** The sender gathers receivers; a receiver waits for a sender, or for it to start. */
    WAITING,
    /** The image is sent for the first time. */
    TRANSFERRING,
    /** Everything has been sent once; what is missing is repaired. */
    COMPLETING,
    /** The transfer has ended, well or not. */
    FINISHED
}
