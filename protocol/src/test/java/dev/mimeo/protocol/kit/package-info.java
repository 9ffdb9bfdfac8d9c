/**
 * A test kit: senders, receivers and a faulty network in virtual time, replayable by seed. For our own tests, and for
 * those of whoever embeds us: {@code mimeo-protocol} with the classifier {@code testkit}, on the class path. It needs no test
 * framework. Real sockets over a bad network are in {@code dev.mimeo.testkit} of {@code mimeo-core}.
 *
 * <p>A transfer, told in short lines:
 *
 * <pre>{@code
 * @Test
 * void everybodyGetsTheImageAtOnePercentLoss() {
 *     Seeds.forEach(200, seed -> Scenario.seed(seed)
 *             .receivers(100)
 *             .image(64_000)
 *             .loss(0.01)
 *             .lateReceiver(0.5)
 *             .run()
 *             .assertAllVerified());
 * }
 * }</pre>
 *
 * <p>A machine of one's own between nodes of one's own:
 *
 * <pre>{@code
 * Simulation simulation = new Simulation(7);
 * simulation.network().everyInbound(link -> link.loss(LossModel.burst(0.05, 10)).jitterNanos(1_000_000));
 * simulation.add(new NodeId(1), () -> new MyMachine(), myHandler);
 * simulation.runFor(Duration.ofSeconds(10));
 * }</pre>
 *
 * <p>Whatever fails prints its seed and the command that replays it; {@code -Dmimeo.seed=N} runs one seed,
 * {@code -Dmimeo.golden=update} rewrites the golden files.
 */
package dev.mimeo.protocol.kit;
