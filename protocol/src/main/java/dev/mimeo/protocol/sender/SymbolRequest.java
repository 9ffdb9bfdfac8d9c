package dev.mimeo.protocol.sender;

import java.util.BitSet;

/** What receivers lack of one block: the most erasures that any of them has, and every symbol that was named. */
final class SymbolRequest {
    private final BitSet symbols;
    private int erasures;

    /** One receiver named these symbols; it needs as many, these or others. */
    SymbolRequest(BitSet named) {
        symbols = (BitSet) named.clone();
        erasures = named.cardinality();
    }

    /** Somebody else's request for the same block joins this one. */
    void add(SymbolRequest other) {
        symbols.or(other.symbols);
        erasures = Math.max(erasures, other.erasures);
    }

    /** Returns the most symbols that one receiver asked for. */
    int erasures() {
        return erasures;
    }

    /** Returns every symbol that somebody named. */
    BitSet symbols() {
        return symbols;
    }
}
