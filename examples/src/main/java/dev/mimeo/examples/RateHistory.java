package dev.mimeo.examples;

import java.util.ArrayList;
import java.util.List;

/**
 * What has left a sender by when. Holds at most {@value #MOST} points: when that many are there, every second one is given up,
 * and from then on they are twice as far apart. Nothing is lost by that but detail, since counts run from the beginning.
 * Confined to one thread.
 */
final class RateHistory {
    static final int MOST = 240;

    private static final long CLOSEST_NANOS = 500_000_000;

    private final List<Point> points = new ArrayList<>();
    private long intervalNanos = CLOSEST_NANOS;

    /**
     * What had left by a moment.
     *
     * @param nanos since the session opened
     * @param content bytes of the image sent for the first time
     * @param repairs bytes sent because a receiver asked
     * @param all bytes that left, headers, parity unasked and control included
     */
    record Point(long nanos, long content, long repairs, long all) {
        /** Returns bits per second of everything that left since {@code earlier}. */
        double bitsPerSecondSince(Point earlier) {
            return nanos == earlier.nanos ? 0 : 8e9 * (all - earlier.all) / (nanos - earlier.nanos);
        }
    }

    /** Takes a point unless the last one is too close. */
    void add(Point point) {
        if (!points.isEmpty() && point.nanos() - points.get(points.size() - 1).nanos() < intervalNanos) {
            return;
        }
        if (points.size() == MOST) {
            for (int i = MOST - 1; i > 0; i -= 2) {
                points.remove(i);
            }
            intervalNanos *= 2;
        }
        points.add(point);
    }

    /** Returns the points, oldest first. */
    List<Point> points() {
        return List.copyOf(points);
    }
}
