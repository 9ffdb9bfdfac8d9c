package dev.mimeo;

import java.io.IOException;

/** A transfer failed. The subclass says in what way; the message says what, where, and what to do about it. */
public abstract sealed class TransferException extends IOException
        permits DismissedException,
                ImageCorruptException,
                ImageRefusedException,
                NoReceiversException,
                RepairUnavailableException,
                SenderLostException,
                StorageException {
    private static final long serialVersionUID = 1L;

    TransferException(String message) {
        super(message);
    }

    TransferException(String message, Throwable cause) {
        super(message, cause);
    }
}
