package dev.mimeo.protocol.object;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.SourceBlock;
import java.nio.ByteBuffer;

/** What the receiver of plain objects tells its owner. */
public sealed interface ObjectEvent {
    /** Calls the handler's method for this kind of event. */
    void deliver(Handler handler);

    /** Receives events, one method for each kind, on the protocol thread. */
    interface Handler {
        /** A sender was found, or the known one started anew. */
        void on(SenderFound event);

        /** An object is on its way: open a target for it, then call {@code onOpened} or {@code refuse}. */
        void on(ObjectWanted event);

        /** A block can be decoded: reconstruct it, write it, hand it back with {@code onBlock}. */
        void on(BlockReady event);

        /** An object is whole: make it durable, publish it, call {@code onStored} or {@code refuse}. */
        void on(ObjectComplete event);

        /** An object will never be whole: discard its target. */
        void on(ObjectDropped event);

        /** The end: nothing follows. */
        void on(Finished event);
    }

    /** A sender was found, or the known one started anew; every object that was not stored was dropped before. */
    record SenderFound(NodeId sender, int instanceId) implements ObjectEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * An object of {@code length} bytes is on its way.
     *
     * @param isFile whether its sender calls it a file, NORM_OBJECT_FILE; it is a NORM_OBJECT_DATA otherwise
     */
    record ObjectWanted(ObjectId id, boolean isFile, long length) implements ObjectEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** A block of an object whose target is open can be decoded. */
    record BlockReady(ObjectId id, SourceBlock block) implements ObjectEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** An object is whole: every block was handed back. {@code info} is its NORM_INFO, empty if it has none. */
    record ObjectComplete(ObjectId id, ByteBuffer info) implements ObjectEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * An object will never be whole, because of {@code reason}; its target may not have been asked for yet. It may be wanted
     * anew, from its start, if its sender is heard to describe it otherwise.
     */
    record ObjectDropped(ObjectId id, String reason) implements ObjectEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** The end. */
    record Finished(Ending ending) implements ObjectEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }
}
