package dev.mimeo.protocol.wire;

import java.util.List;

/**
 * One repair request of a NACK or REPAIR_ADV (RFC 5740, section 4.3.1.1).
 *
 * <p>A request has one level, {@link #SEGMENT}, {@link #BLOCK} or {@link #OBJECT}, or {@link #INFO} alone; {@code INFO} may
 * come with each. It has at least one item. A range starts and ends in the same block with {@code SEGMENT}, in the same
 * object with {@code BLOCK}, and does not end before it starts. Decoding has made sure of all that, encoding insists on it.
 *
 * @param flags what the items name: the bits below
 * @param items single items; with {@link Form#RANGES} first and last of each range alternate
 */
public record RepairRequest(Form form, int flags, List<Watermark> items) {
    /** NORM_NACK_SEGMENT: items name symbols. */
    public static final int SEGMENT = 0x01;
    /** NORM_NACK_BLOCK: items name whole blocks. */
    public static final int BLOCK = 0x02;
    /** NORM_NACK_INFO: NORM_INFO is asked for as well. */
    public static final int INFO = 0x04;
    /** NORM_NACK_OBJECT: items name whole objects, information included. */
    public static final int OBJECT = 0x08;

    /** Copies the list. */
    public RepairRequest {
        items = List.copyOf(items);
    }

    /** How the items are to be read. */
    public enum Form {
        /** NORM_NACK_ITEMS: one by one. */
        ITEMS(1),
        /** NORM_NACK_RANGES: in pairs, both ends included. */
        RANGES(2),
        /** NORM_NACK_ERASURES: the symbol id is a number of erasures. Never sent: the reference misreads it. */
        ERASURES(3);

        private final int code;

        Form(int code) {
            this.code = code;
        }

        /** Returns the code on the wire: 1 to 3. */
        public int code() {
            return code;
        }
    }
}
