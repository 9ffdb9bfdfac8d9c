package dev.mimeo;

import java.util.Objects;

/**
 * What a sender knows about one receiver.
 *
 * @param id its NORM node id, eight hexadecimal digits; unique in the group
 * @param name the display name that its user chose; may be empty
 * @param state where it is
 * @param verifiedBytes bytes whose hashes match, as it last reported
 * @param totalBytes bytes of the image; 0 until the receiver knows it
 * @param lossRatio share of datagrams that it lost of late, 0 to 1
 * @param detail what it says about its failure; empty unless it failed
 */
public record ReceiverStatus(
        String id, String name, State state, long verifiedBytes, long totalBytes, double lossRatio, String detail) {
    /** Where a receiver is. */
    public enum State {
        /** It has heard the sender and wants the image. */
        JOINED,
        /** It receives. */
        RECEIVING,
        /** It has stored the whole image and every hash matches. */
        VERIFIED,
        /** A plain NORM receiver acknowledged everything; it cannot tell whether the hashes match. */
        ACKNOWLEDGED,
        /** It stopped with parts missing. */
        INCOMPLETE,
        /** It stopped for a cause of its own, its storage for instance; see {@link ReceiverStatus#detail()}. */
        FAILED,
        /** Its user cancelled it. */
        LEFT,
        /** It fell silent and is presumed gone. */
        SILENT;

        /** Returns whether nothing more is expected of a receiver in this state. */
        public boolean isSettled() {
            return switch (this) {
                case JOINED, RECEIVING -> false;
                case VERIFIED, ACKNOWLEDGED, INCOMPLETE, FAILED, LEFT, SILENT -> true;
            };
        }
    }

    /** Refuses nulls. */
    public ReceiverStatus {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(detail, "detail");
    }
}
