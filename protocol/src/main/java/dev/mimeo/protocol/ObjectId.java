package dev.mimeo.protocol;

/**
 * An object_transport_id: which object of a sender (RFC 5740, section 4.2.1). 16 bits that wrap; two ids are ordered by
 * the shorter way around, so that ids less than 32,768 apart compare as they were assigned.
 *
 * @param value 0 to 65,535
 */
public record ObjectId(int value) implements Comparable<ObjectId> {
    /** How many ids there are. */
    public static final int COUNT = 1 << 16;

    /** Refuses what does not fit in 16 bits. */
    public ObjectId {
        if (value < 0 || value >= COUNT) {
            throw new IllegalArgumentException("object id " + value + " is not within 0 to 65,535");
        }
    }

    /** Returns the id that is {@code offset} after this one, wrapping. */
    public ObjectId plus(int offset) {
        return new ObjectId((value + offset) & (COUNT - 1));
    }

    /** Returns how far {@code other} is after this id: -32,768 to 32,767. */
    public int distanceTo(ObjectId other) {
        return (short) (other.value - value);
    }

    /** Orders along the shorter way around. Not transitive over more than half of the ids: keep windows smaller. */
    @Override
    public int compareTo(ObjectId other) {
        return other.distanceTo(this);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
