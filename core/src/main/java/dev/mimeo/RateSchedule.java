package dev.mimeo;

import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * How much may be sent at which time of day. Immutable. For instance 900 Mbit/s, but 100 while the offices work:
 * {@code RateSchedule.of(DataRate.ofMegabits(900)).between(LocalTime.of(8, 0), LocalTime.of(18, 0),
 * DataRate.ofMegabits(100))}.
 *
 * @param usual at all other times
 * @param windows the first that holds a time counts
 */
public record RateSchedule(DataRate usual, List<Window> windows) {
    /**
     * A part of every day, in the time zone of the system.
     *
     * @param from its first moment
     * @param until the first moment behind it; before or at {@code from}, it goes on past midnight
     */
    public record Window(LocalTime from, LocalTime until, DataRate rate) {
        /** Refuses nulls. */
        public Window {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(until, "until");
            Objects.requireNonNull(rate, "rate");
        }

        private boolean holds(LocalTime time) {
            boolean begun = !time.isBefore(from);
            boolean over = !time.isBefore(until);
            return from.isBefore(until) ? begun && !over : begun || !over;
        }
    }

    /** Refuses nulls; copies the list. */
    public RateSchedule {
        Objects.requireNonNull(usual, "usual");
        windows = List.copyOf(windows);
    }

    /** Returns the schedule that is the same at all times. */
    public static RateSchedule of(DataRate rate) {
        return new RateSchedule(rate, List.of());
    }

    /** Returns the same schedule but for a part of every day, before or behind which midnight may lie. */
    public RateSchedule between(LocalTime from, LocalTime until, DataRate rate) {
        List<Window> more = new ArrayList<>(windows);
        more.add(new Window(from, until, rate));
        return new RateSchedule(usual, more);
    }

    /** Returns what holds at a time of day. */
    public DataRate at(LocalTime time) {
        return windows.stream()
                .filter(window -> window.holds(time))
                .map(Window::rate)
                .findFirst()
                .orElse(usual);
    }

    /** Returns the most that may be sent at any time. */
    public DataRate largest() {
        return windows.stream()
                .map(Window::rate)
                .max(Comparator.comparingLong(DataRate::bitsPerSecond))
                .filter(rate -> rate.bitsPerSecond() > usual.bitsPerSecond())
                .orElse(usual);
    }
}
