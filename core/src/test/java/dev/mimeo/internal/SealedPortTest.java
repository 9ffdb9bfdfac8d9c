package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.mimeo.internal.SealedPort.Role;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.kit.FaultRecord;
import dev.mimeo.protocol.seal.SealDirection;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.seal.SealId;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SealedPortTest {
    private static final int SENDER = 0x11;
    private static final int RECEIVER = 0x22;
    private static final long EPOCH = 1L << 22;
    private static final long NONCES = Long.getLong("mimeo.nonces", 300_000);

    private final GroupSecret key = GroupSecret.random();
    private final Ether ether = new Ether();

    /** A sealed port, what is under it, and what came through it. */
    private final class End {
        private final Ether.Member member = ether.join();
        private final SealedPort port;
        private final List<byte[]> opened = new ArrayList<>();
        private final Inbound inbound = new Inbound();

        End(Role role, GroupSecret key, long firstCounter) {
            port = new SealedPort(member, role, key, "here");
            port.skipTo(firstCounter);
        }

        void send(byte[] message) throws IOException {
            assertThat(port.send(ByteBuffer.wrap(message), NodeId.ANY)).isTrue();
        }

        /** Takes all that has arrived; returns how much of it opened. */
        int takeAll() throws IOException {
            int count = 0;
            while (port.receive(inbound)) {
                byte[] message = new byte[inbound.datagram().remaining()];
                inbound.datagram().get(message);
                if (message.length > 0) {
                    opened.add(message);
                    count++;
                }
            }
            return count;
        }

        int takes(byte[] datagram) throws IOException {
            member.inject(datagram);
            return takeAll();
        }

        long refused(Refusals.Reason reason) {
            return port.refused(reason);
        }
    }

    private End end(Role role) {
        return new End(role, key, 0);
    }

    private static byte[] data(int content) {
        return ByteBuffer.allocate(40)
                .putInt(0, 0x12345678)
                .putInt(4, SENDER)
                .putInt(36, content)
                .array();
    }

    private static byte[] feedback(int about, int content) {
        return ByteBuffer.allocate(40)
                .putInt(0, 0x14345678)
                .putInt(4, RECEIVER)
                .putInt(8, about)
                .putInt(36, content)
                .array();
    }

    // ------------------------------------------------------------------------------------------------- what gets
    // through

    @Test
    void whatASenderSealsReceiversOpenAndItsAnswersGoToAll() throws IOException {
        End sender = end(Role.SENDER);
        End one = end(Role.RECEIVER);
        End two = end(Role.RECEIVER);
        sender.send(data(1));
        assertThat(one.takeAll()).isEqualTo(1);
        assertThat(two.takeAll()).isEqualTo(1);
        one.send(feedback(SENDER, 2));

        assertThat(sender.takeAll()).isEqualTo(1);
        assertThat(two.takeAll()).isEqualTo(1);
        assertThat(one.takeAll()).as("its own").isZero();
        assertThat(one.opened).containsExactly(data(1));
        assertThat(two.opened).containsExactly(data(1), feedback(SENDER, 2));
        assertThat(sender.opened).containsExactly(feedback(SENDER, 2));
        assertThat(sender.port.complaint()).isEmpty();
        assertThat(ether.recorded).extracting(each -> each.length).containsExactly(40 + 42, 40 + 58);
        assertThat(HexFormat.of().formatHex(ether.recorded.get(0)).substring(52))
                .doesNotContain("00000000000000000000");
    }

    @Test
    void membersOfADirectoryHearEachOther() throws IOException {
        List<End> members = List.of(end(Role.MEMBER), end(Role.MEMBER), end(Role.MEMBER));
        for (End each : members) {
            each.send(data(3));
        }
        for (End each : members) {
            assertThat(each.takeAll()).isEqualTo(2);
        }
    }

    @Test
    void whoNeverHeardASenderSaysNothingToIt() throws IOException {
        End receiver = end(Role.RECEIVER);
        receiver.send(feedback(SENDER, 1));
        assertThat(ether.recorded).isEmpty();
    }

    @Test
    void feedbackGoesToTheStartThatItNames() throws IOException {
        End first = end(Role.SENDER);
        End second = end(Role.SENDER);
        End receiver = end(Role.RECEIVER);
        first.send(ofInstance(data(1), 8, 1));
        second.send(ofInstance(data(2), 8, 2));
        receiver.takeAll();
        first.takeAll();
        receiver.send(ofInstance(feedback(SENDER, 3), 12, 1));
        assertThat(first.takeAll()).isEqualTo(1);
        assertThat(second.takeAll()).isZero();
        receiver.send(ofInstance(feedback(SENDER, 4), 12, 2));
        assertThat(first.takeAll()).isZero();
        assertThat(second.takeAll()).isEqualTo(1);
        receiver.send(ofInstance(feedback(SENDER, 5), 12, 3));
        receiver.send(ofInstance(feedback(0x77, 6), 12, 1));
        assertThat(first.takeAll()).isZero();
        assertThat(second.takeAll()).isZero();
    }

    private static byte[] ofInstance(byte[] message, int at, int instance) {
        return ByteBuffer.wrap(message).putShort(at, (short) instance).array();
    }

    @Test
    void whereTwoSayThatTheyAreOneStartTheOneHeardLastIsAnswered() throws IOException {
        End first = end(Role.SENDER);
        End second = end(Role.SENDER);
        End receiver = end(Role.RECEIVER);
        for (End each : List.of(first, second, first, second)) {
            each.send(data(1));
            receiver.takeAll();
            receiver.send(feedback(SENDER, 2));
            first.takeAll();
            second.takeAll();
        }
        assertThat(first.opened).hasSize(2);
        assertThat(second.opened).hasSize(2);
    }

    @Test
    void epochsChangeWithoutALoss() throws IOException {
        End sender = new End(Role.SENDER, key, EPOCH - 3);
        End receiver = new End(Role.RECEIVER, key, 7 * EPOCH - 2);
        for (int i = 0; i < 6; i++) {
            sender.send(data(i));
            assertThat(receiver.takeAll()).isEqualTo(1);
            receiver.send(feedback(SENDER, i));
            assertThat(sender.takeAll()).isEqualTo(1);
        }
    }

    @Test
    void packetsThatOvertakeEachOtherAcrossEpochsAllArrive() throws IOException {
        End sender = new End(Role.SENDER, key, EPOCH - 50);
        for (int i = 0; i < 100; i++) {
            sender.send(data(i));
        }
        List<byte[]> shuffled = new ArrayList<>(ether.recorded);
        Collections.shuffle(shuffled, new Random(3));
        End receiver = end(Role.RECEIVER);
        for (byte[] each : shuffled) {
            assertThat(receiver.takes(each)).isEqualTo(1);
        }
    }

    /** After an outage of a minute at 1 Gbit/s a sender is epochs ahead; a limit would have it never heard again. */
    @Test
    void whoWasAwayForManyEpochsHearsAgain() throws IOException {
        End receiver = end(Role.RECEIVER);
        End sender = end(Role.SENDER);
        sender.send(data(1));
        assertThat(receiver.takeAll()).isEqualTo(1);
        sender.port.skipTo(100 * EPOCH);
        sender.send(data(2));
        sender.send(data(3));
        assertThat(receiver.takeAll()).isEqualTo(2);
    }

    @Fault("F27")
    @Test
    void theLastCounterIsUsedAndNoneAfterIt() throws IOException {
        End sender = new End(Role.SENDER, key, SealHeader.COUNTER_LIMIT - 1);
        End receiver = end(Role.RECEIVER);
        sender.send(data(1));
        assertThat(receiver.takeAll()).isEqualTo(1);
        assertThatIOException()
                .isThrownBy(() -> sender.send(data(2)))
                .withMessage("As many datagrams were sealed as one start may: start again");
        assertThat(ether.recorded).hasSize(1);
    }

    @Test
    void whatIsClosedSealsNothingAndOpensNothing() throws IOException {
        End sender = end(Role.SENDER);
        End receiver = end(Role.RECEIVER);
        sender.send(data(1));
        receiver.takeAll();
        sender.send(data(2));
        sender.port.close();
        receiver.port.close();
        assertThat(sender.member.closed).isTrue();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> sender.send(data(3)));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(receiver::takeAll);
        assertThat(ether.recorded).hasSize(2);
    }

    @Test
    void aKeyMayBeClosedOnceSomethingIsOpenWithIt() throws IOException {
        GroupSecret brief = GroupSecret.of(key.copy());
        End sender = new End(Role.SENDER, brief, EPOCH - 1);
        End receiver = new End(Role.RECEIVER, brief, 0);
        brief.close();
        sender.send(data(1));
        sender.send(data(2));
        assertThat(receiver.takeAll()).isEqualTo(2);
    }

    // --------------------------------------------------------------------------------------------------- what does not

    /** Every mode times every wrong packet: nothing is accepted, nothing learned, and the right packet still is. */
    @Fault("F37")
    @Test
    void noModeAcceptsAWrongPacket(FaultRecord record) throws IOException {
        End sender = end(Role.SENDER);
        End member = end(Role.MEMBER);
        End receiver = end(Role.RECEIVER);
        End other = end(Role.RECEIVER);
        End stranger = new End(Role.SENDER, GroupSecret.random(), 0);
        End strange = new End(Role.RECEIVER, GroupSecret.random(), 0);
        sender.send(data(0));
        for (End each : List.of(member, receiver, other)) {
            assertThat(each.takeAll()).isEqualTo(1);
        }
        stranger.send(data(1));
        byte[] wrongKey = ether.last();
        assertThat(strange.takeAll()).isZero();
        sender.takeAll();
        sender.send(data(1));
        byte[] data = ether.last();
        other.send(feedback(SENDER, 2));
        byte[] feedback = ether.last();

        int cases = 0;
        cases += assertNoneAccepted(end(Role.RECEIVER), data, wrongKey, wrongPackets(data, data(1)));
        cases += assertNoneAccepted(end(Role.MEMBER), data, wrongKey, wrongPackets(data, data(1)));
        drain(receiver, sender);
        cases += assertNoneAccepted(knowing(data), feedback, wrongKey, wrongPackets(feedback, feedback(SENDER, 2)));
        End again = sameSession(sender);
        cases += assertNoneAccepted(again, feedback, wrongKey, wrongPackets(feedback, feedback(SENDER, 2)));
        cases += assertNoneThroughClear(wrongPackets(data, data(1)), wrongPackets(feedback, feedback(SENDER, 2)));
        System.out.println(cases + " wrong packets, none accepted");
        assertThat(cases).isGreaterThan(3_000);
        record.runs(cases);
    }

    private static void drain(End... ends) {
        for (End each : ends) {
            each.member.receive(new Inbound());
        }
    }

    /** A receiver that has opened {@code data}, and so hears feedback about its session. */
    private End knowing(byte[] data) throws IOException {
        End receiver = end(Role.RECEIVER);
        assertThat(receiver.takes(data)).isEqualTo(1);
        return receiver;
    }

    /** The sender as it is: only it hears feedback about its session. */
    private static End sameSession(End sender) {
        Inbound nothing = new Inbound();
        while (sender.member.receive(nothing)) {
            continue;
        }
        return sender;
    }

    private int assertNoneAccepted(End end, byte[] right, byte[] wrongKey, Map<String, byte[]> wrong)
            throws IOException {
        int sessions = end.port.table().sessionCount();
        int receivers = end.port.table().receiverCount();
        wrong.put("wrong key", wrongKey);
        for (Map.Entry<String, byte[]> each : wrong.entrySet()) {
            assertThat(end.takes(each.getValue())).as(each.getKey()).isZero();
        }
        assertThat(end.port.table().sessionCount()).isEqualTo(sessions);
        assertThat(end.port.table().receiverCount()).isEqualTo(receivers);
        assertThat(end.member.believed).isEmpty();
        int tries = 1;
        while (end.takes(right) == 0 && tries < 16) {
            tries++;
        }
        assertThat(tries).as("until the right one was heard").isLessThan(16);
        assertThat(end.takes(right)).as("again").isZero();
        return wrong.size();
    }

    @SafeVarargs
    private int assertNoneThroughClear(Map<String, byte[]>... wrong) throws IOException {
        Ether.Member member = ether.join();
        ClearPort clear = new ClearPort(member, "here", 0);
        Inbound inbound = new Inbound();
        int cases = 0;
        for (Map<String, byte[]> each : wrong) {
            each.remove("clear");
            each.remove("nothing");
            // What begins like NORM is no longer sealed, and for the decoder of NORM to refuse.
            each.values().removeIf(datagram -> datagram[0] >> 4 == 1 || datagram[0] >> 4 != -2);
            for (byte[] datagram : each.values()) {
                member.inject(datagram);
                assertThat(clear.receive(inbound)).isTrue();
                assertThat(inbound.datagram().hasRemaining()).isFalse();
                cases++;
            }
        }
        assertThat(clear.complaint()).contains("were sealed; a group key is needed");
        return cases;
    }

    /** What an attacker without the key makes of a packet. */
    private static Map<String, byte[]> wrongPackets(byte[] right, byte[] message) {
        Map<String, byte[]> wrong = new HashMap<>();
        for (int bit = 0; bit < right.length * Byte.SIZE; bit++) {
            wrong.put("bit " + bit, changed(right, bit / 8, 1 << bit % 8));
        }
        for (int length = 1; length < right.length; length++) {
            wrong.put("first " + length, Arrays.copyOf(right, length));
        }
        wrong.put("a byte more", Arrays.copyOf(right, right.length + 1));
        wrong.put("nothing", new byte[0]);
        wrong.put("clear", message);
        wrong.put("clear with the header", glued(Arrays.copyOf(right, 26), message, new byte[16]));
        wrong.put("next epoch", changed(right, 18 + 4, 0x40));
        wrong.put("an epoch far ahead", changed(right, 18 + 2, 0x7f));
        wrong.put("the other direction", changed(right, 1, 3));
        byte[] head = Arrays.copyOf(right, 26);
        byte[] tail = Arrays.copyOfRange(right, 26, right.length);
        wrong.put("the other direction, with a receiver", changed(glued(head, new byte[16], tail), 1, 3));
        wrong.put("zeros", new byte[right.length]);
        return wrong;
    }

    private static byte[] changed(byte[] bytes, int at, int bits) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) bits;
        return changed;
    }

    private static byte[] glued(byte[]... parts) {
        ByteBuffer out = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(each -> each.length).sum());
        Arrays.stream(parts).forEach(out::put);
        return out.array();
    }

    @Fault("F35")
    @Test
    void aRecordingOfEverythingPlayedAgainChangesNothing() throws IOException {
        End sender = end(Role.SENDER);
        End one = end(Role.RECEIVER);
        End two = end(Role.RECEIVER);
        for (int i = 0; i < 10_000; i++) {
            sender.send(data(i));
            if (i % 7 == 6) {
                one.takeAll();
                two.takeAll();
                (i % 2 == 0 ? one : two).send(feedback(SENDER, i));
            }
            sender.takeAll();
        }
        for (End each : List.of(sender, one, two)) {
            each.takeAll();
            int known = each.opened.size();
            List<byte[]> recording = List.copyOf(ether.recorded);
            for (byte[] datagram : recording) {
                each.member.inject(datagram);
            }
            assertThat(each.takeAll()).isZero();
            assertThat(each.opened).hasSize(known);
            assertThat(each.refused(Refusals.Reason.REPLAYED)).isPositive();
            assertThat(each.refused(Refusals.Reason.FORGED)).isZero();
        }
    }

    @Fault("F35")
    @Test
    void packetsThatAreMovedToAnotherSessionOrReceiverDoNotOpen() throws IOException {
        End first = end(Role.SENDER);
        End second = end(Role.SENDER);
        End one = end(Role.RECEIVER);
        End two = end(Role.RECEIVER);
        first.send(data(1));
        byte[] ofFirst = ether.last();
        second.send(data(2));
        byte[] ofSecond = ether.last();
        one.takeAll();
        two.takeAll();
        one.send(feedback(SENDER, 3));
        byte[] ofOne = ether.last();
        two.send(feedback(SENDER, 4));
        byte[] ofTwo = ether.last();
        End fresh = end(Role.RECEIVER);
        assertThat(fresh.takes(withIdOf(ofFirst, ofSecond, 2))).isZero();
        assertThat(fresh.takes(withIdOf(ofSecond, ofFirst, 2))).isZero();
        End listener = knowing(ofSecond);
        assertThat(listener.takes(withIdOf(ofOne, ofTwo, 26))).isZero();
        assertThat(listener.takes(withIdOf(ofTwo, ofOne, 26))).isZero();
        assertThat(listener.refused(Refusals.Reason.FORGED)).isEqualTo(2);
        assertThat(listener.takes(withIdOf(ofOne, ofFirst, 2))).isZero();
        assertThat(listener.takes(ofOne)).isEqualTo(1);
    }

    /** Sixteen bytes at a place are those of another datagram. */
    private static byte[] withIdOf(byte[] datagram, byte[] other, int at) {
        byte[] moved = datagram.clone();
        System.arraycopy(other, at, moved, at, SealId.LENGTH);
        return moved;
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void forgeriesPushNobodyOut(Role role) throws IOException {
        End sender = end(Role.SENDER);
        End tested = role == Role.SENDER ? sender : end(role);
        End receiver = end(Role.RECEIVER);
        sender.send(data(1));
        receiver.takeAll();
        receiver.send(feedback(SENDER, 2));
        tested.takeAll();
        int sessions = tested.port.table().sessionCount();
        int receivers = tested.port.table().receiverCount();
        SplittableRandom random = new SplittableRandom(1);
        byte[] forged = ether.recorded.get(role == Role.SENDER ? 1 : 0).clone();
        for (int i = 0; i < 20_000; i++) {
            byte[] id = new byte[16];
            random.nextBytes(id);
            System.arraycopy(id, 0, forged, role == Role.SENDER ? 26 : 2, 16);
            assertThat(tested.takes(forged)).isZero();
        }
        assertThat(tested.refused(Refusals.Reason.FORGED) + tested.refused(Refusals.Reason.UNTRIED))
                .isEqualTo(20_000);
        assertThat(tested.refused(Refusals.Reason.FORGED))
                .as("for which keys were derived")
                .isBetween(2_500L, 2_600L);
        assertThat(tested.port.table().sessionCount()).isEqualTo(sessions);
        assertThat(tested.port.table().receiverCount()).isEqualTo(receivers);
        assertThat(tested.port.complaint()).contains("could not be opened; is the group key the same on both sides?");
    }

    @Test
    void whoIsNewAmongForgeriesIsHeardSoon() throws IOException {
        End receiver = end(Role.RECEIVER);
        End sender = end(Role.SENDER);
        byte[] forged = sealed(new KeySchedule(GroupSecret.random().copy()), new SealId(1, 2), 0, data(0));
        for (int i = 0; i < 1_000; i++) {
            assertThat(receiver.takes(forged)).isZero();
        }
        int sent = 0;
        for (int heard = 0; heard == 0; sent++) {
            for (int i = 0; i < 10; i++) {
                receiver.takes(forged);
            }
            sender.send(data(sent));
            heard = receiver.takeAll();
        }
        assertThat(sent).isLessThan(20);
        sender.send(data(sent));
        assertThat(receiver.takes(forged)).as("and from then on always").isEqualTo(1);
    }

    @Test
    void whoIsHeardAllTheTimeIsNotLetGoAndWhoIsDoesNotComeBack() throws IOException {
        End live = end(Role.MEMBER);
        End receiver = end(Role.RECEIVER);
        live.send(data(0));
        receiver.takeAll();
        List<byte[]> oldest = new ArrayList<>();
        KeySchedule schedule = new KeySchedule(key.copy());
        for (int i = 0; i < SealTable.MOST_SESSIONS + 10; i++) {
            SealId session = new SealId(7, i);
            assertThat(receiver.takes(sealed(schedule, session, 0, data(i)))).isEqualTo(1);
            oldest.add(sealed(schedule, session, 1, data(i)));
            live.send(data(i));
            assertThat(receiver.takeAll()).isEqualTo(1);
        }
        assertThat(receiver.port.table().sessionCount()).isEqualTo(SealTable.MOST_SESSIONS);
        assertThat(receiver.takes(oldest.get(0)))
                .as("of a retired session, though new")
                .isZero();
        assertThat(receiver.takes(oldest.get(oldest.size() - 1))).isEqualTo(1);
    }

    /** What another sender would send. */
    private static byte[] sealed(KeySchedule schedule, SealId session, long counter, byte[] message)
            throws IOException {
        byte[] sealed = new byte[message.length + SealHeader.SENDER_OVERHEAD];
        int header = SealHeader.write(ByteBuffer.wrap(sealed), session, counter);
        PacketKey data = schedule.data(schedule.secret(session), SealHeader.epoch(counter));
        new PacketCipher().seal(data, SealDirection.FROM_SENDER, counter, message, message.length, sealed, header);
        return sealed;
    }

    @Test
    void whatIsOnlyAskedForDoesNotCountAsHeard() throws IOException {
        SealTable table = new SealTable();
        for (int i = 0; i < SealTable.MOST_SESSIONS; i++) {
            table.heard(new SealSession(new SealId(0, i), new byte[32]));
        }
        assertThat(table.session(new SealId(0, 0))).isNotNull();
        table.heard(table.session(new SealId(0, 1)));
        table.heard(new SealSession(new SealId(1, 0), new byte[32]));
        assertThat(table.session(new SealId(0, 0))).isNull();
        assertThat(table.isRetired(new SealId(0, 0))).isTrue();
        assertThat(table.session(new SealId(0, 1))).isNotNull();
    }

    @Test
    void receiversBeyondTheMostAreLetGo() throws IOException {
        SealTable table = new SealTable();
        SealId session = new SealId(1, 2);
        for (int i = 0; i < SealTable.MOST_RECEIVERS + 5; i++) {
            SealOrigin origin = table.receiver(session, new SealId(3, i));
            assertThat(origin.isNew(0)).isTrue();
            origin.accept(0, 0, new PacketKey(new byte[PacketKey.LENGTH]));
            table.heard(session, new SealId(3, i), origin);
        }
        assertThat(table.receiverCount()).isEqualTo(SealTable.MOST_RECEIVERS);
        assertThat(table.receiver(session, new SealId(3, 0)).isNew(0)).isTrue();
        assertThat(table.receiver(session, new SealId(3, 5)).isNew(0)).isFalse();
    }

    // --------------------------------------------------------------------------------------------------------- nonces

    /**
     * Whatever is sent, again or after a start, no key meets a nonce twice. {@code -Dmimeo.nonces=10000000} is the promise;
     * fewer in every build.
     */
    @Fault("F38")
    @Test
    void noNonceIsUsedTwice(FaultRecord record) throws IOException {
        Nonces nonces = new Nonces();
        ByteBuffer message = ByteBuffer.wrap(data(1));
        ByteBuffer answer = ByteBuffer.wrap(feedback(SENDER, 1));
        for (long count = 0; count < NONCES; ) {
            // A start of the sender and of some receivers. Every message is the same: it leaves again and again, as if
            // it
            // were repaired, or the system had no room.
            Ether watched = new Ether().watchedBy(nonces::look);
            SealedPort sender = new SealedPort(watched.join(), Role.SENDER, key, "here");
            sender.skipTo(EPOCH - 1_000);
            List<SealedPort> receivers = new ArrayList<>();
            send(sender, message);
            for (int i = 0; i < 8; i++) {
                Ether.Member member = watched.join();
                receivers.add(new SealedPort(member, Role.RECEIVER, key, "here"));
                receivers.get(i).skipTo(EPOCH - 10);
                member.inject(nonces.latestData);
                assertThat(receivers.get(i).receive(new Inbound())).isTrue();
            }
            long most = Math.min(NONCES - count, 1_000_000);
            for (int i = 0; i < most; i++) {
                send(sender, message);
                if (i % 16 == 0) {
                    send(receivers.get(i / 16 % 8), answer);
                }
            }
            count += most;
        }
        System.out.println(nonces.count + " packets under " + nonces.highest.size() + " origins, no nonce twice");
        assertThat(nonces.count).isGreaterThan(NONCES);
        record.atLeast("packets sealed, no nonce twice", nonces.count, NONCES);
    }

    private static void send(SealedPort port, ByteBuffer message) throws IOException {
        port.send(message.duplicate(), NodeId.ANY);
    }

    /** Looks at what leaves: of each origin counters rise, which is more than that none comes twice. */
    private static final class Nonces {
        private final SealHeader header = new SealHeader();
        private final Map<Origin, long[]> highest = new HashMap<>();
        private final Set<SealId> ids = new HashSet<>();
        private byte[] latestData;
        private long count;

        private record Origin(SealDirection direction, SealId session, SealId receiver) {}

        private void look(ByteBuffer datagram) {
            try {
                header.read(datagram);
            } catch (MalformedDatagramException e) {
                throw new AssertionError(e);
            }
            boolean isData = header.direction() == SealDirection.FROM_SENDER;
            Origin origin =
                    new Origin(header.direction(), header.session(), isData ? new SealId(0, 0) : header.receiver());
            long[] before = highest.get(origin);
            if (before == null) {
                assertThat(ids.add(isData ? origin.session() : origin.receiver()))
                        .isTrue();
                highest.put(origin, new long[] {header.counter()});
                if (isData) {
                    latestData = new byte[datagram.remaining()];
                    datagram.get(0, latestData);
                }
            } else {
                if (header.counter() <= before[0]) {
                    throw new AssertionError("counter " + header.counter() + " after " + before[0]);
                }
                before[0] = header.counter();
            }
            count++;
        }
    }
}
