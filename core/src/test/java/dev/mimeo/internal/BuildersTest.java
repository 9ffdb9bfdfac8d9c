package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.AddressAllocator;
import dev.mimeo.DataRate;
import dev.mimeo.GroupKey;
import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.MulticastGroup;
import dev.mimeo.NormObject;
import dev.mimeo.NormReceiver;
import dev.mimeo.NormTarget;
import dev.mimeo.Redundancy;
import dev.mimeo.SessionDirectory;
import dev.mimeo.SlowReceiverPolicy;
import dev.mimeo.StartPolicy;
import dev.mimeo.TargetSet;
import dev.mimeo.protocol.kit.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BuildersTest {
    private static final MulticastGroup GLOBAL = MulticastGroup.of("224.7.7.7", 6003);

    @Fault("F50")
    @Test
    void groupsOfGlobalScopeHaveToBeAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageSender.to(GLOBAL).open())
                .withMessage("group 224.7.7.7:6003 is not of local scope: its traffic may leave this network; choose an"
                        + " address within 239.0.0.0 to 239.255.255.255, or call allowGlobalScope()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageReceiver.from(GLOBAL).open())
                .withMessageContaining("allowGlobalScope()");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ImageSender.to(MulticastGroup.of("ff18::7", 6003)).open())
                .withMessageContaining("choose an address that begins with ff12 to ff15, or ff32 to ff35, or call");
    }

    /** Nobody on this machine need be a member, and then Linux lets it leave. */
    @Fault("F50")
    @Test
    void overIpv6ATimeToLiveOf0IsForTheLoopbackInterfaceAlone() {
        InterfaceFacts other = new InterfaceFacts(
                Loopback.INTERFACE, List.of(Addresses.inDigits("::1").orElseThrow()), true, false, true, 1_500);
        assertThatIOException()
                .isThrownBy(() -> DatagramPort.open(MulticastGroup.of("ff15::7", 6003), List.of(other), Outlet.of(0)))
                .withMessageContaining("does not keep datagrams on this machine");
    }

    @Test
    void lanesNeedADistributionPoint() {
        ImageSender.Builder sender = ImageSender.to(Loopback.group())
                .networkInterface(Loopback.INTERFACE)
                .slowReceivers(SlowReceiverPolicy.lanes(2));
        assertThatIllegalArgumentException().isThrownBy(sender::open).withMessageContaining("DistributionPoint");
        assertThat(new SlowReceiverPolicy.Lanes(3).next()).isEqualTo(SlowReceiverPolicy.lanes(2));
        assertThat(new SlowReceiverPolicy.Lanes(2).next()).isEqualTo(SlowReceiverPolicy.secondPass());
    }

    @Test
    void leasedAddressesRefuseWhatTheyCannotMean() {
        List<Consumer<AddressAllocator.MadcapBuilder>> all = List.of(
                leased -> leased.server(GLOBAL.address()),
                leased -> leased.server(MulticastGroup.of("ff15::1", 1).address()),
                leased -> leased.scope(MulticastGroup.of("ff15::1", 1).address()),
                leased -> leased.scope(InetAddress.getLoopbackAddress()),
                leased -> leased.port(0),
                leased -> leased.timeToLive(256),
                leased -> leased.lease(Duration.ofSeconds(59)),
                leased -> leased.lease(Duration.ofDays(31)),
                leased -> leased.patience(Duration.ofMillis(999)),
                leased -> leased.patience(Duration.ofSeconds(31)));
        assertThat(all)
                .allSatisfy(option -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> option.accept(AddressAllocator.madcap(Loopback.INTERFACE))));
    }

    @Test
    void everyOptionRefusesWhatItCannotMean() {
        List<Consumer<ImageSender.Builder>> senders = List.of(
                sender -> sender.timeToLive(-1),
                sender -> sender.timeToLive(256),
                sender -> sender.dscp(-1),
                sender -> sender.dscp(64),
                sender -> sender.networkInterfaces(),
                sender -> sender.networkInterfaces(new String[17]),
                sender -> sender.rate(new DataRate(7_999)),
                sender -> sender.redundancy(Redundancy.percent(101)),
                sender -> sender.startWhen(StartPolicy.receivers(0)),
                sender -> sender.giveUpAfter(Duration.ZERO),
                sender -> sender.startWhen(StartPolicy.quietFor(Duration.ofDays(400))),
                sender -> sender.maximumReceivers(0),
                sender -> sender.maximumReceivers(65_537),
                sender -> sender.repairShare(0),
                sender -> sender.repairShare(1.1),
                sender -> sender.slowReceivers(
                        SlowReceiverPolicy.dropBelow(DataRate.ofMegabits(1), Duration.ofMillis(999))),
                sender -> sender.slowReceivers(SlowReceiverPolicy.lanes(1)),
                sender -> sender.slowReceivers(SlowReceiverPolicy.lanes(4)),
                sender -> sender.segmentLength(63),
                sender -> sender.segmentLength(65_001),
                sender -> sender.blockLength(0),
                sender -> sender.blockLength(255),
                sender -> sender.parityCount(-1),
                sender -> sender.memoryLimit(1),
                sender -> sender.memoryLimit(Long.MAX_VALUE),
                sender -> sender.receiverTimeout(Duration.ofSeconds(-1)),
                sender -> sender.fecEncodingId(2),
                sender -> sender.groupSize(0),
                sender -> sender.acknowledgedBy(1, 0),
                sender -> sender.nodeId(0),
                sender -> sender.nodeId(-1),
                sender -> sender.sessionName("x".repeat(256)),
                sender -> sender.sessionName("a\nb"));
        for (Consumer<ImageSender.Builder> option : senders) {
            assertThatIllegalArgumentException().isThrownBy(() -> option.accept(ImageSender.to(Loopback.group())));
        }
        List<Consumer<ImageReceiver.Builder>> receivers = List.of(
                receiver -> receiver.timeToLive(256),
                receiver -> receiver.dscp(64),
                receiver -> receiver.name("\u20ac".repeat(86)),
                receiver -> receiver.waitForSender(Duration.ZERO),
                receiver -> receiver.senderTimeout(Duration.ZERO),
                receiver -> receiver.memoryLimit(0),
                receiver -> receiver.maximumImageLength(-1),
                receiver -> receiver.nodeId(0),
                receiver -> receiver.trust(),
                receiver -> receiver.minimumSerial(0),
                receiver -> receiver.minimumSerial(-1),
                receiver -> receiver.expect(""),
                receiver -> receiver.expect("ab".repeat(31) + "xy"));
        for (Consumer<ImageReceiver.Builder> option : receivers) {
            assertThatIllegalArgumentException().isThrownBy(() -> option.accept(ImageReceiver.from(Loopback.group())));
        }
        List<Consumer<NormReceiver.Builder>> plain = List.of(
                receiver -> receiver.objectCount(0),
                receiver -> receiver.objectCount(32_768),
                receiver -> receiver.maximumObjectLength(0),
                receiver -> receiver.quietPeriod(Duration.ZERO));
        for (Consumer<NormReceiver.Builder> option : plain) {
            assertThatIllegalArgumentException().isThrownBy(() -> option.accept(NormReceiver.from(Loopback.group())));
        }
    }

    @Test
    void optionsThatContradictEachOtherAreRefusedWhenOpened() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageSender.to(Loopback.group())
                        .networkInterface(Loopback.INTERFACE)
                        .blockLength(200)
                        .parityCount(56)
                        .open())
                .withMessage(
                        "a block of 200 segments and 56 of parity exceeds 255; lower blockLength() or parityCount()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageSender.to(Loopback.group())
                        .networkInterface(Loopback.INTERFACE)
                        .rate(DataRate.ofMegabits(1))
                        .congestionControl(DataRate.ofMegabits(2))
                        .open())
                .withMessageContaining("cannot send at least");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageSender.to(Loopback.group())
                        .networkInterface(Loopback.INTERFACE)
                        .segmentLength(60_000)
                        .memoryLimit(8 << 20)
                        .open())
                .withMessageContaining("has no room for 4 blocks of 9600000 bytes");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceWithWhatToDo() throws IOException {
        GroupKey closed = GroupKey.random();
        ImageSender.Builder sender = ImageSender.to(GLOBAL)
                .networkInterface(Loopback.INTERFACE)
                .groupKey(closed)
                .targets(TargetSet.named("one", "two"))
                .maximumReceivers(1)
                .slowReceivers(SlowReceiverPolicy.lanes(2))
                .blockLength(254)
                .parityCount(2)
                .segmentLength(60_000)
                .memoryLimit(8 << 20)
                .rate(DataRate.ofMegabits(1))
                .congestionControl(DataRate.ofMegabits(2));
        closed.close();
        assertThatIllegalArgumentException()
                .isThrownBy(sender::open)
                .satisfies(refusal -> assertThat(refusal.getMessage().lines())
                        .satisfiesExactly(
                                line -> assertThat(line).isEqualTo("7 things are to be changed:"),
                                line -> assertThat(line)
                                        .startsWith("- ")
                                        .endsWith("raise maximumReceivers() if that is meant"),
                                line -> assertThat(line).endsWith("or use secondPass()"),
                                line -> assertThat(line).endsWith("lower blockLength() or parityCount()"),
                                line -> assertThat(line).endsWith("or call allowGlobalScope()"),
                                line -> assertThat(line).startsWith("- the group key is closed; close it when"),
                                line -> assertThat(line).endsWith("lower the floor, or raise rate()"),
                                line -> assertThat(line).endsWith("raise it, or choose shorter blocks")));

        ImageReceiver.Builder receiver =
                ImageReceiver.from(GLOBAL).networkInterface("nowhere0").timeToLive(0);
        assertThatIllegalArgumentException()
                .isThrownBy(receiver::open)
                .withMessageContainingAll("allowGlobalScope()", "\"nowhere0\"", "name one of them");
        SessionDirectory.Builder directory = SessionDirectory.on("nowhere0").group(GLOBAL);
        assertThatIllegalArgumentException()
                .isThrownBy(directory::open)
                .withMessageContainingAll("allowGlobalScope()", "\"nowhere0\"", "name one of them");
        assertThatIOException().isThrownBy(receiver.allowGlobalScope()::open).withMessageContaining("name one of them");
    }

    @Test
    void whatNamesNothingIsNoObjectAndNoTarget() {
        assertThatIllegalArgumentException().isThrownBy(() -> NormObject.file(Path.of("")));
        assertThatIllegalArgumentException().isThrownBy(() -> NormObject.file(Path.of("/")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NormObject.data(new byte[1], ""))
                .withMessage("a name is empty; withoutInfo() sends none");
        assertThatIllegalArgumentException().isThrownBy(() -> NormTarget.file(Path.of("")));
    }

    @Test
    void dataIsCopied() {
        byte[] content = {1, 2, 3};
        NormObject.Data data = (NormObject.Data) NormObject.data(content, "three");
        content[0] = 9;
        assertThat(data.content().get(0)).isEqualTo((byte) 1);
        assertThat(data.content().get()).isEqualTo(data.content().get());
        assertThat(data.withoutInfo().name()).isEqualTo(Optional.empty());
    }
}
