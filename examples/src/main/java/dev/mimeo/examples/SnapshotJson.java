package dev.mimeo.examples;

import static dev.mimeo.examples.JsonReporter.lowerCase;
import static dev.mimeo.examples.Quantities.bits;
import static dev.mimeo.examples.Quantities.seconds;
import static dev.mimeo.examples.Quantities.share;

import java.time.Instant;
import java.util.List;

/** What is shown of sessions, as JSON: numbers for programs, and beside them, in {@code shown}, the words for people. */
final class SnapshotJson {
    private SnapshotJson() {}

    /**
     * Writes sessions.
     *
     * @param mostSeats of each session, those that fail first; how many there are is said in any case
     */
    static Json of(List<Snapshot> sessions, Instant when, int mostSeats) {
        return new Json()
                .put("time", when.toString())
                .put(
                        "sessions",
                        sessions.stream().map(each -> session(each, mostSeats)).toList());
    }

    private static Json session(Snapshot session, int mostSeats) {
        Json json = JsonReporter.describe(new Json(), session.view())
                .put("stage", lowerCase(session.stage()))
                .put("ended", session.ended())
                .put("fraction", session.fraction())
                .put("loss", session.loss())
                .put("repairShare", session.view().repairShare())
                .put("watched", seconds(session.elapsed()))
                .put("count", session.seats().size());
        for (Seat.Kind kind : Seat.Kind.values()) {
            json.put(lowerCase(kind), session.count(kind));
        }
        return json.put("shown", shown(session))
                .put(
                        "receivers",
                        session.seats().stream()
                                .limit(mostSeats)
                                .map(SnapshotJson::seat)
                                .toList());
    }

    private static Json shown(Snapshot session) {
        RateChart chart = session.chart();
        return new Json()
                .put("title", Words.title(session))
                .put("standing", Words.standing(session))
                .put("rate", bits(session.bitsPerSecond()))
                .put("allowed", bits(session.view().bitsPerSecond()))
                .put("remaining", session.remaining().map(Words::clock).orElse(""))
                .put("elapsed", Words.clock(session.elapsed()))
                .put("loss", share(session.loss()))
                .put("repairs", share(session.view().repairShare()))
                .put("limitedBy", session.limitedBy().orElse(""))
                .put(
                        "chart",
                        new Json()
                                .put("everything", chart.everything())
                                .put("contentAndRepairs", chart.contentAndRepairs())
                                .put("content", chart.content())
                                .put("top", chart.top())
                                .put("span", chart.span()));
    }

    private static Json seat(Seat seat) {
        return JsonReporter.receiver(new Json(), seat.status())
                .put("kind", lowerCase(seat.kind()))
                .put("percent", seat.percent())
                .put("bitsPerSecond", seat.bitsPerSecond())
                .put("limits", seat.limits())
                .put(
                        "shown",
                        new Json()
                                .put("label", seat.label())
                                .put("verdict", Words.verdict(seat.status()))
                                .put("rate", bits(seat.bitsPerSecond()))
                                .put("loss", share(seat.status().lossRatio()))
                                .put(
                                        "silence",
                                        seat.silence()
                                                .map(time -> "not heard for " + time.toSeconds() + " s")
                                                .orElse("")));
    }
}
