package dev.mimeo.internal;

import dev.mimeo.protocol.manifest.ChunkHasher;
import dev.mimeo.protocol.manifest.ChunkTable;
import dev.mimeo.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A few chunks of an image, looked at before its manifest is believed: the first and the last, and some of those that have
 * content, as far apart as can be.
 */
final class ContentSample {
    /** Most chunks that are read, in all files together. */
    static final int LARGEST = 16;

    private record Place(int object, long chunk) {}

    private ContentSample() {}

    /**
     * Says which chunk of the sample is not what the manifest says; empty if none.
     *
     * @param files the objects of the manifest, with their lengths
     */
    static Optional<String> difference(Manifest manifest, List<SourceFile> files) throws IOException {
        ChunkHasher hasher = new ChunkHasher();
        ByteBuffer buffer = ByteBuffer.allocateDirect(ChunkHashing.PIECE_LENGTH);
        for (Place place : places(tables(manifest))) {
            ChunkTable chunks = manifest.objects().get(place.object()).chunks();
            SourceFile file = files.get(place.object());
            if (!chunks.matches(place.chunk(), leaf(chunks, place.chunk(), file, hasher, buffer))) {
                return Optional.of("chunk " + place.chunk() + " of " + file.path() + " has other content");
            }
        }
        return Optional.empty();
    }

    private static List<ChunkTable> tables(Manifest manifest) {
        return manifest.objects().stream().map(object -> object.chunks()).toList();
    }

    private static List<Place> places(List<ChunkTable> tables) {
        List<Place> places = new ArrayList<>();
        long withContent = tables.stream()
                .mapToLong(chunks -> chunks.count() - chunks.zeroCount())
                .sum();
        long step = Math.max(1, withContent / (LARGEST - 2));
        long next = 0;
        for (int object = 0; object < tables.size(); object++) {
            ChunkTable chunks = tables.get(object);
            for (long from = chunks.nextNonZero(0); from < chunks.count(); ) {
                long end = chunks.nextZero(from);
                for (; next < end - from && places.size() < LARGEST - 2; next += step) {
                    places.add(new Place(object, from + next));
                }
                next -= end - from;
                from = chunks.nextNonZero(end);
            }
        }
        int last = tables.size() - 1;
        places.add(new Place(0, 0));
        places.add(new Place(last, tables.get(last).count() - 1));
        places.removeIf(place -> tables.get(place.object()).count() == 0);
        return places;
    }

    private static byte[] leaf(ChunkTable chunks, long chunk, SourceFile file, ChunkHasher hasher, ByteBuffer buffer)
            throws IOException {
        long at = chunk * chunks.chunkSize();
        long end = at + chunks.chunkLength(chunk);
        for (; at < end; at += buffer.limit()) {
            file.read(buffer.clear().limit((int) Math.min(buffer.capacity(), end - at)), at);
            hasher.update(buffer.flip());
        }
        return hasher.leaf();
    }
}
