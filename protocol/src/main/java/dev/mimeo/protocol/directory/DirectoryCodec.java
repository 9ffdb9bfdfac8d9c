package dev.mimeo.protocol.directory;

import dev.mimeo.protocol.directory.DirectoryMessage.Claim;
import dev.mimeo.protocol.directory.DirectoryMessage.Inquiry;
import dev.mimeo.protocol.directory.DirectoryMessage.Page;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.SessionReader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages of the directory to bytes and back. Integers are big endian.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |      'M'      |      'I'      |      'M'      |      'D'      |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |    version    |     kind      |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 *  kind 1, Page:
 *                                  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *                                  |           listings            |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                          valid in ms                          |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |  name length  | name of the point (UTF-8) ...
 *  +-+-+-+-+-+-+-+-+
 *   for each listing:
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |     state     | address length|             port              |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |  address: 0, 4 or 16 bytes ...
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |                            joined                             |
 *  |                           expected                            |
 *  |                      start in ms (64)                         |
 *  |                    bytes per second (64)                      |
 *  |                      image length (64)                        |
 *  |                         image (256)                           |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |    length     | session name (UTF-8) ...
 *  |    length     | image name (UTF-8) ...
 *  |    length     | image version (UTF-8) ...
 *  +-+-+-+-+-+-+-+-+
 *
 *  kind 2, Claim:
 *                                  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *                                  |     held      | address length|
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |             port              | address ...
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 *  kind 3, Inquiry:
 *                                  +-+-+-+-+-+-+-+-+
 *                                  |    length     | image (UTF-8) ...
 *                                  +-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Versions are as in {@link dev.mimeo.protocol.session.SessionCodec}. A decoded value is whole and valid, or the content
 * was refused. Any thread.
 */
final class DirectoryCodec {
    /** Most bytes of a message: with all headers it fits wherever IPv6 does. */
    static final int LONGEST = 1_200;

    private static final int MAGIC = 'M' << 24 | 'I' << 16 | 'M' << 8 | 'D';
    private static final int VERSION = 1;
    private static final int PAGE = 1;
    private static final int CLAIM = 2;
    private static final int INQUIRY = 3;
    private static final int PAGE_HEADER_LENGTH = 13;
    /** The number on the wire is the position here. */
    private static final List<Listing.State> STATES = List.of(
            Listing.State.OFFERED,
            Listing.State.WAITING,
            Listing.State.SENDING,
            Listing.State.COMPLETING,
            Listing.State.ENDED);

    private DirectoryCodec() {}

    /** Returns how many bytes a page has for listings. */
    static int pageCapacity(String pointName) {
        return LONGEST - PAGE_HEADER_LENGTH - pointName.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Returns the message in a new buffer, position 0 to limit. */
    static ByteBuffer encode(DirectoryMessage message) {
        ByteBuffer out = ByteBuffer.allocate(LONGEST).putInt(MAGIC).put((byte) VERSION);
        if (message instanceof Page page) {
            out.put((byte) PAGE).putShort((short) page.listings().size()).putInt(page.validMillis());
            putText(page.pointName(), out);
            page.listings().forEach(listing -> put(listing, out));
        } else if (message instanceof Claim claim) {
            GroupAddress group = claim.group();
            out.put((byte) CLAIM).put((byte) (claim.held() ? 1 : 0)).put((byte) group.length());
            out.putShort((short) group.port()).put(group.address());
        } else if (message instanceof Inquiry inquiry) {
            out.put((byte) INQUIRY);
            putText(inquiry.image(), out);
        }
        return out.flip();
    }

    private static void put(Listing listing, ByteBuffer out) {
        Optional<GroupAddress> group = listing.group();
        out.put((byte) STATES.indexOf(listing.state()));
        out.put(group.map(GroupAddress::length).orElse(0).byteValue());
        out.putShort(group.map(GroupAddress::port).orElse(0).shortValue());
        group.ifPresent(each -> out.put(each.address()));
        out.putInt(listing.joined());
        out.putInt(listing.expected());
        out.putLong(listing.startsInMillis());
        out.putLong(listing.bytesPerSecond());
        out.putLong(listing.imageLength());
        out.put(listing.image().bytes());
        putText(listing.sessionName(), out);
        putText(listing.imageName(), out);
        putText(listing.imageVersion(), out);
    }

    private static void putText(String text, ByteBuffer out) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.put((byte) utf8.length).put(utf8);
    }

    /** Decodes from position to limit; the buffer stays as it is. Empty if the content is somebody else's. */
    static Optional<DirectoryMessage> decode(ByteBuffer content) throws MalformedDatagramException {
        if (content.remaining() < Integer.BYTES || content.getInt(content.position()) != MAGIC) {
            return Optional.empty();
        }
        SessionReader in = new SessionReader(content, VERSION);
        DirectoryMessage message = switch (in.kind()) {
            case PAGE -> page(in);
            case CLAIM -> claim(in);
            case INQUIRY -> new Inquiry(text(in, "image"));
            default -> throw SessionReader.refused(Reason.TYPE, "a message of kind " + in.kind());
        };
        in.end();
        return Optional.of(message);
    }

    private static Page page(SessionReader in) throws MalformedDatagramException {
        int count = in.unsignedShort("listings");
        int validMillis = in.integer("validity");
        if (validMillis < 1 || validMillis > Page.LONGEST_VALIDITY_MILLIS) {
            throw SessionReader.refused(Reason.VALUE, "a validity of " + validMillis + " ms");
        }
        String pointName = text(in, "point name");
        List<Listing> listings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            listings.add(listing(in));
        }
        return new Page(pointName, validMillis, listings);
    }

    private static Listing listing(SessionReader in) throws MalformedDatagramException {
        Listing.State state = in.oneOf(STATES, "state");
        int addressLength = in.unsignedByte("address length");
        int port = in.unsignedShort("port");
        Optional<GroupAddress> group =
                addressLength == 0 ? Optional.empty() : Optional.of(GroupAddress.read(in, addressLength, port));
        int joined = in.integer("joined");
        int expected = in.integer("expected");
        long startsInMillis = in.longInteger("start");
        long bytesPerSecond = in.longInteger("rate");
        long imageLength = in.longInteger("image length");
        Digest image = in.digest("image");
        SessionReader.require(
                Listing.fault(state, imageLength, group, joined, expected, startsInMillis, bytesPerSecond));
        return new Listing(
                state,
                text(in, "session name"),
                text(in, "image name"),
                text(in, "image version"),
                image,
                imageLength,
                group,
                joined,
                expected,
                startsInMillis,
                bytesPerSecond);
    }

    private static Claim claim(SessionReader in) throws MalformedDatagramException {
        int held = in.unsignedByte("held");
        if (held > 1) {
            throw SessionReader.refused(Reason.VALUE, "held " + held);
        }
        int addressLength = in.unsignedByte("address length");
        int port = in.unsignedShort("port");
        return new Claim(GroupAddress.read(in, addressLength, port), held == 1);
    }

    private static String text(SessionReader in, String what) throws MalformedDatagramException {
        return in.text(in.unsignedByte(what + " length"), what);
    }
}
