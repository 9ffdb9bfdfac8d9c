package dev.mimeo.protocol.fuzz;

import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.directory.DirectoryEvent;
import dev.mimeo.protocol.directory.DirectoryMachine;
import dev.mimeo.protocol.directory.Listing;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.session.GroupAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

/** A member of the directory: what it says stays within the budget, what it has heard is bounded, and forgotten in time. */
final class DirectoryLife extends Life<DirectoryEvent.Handler> {
    private static final int BYTES_PER_SECOND = 8_000;
    private static final int LARGEST_BURST = 20_000;
    private static final int LARGEST_TABLE = 4_096;
    /** Nothing is believed for longer than ten minutes. */
    private static final long LONGEST_VALIDITY_NANOS = 610_000 * MILLI;

    private final DirectoryMachine member;

    private DirectoryLife(NodeId id, DirectoryMachine member) {
        super(id, member, new Owner());
        this.member = member;
    }

    static DirectoryLife begin(NodeId id) {
        DirectoryMachine member = new DirectoryMachine(
                id, 7, "point " + id.value(), 0, group -> group.address().get(1) != 0, new Random(id.value()));
        DirectoryLife life = new DirectoryLife(id, member);
        life.turn();
        return life;
    }

    @Override
    void act(int what) {
        Listing listing = listing(what % 4);
        switch (what / 4) {
            case 0 -> member.list(listing, nowNanos);
            case 1 -> member.withdraw(listing.key(), nowNanos);
            case 2 -> member.claim(group(what % 4), nowNanos);
            case 3 -> member.release(group(what % 4));
            case 4 -> member.ask("lab-" + what % 4, nowNanos);
            case 5 -> member.forget("lab-" + what % 4);
            case 6 -> member.browse(nowNanos);
            default -> {}
        }
        turn();
    }

    private static GroupAddress group(int number) {
        return new GroupAddress(ByteBuffer.wrap(new byte[] {(byte) 239, (byte) 192, 0, (byte) number}), 6_003);
    }

    private static Listing listing(int number) {
        byte[] image = new byte[Digest.LENGTH];
        image[0] = (byte) number;
        boolean isOffer = number == 0;
        return new Listing(
                isOffer ? Listing.State.OFFERED : Listing.State.WAITING,
                isOffer ? "" : "room " + number,
                "lab-" + number,
                "7",
                Digest.of(image),
                1L << 33,
                isOffer ? Optional.empty() : Optional.of(group(number)),
                0,
                isOffer ? 0 : 20,
                -1,
                0);
    }

    @Override
    void judge() {
        FuzzTarget.require(member.heard().size() <= LARGEST_TABLE, "more listings than the table holds");
        FuzzTarget.require(
                sentBytes() <= LARGEST_BURST + (long) (nowNanos / 1e9 * BYTES_PER_SECOND), "says more than its budget");
    }

    @Override
    void silence() {
        for (int number = 0; number < 4; number++) {
            member.withdraw(listing(number).key(), nowNanos);
            member.release(group(number));
            member.forget("lab-" + number);
        }
        advance(nowNanos + LONGEST_VALIDITY_NANOS);
        if (!isExhausted()) {
            FuzzTarget.require(member.heard().isEmpty(), "believes for ever");
            FuzzTarget.require(machine.nextDeadlineNanos() == Machine.NEVER, "never at rest");
        }
    }

    private static final class Owner implements DirectoryEvent.Handler {
        @Override
        public void on(DirectoryEvent.Found event) {
            FuzzTarget.require(event.heard().listing().group().isPresent(), "found, and nowhere");
        }

        @Override
        public void on(DirectoryEvent.Asked event) {}

        @Override
        public void on(DirectoryEvent.ClaimSettled event) {}

        @Override
        public void on(DirectoryEvent.Collision event) {}
    }
}
