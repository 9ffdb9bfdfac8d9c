package dev.mimeo.examples;

import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkCheck;

/** Does what {@code mimeo check --respond} does once it has looked at its machine, with less to start. */
final class Responding {
    private Responding() {}

    /** Takes an address, a port, and an interface. */
    public static void main(String[] arguments) throws Exception {
        NetworkCheck check = NetworkCheck.of(MulticastGroup.of(arguments[0], Integer.parseInt(arguments[1])))
                .networkInterface(arguments[2]);
        try (NetworkCheck.Responder responder = check.respond()) {
            System.out.println("responding " + responder.heard());
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
