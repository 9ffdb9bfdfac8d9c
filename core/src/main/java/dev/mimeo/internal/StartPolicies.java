package dev.mimeo.internal;

import dev.mimeo.StartPolicy;
import dev.mimeo.protocol.sender.StartCondition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What policies of the start have in common, and what the machine makes of them. */
public final class StartPolicies {
    private static final Duration LONGEST = Duration.ofDays(365);

    private StartPolicies() {}

    /** Refuses a count that nobody can wait for. */
    public static void checkCount(int receivers) {
        Checks.check(receivers >= 1, "cannot wait for %d receivers; atOnce() does not wait", receivers);
    }

    /** Refuses a time that is no wait. */
    public static void checkTime(Duration time) {
        Checks.positive(time, "wait for the start");
    }

    /** Returns a copy; refuses one that is empty. */
    public static List<StartPolicy> checkSome(List<StartPolicy> policies) {
        Checks.check(!policies.isEmpty(), "a policy of no policies never starts; name one, or manual()");
        return List.copyOf(policies);
    }

    /** Returns a text for receivers; refuses one that cannot be shown. */
    public static String checkedText(String text) {
        return Checks.displayName(text);
    }

    /** Returns a time as people say it: 15m, 1h30m, 2.5s. */
    public static String words(Duration time) {
        return time.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** Returns whether a policy goes by the wall clock. */
    static boolean isTimed(StartPolicy policy) {
        if (policy instanceof StartPolicy.AnyOf any) {
            return any.policies().stream().anyMatch(StartPolicies::isTimed);
        }
        if (policy instanceof StartPolicy.AllOf all) {
            return all.policies().stream().anyMatch(StartPolicies::isTimed);
        }
        return policy instanceof StartPolicy.At;
    }

    /** Returns how many receivers a policy waits for, for people; 0 if it does not count them. */
    static int expected(StartPolicy policy) {
        return condition(policy, Clock.systemUTC(), 0).expected();
    }

    /** Returns the condition for a machine whose clock shows {@code nowNanos} now. */
    static StartCondition condition(StartPolicy policy, Clock wall, long nowNanos) {
        if (policy instanceof StartPolicy.Receivers enough) {
            return new StartCondition.Receivers(enough.count());
        } else if (policy instanceof StartPolicy.AfterFirst after) {
            return new StartCondition.AfterFirst(after.time().toNanos());
        } else if (policy instanceof StartPolicy.AfterOpening after) {
            return new StartCondition.AfterOpening(after.time().toNanos());
        } else if (policy instanceof StartPolicy.QuietFor quiet) {
            return new StartCondition.QuietFor(quiet.time().toNanos());
        } else if (policy instanceof StartPolicy.At at) {
            return new StartCondition.At(nowNanos + until(at.instant(), wall).toNanos());
        } else if (policy instanceof StartPolicy.AnyOf any) {
            return new StartCondition.AnyOf(conditions(any.policies(), wall, nowNanos));
        } else if (policy instanceof StartPolicy.AllOf all) {
            return new StartCondition.AllOf(conditions(all.policies(), wall, nowNanos));
        }
        return policy instanceof StartPolicy.Manual ? new StartCondition.Manual() : new StartCondition.AtOnce();
    }

    private static List<StartCondition> conditions(List<StartPolicy> policies, Clock wall, long nowNanos) {
        return policies.stream().map(each -> condition(each, wall, nowNanos)).toList();
    }

    /** Never in the past, and never so far that nanoseconds cannot count it: the clock is read again long before. */
    private static Duration until(Instant instant, Clock wall) {
        Duration wait = Duration.between(wall.instant(), instant);
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
