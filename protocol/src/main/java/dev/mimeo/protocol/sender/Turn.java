package dev.mimeo.protocol.sender;

import java.util.List;

/** When a request is answered; whatever is asked for of a block in an earlier turn is answered with it. */
enum Turn {
    /** Before all others: of who lacks little, and has not asked for much. */
    FIRST,
    /** In the first pass too: of who lacks little. */
    SOON,
    /** When nobody waits for what is due soon, and not in the first pass: of who lacks most of a block, or asked for much. */
    LATER,
    /** When nobody else waits for anything: of who has asked for so much that others would have to wait for long. */
    LAST;

    private static final List<Turn> ALL = List.of(values());

    /** Returns whether it comes in the first pass too. */
    boolean isSoon() {
        return compareTo(LATER) < 0;
    }

    /** Returns the turns up to this one, in order. */
    List<Turn> andBefore() {
        return ALL.subList(0, ordinal() + 1);
    }

    /** Returns this turn, or the other if that is later. */
    Turn orLater(Turn other) {
        return compareTo(other) < 0 ? other : this;
    }
}
