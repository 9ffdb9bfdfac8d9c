package dev.mimeo.examples;

import dev.mimeo.ReceiverStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One receiver as it is shown.
 *
 * @param status what the sender knows
 * @param label its name, or its id if it has none; fit for any terminal or page, whatever the receiver calls itself
 * @param bitsPerSecond how fast it has verified content of late; 0 if nothing came, or nothing is expected any more
 * @param silence since it was last heard, once that is long and it has not ended
 * @param limits whether the rate of all follows it
 */
record Seat(ReceiverStatus status, String label, long bitsPerSecond, Optional<Duration> silence, boolean limits) {
    /** What fails comes first; then by name, with numbers in it by their value. */
    static final Comparator<Seat> WORST_FIRST = Comparator.comparing((Seat seat) -> seat.kind())
            .thenComparing(seat -> byValue(seat.label()))
            .thenComparing(seat -> seat.status().id());

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final int LONGEST_NUMBER = 12;

    /** What a seat means to an operator, the worst first. */
    enum Kind {
        /** It has ended without the image. */
        MISSING,
        /** It has not ended. */
        RUNNING,
        /** It was not admitted, or goes on elsewhere: nobody waits for it here. */
        ELSEWHERE,
        /** It has the image. */
        DONE
    }

    Kind kind() {
        return switch (status.state()) {
            case FAILED, INCOMPLETE, SILENT, LEFT, DISMISSED -> Kind.MISSING;
            case ASKING, JOINED, RECEIVING -> Kind.RUNNING;
            case REFUSED, MOVED -> Kind.ELSEWHERE;
            case VERIFIED, ACKNOWLEDGED -> Kind.DONE;
        };
    }

    /** Returns how much of the image is verified, in whole percent; 100 only if all of it is. */
    int percent() {
        return (int) (100 * Math.min(1, status.fraction()));
    }

    private static String byValue(String label) {
        return NUMBER.matcher(label)
                .replaceAll(number ->
                        "0".repeat(Math.max(0, LONGEST_NUMBER - number.group().length())) + number.group());
    }
}
