package dev.mimeo.protocol.sender;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.session.SessionState;

/** What a sender machine tells its owner. */
public sealed interface SenderEvent {
    /** Calls the handler's method for this kind of event. */
    void deliver(Handler handler);

    /** Receives events, one method for each kind, on the protocol thread; what not every session needs may be left out. */
    interface Handler {
        /** Fill this block with its source symbols and the parity it wants, then hand it back with {@code onBlock}. */
        void on(BlockWanted event);

        /** A receiver joined, reported, ended, fell silent or was sent away. */
        void on(ReceiverChanged event);

        /** A receiver had to make room for another: nothing is kept of it, and if it is heard again it joins anew. */
        default void on(ReceiverForgotten event) {}

        /** A receiver asks to take part: answer with {@code admit} or {@code dismiss}. */
        default void on(AdmissionWanted event) {}

        /** A receiver lags behind the rest: {@code move} it, or let it be. */
        default void on(ReceiverLags event) {}

        /** Somebody else sends to the same group. */
        default void on(OtherSenderHeard event) {}

        /** The session entered another state. */
        void on(StateChanged event);
    }

    /**
     * The machine wants a block: read {@code block.byteCount()} bytes at {@code block.offset()} of its object into place,
     * pad the last symbol with zeros, mark all source symbols, compute the parity rows it wants.
     */
    record BlockWanted(SourceBlock block) implements SenderEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** A receiver joined, reported, ended, fell silent or was sent away. */
    record ReceiverChanged(RosterEntry receiver) implements SenderEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** A receiver had to make room for another: nothing is kept of it. */
    record ReceiverForgotten(NodeId receiver) implements SenderEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * A receiver asks to take part in a session that is closed.
     *
     * @param name the display name that its user chose
     * @param token what its user was given to be admitted; empty if it has none
     */
    record AdmissionWanted(NodeId receiver, String name, String token) implements SenderEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }

        /** Without the token, which is a secret. */
        @Override
        public String toString() {
            return "AdmissionWanted[receiver=" + receiver + ", name=" + name + "]";
        }
    }

    /**
     * A receiver lags behind the rest, and did before; told once of each: of {@link SlowReceivers.Move}. Or it was too slow for as
     * long as it may be; told each time: of a {@link SlowReceivers.DropBelow} that moves.
     */
    record ReceiverLags(NodeId receiver) implements SenderEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * Somebody else sends to the same group: receivers stay with whom they heard first. Told once in the life of the machine.
     *
     * @param other who it says that it is
     */
    record OtherSenderHeard(NodeId other) implements SenderEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** The session entered another state; after {@link SessionState#ENDED} nothing leaves any more. */
    record StateChanged(SessionState state) implements SenderEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }
}
