/**
 * Fuzzing: a {@link dev.mimeo.protocol.fuzz.FuzzTarget} for each decoder, beside its other tests, and for each machine, here.
 * Every build runs each over its corpus. To look for more, one for a minute, and all of them:
 *
 * <pre>
 * mvn -Pfuzz -pl protocol test -Dtest=MessageFuzzTest -Dmimeo.fuzz.seconds=60
 * mvn -Pfuzz -pl protocol,core test -Dtest='*FuzzTest' -Dsurefire.failIfNoSpecifiedTests=false -Dmimeo.fuzz.seconds=60
 * </pre>
 *
 * <p>A finding fails the test and names the log, which has the input as Base64 and where it went wrong; the input lies
 * beside it. Mend the fault, and put the input into the corpus as a line of hexadecimal digits behind a comment.
 * {@code -Dmimeo.fuzz.corpus=update} writes the corpus anew, from the fewest and shortest inputs that reach what all reach.
 */
package dev.mimeo.protocol.fuzz;
