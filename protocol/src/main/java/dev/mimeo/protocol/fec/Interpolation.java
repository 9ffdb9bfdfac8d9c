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
 * <p>Point 0 is 0 and point {@code j} is alpha to the power of {@code j - 1}, so there are as many as elements in the field.
 * Not safe for use by several threads.
 */
final class Interpolation {
    private final GaloisField field;
    private final int[] points;
    private final int[] logOfSourceProduct;
    private final int[] logOfProduct;

    /** For polynomials known at {@code sourceCount} points, wanted at any of {@code pointCount}. */
    Interpolation(GaloisField field, int sourceCount, int pointCount) {
        this.field = field;
        points = new int[pointCount];
        Arrays.setAll(points, number -> number == 0 ? 0 : field.exp(number - 1));
        logOfSourceProduct = logOfProducts(sourceCount);
        logOfProduct = logOfSourceProduct.clone();
    }

    /**
     * Computes h of every point while the source points are known, in time that grows like the number of points. Alpha times
     * a point is the next one, so from one h to the next a factor becomes the difference of the points that follow, alpha
     * times what it was; but none is followed by point 1, the last source point is by none, and point 0 stays.
     */
    private int[] logOfProducts(int sourceCount) {
        int[] logs = new int[points.length];
        int log = 0;
        for (int i = 1; i < points.length; i++) {
            if (i == 1 || sourceCount == 1) {
                log = logOfProduct(i, sourceCount);
            } else {
                int followed = i < sourceCount ? sourceCount - 3 : sourceCount - 2;
                log = field.reduce(log - logOfDifference(i - 1, sourceCount - 1) + followed);
                log = field.reduce(log + logOfDifference(i, 1));
            }
            logs[i] = field.reduce(log + logOfDifference(i, 0));
        }
        logs[0] = logOfProduct(0, sourceCount);
        return logs;
    }

    /** Returns the product of a point's differences from all source points but 0. */
    private int logOfProduct(int point, int sourceCount) {
        int log = 0;
        for (int j = 1; j < sourceCount; j++) {
            log = field.reduce(log + logOfDifference(point, j));
        }
        return log;
    }

    /** Makes points 0 to {@code sourceCount - 1} the known ones. */
    void reset() {
        System.arraycopy(logOfSourceProduct, 0, logOfProduct, 0, logOfProduct.length);
    }

    /** Makes {@code substitute} a known point in place of {@code missing}. */
    void replace(int missing, int substitute) {
        for (int i = 0; i < points.length; i++) {
            logOfProduct[i] =
                    field.reduce(logOfProduct[i] + logOfDifference(i, substitute) - logOfDifference(i, missing));
        }
    }

    /** Returns what the value at {@code known} counts for in the value at {@code wanted}, which is not known: not zero. */
    char weight(int known, int wanted) {
        return field.exp(logOfProduct[wanted] - logOfProduct[known] - logOfDifference(known, wanted));
    }

    /** Returns 0, and so leaves the factor out of the product, if both are the same point. */
    private int logOfDifference(int first, int second) {
        return field.log(points[first] ^ points[second]);
    }
}
