package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.AddressAllocator;
import dev.mimeo.Deployment;
import dev.mimeo.DirectoryEntry;
import dev.mimeo.DistributionPoint;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkCheck;
import dev.mimeo.NetworkReport;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SendReport;
import dev.mimeo.SessionDirectory;
import dev.mimeo.StartPolicy;
import dev.mimeo.Transfer;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.MessageType;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What works in groups of every kind, over real sockets on the loopback interface; each in a directory that is empty. */
final class AddressingStories {
    private static final int LENGTH = 600_001;

    private final Path directory;
    private final Addressing kind;

    AddressingStories(Path directory, Addressing kind) {
        this.directory = directory;
        this.kind = kind;
    }

    /** Two receivers of an image, of which each loses a twentieth, as does the sender of what it hears. */
    void anImageArrivesThoughMuchIsLost(boolean isSealed) throws Exception {
        byte[] content = TestImage.random(LENGTH, 1);
        Set<Integer> backoffFactors = ConcurrentHashMap.newKeySet();
        try (GroupKey key = GroupKey.random();
                Classroom classroom = new Classroom(directory, kind)) {
            ImageSender.Builder sending = classroom.sender().startWhen(StartPolicy.receivers(2));
            ImageReceiver.Builder one = classroom.receiver();
            ImageReceiver.Builder two = classroom.receiver();
            if (isSealed) {
                sending.groupKey(key);
                one.groupKey(key);
                two.groupKey(key);
            }
            ImageSender sender =
                    classroom.open(sending, classroom.senderPort(1).loss(0.05).tap(backoff(backoffFactors)));
            Transfer<ReceiveReport> first =
                    classroom.receive(classroom.open(one, classroom.port(2).loss(0.05), TargetStorage.LOCAL), "first");
            Transfer<ReceiveReport> second =
                    classroom.receive(classroom.open(two, classroom.port(3).loss(0.05), TargetStorage.LOCAL), "second");
            SendReport report =
                    sender.send(ImageSource.of(classroom.image(content))).await(Classroom.PATIENCE);
            assertThat(report.verifiedCount()).isEqualTo(2);
            assertThat(report.repairBytes()).isPositive();
            InetAddress loopback = InetAddress.getByName(kind.isIpv6() ? "::1" : "127.0.0.1");
            assertThat(report.receivers())
                    .allSatisfy(each ->
                            assertThat(InetAddress.getByName(each.address())).isEqualTo(loopback));
            assertThat(Files.readAllBytes(first.await(Classroom.PATIENCE).path()))
                    .isEqualTo(content);
            assertThat(Files.readAllBytes(second.await(Classroom.PATIENCE).path()))
                    .isEqualTo(content);
        }
        if (!isSealed) {
            assertThat(backoffFactors).containsExactly(kind.hasSource() ? 6 : 4);
        }
    }

    /** Notes what a sender tells receivers of their backoff, where that can be read. */
    private static Consumer<ByteBuffer> backoff(Set<Integer> factors) {
        DataHeader header = new DataHeader();
        return datagram -> {
            try {
                if (!SealHeader.isSealed(datagram)
                        && MessageCodec.type(datagram)
                                .filter(MessageType.DATA::equals)
                                .isPresent()) {
                    factors.add(header.wrap(datagram).backoffFactor());
                }
            } catch (MalformedDatagramException e) {
                throw new AssertionError(e);
            }
        };
    }

    /** Of two receivers one wants to hear somebody else, and hears nobody. */
    void whoSendsFromElsewhereIsNotHeard() throws Exception {
        try (Classroom classroom = new Classroom(directory, kind)) {
            MulticastGroup elsewhere = classroom.group().from(kind.isIpv6() ? "::2" : "127.0.0.2");
            ImageReceiver deaf = classroom.open(new ImageReceiverBuilder(elsewhere)
                    .networkInterface(Loopback.INTERFACE)
                    .timeToLive(0)
                    .allowGlobalScope());
            Transfer<ReceiveReport> nothing = classroom.receive(deaf, "nothing");
            Transfer<ReceiveReport> image = classroom.receive(classroom.open(classroom.receiver()), "image");
            ImageSender sender = classroom.open(classroom.sender().startWhen(StartPolicy.receivers(1)));
            SendReport report = sender.send(ImageSource.of(classroom.image(TestImage.random(LENGTH, 2))))
                    .await(Classroom.PATIENCE);
            assertThat(report.receivers()).hasSize(1);
            assertThat(image.await(Classroom.PATIENCE).path()).hasSize(LENGTH);
            assertThat(nothing.completion()).isNotDone();
            assertThat(nothing.progress().bytes()).isZero();
        }
    }

    /** Whoever looks for an image in the directory learns who sends it. */
    void aSessionIsFoundInTheDirectory() throws Exception {
        MulticastGroup sessions = Loopback.group(kind).fromAnybody();
        MulticastGroup meeting = Loopback.group(kind.isIpv6() ? Addressing.IPV6 : Addressing.IPV4);
        Path image = Files.write(directory.resolve("lab.img"), TestImage.random(LENGTH, 4));
        try (DistributionPoint point = DistributionPoint.on(Loopback.INTERFACE)
                        .timeToLive(0)
                        .allowGlobalScope()
                        .directory(meeting)
                        .addresses(AddressAllocator.fixed(sessions))
                        .open();
                SessionDirectory watcher = SessionDirectory.on(Loopback.INTERFACE)
                        .timeToLive(0)
                        .allowGlobalScope()
                        .group(meeting)
                        .open()) {
            point.offer(Deployment.of(ImageSource.of(image)));
            DirectoryEntry entry = watcher.find("lab.img", Classroom.PATIENCE);
            MulticastGroup group = entry.group().orElseThrow();
            assertThat(group.fromAnybody()).isEqualTo(sessions);
            assertThat(group.source().filter(InetAddress::isLoopbackAddress).isPresent())
                    .isEqualTo(kind.hasSource());
            try (ImageReceiver receiver = ImageReceiver.from(group)
                    .networkInterface(Loopback.INTERFACE)
                    .timeToLive(0)
                    .allowGlobalScope()
                    .open()) {
                assertThat(receiver.receive(ImageTarget.of(directory.resolve("copy")))
                                .await(Classroom.PATIENCE)
                                .path())
                        .hasSameBinaryContentAs(image);
            }
        }
    }

    /** A machine that looks at itself, and answers itself. */
    void aCheckHearsItself() throws Exception {
        NetworkCheck check = NetworkCheck.of(Loopback.group(kind))
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .duration(Duration.ofSeconds(3));
        assertThat(check.thisMachine().passed()).anyMatch(what -> what.endsWith("and hears itself"));
        try (NetworkCheck.Responder responder = check.respond()) {
            NetworkReport network = check.withOthers();
            assertThat(network.findings()).isEmpty();
            assertThat(network.passed()).singleElement().asString().contains("hears the group", "up to 1472 bytes");
            assertThat(responder.heard()).hasSize(1);
        }
    }
}
