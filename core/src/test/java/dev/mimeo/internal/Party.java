package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Who takes part in interoperability cases. */
enum Party {
    /** The reference implementation. */
    LIBNORM("libnorm", true) {
        @Override
        Endpoint send(Seat seat) throws IOException {
            return LibnormEndpoint.send(seat);
        }

        @Override
        Endpoint receive(Seat seat) throws IOException {
            return LibnormEndpoint.receive(seat);
        }
    },
    /** Our senders and receivers of plain NORM. */
    MIMEO("Mimeo", true) {
        @Override
        Endpoint send(Seat seat) throws IOException {
            return NormEndpoint.send(seat);
        }

        @Override
        Endpoint receive(Seat seat) throws IOException {
            return NormEndpoint.receive(seat);
        }
    },
    /** Our senders and receivers of images, which plain NORM receivers may listen to. */
    IMAGE("Mimeo image", false) {
        @Override
        Endpoint send(Seat seat) throws IOException {
            return ImageEndpoint.send(seat);
        }

        @Override
        Endpoint receive(Seat seat) throws IOException {
            return ImageEndpoint.receive(seat);
        }
    };

    private final String text;
    private final boolean isPlain;

    Party(String text, boolean isPlain) {
        this.text = text;
        this.isPlain = isPlain;
    }

    /** Starts to send what is at {@link Seat#sources}. */
    abstract Endpoint send(Seat seat) throws IOException;

    /** Starts to receive into {@link Seat#directory}. */
    abstract Endpoint receive(Seat seat) throws IOException;

    /** Returns whether it knows objects only, not images: as a receiver it can be asked for acknowledgements. */
    boolean isPlain() {
        return isPlain;
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * What a party is told.
     *
     * @param test the case
     * @param nodeId its own
     * @param receiverIds of all receivers, in the order of the case
     * @param sources what is sent, in the order of the case
     * @param directory where to store
     * @param seed of its losses
     */
    record Seat(
            InteropCase test,
            MulticastGroup group,
            int nodeId,
            List<Integer> receiverIds,
            List<Path> sources,
            Path directory,
            long seed) {
        /** Returns the plain receivers. */
        List<Integer> plainReceiverIds() {
            return receiverIds.stream()
                    .filter(id -> test.receivers().get(receiverIds.indexOf(id)).isPlain())
                    .toList();
        }
    }
}
