package dev.mimeo.examples;

import static dev.mimeo.examples.Quantities.bytes;
import static dev.mimeo.examples.Quantities.printable;
import static dev.mimeo.examples.Quantities.share;
import static dev.mimeo.examples.Quantities.time;

import dev.mimeo.DroppedDatagrams;
import dev.mimeo.ImageDescription;
import dev.mimeo.SessionView;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The report for people: one page of HTML that needs no script, no other file and no network. What failed comes first. */
final class ReportPage {
    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final String BEGIN = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Mimeo report</title>
            <style>
            :root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6470; --line: #d5dae0; --paper: #ffffff;
              --done: #1a7f45; --missing: #c0312b; --content: #3f7fd9; --repairs: #e08a1e; --everything: #b9c2cd; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e7eaee; --soft: #9aa4b0; --line: #333a42; --paper: #14171b;
              --done: #4fbd7e; --missing: #f47d75; --content: #4d87d6; --repairs: #dd9231; --everything: #56606c; } }
            body { margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--paper); color: var(--ink);
              font: 0.95rem/1.45 system-ui, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
            h1 { font-size: 1.2rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 0; overflow-wrap: anywhere; }
            h3 { font-size: 0.95rem; margin: 1.3rem 0 0.3rem; }
            .when, .keys, caption { color: var(--soft); } .when { margin: 0; }
            .verdict { font-size: 1.1rem; font-weight: 600; margin: 0.2rem 0; }
            .complete, .done { color: var(--done); } .incomplete, .missing { color: var(--missing); }
            table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; }
            th, td { padding: 0.25rem 0.8rem 0.25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
            td { overflow-wrap: anywhere; } td.n, th.n { text-align: right; white-space: nowrap; }
            .facts th { width: 11rem; color: var(--soft); font-weight: 400; }
            svg { width: 100%; height: 9rem; border-top: 1px dashed var(--line); border-bottom: 1px solid var(--line); display: block; }
            .axis { display: flex; justify-content: space-between; color: var(--soft); font-size: 0.8rem; }
            .content { fill: var(--content); color: var(--content); } .repairs { fill: var(--repairs); color: var(--repairs); }
            .everything { fill: var(--everything); color: var(--everything); }
            @media print { h2 { break-after: avoid; } tr { break-inside: avoid; } }
            </style>
            </head>
            <body>
            """;

    private final StringBuilder html = new StringBuilder(BEGIN);

    private ReportPage() {}

    /** Writes the report of sessions that have ended. */
    static String of(List<Snapshot> sessions, Instant began, Instant ended) {
        ReportPage page = new ReportPage();
        page.html
                .append("<h1>Mimeo report</h1>\n<p class=\"when\">")
                .append(WHEN.format(began))
                .append(" to ")
                .append(WHEN.format(ended))
                .append("</p>\n");
        if (sessions.isEmpty()) {
            page.html.append("<p class=\"verdict\">Nothing was sent: no session was opened.</p>\n");
        }
        sessions.stream()
                .sorted(Comparator.comparing(each -> each.stage() == Snapshot.Stage.COMPLETE))
                .forEach(page::session);
        return page.html.append("</body>\n</html>\n").toString();
    }

    private void session(Snapshot session) {
        String outcome = session.stage() == Snapshot.Stage.COMPLETE ? "complete" : "incomplete";
        html.append("<section>\n<h2>").append(escaped(Words.title(session))).append("</h2>\n<p class=\"verdict ");
        html.append(outcome)
                .append("\">")
                .append(escaped(Words.standing(session)))
                .append("</p>\n");
        List<Seat> missing = session.seats().stream()
                .filter(seat -> seat.kind() == Seat.Kind.MISSING || seat.kind() == Seat.Kind.RUNNING)
                .toList();
        List<Seat> others =
                session.seats().stream().filter(seat -> !missing.contains(seat)).toList();
        if (!missing.isEmpty()) {
            seats("Without the image: " + missing.size(), missing);
        }
        facts(session);
        chart(session);
        if (!others.isEmpty()) {
            seats(missing.isEmpty() ? "Seats: " + others.size() : "The others: " + others.size(), others);
        }
        html.append("</section>\n");
    }

    private void facts(Snapshot session) {
        SessionView view = session.view();
        html.append("<h3>Transfer</h3>\n<table class=\"facts\">\n");
        view.image().ifPresent(this::image);
        fact("Took", time(session.elapsed()));
        fact("Sent once", bytes(view.sentBytes()) + " of " + bytes(view.totalBytes()));
        fact("Repairs", bytes(view.repairBytes()) + ", " + share(view.repairShare()) + " of all that left");
        fact("All that left", bytes(view.wireBytes()));
        fact("Requests for repair", Long.toString(view.nacks()));
        DroppedDatagrams dropped = view.dropped();
        fact(
                "Datagrams dropped",
                dropped.total()
                        + (dropped.total() == 0
                                ? ""
                                : ": " + dropped.malformed() + " malformed, " + dropped.foreign() + " foreign, "
                                        + dropped.unauthentic() + " not authentic, " + dropped.replayed()
                                        + " heard before, " + dropped.untried() + " not tried, " + dropped.overrun()
                                        + " not taken in time"));
        html.append("</table>\n");
    }

    private void image(ImageDescription image) {
        fact("Image", printable(image.name()) + ", " + image.length() + " bytes");
        if (!image.version().isEmpty()) {
            fact("Version", printable(image.version()));
        }
        fact("Identity", image.id());
        if (!image.sha256().isEmpty()) {
            fact("SHA-256", image.sha256());
        }
        Words.signature(image).ifPresent(signature -> fact("Signature", signature));
    }

    private void fact(String what, String value) {
        html.append("<tr><th scope=\"row\">")
                .append(escaped(what))
                .append("</th><td>")
                .append(escaped(value))
                .append("</td></tr>\n");
    }

    private void chart(Snapshot session) {
        RateChart chart = session.chart();
        if (chart.everything().isEmpty()) {
            return;
        }
        html.append("<h3>Rate over time</h3>\n<div class=\"axis\"><span>")
                .append(escaped(chart.top()))
                .append("</span></div>\n<svg viewBox=\"0 0 " + RateChart.WIDTH + " " + RateChart.HEIGHT
                        + "\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Rate over time\">");
        path("everything", chart.everything());
        path("repairs", chart.contentAndRepairs());
        path("content", chart.content());
        html.append("</svg>\n<div class=\"axis\"><span>0:00</span><span class=\"keys\">"
                        + "<span class=\"content\">\u25a0</span> content <span class=\"repairs\">\u25a0</span> repairs"
                        + " <span class=\"everything\">\u25a0</span> everything else</span><span>")
                .append(escaped(chart.span()))
                .append("</span></div>\n");
    }

    private void path(String name, String outline) {
        html.append("<path class=\"")
                .append(name)
                .append("\" d=\"")
                .append(outline)
                .append("\"/>");
    }

    private void seats(String title, List<Seat> seats) {
        html.append("<h3>")
                .append(escaped(title))
                .append(
                        "</h3>\n<table>\n<tr><th>Seat</th><th>Id</th><th>Address</th><th>Verdict</th>"
                                + "<th class=\"n\">Verified</th><th class=\"n\">Had before</th><th class=\"n\">Joined after</th></tr>\n");
        for (Seat seat : seats) {
            html.append("<tr class=\"")
                    .append(seat.kind().name().toLowerCase(Locale.ROOT))
                    .append("\">");
            cell("", seat.label());
            cell("", seat.status().id());
            cell("", seat.status().address());
            cell("", Words.verdict(seat.status()));
            cell(" class=\"n\"", seat.percent() + " %");
            cell(" class=\"n\"", bytes(seat.status().presentBytes()));
            cell(" class=\"n\"", Words.clock(seat.status().joinedAfter()));
            html.append("</tr>\n");
        }
        html.append("</table>\n");
    }

    private void cell(String attributes, String text) {
        html.append("<td").append(attributes).append('>').append(escaped(text)).append("</td>");
    }

    /** Returns text that is nothing but text, in content and in attributes. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
