package dev.mimeo.protocol.session;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Commands and reports to bytes and back. Commands are the content of NORM_CMD(APPLICATION) (RFC 5740, section 4.2.3.7),
 * reports that of NORM_REPORT (section 4.4.1). Integers are big endian.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |      'M'      |      'I'      |      'M'      |      'S'      |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |    version    |     kind      |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 *  kind 1, Announcement:
 *                                  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *                                  |     state     |  name length  |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |        manifest id            |        first object id        |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                         object count                          |
 *  |                            joined                             |
 *  |                           expected                            |
 *  |                    report interval in ms                      |
 *  |                      start in ms (64)                         |
 *  |                    bytes per second (64)                      |
 *  |                      image length (64)                        |
 *  |                         image (256)                           |
 *  |                        name (UTF-8) ...                       |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 *  kind 2, Confirmation of an end; kind 5, of needs:
 *                                  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *                                  |          node count           |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                         node id ...                           |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 *  kind 3, StatusReport:
 *                                  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *                                  |     state     |     cause     |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                       loss per million                        |
 *  |                      verified bytes (64)                      |
 *  |                       total bytes (64)                        |
 *  |                      present bytes (64)                       |
 *  |                    free buffer bytes (64)                     |
 *  |                    storage lag bytes (64)                     |
 *  |                         image (256)                           |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |  name length  | name (UTF-8) ...
 *  +-+-+-+-+-+-+-+-+
 *  | detail length | detail (UTF-8) ...
 *  +-+-+-+-+-+-+-+-+
 *  | token length  | token (UTF-8) ...
 *  +-+-+-+-+-+-+-+-+
 *
 *  kind 4, Needs:
 *                                  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *                                  |    extent     |   reserved    |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                         first chunk                           |
 *  |                          end chunk                            |
 *  |                         image (256)                           |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |  of some: one bit for each chunk, the first in the lowest bit of the first byte; the last byte is filled with zeros
 *  +-+-+-+-+-+-+-+-+-+-+- ...
 *
 *  kind 6, Dismissal:
 *                                  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *                                  |    action     | reason length |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  | group length  |   reserved    |          node count           |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                         node id ...                           |
 *  |                      reason (UTF-8) ...                       |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  of a move, the group to go to, whose address has 4 or 16 bytes; else its length is 0:
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |             port              |      group address ...
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+- ...
 * </pre>
 *
 * <p>State, cause, action and extent are positions in the lists below. This is version 1, in which nothing may follow the last field. A
 * newer version may only append: of its messages we read the fields above and ignore what follows. Whatever cannot be
 * added like that needs another kind, or other first bytes.
 *
 * <p>Text is judged by {@link SessionText}. A decoded value is whole and valid, or the content was refused. Any thread.
 */
public final class SessionCodec {
    /** Most bytes of an announcement; a segment must hold them. */
    public static final int LARGEST_ANNOUNCEMENT = 84 + SessionText.LONGEST;
    /** Most bytes of a status report; a segment must hold them. */
    public static final int LARGEST_REPORT = 87 + 3 * SessionText.LONGEST;

    private static final int MAGIC = 'M' << 24 | 'I' << 16 | 'M' << 8 | 'S';
    private static final int VERSION = 1;
    private static final int ANNOUNCEMENT = 1;
    private static final int CONFIRMATION = 2;
    private static final int STATUS_REPORT = 3;
    private static final int NEEDS = 4;
    private static final int CONFIRMATION_OF_NEEDS = 5;
    private static final int DISMISSAL = 6;
    private static final int NEEDS_HEADER_LENGTH = 48;
    private static final int CONFIRMATION_HEADER_LENGTH = 8;
    private static final int DISMISSAL_HEADER_LENGTH = 12;

    /** The number on the wire is the position here. */
    private static final List<SessionState> SESSION_STATES =
            List.of(SessionState.WAITING, SessionState.SENDING, SessionState.COMPLETING, SessionState.ENDED);
    /** The number on the wire is the position here. */
    private static final List<ReceiverState> RECEIVER_STATES = List.of(
            ReceiverState.JOINING,
            ReceiverState.RECEIVING,
            ReceiverState.VERIFIED,
            ReceiverState.INCOMPLETE,
            ReceiverState.FAILED,
            ReceiverState.LEFT);
    /** The number on the wire is the position here. */
    private static final List<Needs.Extent> EXTENTS = List.of(Needs.Extent.NONE, Needs.Extent.ALL, Needs.Extent.SOME);
    /** The number on the wire is the position here. */
    private static final List<FailureCause> CAUSES = List.of(
            FailureCause.NONE,
            FailureCause.STORAGE,
            FailureCause.IMAGE_CORRUPT,
            FailureCause.REFUSED,
            FailureCause.SENDER_LOST,
            FailureCause.REPAIR_UNAVAILABLE,
            FailureCause.DISMISSED);
    /** The number on the wire is the position here. */
    private static final List<Dismissal.Action> ACTIONS =
            List.of(Dismissal.Action.FALL_BACK, Dismissal.Action.ABORT, Dismissal.Action.MOVE);

    private SessionCodec() {}

    /** Returns how many nodes a confirmation can name in a segment of {@code segmentLength} bytes. */
    public static int confirmationCapacity(int segmentLength) {
        int capacity = (segmentLength - CONFIRMATION_HEADER_LENGTH) / Integer.BYTES;
        return Math.max(0, Math.min(Confirmation.LARGEST_COUNT, capacity));
    }

    /** Returns how many nodes a dismissal can name, whatever else it says, in a segment of {@code segmentLength} bytes. */
    public static int dismissalCapacity(int segmentLength) {
        return confirmationCapacity(segmentLength - SessionText.LONGEST - GroupAddress.LARGEST - Integer.BYTES);
    }

    /** Returns the content of a NORM_CMD(APPLICATION) in a new buffer, position 0 to limit. */
    public static ByteBuffer encode(SessionCommand command) {
        if (command instanceof Announcement announcement) {
            return encode(announcement);
        }
        if (command instanceof Dismissal dismissal) {
            return encode(dismissal);
        }
        return encode((Confirmation) command);
    }

    /** Returns the content of a NORM_REPORT in a new buffer, position 0 to limit. */
    public static ByteBuffer encode(SessionReport report) {
        if (report instanceof Needs needs) {
            return encode(needs);
        }
        return encode((StatusReport) report);
    }

    private static ByteBuffer encode(StatusReport report) {
        ByteBuffer out = start(LARGEST_REPORT, STATUS_REPORT);
        out.put((byte) RECEIVER_STATES.indexOf(report.state()));
        out.put((byte) CAUSES.indexOf(report.cause()));
        out.putInt(report.lossPerMillion());
        out.putLong(report.verifiedBytes());
        out.putLong(report.totalBytes());
        out.putLong(report.presentBytes());
        out.putLong(report.freeBufferBytes());
        out.putLong(report.storageLagBytes());
        out.put(report.image().bytes());
        for (String text : List.of(report.name(), report.detail(), report.token())) {
            byte[] utf8 = utf8(text);
            out.put((byte) utf8.length).put(utf8);
        }
        return out.flip();
    }

    /**
     * Decodes from position to limit; the buffer stays as it is. Empty if the content is somebody else's (no magic of
     * ours).
     */
    public static Optional<SessionCommand> decodeCommand(ByteBuffer content) throws MalformedDatagramException {
        if (!isOurs(content)) {
            return Optional.empty();
        }
        SessionReader in = new SessionReader(content, VERSION);
        SessionCommand command = switch (in.kind()) {
            case ANNOUNCEMENT -> announcement(in);
            case CONFIRMATION -> confirmation(in, Confirmation.Subject.END);
            case CONFIRMATION_OF_NEEDS -> confirmation(in, Confirmation.Subject.NEEDS);
            case DISMISSAL -> dismissal(in);
            default -> throw SessionReader.refused(Reason.TYPE, "a command of kind " + in.kind());
        };
        in.end();
        return Optional.of(command);
    }

    /** Decodes from position to limit; the buffer stays as it is. Empty if the content is somebody else's. */
    public static Optional<SessionReport> decodeReport(ByteBuffer content) throws MalformedDatagramException {
        if (!isOurs(content)) {
            return Optional.empty();
        }
        SessionReader in = new SessionReader(content, VERSION);
        SessionReport report = switch (in.kind()) {
            case STATUS_REPORT -> report(in);
            case NEEDS -> needs(in);
            default -> throw SessionReader.refused(Reason.TYPE, "a report of kind " + in.kind());
        };
        in.end();
        return Optional.of(report);
    }

    private static ByteBuffer encode(Announcement announcement) {
        byte[] name = utf8(announcement.sessionName());
        ByteBuffer out = start(LARGEST_ANNOUNCEMENT, ANNOUNCEMENT);
        out.put((byte) SESSION_STATES.indexOf(announcement.state()));
        out.put((byte) name.length);
        out.putShort((short) announcement.manifest().value());
        out.putShort((short) announcement.firstObject().value());
        out.putInt(announcement.objectCount());
        out.putInt(announcement.joined());
        out.putInt(announcement.expected());
        out.putInt(announcement.reportIntervalMillis());
        out.putLong(announcement.startsInMillis());
        out.putLong(announcement.bytesPerSecond());
        out.putLong(announcement.imageLength());
        out.put(announcement.image().bytes());
        out.put(name);
        return out.flip();
    }

    private static ByteBuffer encode(Confirmation confirmation) {
        List<NodeId> nodes = confirmation.nodes();
        int kind = confirmation.subject() == Confirmation.Subject.END ? CONFIRMATION : CONFIRMATION_OF_NEEDS;
        ByteBuffer out = start(CONFIRMATION_HEADER_LENGTH + nodes.size() * Integer.BYTES, kind);
        putNodes(nodes, out);
        return out.flip();
    }

    private static ByteBuffer encode(Dismissal dismissal) {
        List<NodeId> nodes = dismissal.nodes();
        byte[] reason = utf8(dismissal.reason());
        int length = DISMISSAL_HEADER_LENGTH + nodes.size() * Integer.BYTES + reason.length;
        ByteBuffer out = start(length + GroupAddress.LARGEST, DISMISSAL);
        out.put((byte) ACTIONS.indexOf(dismissal.action()));
        out.put((byte) reason.length);
        out.put(dismissal.next().map(GroupAddress::length).orElse(0).byteValue());
        out.put((byte) 0);
        putNodes(nodes, out);
        out.put(reason);
        dismissal.next().ifPresent(group -> out.putShort((short) group.port()).put(group.address()));
        return out.flip();
    }

    private static void putNodes(List<NodeId> nodes, ByteBuffer out) {
        out.putShort((short) nodes.size());
        nodes.forEach(node -> out.putInt(node.value()));
    }

    private static ByteBuffer encode(Needs needs) {
        ByteBuffer out = start(NEEDS_HEADER_LENGTH + Needs.PART / Byte.SIZE, NEEDS);
        out.put((byte) EXTENTS.indexOf(needs.extent()));
        out.put((byte) 0);
        out.putInt(needs.firstChunk());
        out.putInt(needs.endChunk());
        out.put(needs.image().bytes());
        if (needs.extent() == Needs.Extent.SOME) {
            out.put(Arrays.copyOf(needs.some().toByteArray(), byteCount(needs.endChunk() - needs.firstChunk())));
        }
        return out.flip();
    }

    private static int byteCount(int bits) {
        return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    private static Announcement announcement(SessionReader in) throws MalformedDatagramException {
        SessionState state = in.oneOf(SESSION_STATES, "session state");
        int nameLength = in.unsignedByte("name length");
        ObjectId manifest = new ObjectId(in.unsignedShort("manifest id"));
        ObjectId firstObject = new ObjectId(in.unsignedShort("first object id"));
        int objectCount = in.integer("object count");
        int joined = in.integer("joined");
        int expected = in.integer("expected");
        int reportIntervalMillis = in.integer("report interval");
        long startsInMillis = in.longInteger("start");
        long bytesPerSecond = in.longInteger("rate");
        long imageLength = in.longInteger("image length");
        Digest image = in.digest("image");
        String name = in.text(nameLength, "session name");
        SessionReader.require(Announcement.fault(
                imageLength, objectCount, joined, expected, startsInMillis, bytesPerSecond, reportIntervalMillis));
        return new Announcement(
                state,
                name,
                image,
                imageLength,
                manifest,
                firstObject,
                objectCount,
                joined,
                expected,
                startsInMillis,
                bytesPerSecond,
                reportIntervalMillis);
    }

    private static Confirmation confirmation(SessionReader in, Confirmation.Subject subject)
            throws MalformedDatagramException {
        return new Confirmation(subject, nodes(in));
    }

    private static Dismissal dismissal(SessionReader in) throws MalformedDatagramException {
        Dismissal.Action action = in.oneOf(ACTIONS, "action");
        int reasonLength = in.unsignedByte("reason length");
        int groupLength = in.unsignedByte("group length");
        if (in.unsignedByte("reserved") != 0) {
            throw SessionReader.refused(Reason.VALUE, "the reserved byte is not zero");
        }
        if (groupLength > 0 != (action == Dismissal.Action.MOVE)) {
            throw SessionReader.refused(Reason.VALUE, action + " to a group of " + groupLength + " bytes");
        }
        List<NodeId> nodes = nodes(in);
        String reason = in.text(reasonLength, "reason");
        Optional<GroupAddress> next = groupLength == 0
                ? Optional.empty()
                : Optional.of(GroupAddress.readNext(in, groupLength, in.unsignedShort("port")));
        return new Dismissal(action, reason, next, nodes);
    }

    private static List<NodeId> nodes(SessionReader in) throws MalformedDatagramException {
        int count = in.unsignedShort("node count");
        in.claim(count * Integer.BYTES, "nodes");
        List<NodeId> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            NodeId node = new NodeId(in.integer("node id"));
            if (!node.isParticipant()) {
                throw SessionReader.refused(Reason.VALUE, "node id " + node + " names nobody");
            }
            nodes.add(node);
        }
        return nodes;
    }

    private static Needs needs(SessionReader in) throws MalformedDatagramException {
        Needs.Extent extent = in.oneOf(EXTENTS, "extent");
        if (in.unsignedByte("reserved") != 0) {
            throw SessionReader.refused(Reason.VALUE, "the reserved byte is not zero");
        }
        int first = in.integer("first chunk");
        int end = in.integer("end chunk");
        Digest image = in.digest("image");
        SessionReader.require(Needs.fault(first, end, extent));
        BitSet some =
                extent == Needs.Extent.SOME ? BitSet.valueOf(in.bytes(byteCount(end - first), "chunks")) : new BitSet();
        if (some.length() > end - first) {
            throw SessionReader.refused(Reason.VALUE, "a chunk is named beyond its part");
        }
        return new Needs(image, first, end, extent, some);
    }

    private static StatusReport report(SessionReader in) throws MalformedDatagramException {
        ReceiverState state = in.oneOf(RECEIVER_STATES, "receiver state");
        FailureCause cause = in.oneOf(CAUSES, "cause");
        int lossPerMillion = in.integer("loss");
        long verifiedBytes = in.longInteger("verified bytes");
        long totalBytes = in.longInteger("total bytes");
        long presentBytes = in.longInteger("present bytes");
        long freeBufferBytes = in.longInteger("free buffer");
        long storageLagBytes = in.longInteger("storage lag");
        Digest image = in.digest("image");
        String name = in.text(in.unsignedByte("name length"), "name");
        String detail = in.text(in.unsignedByte("detail length"), "detail");
        String token = in.text(in.unsignedByte("token length"), "token");
        SessionReader.require(StatusReport.fault(
                verifiedBytes, totalBytes, presentBytes, lossPerMillion, freeBufferBytes, storageLagBytes));
        SessionReader.require(StatusReport.fault(state, cause));
        return new StatusReport(
                state,
                name,
                token,
                image,
                verifiedBytes,
                totalBytes,
                presentBytes,
                lossPerMillion,
                freeBufferBytes,
                storageLagBytes,
                cause,
                detail);
    }

    private static boolean isOurs(ByteBuffer content) {
        return content.remaining() >= Integer.BYTES && content.duplicate().getInt() == MAGIC;
    }

    private static ByteBuffer start(int capacity, int kind) {
        return ByteBuffer.allocate(capacity).putInt(MAGIC).put((byte) VERSION).put((byte) kind);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
