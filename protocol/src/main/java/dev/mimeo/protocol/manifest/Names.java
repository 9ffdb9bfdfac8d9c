package dev.mimeo.protocol.manifest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Judges and shortens text that somebody else wrote and that people will read: in a list, a log, a file dialogue.
 *
 * <p>Such text never does anything: no control character moves the cursor or forges a line of a log, no bidirectional
 * control makes it read as something else. What a name of an object may be is stricter still, since a receiver may make
 * a file of it.
 */
public final class Names {
    /** Most characters of a name in a manifest. */
    public static final int LONGEST = 255;

    /** Device names of Windows, with or without an extension, in any case. */
    private static final Set<String> DEVICES = Set.of("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$");
    /** Devices that have a digit behind them; Windows takes the superscripts 1 to 3 for digits. */
    private static final Set<String> NUMBERED_DEVICES = Set.of("COM", "LPT");

    private static final String DIGITS = "0123456789\u00b9\u00b2\u00b3";
    private static final String SEPARATORS = "/\\:";
    private static final String WILDCARDS = "*?\"<>|";
    /** What Windows drops at the end of a name; at its start, it hides a file or is overlooked. */
    private static final String DROPPED = ". ";

    private Names() {}

    /**
     * Says what is wrong with a display name: 1 to 255 characters, none of which {@link #isForbidden}.
     *
     * @return null if nothing is
     */
    public static String fault(String name) {
        return name.isEmpty() ? "it is empty" : textFault(name);
    }

    /** Says what is wrong with a display text of 0 to 255 characters; null if nothing is. */
    public static String textFault(String text) {
        if (text.length() > LONGEST) {
            return text.length() + " characters; at most " + LONGEST + " are allowed";
        }
        return characterFault(text);
    }

    /** Says which character of a text of any length is {@linkplain #isForbidden forbidden}; null if none is. */
    public static String characterFault(String text) {
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            if (isForbidden(character)) {
                return String.format("character U+%04X at %d is not allowed", character, i);
            }
            i += Character.charCount(character);
        }
        return null;
    }

    /**
     * Says what is wrong with the name of an object: beyond {@link #fault}, it must be one segment of a path, and one that
     * every system takes for an ordinary file of that very name. No separator or drive or stream ({@code / \ :}), no
     * wildcard, neither {@code .} nor {@code ..}, no dot or space at its end and no space at its start, which Windows or its
     * programs drop, no device.
     *
     * @return null if nothing is
     */
    public static String segmentFault(String name) {
        String fault = fault(name);
        if (fault != null) {
            return fault;
        }
        for (int i = 0; i < name.length(); i++) {
            if (isSpecial(name.charAt(i))) {
                return "'" + name.charAt(i)
                        + "' is not allowed: it must be usable as the name of a file, never as a path";
            }
        }
        if (name.equals(".") || name.equals("..")) {
            return "it names a directory";
        }
        if (name.endsWith(".") || name.endsWith(" ") || name.startsWith(" ")) {
            return "it starts with a space or ends with a dot or space";
        }
        return isDevice(name) ? "it names a device on Windows" : null;
    }

    /**
     * Returns the name of a file that is as close to a text as can be: without {@linkplain #segmentFault fault}, not hidden,
     * at most {@link #LONGEST} bytes of UTF-8. What is not allowed becomes {@code _}, a device gets one in front, what is
     * too long is cut.
     *
     * @param text at least a character
     */
    public static String asSegment(String text) {
        StringBuilder allowed = new StringBuilder(text.length());
        text.codePoints()
                .forEach(character ->
                        allowed.appendCodePoint(isForbidden(character) || isSpecial(character) ? '_' : character));
        String name = truncate(isDevice(allowed.toString()) ? "_" + allowed : allowed.toString(), LONGEST);
        StringBuilder segment = new StringBuilder(name);
        for (int i = segment.length() - 1; i >= 0 && DROPPED.indexOf(segment.charAt(i)) >= 0; i--) {
            segment.setCharAt(i, '_');
        }
        if (DROPPED.indexOf(segment.charAt(0)) >= 0) {
            segment.setCharAt(0, '_');
        }
        return segment.toString();
    }

    private static boolean isSpecial(int character) {
        return SEPARATORS.indexOf(character) >= 0 || WILDCARDS.indexOf(character) >= 0;
    }

    /**
     * Returns whether a code point is kept out of every name: controls (Unicode category Cc), line and paragraph
     * separators, bidirectional controls (Unicode property Bidi_Control), and halves of surrogate pairs.
     */
    public static boolean isForbidden(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            default -> isBidirectionalControl(character);
        };
    }

    /** Returns the text with every {@linkplain #isForbidden forbidden} character replaced by U+FFFD. */
    public static String clean(String text) {
        if (characterFault(text) == null) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(character -> clean.appendCodePoint(isForbidden(character) ? 0xfffd : character));
        return clean.toString();
    }

    /** Returns the longest beginning of the text that takes at most {@code length} bytes of UTF-8, cut at a code point. */
    public static String truncate(String text, int length) {
        int taken = 0;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            taken += utf8Length(character);
            if (taken > length) {
                return text.substring(0, i);
            }
            i += Character.charCount(character);
        }
        return text;
    }

    /** Returns the text of strict UTF-8 from position to limit; empty if it is not (RFC 3629, section 3). */
    public static Optional<String> decode(ByteBuffer utf8) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static boolean isBidirectionalControl(int character) {
        return character == 0x061c
                || character == 0x200e
                || character == 0x200f
                || character >= 0x202a && character <= 0x202e
                || character >= 0x2066 && character <= 0x2069;
    }

    /** {@code NUL}, {@code nul.txt}, {@code Com1 .log}: Windows looks at what comes before the first dot, less spaces. */
    private static boolean isDevice(String name) {
        int dot = name.indexOf('.');
        String base = upperCase(dot < 0 ? name : name.substring(0, dot)).stripTrailing();
        return DEVICES.contains(base)
                || base.length() == 4
                        && NUMBERED_DEVICES.contains(base.substring(0, 3))
                        && DIGITS.indexOf(base.charAt(3)) >= 0;
    }

    /** Of ASCII letters only: device names have no others, and locales differ about the rest. */
    private static String upperCase(String text) {
        StringBuilder upper = new StringBuilder(text);
        for (int i = 0; i < upper.length(); i++) {
            char character = upper.charAt(i);
            if (character >= 'a' && character <= 'z') {
                upper.setCharAt(i, (char) (character - 'a' + 'A'));
            }
        }
        return upper.toString();
    }

    /** Half a surrogate pair becomes "?" when it is encoded. */
    private static int utf8Length(int character) {
        if (character < 0x80 || Character.getType(character) == Character.SURROGATE) {
            return 1;
        }
        return character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    }
}
