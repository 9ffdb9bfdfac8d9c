package dev.mimeo.examples;

import dev.mimeo.Progress;
import dev.mimeo.SessionView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is shown of a session at one moment: on a terminal, by the dashboard, in a report.
 *
 * @param view what the session said of itself
 * @param progress the same in another light: what the sender has read, and how fast content goes out
 * @param stage where it is
 * @param elapsed since it was first looked at
 * @param still how long nothing has moved
 * @param bitsPerSecond what left of late, UDP payload
 * @param loss the largest share of datagrams that one of the seats that go on has lost of late, 0 to 1
 * @param remaining how long it takes still, as far as that can be told: in the first pass, until everything is sent once; after
 *     it, until the slowest seat has all
 * @param limitedBy whom the rate follows, if anybody
 * @param ended why it ended, for people; empty of a session that has run to its end, or that has not ended
 * @param seats everyone that was heard, what fails first
 * @param chart its rate over time
 */
record Snapshot(
        SessionView view,
        Progress progress,
        Stage stage,
        Duration elapsed,
        Duration still,
        double bitsPerSecond,
        double loss,
        Optional<Duration> remaining,
        Optional<String> limitedBy,
        String ended,
        List<Seat> seats,
        RateChart chart) {
    /** Where a session is. */
    enum Stage {
        /** The image is read and hashed. */
        PREPARING,
        /** It gathers receivers. */
        WAITING,
        /** The image goes out for the first time. */
        SENDING,
        /** What is missing is repaired. */
        REPAIRING,
        /** It sends, and nothing has moved for a while. */
        STALLED,
        /** An operator holds it. */
        HELD,
        /** It has ended, and everybody who was waited for has the image. */
        COMPLETE,
        /** It has ended otherwise. */
        INCOMPLETE;

        boolean isOver() {
            return this == COMPLETE || this == INCOMPLETE;
        }
    }

    /** Returns how many seats are of a kind. */
    int count(Seat.Kind kind) {
        return (int) seats.stream().filter(seat -> seat.kind() == kind).count();
    }

    /** Returns how much of the image has been sent once, 0 to 1; while it is read, how much of it is. */
    double fraction() {
        if (stage == Stage.PREPARING) {
            return progress.fraction();
        }
        return view.totalBytes() == 0 ? 0 : Math.min(1, (double) view.sentBytes() / view.totalBytes());
    }
}
