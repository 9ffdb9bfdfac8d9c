package dev.mimeo.protocol.directory;

import dev.mimeo.protocol.session.GroupAddress;

/** What a directory machine tells its owner. */
public sealed interface DirectoryEvent {
    /** Calls the handler's method for this kind of event. */
    void deliver(Handler handler);

    /** Receives events, one method for each kind, on the thread of the machine. */
    interface Handler {
        /** An image that we asked for is in a session that one can join. */
        void on(Found event);

        /** Somebody asks for an image that we offer and do not send. */
        void on(Asked event);

        /** It is settled whether a group that we claimed is ours. */
        void on(ClaimSettled event);

        /** Another point uses a group that is ours: receivers hear both. */
        void on(Collision event);
    }

    /** An image that we asked for is in a session that one can join; it is not asked for any more. */
    record Found(String image, Heard heard) implements DirectoryEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** Somebody asks for an image that we offer and do not send. At most once a second for each. */
    record Asked(Listing offer) implements DirectoryEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * It is settled whether a group that we claimed is ours.
     *
     * @param isOurs if so, it is defended until {@link DirectoryMachine#list} or {@link DirectoryMachine#release}
     */
    record ClaimSettled(GroupAddress group, boolean isOurs) implements DirectoryEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * Another point uses a group that is ours. Told once, until we have left it.
     *
     * @param other what is known of the other point: its name, or its node id
     */
    record Collision(GroupAddress group, String other) implements DirectoryEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }
}
