package dev.mimeo;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a {@link NetworkCheck} came to. Immutable.
 *
 * @param passed what is as it should be, each in a few words
 * @param findings what is not; may be empty
 */
public record NetworkReport(List<String> passed, List<NetworkFinding> findings) {
    /** Copies the lists. */
    public NetworkReport {
        passed = List.copyOf(passed);
        findings = List.copyOf(findings);
    }

    /** Returns whether multicast works as far as is known: of what was found all is {@link NetworkFinding.Code#isAdvice advice}. */
    public boolean works() {
        return findings.stream().allMatch(finding -> finding.code().isAdvice());
    }

    /** Returns whether this was found. */
    public boolean has(NetworkFinding.Code code) {
        return findings.stream().anyMatch(finding -> finding.code() == code);
    }

    /** Returns this and another report as one. */
    public NetworkReport plus(NetworkReport other) {
        return new NetworkReport(
                Stream.concat(passed.stream(), other.passed.stream()).toList(),
                Stream.concat(findings.stream(), other.findings.stream()).toList());
    }
}
