package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import dev.mimeo.protocol.wire.RepairRequest.Form;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The repair requests of NORM_NACK and NORM_CMD(REPAIR_ADV): what follows their header (RFC 5740, section 4.3.1).
 *
 * <pre>
 * +------+------+------+------+
 * | form | flags|   length    |   length: bytes of all items
 * +------+------+------+------+
 * |fec_id| resv.|  object_id  |   item; its length follows from its fec_id
 * +------+------+------+------+
 * |   fec_payload_id (4 or 8) |
 * +------+------+------+------+
 * </pre>
 *
 * <p>Deviation: the RFC leaves open whether a range of symbols may reach over several blocks, or one of blocks over several
 * objects. Nobody sends such ranges, the reference implementation misreads them, and they are refused here.
 */
final class RepairRequestCodec {
    private static final int HEADER_LENGTH = 4;
    private static final int LEVELS = RepairRequest.SEGMENT | RepairRequest.BLOCK | RepairRequest.OBJECT;

    private RepairRequestCodec() {}

    /** Reads requests up to the end of the datagram. */
    static List<RepairRequest> decode(DatagramReader in) throws MalformedDatagramException {
        List<RepairRequest> requests = new ArrayList<>();
        while (in.remaining() > 0) {
            if (in.remaining() < HEADER_LENGTH) {
                throw in.refuse(Reason.LENGTH, in.remaining() + " bytes follow the last repair request");
            }
            requests.add(request(in));
        }
        return requests;
    }

    static int length(List<RepairRequest> requests) {
        int length = 0;
        for (RepairRequest request : requests) {
            length += HEADER_LENGTH + itemsLength(request);
        }
        return length;
    }

    static void encode(List<RepairRequest> requests, ByteBuffer out) {
        for (RepairRequest request : requests) {
            String fault = fault(request.form(), request.flags(), request.items());
            if (fault != null) {
                throw new IllegalArgumentException(fault);
            }
            out.put((byte) request.form().code());
            Fields.put8(out, request.flags(), "flags");
            Fields.put16(out, itemsLength(request), "length");
            for (Watermark item : request.items()) {
                PayloadIdCodec.putItem(out, item);
            }
        }
    }

    private static int itemsLength(RepairRequest request) {
        int length = 0;
        for (Watermark item : request.items()) {
            length += PayloadIdCodec.itemLength(item);
        }
        return length;
    }

    private static RepairRequest request(DatagramReader in) throws MalformedDatagramException {
        Form form = form(in);
        int flags = in.unsignedByte("flags");
        int length = in.unsignedShort("length");
        if (length > in.remaining()) {
            throw in.refuse(
                    Reason.LENGTH,
                    "a repair request of " + length + " bytes exceeds the " + in.remaining() + " that are left");
        }
        int behind = in.remaining() - length;
        List<Watermark> items = new ArrayList<>();
        while (in.remaining() > behind) {
            Watermark item = PayloadIdCodec.item(in);
            if (in.remaining() < behind) {
                throw in.refuse(Reason.LENGTH, "the last item exceeds its repair request of " + length + " bytes");
            }
            items.add(item);
        }
        String fault = fault(form, flags, items);
        if (fault != null) {
            throw in.refuse(Reason.VALUE, fault);
        }
        return new RepairRequest(form, flags, items);
    }

    private static Form form(DatagramReader in) throws MalformedDatagramException {
        int code = in.unsignedByte("form");
        return switch (code) {
            case 1 -> Form.ITEMS;
            case 2 -> Form.RANGES;
            case 3 -> Form.ERASURES;
            default -> throw in.refuse(Reason.VALUE, "repair request form " + code + " is not known");
        };
    }

    /** Says how form, flags and items contradict each other; null if they do not. */
    private static String fault(Form form, int flags, List<Watermark> items) {
        if ((flags & (LEVELS | RepairRequest.INFO)) == 0) {
            return "a repair request without a level";
        }
        if (Integer.bitCount(flags & LEVELS) > 1) {
            return "a repair request of several levels";
        }
        if (items.isEmpty()) {
            return "a repair request without items";
        }
        if (form != Form.RANGES) {
            return null;
        }
        if (items.size() % 2 != 0) {
            return "a range without an end";
        }
        for (int i = 0; i < items.size(); i += 2) {
            if (!isRange(items.get(i), items.get(i + 1), flags)) {
                return "a range that ends before it starts, or elsewhere";
            }
        }
        return null;
    }

    private static boolean isRange(Watermark first, Watermark last, int flags) {
        if (first.encoding() != last.encoding()) {
            return false;
        }
        if ((flags & (RepairRequest.SEGMENT | RepairRequest.BLOCK)) == 0) {
            return first.object().compareTo(last.object()) <= 0;
        }
        long firstBlock = first.payloadId().blockNumber();
        long lastBlock = last.payloadId().blockNumber();
        boolean inOrder = (flags & RepairRequest.BLOCK) != 0
                ? firstBlock <= lastBlock
                : firstBlock == lastBlock
                        && first.payloadId().symbolId() <= last.payloadId().symbolId();
        return inOrder && first.object().equals(last.object());
    }
}
