package dev.mimeo.examples;

import java.util.List;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;

/**
 * A bar with what is worth knowing beside it, on one line: as many of the facts as there is room for, each of them whole; the
 * library would cut off what is too much. Any thread.
 */
final class BarLine implements ProgressBarRenderer {
    private static final int SHORTEST_BAR = 10;
    private static final int LONGEST_BAR = 40;

    private volatile List<String> facts = List.of();

    /** Shows these from now on, the first of them first. */
    void say(List<String> facts) {
        this.facts = List.copyOf(facts);
    }

    @Override
    public String render(ProgressState state, int width) {
        return line(state.getTaskName(), state.getNormalizedProgress(), facts, width);
    }

    /** Returns the line, no longer than {@code width}. */
    static String line(String name, double fraction, List<String> facts, int width) {
        int percent = (int) (100 * Math.max(0, Math.min(1, fraction)));
        String text = String.format(" %3d %%", percent);
        int room = width - "  ".length() - name.length() - " []".length() - SHORTEST_BAR;
        String separator = "  ";
        for (String fact : facts) {
            if (text.length() + separator.length() + fact.length() > room) {
                break;
            }
            text += separator + fact;
            separator = ", ";
        }
        int length = Math.min(LONGEST_BAR, SHORTEST_BAR + room - text.length());
        String line = "  " + name + (length < SHORTEST_BAR ? "" : " [" + bar(length, fraction) + "]") + text;
        return line.length() <= width ? line : line.substring(0, Math.max(0, width));
    }

    private static String bar(int length, double fraction) {
        int full = (int) (length * Math.max(0, Math.min(1, fraction)));
        return "=".repeat(full) + (full < length ? ">" + " ".repeat(length - full - 1) : "");
    }
}
