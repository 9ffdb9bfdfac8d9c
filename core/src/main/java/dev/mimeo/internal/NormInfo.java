package dev.mimeo.internal;

import dev.mimeo.protocol.manifest.Names;
import java.nio.charset.StandardCharsets;

/** NORM_INFO of a file: its name, so that plain NORM receivers can name it too. */
final class NormInfo {
    private NormInfo() {}

    /** Returns the name in UTF-8, cut at a character to fit in a segment. */
    static byte[] of(String name, int segmentLength) {
        return Names.truncate(name, segmentLength).getBytes(StandardCharsets.UTF_8);
    }
}
