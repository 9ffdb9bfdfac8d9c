package dev.mimeo.examples;

import dev.mimeo.Dismissal;
import dev.mimeo.DismissedException;
import dev.mimeo.ImageCorruptException;
import dev.mimeo.ImageRefusedException;
import dev.mimeo.NoReceiversException;
import dev.mimeo.RepairUnavailableException;
import dev.mimeo.SenderLostException;
import dev.mimeo.StorageException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/** What the command tells the shell. */
enum ExitCode {
    /** Everything asked for is verified; of plain NORM, complete. */
    VERIFIED(0),
    /** A fault of Mimeo itself. */
    FAULT(1),
    /** The command line is wrong. */
    USAGE(2),
    /** Something is missing: a receiver did not verify the image, or the sender left before the end. */
    INCOMPLETE(3),
    /** The image was refused, or its content does not match its hashes. */
    REFUSED(4),
    /** A file cannot be read or written. */
    STORAGE(5),
    /** The network does not work as asked for, or nobody was heard on it. */
    NETWORK(6),
    /** The sender sent this receiver away, to get the image in another way. */
    FALL_BACK(7);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /**
     * Returns the code for what a command ended with.
     *
     * @param transferring whether the image had begun to arrive: a sender lost then leaves it incomplete; a sender that was
     *     never heard is a question to the network
     */
    static ExitCode of(Throwable cause, boolean transferring) {
        if (cause instanceof DismissedException dismissed) {
            return dismissed.action() == Dismissal.Action.FALL_BACK ? FALL_BACK : REFUSED;
        }
        if (cause instanceof SenderLostException) {
            return transferring ? INCOMPLETE : NETWORK;
        }
        if (cause instanceof RepairUnavailableException
                || cause instanceof CancellationException
                || cause instanceof TimeoutException) {
            return INCOMPLETE;
        }
        if (cause instanceof ImageRefusedException || cause instanceof ImageCorruptException) {
            return REFUSED;
        }
        if (cause instanceof StorageException) {
            return STORAGE;
        }
        if (cause instanceof NoReceiversException || cause instanceof IOException) {
            return NETWORK;
        }
        return cause instanceof IllegalArgumentException ? USAGE : FAULT;
    }
}
