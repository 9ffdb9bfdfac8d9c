package dev.mimeo.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Wireshark's dissector of NORM, by way of its command. */
final class Tshark {
    private static final String SEPARATOR = "|";

    private Tshark() {}

    /** Returns whether the command is there. */
    static boolean isAvailable() throws InterruptedException {
        return OptionalTool.succeeds("tshark", "--version");
    }

    /**
     * Dissects the packets of a capture to {@code port} that {@code filter} lets pass.
     *
     * @return for each, the value of every field, several joined by commas, empty if it has none
     */
    static List<Map<String, String>> dissect(Path capture, int port, String filter, List<String> fields)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString()));
        command.addAll(List.of("-d", "udp.port==" + port + ",norm", "-Y", filter, "-T", "fields"));
        command.addAll(List.of("-E", "separator=" + SEPARATOR, "-E", "occurrence=a", "-E", "aggregator=,"));
        fields.forEach(field -> command.addAll(List.of("-e", field)));
        OptionalTool.Output output = OptionalTool.run(command);
        if (output.exitCode() != 0) {
            throw new IOException(String.join(" ", command) + " failed:\n" + output.text());
        }
        return output.text()
                .lines()
                .filter(line -> line.contains(SEPARATOR)) // not a warning that it runs as root
                .map(line -> row(fields, line.split("\\" + SEPARATOR, -1)))
                .toList();
    }

    private static Map<String, String> row(List<String> fields, String[] values) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            row.put(fields.get(i), values[i]);
        }
        return row;
    }
}
