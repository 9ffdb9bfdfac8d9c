package dev.mimeo.protocol.fec;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.TransmissionInformation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * The erasure code: makes parity symbols, and makes lost source symbols from parity. Any {@code k} symbols of a block, of
 * its {@code k} source symbols and all its parity symbols, give back the others.
 *
 * <h2>The code</h2>
 *
 * The code calculates in {@linkplain GaloisField GF(2^8)}, whose elements are bytes, or in GF(2^16) for
 * {@link FecEncoding#REED_SOLOMON_16}, whose elements are words of 16 bits, low byte first. Each column of elements across
 * the symbols of a block is coded on its own. Take the points 0, 1, alpha, alpha^2 and so on, {@code B + parityCount} of them, where {@code B} is the maximum block length of
 * the <em>object</em>. The {@code B} source elements are the values, at the first {@code B} points, of one polynomial of
 * degree less than {@code B}. Its values at the points after them are the parity elements. A block of {@code k < B} source
 * symbols is coded as if {@code B - k} symbols of zeros followed, which are never sent; a short last symbol is padded with
 * zeros. The first parity symbol has the encoding symbol id {@code k} and point {@code B}.
 *
 * <p>Since a polynomial of degree less than {@code B} is fixed by any {@code B} of its values, decoding is the same
 * operation as encoding: {@linkplain Interpolation interpolate} from the points that are known to those that are wanted.
 * For each missing source symbol, the lowest-numbered parity symbol not yet used takes its place among the known ones; the
 * zeros are always known and add nothing to a sum. Parity is never made from other parity, as a block is complete first.
 *
 * <h2>Where it comes from</h2>
 *
 * This is the code of L. Rizzo, "Effective erasure codes for reliable computer communication protocols", ACM Computer
 * Communication Review 27(2), 1997, as the NORM reference implementation uses it; every byte agrees with what that sends.
 * It is <em>not</em> the letter of RFC 5510, section 8.2, which leaves out the point 0 (its points are 1, alpha, alpha^2 …)
 * and takes the actual {@code k} for {@code B}. Both change the parity, the second only that of blocks shorter than
 * {@code B}, and nothing but a hash of the object would notice. We follow what is deployed.
 *
 * RFC 5510 does not say in which order the bytes of a word come; the reference sends those of its host, and the hosts that
 * matter put the low one first.
 *
 * <h2>Use</h2>
 *
 * Not safe for use by several threads: an instance has scratch memory, so that no call allocates; for the most part
 * {@code B} times 2 KiB or 512 KiB, whichever is less, but not less than {@code B} times 176 bytes; and for the weights up to
 * 80 KiB in GF(2^8), 660 KiB in GF(2^16). What follows from which symbols are known and which are wanted is kept from one
 * call to the next: blocks of one length that get the same parity, or lost the same symbols, pay for it once. The protocol
 * thread has better things to do; disk threads call this, each with its own.
 */
public final class ReedSolomon {
    /** Most longs of each symbol that are worked on at once: enough for a symbol in a 1,500-byte datagram. */
    private static final int LONGEST_STRIP = 256;

    private static final int SHORTEST_STRIP = 16;
    /** Longs of all symbols that are worked on at once, and weights that are kept, if blocks are not too long for it. */
    private static final int SCRATCH = 1 << 16;

    private final GaloisField field;
    private final int maximumBlockLength;
    private final int parityCount;
    private final Interpolation interpolation;
    private final WeightedSum weightedSum;
    private final int[] known;
    private final int[] wanted;
    private final int[] orderedKnown;
    private final int[] orderedWanted;
    private int orderedKnownCount;
    private int orderedWantedCount;
    private final char[] weights;
    private final char[][] orders;
    private final byte[] bytes;
    private final LongBuffer bytesAsLongs;

    /**
     * For the blocks of an object, and of those coded {@linkplain #serves alike}.
     *
     * @throws IllegalArgumentException if the object has more parity than is {@linkplain
     *     TransmissionInformation#withUsableParity of use}
     */
    public ReedSolomon(TransmissionInformation information) {
        field = GaloisField.of(information.encoding());
        maximumBlockLength = information.maximumBlockLength();
        parityCount = information.parityCount();
        requireSameCode(information);
        int strip = Math.max(SHORTEST_STRIP, Math.min(LONGEST_STRIP, SCRATCH / maximumBlockLength));
        interpolation = new Interpolation(field, maximumBlockLength, maximumBlockLength + parityCount);
        weightedSum = new WeightedSum(field, maximumBlockLength, strip);
        known = new int[maximumBlockLength];
        wanted = new int[parityCount];
        orderedKnown = new int[maximumBlockLength];
        orderedWanted = new int[parityCount];
        weights = new char[maximumBlockLength];
        orders = new char[Math.min(parityCount, Math.max(1, SCRATCH / maximumBlockLength))]
                [weightedSum.orderLength(maximumBlockLength)];
        bytes = new byte[strip * Long.BYTES];
        bytesAsLongs = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    /** Returns whether this codes the blocks of an object: the same field and B, and no more parity symbols. */
    public boolean serves(TransmissionInformation information) {
        return GaloisField.of(information.encoding()) == field
                && information.maximumBlockLength() == maximumBlockLength
                && information.parityCount() <= parityCount
                && information.withUsableParity().equals(information);
    }

    /**
     * Computes parity rows {@code first} (inclusive) to {@code end} (exclusive) in place and marks them as present. Row 0 is
     * the first parity symbol. Rows do not depend on each other, but one call for several is cheaper than several calls.
     *
     * @throws IllegalStateException if the block is not {@linkplain SourceBlock#isComplete complete}
     * @throws IndexOutOfBoundsException if the block has no such rows
     */
    public void encode(SourceBlock block, int first, int end) {
        requireSameCode(block.information());
        Objects.checkFromToIndex(first, end, block.information().parityCount());
        if (!block.isComplete()) {
            throw new IllegalStateException("cannot encode, source symbols are missing: " + block);
        }
        for (int s = 0; s < block.symbolCount(); s++) {
            known[s] = s;
        }
        for (int row = first; row < end; row++) {
            wanted[row - first] = block.symbolCount() + row;
        }
        interpolate(block, end - first);
    }

    /**
     * Computes the missing source symbols in place and marks them as present; does nothing if none is missing.
     *
     * @throws IllegalStateException if the block is not {@linkplain SourceBlock#isDecodable decodable}
     */
    public void reconstruct(SourceBlock block) {
        if (!block.isDecodable()) {
            throw new IllegalStateException("cannot reconstruct, too few symbols: " + block);
        }
        if (block.isComplete()) {
            return;
        }
        requireSameCode(block.information());
        int missing = 0;
        int parity = block.nextPresent(block.symbolCount());
        for (int s = 0; s < block.symbolCount(); s++) {
            if (block.has(s)) {
                known[s] = s;
            } else {
                known[s] = parity;
                wanted[missing++] = s;
                parity = block.nextPresent(parity + 1);
            }
        }
        interpolate(block, missing);
    }

    private void requireSameCode(TransmissionInformation information) {
        if (!serves(information)) {
            throw new IllegalArgumentException("not a code of " + maximumBlockLength + " source and at most "
                    + parityCount + " parity symbols in GF(2^" + field.bits() + "): " + information);
        }
    }

    /** Computes the first {@code wantedCount} wanted symbols from the known ones, as many as the block has of source. */
    private void interpolate(SourceBlock block, int wantedCount) {
        if (!isOrdered(block.symbolCount(), wantedCount)) {
            orderedKnownCount = 0;
            substitute(block);
            for (int from = orders.length; from < wantedCount; from += orders.length) {
                int to = Math.min(from + orders.length, wantedCount);
                order(block, from, to);
                interpolate(block, from, to);
            }
            order(block, 0, Math.min(orders.length, wantedCount));
            remember(block.symbolCount(), wantedCount);
        }
        interpolate(block, 0, Math.min(orders.length, wantedCount));
        for (int i = 0; i < wantedCount; i++) {
            block.mark(wanted[i]);
        }
    }

    /** Returns whether the orders are those of the same symbols already, as when one block after another gets parity. */
    private boolean isOrdered(int knownCount, int wantedCount) {
        return wantedCount <= orders.length
                && Arrays.equals(known, 0, knownCount, orderedKnown, 0, orderedKnownCount)
                && Arrays.equals(wanted, 0, wantedCount, orderedWanted, 0, orderedWantedCount);
    }

    private void remember(int knownCount, int wantedCount) {
        System.arraycopy(known, 0, orderedKnown, 0, knownCount);
        System.arraycopy(wanted, 0, orderedWanted, 0, wantedCount);
        orderedKnownCount = knownCount;
        orderedWantedCount = wantedCount;
    }

    private void substitute(SourceBlock block) {
        interpolation.reset();
        for (int s = 0; s < block.symbolCount(); s++) {
            if (known[s] != s) {
                interpolation.replace(point(block, s), point(block, known[s]));
            }
        }
    }

    private void order(SourceBlock block, int from, int to) {
        for (int i = from; i < to; i++) {
            for (int j = 0; j < block.symbolCount(); j++) {
                weights[j] = interpolation.weight(point(block, known[j]), point(block, wanted[i]));
            }
            weightedSum.sort(weights, block.symbolCount(), orders[i - from]);
        }
    }

    private void interpolate(SourceBlock block, int from, int to) {
        int symbolLength = block.information().symbolLength();
        for (int start = 0; start < symbolLength; start += bytes.length) {
            interpolateStrip(block, from, to, start, Math.min(bytes.length, symbolLength - start));
        }
    }

    private void interpolateStrip(SourceBlock block, int from, int to, int start, int length) {
        int longs = (length + Long.BYTES - 1) / Long.BYTES;
        load(block, start, length, longs);
        for (int i = from; i < to; i++) {
            long[] sum = weightedSum.compute(orders[i - from], block.symbolCount(), longs);
            store(block.memory(), block.symbolPosition(wanted[i]) + start, length, sum, longs);
        }
    }

    /** A method of its own, so that a loop that runs hot within it is compiled without what follows it. */
    private void load(SourceBlock block, int start, int length, int longs) {
        for (int j = 0; j < block.symbolCount(); j++) {
            load(block.memory(), block.symbolPosition(known[j]) + start, length, weightedSum.row(j), longs);
        }
    }

    /** Copies bytes into longs. What follows them in the last long is left over, and never gets back into the block. */
    private void load(ByteBuffer memory, int position, int length, long[] row, int longs) {
        memory.get(position, bytes, 0, length);
        bytesAsLongs.get(0, row, 0, longs);
    }

    private void store(ByteBuffer memory, int position, int length, long[] row, int longs) {
        bytesAsLongs.put(0, row, 0, longs);
        memory.put(position, bytes, 0, length);
    }

    /** Returns the number of the point at which the polynomial takes the values that a symbol holds. */
    private int point(SourceBlock block, int symbolId) {
        return symbolId < block.symbolCount() ? symbolId : maximumBlockLength + symbolId - block.symbolCount();
    }
}
