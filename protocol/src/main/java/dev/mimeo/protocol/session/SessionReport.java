package dev.mimeo.protocol.session;

import dev.mimeo.protocol.manifest.Digest;

/** Content of a NORM_REPORT from a receiver of an image. */
public sealed interface SessionReport permits StatusReport, Needs {
    /** Returns the image it is about. */
    Digest image();
}
