package dev.mimeo.protocol.session;

import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.Names;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;
import java.util.List;

/** Takes the fields of one command or report, in order; each is there, or the content is refused. */
public final class SessionReader {
    private final ByteBuffer in;
    private final int version;
    private final int knownVersion;
    private final int kind;

    /** Starts behind the magic, which is there, and reads version and kind. */
    public SessionReader(ByteBuffer content, int knownVersion) throws MalformedDatagramException {
        this.in = content.duplicate();
        this.knownVersion = knownVersion;
        in.position(in.position() + Integer.BYTES);
        version = unsignedByte("version");
        if (version == 0) {
            throw refused(Reason.VERSION, "version 0");
        }
        kind = unsignedByte("kind");
    }

    public int kind() {
        return kind;
    }

    public int unsignedByte(String what) throws MalformedDatagramException {
        need(Byte.BYTES, what);
        return in.get() & 0xff;
    }

    public int unsignedShort(String what) throws MalformedDatagramException {
        need(Short.BYTES, what);
        return in.getShort() & 0xffff;
    }

    public int integer(String what) throws MalformedDatagramException {
        need(Integer.BYTES, what);
        return in.getInt();
    }

    public long longInteger(String what) throws MalformedDatagramException {
        need(Long.BYTES, what);
        return in.getLong();
    }

    public Digest digest(String what) throws MalformedDatagramException {
        need(Digest.LENGTH, what);
        byte[] bytes = new byte[Digest.LENGTH];
        in.get(bytes);
        return Digest.of(bytes);
    }

    /** Takes so many bytes. */
    public byte[] bytes(int length, String what) throws MalformedDatagramException {
        claim(length, what);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Takes {@code length} bytes of strict UTF-8 without forbidden characters. */
    public String text(int length, String what) throws MalformedDatagramException {
        claim(length, what);
        ByteBuffer utf8 = in.slice(in.position(), length);
        in.position(in.position() + length);
        String text = Names.decode(utf8).orElseThrow(() -> refused(Reason.VALUE, what + " is not UTF-8"));
        String fault = SessionText.fault(text);
        if (fault != null) {
            throw refused(Reason.VALUE, what + ": " + fault);
        }
        return text;
    }

    /** Takes the position of a value in its list. */
    public <E> E oneOf(List<E> values, String what) throws MalformedDatagramException {
        int number = unsignedByte(what);
        if (number >= values.size()) {
            throw refused(Reason.VALUE, what + " " + number + " is not known");
        }
        return values.get(number);
    }

    /** Refuses a claim of more bytes than there are. */
    public void claim(int length, String what) throws MalformedDatagramException {
        if (length > in.remaining()) {
            throw refused(Reason.LENGTH, what + " of " + length + " bytes; there are " + in.remaining());
        }
    }

    /** Refuses what follows the last field, unless a newer version may have appended it. */
    public void end() throws MalformedDatagramException {
        if (in.hasRemaining() && version <= knownVersion) {
            throw refused(Reason.LENGTH, in.remaining() + " bytes follow the last field");
        }
    }

    /** Refuses for a fault, if there is one. */
    public static void require(String fault) throws MalformedDatagramException {
        if (fault != null) {
            throw refused(Reason.VALUE, fault);
        }
    }

    public static MalformedDatagramException refused(Reason reason, String detail) {
        return new MalformedDatagramException(reason, detail);
    }

    private void need(int length, String what) throws MalformedDatagramException {
        if (length > in.remaining()) {
            throw refused(Reason.TRUNCATED, "it ends before " + what);
        }
    }
}
