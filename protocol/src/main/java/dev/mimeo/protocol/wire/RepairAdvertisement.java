package dev.mimeo.protocol.wire;

import java.util.List;

/**
 * NORM_CMD(REPAIR_ADV): what a sender has been asked by unicast, for others to hear (RFC 5740, section 4.2.3.5).
 *
 * <pre>
 * +------+------+------+------+
 * |    sender header (12)     |
 * +------+------+------+------+
 * |  5   | flags|  reserved   |
 * +------+------+------+------+
 * |    EXT_CC, if any, ...    |
 * +------+------+------+------+
 * |  repair requests ...      |
 * +------+------+------+------+
 * </pre>
 *
 * <p>Deviation: the reference implementation leaves cc_sequence, cc_loss and cc_reserved of EXT_CC unset: do not trust them.
 *
 * @param flags {@link #LIMIT} or 0
 * @param feedback EXT_CC, or null if the message carries none
 * @param requests as in NORM_NACK
 */
public record RepairAdvertisement(SenderHeader header, int flags, CcFeedback feedback, List<RepairRequest> requests)
        implements SenderMessage {
    /** NORM_REPAIR_ADV_FLAG_LIMIT: the requests did not all fit; receivers suppress all beyond the highest. */
    public static final int LIMIT = 0x01;

    /** Copies the list. */
    public RepairAdvertisement {
        requests = List.copyOf(requests);
    }
}
