package dev.mimeo.protocol.wire;

import dev.mimeo.protocol.BlockPartition;
import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.wire.MalformedDatagramException.Reason;
import java.nio.ByteBuffer;

/**
 * EXT_FTI: the header extension with the FEC Object Transmission Information (RFC 5740, section 4.2.1; RFC 5510, sections
 * 4.2 and 5.2). Reads into itself, so that a NORM_DATA message costs no allocation.
 *
 * <pre>
 * +------+------+------+------+
 * |het=64| hel  |             |
 * +------+------+  object_size|   hel: 4 with FEC Encoding ID 129 and 2, 3 with 5
 * |                           |
 * +------+------+------+------+
 *
 *  129                               5                                2
 * +------+------+------+------+     +------+------+------+------+    +------+------+------+------+
 * | instance = 0| segment_size|     | segment_size|   B  | par. |    |  m   | G = 1| segment_size|
 * +------+------+------+------+     +------+------+------+------+    +------+------+------+------+
 * |      B      |   parity    |                                      |      B      |   parity    |
 * +------+------+------+------+                                      +------+------+------+------+
 * </pre>
 *
 * <p>Deviation: with FEC Encoding IDs 5 and 2, RFC 5510 has max_n in the last field. The reference implementation reads and
 * writes the number of parity symbols there, and so do we.
 */
final class TransmissionInformationField {
    /** The header extension type. */
    static final int TYPE = 64;

    private FecEncoding encoding;
    private long transferLength;
    private int symbolLength;
    private int maximumBlockLength;
    private int parityCount;
    private long blockCount;

    static int length(FecEncoding encoding) {
        return encoding == FecEncoding.REED_SOLOMON_8 ? 3 * Integer.BYTES : 4 * Integer.BYTES;
    }

    static void put(ByteBuffer out, TransmissionInformation information) {
        FecEncoding encoding = information.encoding();
        out.put((byte) TYPE);
        out.put((byte) (length(encoding) / Integer.BYTES));
        out.putShort((short) (information.transferLength() >>> 32));
        out.putInt((int) information.transferLength());
        short symbolLength = (short) information.symbolLength();
        int maximumBlockLength = information.maximumBlockLength();
        int parityCount = information.parityCount();
        switch (encoding) {
            case SMALL_BLOCK_SYSTEMATIC -> out.putShort((short) 0).putShort(symbolLength);
            case REED_SOLOMON_8 -> out.putShort(symbolLength);
            case REED_SOLOMON_M_8 -> out.put((byte) 8).put((byte) 1).putShort(symbolLength);
            case REED_SOLOMON_16 -> out.put((byte) 16).put((byte) 1).putShort(symbolLength);
        }
        if (encoding == FecEncoding.REED_SOLOMON_8) {
            out.put((byte) maximumBlockLength).put((byte) parityCount);
        } else {
            out.putShort((short) maximumBlockLength).putShort((short) parityCount);
        }
    }

    /**
     * Finds and reads the extension among those of a header.
     *
     * @param named the scheme that the message's fec_id names
     * @return whether the header has the extension
     */
    boolean read(DatagramReader in, FecEncoding named) throws MalformedDatagramException {
        int length = in.openExtension(TYPE);
        if (length == 0) {
            return false;
        }
        if (length != length(named)) {
            throw in.refuse(Reason.EXTENSION, "EXT_FTI of FEC Encoding ID " + named.id() + " has " + length + " bytes");
        }
        long newTransferLength = in.unsigned48("object_size");
        FecEncoding newEncoding = switch (named) {
            case SMALL_BLOCK_SYSTEMATIC -> instance(in, named);
            case REED_SOLOMON_8 -> named;
            case REED_SOLOMON_M_8, REED_SOLOMON_16 -> fieldSize(in);
        };
        int newSymbolLength = in.unsignedShort("segment_size");
        boolean small = named == FecEncoding.REED_SOLOMON_8;
        int newMaximumBlockLength =
                small ? in.unsignedByte("fec_max_block_len") : in.unsignedShort("fec_max_block_len");
        int newParityCount = small ? in.unsignedByte("fec_num_parity") : in.unsignedShort("fec_num_parity");
        accept(in, newEncoding, newTransferLength, newSymbolLength, newMaximumBlockLength, newParityCount);
        return true;
    }

    /** Most packets repeat the values of the one before, which then need no second check. */
    private void accept(
            DatagramReader in,
            FecEncoding newEncoding,
            long newTransferLength,
            int newSymbolLength,
            int newMaximumBlockLength,
            int newParityCount)
            throws MalformedDatagramException {
        if (newEncoding == encoding
                && newTransferLength == transferLength
                && newSymbolLength == symbolLength
                && newMaximumBlockLength == maximumBlockLength
                && newParityCount == parityCount) {
            return;
        }
        String fault = TransmissionInformation.fault(
                newEncoding, newTransferLength, newSymbolLength, newMaximumBlockLength, newParityCount);
        if (fault != null) {
            throw in.refuse(Reason.VALUE, "EXT_FTI: " + fault);
        }
        encoding = newEncoding;
        transferLength = newTransferLength;
        symbolLength = newSymbolLength;
        maximumBlockLength = newMaximumBlockLength;
        parityCount = newParityCount;
        blockCount = BlockPartition.blockCount(transferLength, symbolLength, maximumBlockLength);
    }

    private static FecEncoding instance(DatagramReader in, FecEncoding named) throws MalformedDatagramException {
        int instance = in.unsignedShort("fec_instance_id");
        if (instance != 0) {
            throw in.refuse(Reason.FEC_ENCODING, "FEC Encoding ID 129 with instance " + instance + " is not known");
        }
        return named;
    }

    private static FecEncoding fieldSize(DatagramReader in) throws MalformedDatagramException {
        int bits = in.unsignedByte("m");
        int symbolsPerGroup = in.unsignedByte("G");
        if (bits != 8 && bits != 16 || symbolsPerGroup != 1) {
            throw in.refuse(
                    Reason.FEC_ENCODING,
                    "FEC Encoding ID 2 with m = " + bits + " and G = " + symbolsPerGroup + " is not known");
        }
        return bits == 8 ? FecEncoding.REED_SOLOMON_M_8 : FecEncoding.REED_SOLOMON_16;
    }

    /** The scheme, with the field size that only EXT_FTI tells. */
    FecEncoding encoding() {
        return encoding;
    }

    int symbolLength() {
        return symbolLength;
    }

    int maximumBlockLength() {
        return maximumBlockLength;
    }

    int parityCount() {
        return parityCount;
    }

    /** The number of source blocks in the object. */
    long blockCount() {
        return blockCount;
    }

    TransmissionInformation information() {
        return new TransmissionInformation(encoding, transferLength, symbolLength, maximumBlockLength, parityCount);
    }

    boolean matches(TransmissionInformation known) {
        return known.transferLength() == transferLength
                && known.symbolLength() == symbolLength
                && known.maximumBlockLength() == maximumBlockLength
                && known.parityCount() == parityCount
                && known.encoding() == encoding;
    }
}
