package dev.mimeo;

import java.util.Objects;

/**
 * A receiver that asks to take part in a session. What it says about itself is not authenticated.
 *
 * @param id its NORM node id, eight hexadecimal digits
 * @param name the display name that its user chose; may be empty
 * @param address where it was heard from, in digits; empty if that is not known
 * @param token what its user was given to be admitted; empty if it has none. A secret
 */
public record Candidate(String id, String name, String address, String token) {
    /** Refuses nulls. */
    public Candidate {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(token, "token");
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return (name.isEmpty() ? id : name + " (" + id + ")") + (address.isEmpty() ? "" : " at " + address);
    }
}
