package dev.mimeo.protocol.sender;

import java.util.BitSet;

/** What receivers lack of one block: the most erasures that any of them has, and every symbol that was named. */
final class SymbolRequest {
    private final BitSet symbols;
    private int erasures;

    private SymbolRequest(BitSet symbols, int erasures) {
        this.symbols = symbols;
        this.erasures = erasures;
    }

    /** One receiver named these symbols; it needs as many, these or others. */
    static SymbolRequest named(BitSet symbols) {
        return new SymbolRequest((BitSet) symbols.clone(), symbols.cardinality());
    }

    /** One receiver needs this many symbols that it does not have, and does not say which it has. */
    static SymbolRequest erasures(int count) {
        return new SymbolRequest(new BitSet(), count);
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

    /** Returns every symbol that somebody named; fewer than {@link #erasures} if somebody named none. */
    BitSet symbols() {
        return symbols;
    }
}
