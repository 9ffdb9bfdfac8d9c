package dev.mimeo.protocol;

/**
 * The FEC Object Transmission Information of one object (RFC 5052, section 6.2): what a receiver must know before it can
 * place or decode a single symbol. On the wire it is EXT_FTI (RFC 5740, section 4.2.1; RFC 5510, section 4.2).
 *
 * @param encoding the FEC scheme
 * @param transferLength bytes in the object: 0 to 2^48 - 1; an empty object has no blocks and is its NORM_INFO
 * @param symbolLength bytes in an encoding symbol (NormSegmentSize, E): 1 to 65,535
 * @param maximumBlockLength most source symbols in a block (B): 1 to 65,535, at most 255 with GF(2^8)
 * @param parityCount parity symbols that exist for each block; with GF(2^8) {@code B + parityCount <= 255}, and
 *     {@code (B + parityCount) * E} is less than 2^31, since a block lies in one buffer. The reference implementation puts
 *     this number, not RFC 5510's max_n, into EXT_FTI, and so do we
 */
public record TransmissionInformation(
        FecEncoding encoding, long transferLength, int symbolLength, int maximumBlockLength, int parityCount) {

    /** Largest transfer length that the 48-bit field can state, in bytes. */
    public static final long LARGEST_TRANSFER_LENGTH = (1L << 48) - 1;

    /** Most parity symbols of a block that a receiver makes use of. */
    public static final int LARGEST_USABLE_PARITY = 1_024;

    /** Refuses values that contradict each other or the wire. */
    public TransmissionInformation {
        String fault = fault(encoding, transferLength, symbolLength, maximumBlockLength, parityCount);
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /**
     * Says what is wrong with the five values, for decoders that must not throw {@link IllegalArgumentException}.
     *
     * @return null if a {@code TransmissionInformation} can be made of them
     */
    public static String fault(
            FecEncoding encoding, long transferLength, int symbolLength, int maximumBlockLength, int parityCount) {
        if (transferLength < 0 || transferLength > LARGEST_TRANSFER_LENGTH) {
            return "transfer length " + transferLength + " is not within 0 to 2^48 - 1";
        }
        if (symbolLength < 1 || symbolLength > 0xffff) {
            return "symbol length " + symbolLength + " is not within 1 to 65,535";
        }
        if (maximumBlockLength < 1 || maximumBlockLength > 0xffff) {
            return "maximum block length " + maximumBlockLength + " is not within 1 to 65,535";
        }
        if (parityCount < 0 || parityCount > 0xffff) {
            return "parity count " + parityCount + " is not within 0 to 65,535";
        }
        int mostSymbols = encoding == FecEncoding.REED_SOLOMON_16 ? 0xffff : 255;
        if (maximumBlockLength + parityCount > mostSymbols) {
            return "maximum block length " + maximumBlockLength + " and parity count " + parityCount + " exceed "
                    + mostSymbols + " symbols";
        }
        if ((long) (maximumBlockLength + parityCount) * symbolLength > Integer.MAX_VALUE) {
            return "blocks of " + maximumBlockLength + " + " + parityCount + " symbols of " + symbolLength
                    + " bytes are longer than 2^31 - 1 bytes";
        }
        long blocks = BlockPartition.blockCount(transferLength, symbolLength, maximumBlockLength);
        if (blocks - 1 > encoding.largestBlockNumber()) {
            return blocks + " blocks exceed the block numbers of FEC Encoding ID " + encoding.id();
        }
        return null;
    }

    /**
     * Returns this with as much parity as a receiver makes use of.
     *
     * <p>That is none where symbols of an odd number of bytes are coded in words of two: the reference implementation computes
     * parity over one byte more than a symbol has, and does not send that byte of it. And it is at most
     * {@link #LARGEST_USABLE_PARITY} symbols for each block, since every byte of a block is worked on once for each symbol that
     * parity replaces. What was lost beyond that has to be sent again.
     */
    public TransmissionInformation withUsableParity() {
        boolean cut = encoding == FecEncoding.REED_SOLOMON_16 && symbolLength % 2 != 0;
        int usable = cut ? 0 : Math.min(parityCount, LARGEST_USABLE_PARITY);
        return usable == parityCount
                ? this
                : new TransmissionInformation(encoding, transferLength, symbolLength, maximumBlockLength, usable);
    }

    /** Returns how the object is cut into source blocks. */
    public BlockPartition partition() {
        return new BlockPartition(transferLength, symbolLength, maximumBlockLength);
    }
}
