package dev.mimeo;

import java.time.Duration;
import java.util.Objects;

/**
 * What a sender knows about one receiver. What the receiver says about itself is not authenticated.
 *
 * @param id its NORM node id, eight hexadecimal digits; unique in the group
 * @param name the display name that its user chose; may be empty
 * @param address where it was heard from, in digits; empty if that is not known
 * @param state where it is
 * @param verifiedBytes bytes whose hashes match, as it last reported; what was there before included
 * @param totalBytes bytes of the image; 0 until the receiver knows it
 * @param presentBytes bytes that its target held before, verified as well
 * @param storageLagBytes bytes that it has received and its disk not yet written
 * @param lossRatio share of datagrams that it lost of late, 0 to 1
 * @param joinedAfter when it was first heard, since the session opened
 * @param heardAfter when it was last heard, since the session opened
 * @param detail what it says about its failure, or was told when it was sent away; else empty
 */
public record ReceiverStatus(
        String id,
        String name,
        String address,
        State state,
        long verifiedBytes,
        long totalBytes,
        long presentBytes,
        long storageLagBytes,
        double lossRatio,
        Duration joinedAfter,
        Duration heardAfter,
        String detail) {
    /** Where a receiver is. */
    public enum State {
        /** It asks to be admitted. */
        ASKING,
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
        /** It was not admitted: the image is not for it. */
        REFUSED,
        /** It took part, and was sent away. */
        DISMISSED,
        /** It lagged behind, and goes on in the next lane; see {@link SlowReceiverPolicy#lanes}. */
        MOVED,
        /** It fell silent and is presumed gone. */
        SILENT;

        /** Returns whether nothing more is expected of a receiver in this state. */
        public boolean isSettled() {
            return switch (this) {
                case ASKING, JOINED, RECEIVING -> false;
                case VERIFIED, ACKNOWLEDGED, INCOMPLETE, FAILED, LEFT, REFUSED, DISMISSED, MOVED, SILENT -> true;
            };
        }
    }

    /** Refuses nulls. */
    public ReceiverStatus {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(joinedAfter, "joinedAfter");
        Objects.requireNonNull(heardAfter, "heardAfter");
        Objects.requireNonNull(detail, "detail");
    }

    /** Returns how much of the image is verified, 0 to 1; 0 until the receiver knows the image. */
    public double fraction() {
        return totalBytes == 0 ? 0 : (double) verifiedBytes / totalBytes;
    }
}
