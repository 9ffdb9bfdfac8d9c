package dev.mimeo.protocol.fec;

import java.util.Arrays;

/**
 * Weights that turn the known values of a polynomial into its values elsewhere.
 *
 * <p>A polynomial of degree less than {@code B} is fixed by its values at any {@code B} points. Its value at a point
 * {@code t} is a weighted sum of them, and Lagrange gives the weight of the value at {@code p}, with {@code K} for the set
 * of points where the polynomial is known:
 *
 * <pre>
 *     weight(p, t) = h(t) / ((t - p) h(p))      where h(z) is the product of (z - q) over all q in K but z itself
 * </pre>
 *
 * <p>At first {@code K} is points 0 to {@code B - 1}, {@linkplain #replace replacing} one point by another changes each
 * {@code h} by two factors, and each weight takes one look at {@code h} on either side: no matrix is built or inverted.
 * The products are kept as sums of logarithms.
 *
 * <p>Point 0 is 0 and point {@code j} is alpha to the power of {@code j - 1}, so there are 256. Not safe for use by
 * several threads.
 */
final class Interpolation {
    private final int[] points;
    private final int[] logOfSourceProduct;
    private final int[] logOfProduct;

    /** For polynomials known at {@code sourceCount} points, wanted at any of {@code pointCount}, 256 at most. */
    Interpolation(int sourceCount, int pointCount) {
        points = new int[pointCount];
        Arrays.setAll(points, number -> number == 0 ? 0 : GaloisField.exp(number - 1));
        logOfSourceProduct = new int[pointCount];
        for (int i = 0; i < pointCount; i++) {
            for (int j = 0; j < sourceCount; j++) {
                logOfSourceProduct[i] += logOfDifference(i, j);
            }
        }
        logOfProduct = logOfSourceProduct.clone();
    }

    /** Makes points 0 to {@code sourceCount - 1} the known ones. */
    void reset() {
        System.arraycopy(logOfSourceProduct, 0, logOfProduct, 0, logOfProduct.length);
    }

    /** Makes {@code substitute} a known point in place of {@code missing}. */
    void replace(int missing, int substitute) {
        for (int i = 0; i < points.length; i++) {
            logOfProduct[i] += logOfDifference(i, substitute) - logOfDifference(i, missing);
        }
    }

    /** Returns what the value at {@code known} counts for in the value at {@code wanted}, which is not known: 1 to 255. */
    int weight(int known, int wanted) {
        return GaloisField.exp(logOfProduct[wanted] - logOfProduct[known] - logOfDifference(known, wanted));
    }

    /** Returns 0, and so leaves the factor out of the product, if both are the same point. */
    private int logOfDifference(int first, int second) {
        return GaloisField.log(points[first] ^ points[second]);
    }
}
