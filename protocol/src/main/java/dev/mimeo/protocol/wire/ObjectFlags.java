package dev.mimeo.protocol.wire;

/** The flags of NORM_INFO and NORM_DATA (RFC 5740, section 4.2.1). */
public final class ObjectFlags {
    /** A repair transmission. */
    public static final int REPAIR = 0x01;
    /** A repair for specific erasures. */
    public static final int EXPLICIT = 0x02;
    /** The object has NORM_INFO. */
    public static final int INFO = 0x04;
    /** No repair is available. */
    public static final int UNRELIABLE = 0x08;
    /** The object is a file. */
    public static final int FILE = 0x10;
    /** The object is a stream; overrides {@link #FILE}. */
    public static final int STREAM = 0x20;

    private ObjectFlags() {}
}
