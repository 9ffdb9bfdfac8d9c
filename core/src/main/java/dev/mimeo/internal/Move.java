package dev.mimeo.internal;

import dev.mimeo.ImageDescription;
import dev.mimeo.protocol.BlockSet;
import dev.mimeo.protocol.manifest.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What a receiver takes along to the next session of its image.
 *
 * @param where that is, as people write it
 * @param image the only one that it goes on with; empty if none has been announced yet
 * @param description of the image; empty if the manifest has not come yet
 * @param tally of the sessions so far
 * @param presentBytes that the target held in the beginning; empty if it was not opened yet
 * @param own as {@link ImageWriter#own}
 */
record Move(
        String where,
        Optional<Digest> image,
        Optional<ImageDescription> description,
        Tally tally,
        Optional<Long> presentBytes,
        Optional<List<BlockSet>> own) {}
