package dev.mimeo.protocol.directory;

import static dev.mimeo.protocol.directory.DirectoryRig.SECOND;
import static dev.mimeo.protocol.directory.DirectoryRig.group;
import static dev.mimeo.protocol.directory.DirectoryRig.image;
import static dev.mimeo.protocol.directory.DirectoryRig.offer;
import static dev.mimeo.protocol.directory.DirectoryRig.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.directory.DirectoryMessage.Claim;
import dev.mimeo.protocol.directory.DirectoryMessage.Inquiry;
import dev.mimeo.protocol.directory.DirectoryMessage.Page;
import dev.mimeo.protocol.directory.DirectoryRig.Participant;
import dev.mimeo.protocol.directory.Listing.State;
import dev.mimeo.protocol.kit.Fault;
import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.SessionText;
import dev.mimeo.protocol.wire.ApplicationCommand;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageCodec;
import dev.mimeo.protocol.wire.ReceiverHeader;
import dev.mimeo.protocol.wire.Report;
import dev.mimeo.protocol.wire.SenderHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryMachineTest {
    private final DirectoryRig rig = new DirectoryRig();

    @Test
    void whoeverListensHearsWhatAPointSendsAndOffers() {
        Participant point = rig.join("east wing");
        Participant watcher = rig.join("");
        point.list(session(1, State.WAITING));
        point.list(offer(2));
        rig.run(SECOND / 10);
        assertThat(watcher.heard()).containsExactly("east wing: lab-1 WAITING", "east wing: lab-2 OFFERED");

        point.list(session(1, State.SENDING));
        rig.run(SECOND / 10);
        assertThat(watcher.heard()).containsExactly("east wing: lab-1 SENDING", "east wing: lab-2 OFFERED");
        assertThat(rig.pages).as("both in one page at first").isEqualTo(2);
    }

    @Test
    void whatIsOverIsSaidThreeTimesAndForgotten() {
        Participant point = rig.join("east wing");
        Participant watcher = rig.join("");
        point.list(session(1, State.SENDING));
        rig.run(SECOND);
        rig.pages = 0;
        point.withdraw(session(1, State.SENDING));
        rig.run(60 * SECOND);
        assertThat(watcher.heard()).isEmpty();
        assertThat(rig.pages).isEqualTo(3);
        assertThat(point.machine.nextDeadlineNanos()).isEqualTo(DirectoryMachine.NEVER);
        assertThat(watcher.machine.nextDeadlineNanos()).isEqualTo(DirectoryMachine.NEVER);
    }

    @Test
    void aPointThatFallsSilentIsForgotten() {
        Participant point = rig.join("east wing");
        Participant watcher = rig.join("");
        point.list(session(1, State.SENDING));
        rig.run(SECOND);
        rig.network = message -> false;
        rig.run(9 * SECOND);
        assertThat(watcher.heard()).hasSize(1);
        rig.run(3 * SECOND);
        assertThat(watcher.heard()).isEmpty();
    }

    @Test
    void anImageIsFoundByNameOrIdentityInASessionThatIsOpen() {
        Participant point = rig.join("east wing");
        Participant byName = rig.join("");
        Participant byIdentity = rig.join("");
        Participant other = rig.join("");
        point.list(session(1, State.WAITING));
        byName.ask("lab-1");
        byIdentity.ask(image(1).toString());
        other.ask("lab-2");
        rig.run(20 * SECOND);
        assertThat(byName.events).singleElement().isInstanceOf(DirectoryEvent.Found.class);
        assertThat(byIdentity.events)
                .containsExactly(new DirectoryEvent.Found(
                        image(1).toString(), new Heard(point.id, "east wing", session(1, State.WAITING))));
        assertThat(other.events).isEmpty();
        assertThat(point.events).isEmpty();
    }

    @Test
    void anImageThatIsOfferedIsAskedForOnceASecondUntilItIsSent() {
        Participant point = rig.join("east wing");
        Participant receiver = rig.join("");
        point.list(offer(1));
        receiver.ask("lab-1");
        rig.run(SECOND);
        assertThat(point.events).containsExactly(new DirectoryEvent.Asked(offer(1)));
        assertThat(receiver.events).isEmpty();

        point.list(session(1, State.WAITING));
        rig.run(SECOND);
        assertThat(receiver.events).singleElement().isInstanceOf(DirectoryEvent.Found.class);
        int inquiries = rig.inquiries;
        rig.run(30 * SECOND);
        assertThat(rig.inquiries).isEqualTo(inquiries);
        assertThat(point.events).hasSize(1);
    }

    @Test
    void aRoomThatIsSwitchedOnAsksAFewTimesNotAThousand() {
        Participant point = rig.join("east wing");
        point.list(offer(1));
        List<Participant> room = new ArrayList<>();
        for (int seat = 0; seat < 1_000; seat++) {
            Participant receiver = rig.join("");
            receiver.ask("lab-1");
            room.add(receiver);
        }
        rig.run(3 * SECOND);
        point.list(session(1, State.WAITING));
        rig.run(SECOND);
        assertThat(room).allSatisfy(seat -> assertThat(seat.events).hasSize(1));
        assertThat(rig.inquiries).isLessThan(10);
    }

    /** In the clear, and sealed. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void aThousandSessionsStaySmallAndAreAllKnownInTheEnd(int overhead) {
        rig.overhead = overhead;
        Participant first = rig.join("one");
        Participant second = rig.join("two");
        Participant watcher = rig.join("");
        for (int number = 0; number < 500; number++) {
            first.list(session(number, State.SENDING));
            second.list(session(500 + number, State.SENDING));
        }
        rig.run(60 * SECOND);
        assertThat(watcher.machine.heard()).hasSize(1_000);
        rig.bytes = 0;
        rig.run(100 * SECOND);
        assertThat(rig.bytes).isLessThan(101L * DirectoryMachine.BYTES_PER_SECOND);
        assertThat(watcher.machine.heard()).hasSize(1_000);
        watcher.browse();
        rig.run(100 * SECOND);
        assertThat(watcher.machine.heard()).hasSize(1_000);
    }

    // Claims.

    private static DirectoryEvent settled(int group, boolean isOurs) {
        return new DirectoryEvent.ClaimSettled(group(group), isOurs);
    }

    @Test
    void aGroupThatNobodyUsesIsOursAfterASecond() {
        Participant point = rig.join("one");
        rig.join("two").list(session(2, State.SENDING));
        point.claim(group(1));
        rig.run(SECOND * 9 / 10);
        assertThat(point.events).isEmpty();
        rig.run(SECOND / 10);
        assertThat(point.events).containsExactly(settled(1, true));
    }

    @Fault("F25")
    @Test
    void aGroupThatAnotherPointUsesIsRefused() {
        Participant holder = rig.join("one");
        holder.list(session(1, State.SENDING));
        Participant knows = rig.join("two");
        rig.run(SECOND);
        knows.claim(group(1));
        Participant late = rig.join("three");
        late.claim(group(1));
        rig.run(SECOND);
        assertThat(knows.events).containsExactly(settled(1, false));
        assertThat(late.events).containsExactly(settled(1, false));
        assertThat(holder.events).isEmpty();
    }

    @Test
    void aGroupThatAnotherPointHoldsWhileItReadsItsImageIsRefused() {
        Participant lateButLower = rig.join("one");
        Participant holder = rig.join("two");
        holder.claim(group(1));
        rig.run(5 * SECOND);
        lateButLower.claim(group(1));
        rig.run(2 * SECOND);
        assertThat(holder.events).containsExactly(settled(1, true));
        assertThat(lateButLower.events).containsExactly(settled(1, false));
    }

    @Test
    void ofTwoThatWantAGroupAtTheSameTimeTheLowerNodeIdGetsIt() {
        Participant lower = rig.join("one");
        Participant higher = rig.join("two");
        higher.claim(group(1));
        lower.claim(group(1));
        rig.run(2 * SECOND);
        assertThat(lower.events).containsExactly(settled(1, true));
        assertThat(higher.events).containsExactly(settled(1, false));
    }

    @Fault("F24")
    @Test
    void twoSessionsOnOneGroupAreToldOnceToBoth() {
        Participant one = rig.join("one");
        Participant two = rig.join("two");
        rig.network = message -> false;
        one.list(session(1, State.SENDING));
        two.list(session(1, State.SENDING));
        rig.run(5 * SECOND);
        rig.network = message -> true;
        rig.run(20 * SECOND);
        assertThat(one.events).containsExactly(new DirectoryEvent.Collision(group(1), "two"));
        assertThat(two.events).containsExactly(new DirectoryEvent.Collision(group(1), "one"));
    }

    // Hostile input.

    @Test
    void aFloodOfListingsFillsABoundedTableAndNothingElse() {
        Participant watcher = rig.join("");
        for (int number = 0; number < 3 * DirectoryMachine.LARGEST_TABLE; number++) {
            Page page = new Page("", 600_000, List.of(session(number, State.SENDING)));
            watcher.hear(datagram(1_000 + number, page));
        }
        assertThat(watcher.machine.heard()).hasSize(DirectoryMachine.LARGEST_TABLE);
        assertThat(watcher.machine.overflowed()).isEqualTo(2 * DirectoryMachine.LARGEST_TABLE);
        rig.run(601 * SECOND);
        assertThat(watcher.machine.heard()).isEmpty();
    }

    @Test
    void aFloodOfInquiriesDoesNotMakeAPointTalkMore() {
        Participant point = rig.join("one");
        for (int number = 0; number < 50; number++) {
            point.list(session(number, State.SENDING));
        }
        point.list(offer(99));
        rig.run(20 * SECOND);
        rig.bytes = 0;
        Participant asker = rig.join("");
        for (int i = 0; i < 10_000; i++) {
            String image = i % 3 == 0 ? "" : i % 3 == 1 ? "lab-" + i % 50 : "lab-99";
            asker.machine.ask(image.isEmpty() ? "none" : image, rig.nowNanos);
            point.hear(report(image));
            rig.run(SECOND / 1_000);
        }
        assertThat(rig.bytes).isLessThan(11L * DirectoryMachine.BYTES_PER_SECOND);
        assertThat(point.events).hasSizeLessThanOrEqualTo(11);
    }

    /** At the bound of its table, what others invent makes rounds long and nothing else: what is new is still said at once. */
    @Test
    void aFullTableSlowsRoundsDownToABoundAndKeepsNothingNewBack() {
        Participant point = rig.join("one");
        point.list(session(0, State.SENDING));
        String longest = "x".repeat(SessionText.LONGEST);
        for (int number = 0; number < 2 * DirectoryMachine.LARGEST_TABLE; number++) {
            Listing listing = new Listing(
                    State.SENDING, longest, longest, "7", image(number), 1, Optional.of(group(number)), 3, 20, -1, 1);
            point.hear(datagram(1_000 + number, new Page("", Page.LONGEST_VALIDITY_MILLIS, List.of(listing))));
        }
        assertThat(point.machine.heard()).hasSize(DirectoryMachine.LARGEST_TABLE);

        long round = (long) DirectoryMachine.LARGEST_TABLE * DirectoryCodec.LONGEST * SECOND / 8_000;
        rig.run(round);
        rig.pages = 0;
        rig.run(round);
        assertThat(rig.pages).as("once a round, and none is longer").isPositive();

        rig.pages = 0;
        point.list(session(1, State.SENDING));
        rig.run(SECOND);
        assertThat(rig.pages).isPositive();
    }

    /** Sources are kept with what they list; a flood that takes the names of a point cannot make it forget its own. */
    @Test
    void whatIsOverInTheNameOfSomebodyElseStaysListed() {
        Participant point = rig.join("one");
        Participant watcher = rig.join("");
        point.list(session(1, State.SENDING));
        rig.run(3 * SECOND);
        watcher.hear(datagram(99, new Page("", 9_000, List.of(session(1, State.ENDED)))));
        assertThat(watcher.heard()).hasSize(1);
    }

    @Test
    void aSessionOnAGroupThatMustNotBeJoinedIsNotHeard() {
        Participant watcher = rig.join("");
        GroupAddress elsewhere = new GroupAddress(ByteBuffer.wrap(new byte[] {(byte) 224, 0, 0, 1}), 6_003);
        Listing lure = new Listing(State.SENDING, "", "lab-1", "", image(1), 1, Optional.of(elsewhere), 0, 0, -1, 0);
        watcher.ask("lab-1");
        watcher.hear(datagram(9, new Page("", 9_000, List.of(lure))));
        rig.run(SECOND / 10);
        assertThat(watcher.events).isEmpty();
        assertThat(watcher.heard()).isEmpty();
        assertThat(watcher.machine.unknown()).isEqualTo(1);
    }

    @Test
    void aPointDoesNotListWithoutEnd() {
        Participant point = rig.join("one");
        for (int number = 0; number < DirectoryMachine.LARGEST_LISTING; number++) {
            point.list(session(number, State.SENDING));
        }
        assertThatIllegalStateException().isThrownBy(() -> point.list(offer(1)));
    }

    @Test
    void mutatedMessagesAreCountedAndNeverThrown() {
        Participant point = rig.join("one");
        point.list(session(1, State.WAITING));
        point.list(offer(2));
        point.ask("lab-3");
        point.claim(group(4));
        List<byte[]> genuine = List.of(
                datagram(9, new Page("p", 9_000, List.of(session(3, State.SENDING), offer(5))))
                        .array(),
                datagram(9, new Claim(group(4), true)).array(),
                report("lab-2").array());
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 100_000; i++) {
            byte[] mutant = genuine.get(i % genuine.size()).clone();
            int at = random.nextInt(mutant.length);
            mutant[at] = (byte) random.nextInt(256);
            int length = random.nextInt(4) == 0 ? random.nextInt(mutant.length) : mutant.length;
            point.hear(ByteBuffer.wrap(mutant, 0, length));
            if (i % 100 == 0) {
                rig.run(SECOND / 100);
            }
        }
        assertThat(point.machine.malformed()).isGreaterThan(10_000);
    }

    private static ByteBuffer datagram(int source, DirectoryMessage message) {
        SenderHeader header = new SenderHeader(0, new NodeId(source), 1, 0, 4, 0);
        return encoded(new ApplicationCommand(header, DirectoryCodec.encode(message)));
    }

    private static ByteBuffer report(String image) {
        var header = new ReceiverHeader(0, new NodeId(9), new NodeId(9), 0, 0);
        return encoded(new Report(header, DirectoryCodec.encode(new Inquiry(image))));
    }

    private static ByteBuffer encoded(Message message) {
        ByteBuffer out = ByteBuffer.allocate(MessageCodec.length(message));
        MessageCodec.encode(message, out);
        return out.flip();
    }
}
