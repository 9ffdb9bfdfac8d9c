package dev.mimeo.internal;

import java.util.List;

/** A program that runs the cases of {@link InteropMatrix} that are over IPv6, {@link Isolated}; prints their rows. */
final class Ipv6Interop {
    /** Apart from the directories of other cases. */
    private static final int FIRST_DIRECTORY = 10_000;

    private Ipv6Interop() {}

    /** Ends with 1 if a case has failed. */
    public static void main(String[] arguments) throws Exception {
        List<InteropCase> cases = InteropMatrix.cases().stream()
                .filter(test -> test.addressing().isIpv6() && InteropIT.isWanted(test))
                .toList();
        boolean failed = false;
        for (int i = 0; i < cases.size(); i++) {
            InteropResult result = InteropIT.run(cases.get(i), FIRST_DIRECTORY + i);
            System.out.print(result.row());
            result.failure().ifPresent(failure -> System.out.println(failure.getMessage()));
            failed |= result.failure().isPresent();
        }
        System.exit(failed ? 1 : 0);
    }
}
