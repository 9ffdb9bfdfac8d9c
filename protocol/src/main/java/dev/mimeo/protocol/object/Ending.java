package dev.mimeo.protocol.object;

/** How a receiver of plain objects ended. */
public enum Ending {
    /** Everything that it wanted is stored. */
    COMPLETE,
    /** Nothing more comes, and something that it wanted was dropped. */
    INCOMPLETE,
    /** The sender fell silent before everything had arrived. */
    SENDER_LOST,
    /** The sender left before everything had arrived. */
    SENDER_LEFT,
    /** The receiver left. */
    LEFT
}
