package dev.mimeo.protocol.image;

import dev.mimeo.protocol.SourceBlock;
import dev.mimeo.protocol.manifest.Digest;
import dev.mimeo.protocol.manifest.Manifest;
import dev.mimeo.protocol.session.Announcement;
import dev.mimeo.protocol.session.StatusReport;

/** What the receiver of an image tells its owner. */
public sealed interface ImageEvent {
    /** Calls the handler's method for this kind of event. */
    void deliver(Handler handler);

    /** Receives events, one method for each kind, on the protocol thread. */
    interface Handler {
        /** A sender was found, or announced something new. */
        void on(Announced event);

        /** A sender was turned away; another may follow, or else the end does. */
        void on(TurnedAway event);

        /** The manifest is here and genuine: open the target, then call {@code onTarget} or {@code fail}. */
        void on(TargetWanted event);

        /** A block can be decoded: reconstruct it, write it, hand it back with {@code onBlock}. */
        void on(BlockReady event);

        /** A chunk lies whole in the target: read it back, hash it, call {@code onChunk}. */
        void on(ChunkReady event);

        /** Every chunk matches: make it durable, publish it, call {@code onStored} or {@code fail}. */
        void on(ImageVerified event);

        /** The end: nothing follows. */
        void on(Finished event);
    }

    /** A sender was found, or announced something new. */
    record Announced(Announcement announcement) implements ImageEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /**
     * What a sender announced is refused, or its manifest is.
     *
     * @param image as it was announced
     * @param reason why, for people
     * @param goesOn whether this receiver listens for another sender
     */
    record TurnedAway(Digest image, String reason, boolean goesOn) implements ImageEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** The manifest is here and genuine. */
    record TargetWanted(Manifest manifest) implements ImageEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** A block of object {@code objectIndex} of the image can be decoded; -1 is the manifest, which stays in memory. */
    record BlockReady(int objectIndex, SourceBlock block) implements ImageEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** The chunk of {@code length} bytes at {@code offset} of object {@code objectIndex} has been written whole. */
    record ChunkReady(int objectIndex, long chunk, long offset, int length) implements ImageEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** Every chunk of every object matches the manifest. */
    record ImageVerified() implements ImageEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }

    /** The end, with the last report: verified, incomplete, failed or left. */
    record Finished(StatusReport report) implements ImageEvent {
        @Override
        public void deliver(Handler handler) {
            handler.on(this);
        }
    }
}
