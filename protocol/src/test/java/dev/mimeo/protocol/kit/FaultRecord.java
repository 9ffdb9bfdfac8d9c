package dev.mimeo.protocol.kit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a test measured of a {@link Fault}, and what was promised. To measure is to assert: a value beyond its bound fails the
 * test. Of what is measured several times the worst is kept.
 *
 * <p>Texts are one line; tabs in them become spaces. Confined to the thread of its test.
 */
public final class FaultRecord {
    private final Map<String, Measure> measures = new LinkedHashMap<>();
    private final List<String> shortfalls = new ArrayList<>();
    private long runs;

    /** On which side of its bound a value has to be. */
    enum Relation {
        AT_MOST("≤"),
        AT_LEAST("≥");

        private final String sign;

        Relation(String sign) {
            this.sign = sign;
        }

        boolean holds(double value, double bound) {
            return this == AT_MOST ? value <= bound : value >= bound;
        }
    }

    /** One value and its bound. */
    record Measure(String name, Relation relation, double value, double bound) {
        Measure worst(Measure other) {
            return relation.holds(other.value, value) ? this : other;
        }

        @Override
        public String toString() {
            return bound == 0 && value == 0 && relation == Relation.AT_MOST
                    ? name + ": 0"
                    : name + ": " + number(value) + " (" + relation.sign + " " + number(bound) + ")";
        }

        private static String number(double value) {
            if (value == Math.rint(value)) {
                return String.format(Locale.ROOT, "%.0f", value);
            }
            return String.format(Locale.ROOT, Math.abs(value) < 0.1 ? "%.4f" : "%.2f", value);
        }
    }

    FaultRecord() {}

    /** Counts one run. A test that counts none is one. */
    public FaultRecord run() {
        return runs(1);
    }

    /** Counts runs. */
    public FaultRecord runs(long count) {
        runs += count;
        return this;
    }

    /** Fails if {@code value} is more than {@code bound}. */
    public FaultRecord atMost(String measure, double value, double bound) {
        return measured(new Measure(measure, Relation.AT_MOST, value, bound));
    }

    /** Fails if {@code value} is less than {@code bound}. */
    public FaultRecord atLeast(String measure, double value, double bound) {
        return measured(new Measure(measure, Relation.AT_LEAST, value, bound));
    }

    /** Fails unless it is 0. */
    public FaultRecord none(String measure, long count) {
        return atMost(measure, count, 0);
    }

    private FaultRecord measured(Measure measure) {
        measures.merge(measure.name, measure, Measure::worst);
        if (!measure.relation.holds(measure.value, measure.bound)) {
            throw new AssertionError(measure.toString());
        }
        return this;
    }

    /** Says what of the promise is not kept, with a number: the bounds that the test holds are wider than the promise. */
    public FaultRecord shortfall(String sentence) {
        shortfalls.add(sentence);
        return this;
    }

    /** Returns the lines of a record file. */
    String lines(String build, String[] faults, String layer, String test, Optional<Throwable> failure) {
        StringBuilder text = new StringBuilder();
        line(text, "build", build);
        line(text, "faults", faults);
        line(text, "test", layer, test, Long.toString(Math.max(1, runs)), state(failure));
        for (Measure measure : measures.values()) {
            line(text, "measure", measure.name, measure.relation.name(), "" + measure.value, "" + measure.bound);
        }
        shortfalls.forEach(sentence -> line(text, "shortfall", sentence));
        return text.toString();
    }

    private static String state(Optional<Throwable> failure) {
        return failure.map(thrown -> Seeds.isAbort(thrown) ? "skipped: " + thrown.getMessage() : "failed")
                .orElse("held");
    }

    private static void line(StringBuilder text, String what, String... values) {
        text.append(what);
        for (String value : values) {
            text.append('\t').append(value.replaceAll("\\s+", " "));
        }
        text.append('\n');
    }
}
