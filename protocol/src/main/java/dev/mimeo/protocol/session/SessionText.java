package dev.mimeo.protocol.session;

import dev.mimeo.protocol.manifest.Names;
import java.nio.charset.StandardCharsets;

/**
 * Text in announcements and reports: at most 255 bytes of UTF-8, and none of the characters that {@link Names#isForbidden}
 * keeps away from terminals and logs. What does not fit is refused; {@link #fit} makes any text fit.
 */
public final class SessionText {
    /** Most bytes of UTF-8: what a length of one byte can state. */
    public static final int LONGEST = 255;

    private SessionText() {}

    /** Returns the text with forbidden characters replaced by U+FFFD, cut to 255 bytes of UTF-8 between two characters. */
    public static String fit(String text) {
        return Names.truncate(Names.clean(text), LONGEST);
    }

    /** Says what is wrong with a text; null if nothing is. */
    static String fault(String text) {
        String fault = text.length() > LONGEST ? null : Names.characterFault(text);
        int length = fault == null ? text.getBytes(StandardCharsets.UTF_8).length : 0;
        return length > LONGEST ? length + " bytes of UTF-8; at most " + LONGEST + " are allowed" : fault;
    }

    /** Refuses a text that has a fault. */
    public static void require(String what, String text) {
        String fault = fault(text);
        if (fault != null) {
            throw new IllegalArgumentException(what + ": " + fault);
        }
    }
}
