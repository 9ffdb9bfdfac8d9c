package dev.mimeo.protocol.wire;

/**
 * A datagram was refused, and why. Checked, caught once by the machine, which counts it; without a stack trace, since the
 * peer decides how often it is thrown.
 */
public final class MalformedDatagramException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why a datagram was refused. */
    public enum Reason {
        /** It ends before a field that it must have. */
        TRUNCATED,
        /** It goes on after its last field, or a field claims more than there is. */
        LENGTH,
        /** Its version is not 1. */
        VERSION,
        /** Its type or sub-type is not known. */
        TYPE,
        /** Its FEC Encoding ID is not known. */
        FEC_ENCODING,
        /** A header extension does not fit, or does not belong. */
        EXTENSION,
        /** Fields contradict each other, or a value is not allowed. */
        VALUE
    }

    private final Reason reason;

    /** Refuses for {@code reason}; {@code detail} says what and where. */
    public MalformedDatagramException(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    /** Returns why. */
    public Reason reason() {
        return reason;
    }
}
