package dev.mimeo.examples;

import static dev.mimeo.examples.Quantities.bits;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The rate of a session over time, drawn: outlines of three areas, the one behind the other, as the paths of SVG in a box of
 * {@value #WIDTH} by {@value #HEIGHT}, from its opening to the last look.
 *
 * @param everything everything that left
 * @param contentAndRepairs of it, content and repairs
 * @param content of it, content sent for the first time
 * @param top what the upper edge stands for
 * @param span how long the box is
 */
record RateChart(String everything, String contentAndRepairs, String content, String top, String span) {
    static final int WIDTH = 600;
    static final int HEIGHT = 120;

    /** Draws the rate between each point and the next. */
    static RateChart of(List<RateHistory.Point> points) {
        double highest = 0;
        for (int i = 1; i < points.size(); i++) {
            highest = Math.max(highest, points.get(i).bitsPerSecondSince(points.get(i - 1)));
        }
        double top = roundUp(highest);
        long span = points.isEmpty() ? 0 : points.get(points.size() - 1).nanos();
        return new RateChart(
                area(points, top, span, RateHistory.Point::all),
                area(points, top, span, point -> point.content() + point.repairs()),
                area(points, top, span, RateHistory.Point::content),
                bits(top),
                Words.clock(Duration.ofNanos(span)));
    }

    /** Returns the next of 1, 2, 5, 10, 20, 50, … kbit/s. */
    private static double roundUp(double bitsPerSecond) {
        double power = 1_000;
        while (10 * power <= bitsPerSecond) {
            power *= 10;
        }
        for (int step : new int[] {1, 2, 5}) {
            if (bitsPerSecond <= step * power) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private static String area(
            List<RateHistory.Point> points, double top, long span, ToDoubleFunction<RateHistory.Point> bytes) {
        if (points.size() < 2 || span == 0) {
            return "";
        }
        StringBuilder path = new StringBuilder("M" + x(points.get(0), span) + " " + HEIGHT);
        for (int i = 1; i < points.size(); i++) {
            RateHistory.Point before = points.get(i - 1);
            RateHistory.Point now = points.get(i);
            double rate =
                    8e9 * (bytes.applyAsDouble(now) - bytes.applyAsDouble(before)) / (now.nanos() - before.nanos());
            path.append('V').append(number(HEIGHT * (1 - Math.min(1, rate / top))));
            path.append('H').append(x(now, span));
        }
        return path.append('V').append(HEIGHT).append('Z').toString();
    }

    private static String x(RateHistory.Point point, long span) {
        return number((double) WIDTH * point.nanos() / span);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
