package dev.mimeo.internal;

import java.nio.file.Files;
import java.nio.file.Path;

/** A program that tells stories over IPv6, to be run {@link Isolated}; ends with an exception if one of them is not true. */
final class Ipv6Room {
    private Ipv6Room() {}

    /** The first argument says where there is room for files; the second, {@code all} if every story is to be told. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        tell(directory, Addressing.IPV6, stories -> stories.anImageArrivesThoughMuchIsLost(false));
        tell(directory, Addressing.IPV6_SOURCE, stories -> stories.anImageArrivesThoughMuchIsLost(true));
        tell(directory, Addressing.IPV6_SOURCE, AddressingStories::whoSendsFromElsewhereIsNotHeard);
        if (arguments[1].equals("all")) {
            tell(directory, Addressing.IPV6, stories -> stories.anImageArrivesThoughMuchIsLost(true));
            tell(directory, Addressing.IPV6_SOURCE, stories -> stories.anImageArrivesThoughMuchIsLost(false));
            tell(directory, Addressing.IPV6, AddressingStories::aSessionIsFoundInTheDirectory);
            tell(directory, Addressing.IPV6_SOURCE, AddressingStories::aSessionIsFoundInTheDirectory);
            tell(directory, Addressing.IPV6, AddressingStories::aCheckHearsItself);
        }
    }

    private interface Story {
        void tell(AddressingStories stories) throws Exception;
    }

    private static void tell(Path directory, Addressing kind, Story story) throws Exception {
        Path room = Files.createTempDirectory(directory, "story");
        story.tell(new AddressingStories(room, kind));
    }
}
