package dev.mimeo.protocol.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The catalogue of faults with what the tests of each measured: fault by fault where it was tried, how often, what came of it.
 * Made from the records that the tests of all modules left behind.
 */
public final class FaultTable {
    private static final List<String> MODULES = List.of("protocol", "core", "examples");

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final TreeSet<String> modules = new TreeSet<>();

    private record Row(String number, String fault, String promise, List<Entry> entries) {
        List<Entry> with(String what) {
            return entries.stream().filter(entry -> entry.has(what)).toList();
        }
    }

    /** A record file, as the values of its lines. */
    private record Entry(List<List<String>> lines) {
        static Entry read(Path file) {
            try (Stream<String> lines = Files.lines(file)) {
                return new Entry(
                        lines.map(line -> List.of(line.split("\t", -1))).toList());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Stream<List<String>> all(String what) {
            return lines.stream().filter(line -> line.get(0).equals(what));
        }

        List<String> one(String what) {
            return all(what).findFirst().orElseThrow();
        }

        boolean has(String state) {
            return one("test").get(4).startsWith(state);
        }
    }

    private FaultTable(String catalogue) {
        catalogue
                .lines()
                .filter(line -> line.matches("F[0-9]+ .*"))
                .map(line -> line.split(" *\\| *", 3))
                .forEach(part -> rows.put(part[0], new Row(part[0], part[1], part[2], new ArrayList<>())));
    }

    /** Reads the catalogue, and the records of {@code build} in all modules below {@code project}. */
    public static FaultTable of(Path project, String build) throws IOException {
        try (InputStream catalogue = FaultTable.class.getResourceAsStream("/faults/catalogue.txt")) {
            return of(new String(catalogue.readAllBytes(), StandardCharsets.UTF_8), project, build);
        }
    }

    static FaultTable of(String catalogue, Path project, String build) throws IOException {
        FaultTable table = new FaultTable(catalogue);
        for (String module : MODULES) {
            Path records = records(project.resolve(module));
            if (Files.exists(records)) {
                try (Stream<Path> files = Files.list(records)) {
                    files.sorted().map(Entry::read).forEach(entry -> table.add(module, entry, build));
                }
            }
        }
        return table;
    }

    /** Where the tests of a module leave their records. */
    static Path records(Path module) {
        return module.resolve("target").resolve("faults");
    }

    private void add(String module, Entry entry, String build) {
        if (!entry.one("build").get(1).equals(build)) {
            return;
        }
        modules.add(module);
        List<String> numbers = entry.one("faults");
        for (String number : numbers.subList(1, numbers.size())) {
            if (!rows.containsKey(number)) {
                throw new IllegalStateException(entry.one("test").get(2) + " covers " + number
                        + ", which the catalogue (protocol/src/test/resources/faults/catalogue.txt) does not know");
            }
            rows.get(number).entries.add(entry);
        }
    }

    /** Returns whether tests of every module have run in this build. */
    public boolean isOfAllModules() {
        return modules.size() == MODULES.size();
    }

    /** Returns the numbers of the faults that no test has tried. */
    public List<String> untried() {
        return rows.values().stream()
                .filter(row -> row.entries.isEmpty())
                .map(Row::number)
                .toList();
    }

    /** Returns the table in Markdown. */
    public String render() {
        StringBuilder text = new StringBuilder("# Faults\n\n")
                .append(
                        "Tests that measure fail when a bound is exceeded: what stands in brackets is that bound. Of several")
                .append(" runs the worst is shown.\n\n")
                .append("| | fault | promise | tried in | runs | measured | result |\n")
                .append("| --- | --- | --- | --- | --- | --- | --- |\n");
        for (Row row : rows.values()) {
            List<String> cells = List.of(
                    row.number, row.fault, row.promise, layers(row), "" + runs(row), measured(row), result(row));
            text.append("| ")
                    .append(cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ")))
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String layers(Row row) {
        Map<String, TreeSet<String>> tests = new LinkedHashMap<>();
        row.entries.stream()
                .map(entry -> entry.one("test"))
                .sorted(Comparator.comparing(test ->
                        List.of("unit", "simulator", "loopback", "processes").indexOf(test.get(1))))
                .forEach(test -> tests.computeIfAbsent(test.get(1), layer -> new TreeSet<>())
                        .add(test.get(2).replaceFirst("\\..*", "")));
        return tests.entrySet().stream()
                .map(layer -> layer.getKey() + ": " + String.join(", ", layer.getValue()))
                .collect(Collectors.joining("<br>"));
    }

    private static long runs(Row row) {
        return row.entries.stream()
                .filter(entry -> !entry.has("skipped"))
                .mapToLong(entry -> Long.parseLong(entry.one("test").get(3)))
                .sum();
    }

    private static String measured(Row row) {
        Map<String, FaultRecord.Measure> worst = new LinkedHashMap<>();
        row.entries.stream().flatMap(entry -> entry.all("measure")).forEach(line -> {
            FaultRecord.Measure measure = new FaultRecord.Measure(
                    line.get(1),
                    FaultRecord.Relation.valueOf(line.get(2)),
                    Double.parseDouble(line.get(3)),
                    Double.parseDouble(line.get(4)));
            worst.merge(measure.name() + measure.bound(), measure, FaultRecord.Measure::worst);
        });
        return worst.values().stream().map(FaultRecord.Measure::toString).collect(Collectors.joining("<br>"));
    }

    private static String result(Row row) {
        if (row.entries.isEmpty()) {
            return "not tried";
        }
        if (!row.with("failed").isEmpty()) {
            return "**failed**: " + names(row.with("failed"));
        }
        List<String> remarks = new ArrayList<>();
        row.entries.stream()
                .flatMap(entry -> entry.all("shortfall"))
                .map(line -> "shortfall: " + line.get(1))
                .distinct()
                .forEach(remarks::add);
        if (remarks.isEmpty() && !row.with("held").isEmpty()) {
            remarks.add("held");
        }
        row.with("skipped").stream()
                .map(entry -> entry.one("test").get(2) + " " + entry.one("test").get(4))
                .distinct()
                .forEach(remarks::add);
        return String.join("<br>", remarks);
    }

    private static String names(List<Entry> entries) {
        return entries.stream()
                .map(entry -> entry.one("test").get(2))
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
