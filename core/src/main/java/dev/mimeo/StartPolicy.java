package dev.mimeo;

import dev.mimeo.internal.StartPolicies;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * When a session that gathers receivers starts to send. Immutable; may be replaced for as long as the session waits
 * ({@link ImageSession#startWhen}). Receivers that come after the start join the stream in progress and get what they
 * missed at its end.
 *
 * <p>But for {@link #atOnce}, no policy starts before somebody has joined.
 */
public sealed interface StartPolicy {
    /** Starts at once, whoever listens. */
    static StartPolicy atOnce() {
        return new AtOnce();
    }

    /** Starts when an operator says so: {@link ImageSession#startNow}. */
    static StartPolicy manual() {
        return new Manual();
    }

    /** Starts as soon as so many, at least 1, have joined. One is what others call autocast. */
    static StartPolicy receivers(int count) {
        return new Receivers(count);
    }

    /** Starts so long after the first has joined. */
    static StartPolicy afterFirst(Duration time) {
        return new AfterFirst(time);
    }

    /** Starts so long after the session has opened. */
    static StartPolicy afterOpening(Duration time) {
        return new AfterOpening(time);
    }

    /** Starts when somebody has joined, and nobody new has for so long. */
    static StartPolicy quietFor(Duration time) {
        return new QuietFor(time);
    }

    /** Starts at a time of the wall clock, which is followed if it is set. */
    static StartPolicy at(Instant instant) {
        return new At(instant);
    }

    /** Starts as soon as one of these policies, at least one, says so. */
    static StartPolicy anyOf(StartPolicy... policies) {
        return new AnyOf(List.of(policies));
    }

    /** Starts as soon as each of these policies, at least one, says so. */
    static StartPolicy allOf(StartPolicy... policies) {
        return new AllOf(List.of(policies));
    }

    /** See {@link StartPolicy#atOnce}. */
    record AtOnce() implements StartPolicy {
        @Override
        public String toString() {
            return "at once";
        }
    }

    /** See {@link StartPolicy#manual}. */
    record Manual() implements StartPolicy {
        @Override
        public String toString() {
            return "by hand";
        }
    }

    /** See {@link StartPolicy#receivers}. */
    record Receivers(int count) implements StartPolicy {
        /** Refuses less than one. */
        public Receivers {
            StartPolicies.checkCount(count);
        }

        @Override
        public String toString() {
            return count + (count == 1 ? " receiver" : " receivers");
        }
    }

    /** See {@link StartPolicy#afterFirst}. */
    record AfterFirst(Duration time) implements StartPolicy {
        /** Refuses times that are not positive, or longer than a year. */
        public AfterFirst {
            StartPolicies.checkTime(time);
        }

        @Override
        public String toString() {
            return StartPolicies.words(time) + " after the first";
        }
    }

    /** See {@link StartPolicy#afterOpening}. */
    record AfterOpening(Duration time) implements StartPolicy {
        /** Refuses times that are not positive, or longer than a year. */
        public AfterOpening {
            StartPolicies.checkTime(time);
        }

        @Override
        public String toString() {
            return StartPolicies.words(time) + " after the session opened";
        }
    }

    /** See {@link StartPolicy#quietFor}. */
    record QuietFor(Duration time) implements StartPolicy {
        /** Refuses times that are not positive, or longer than a year. */
        public QuietFor {
            StartPolicies.checkTime(time);
        }

        @Override
        public String toString() {
            return "nobody new for " + StartPolicies.words(time);
        }
    }

    /** See {@link StartPolicy#at}. */
    record At(Instant instant) implements StartPolicy {
        /** Refuses nulls. */
        public At {
            Objects.requireNonNull(instant, "instant");
        }

        @Override
        public String toString() {
            return "at " + instant;
        }
    }

    /** See {@link StartPolicy#anyOf}. */
    record AnyOf(List<StartPolicy> policies) implements StartPolicy {
        /** Copies the list; refuses one that is empty. */
        public AnyOf {
            policies = StartPolicies.checkSome(policies);
        }

        @Override
        public String toString() {
            return policies.stream().map(StartPolicy::toString).collect(Collectors.joining(", or "));
        }
    }

    /** See {@link StartPolicy#allOf}. */
    record AllOf(List<StartPolicy> policies) implements StartPolicy {
        /** Copies the list; refuses one that is empty. */
        public AllOf {
            policies = StartPolicies.checkSome(policies);
        }

        @Override
        public String toString() {
            return policies.stream().map(each -> "(" + each + ")").collect(Collectors.joining(" and "));
        }
    }
}
