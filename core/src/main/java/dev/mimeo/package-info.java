/**
 * Sends a disk image to many receivers at once over IP multicast, and receives it, verified.
 *
 * <p>A sender opens an {@link dev.mimeo.ImageSender} on a {@link dev.mimeo.MulticastGroup} and sends an
 * {@link dev.mimeo.ImageSource}; every receiver opens an {@link dev.mimeo.ImageReceiver} on the same group and receives
 * into an {@link dev.mimeo.ImageTarget}. Both get a {@link dev.mimeo.Transfer}, to await, watch or cancel.
 *
 * <pre>{@code
 * MulticastGroup group = MulticastGroup.of("239.192.7.1", 6003);
 * try (ImageSender sender = ImageSender.to(group).networkInterface("eth1").open()) {
 *     SendReport report = sender.send(ImageSource.of(path)).await();
 *     System.out.println(report.verifiedCount() + " machines have it, verified");
 * }
 * }</pre>
 *
 * <pre>{@code
 * MulticastGroup group = MulticastGroup.of("239.192.7.1", 6003);
 * try (ImageReceiver receiver = ImageReceiver.from(group).networkInterface("eth1").open()) {
 *     ReceiveReport report = receiver.receive(ImageTarget.of(path)).await();
 *     System.out.println("verified, sha256 " + report.image().sha256());
 * }
 * }</pre>
 *
 * <p>An {@link dev.mimeo.NormSender} and an {@link dev.mimeo.NormReceiver} speak the same protocol, NORM (RFC 5740), with
 * other implementations: complete, unverified.
 *
 * <p>Throughout: no argument may be null and no result is null; lengths are bytes; durations are positive unless said
 * otherwise. Misuse is an {@link IllegalArgumentException} or {@link IllegalStateException} at the call; what fails later
 * is a {@link dev.mimeo.TransferException} that says why.
 */
package dev.mimeo;
