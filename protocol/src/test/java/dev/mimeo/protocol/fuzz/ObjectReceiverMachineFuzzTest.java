package dev.mimeo.protocol.fuzz;

import java.util.List;

/** A receiver of plain objects that hears a session of an image: to it, the manifest is an object like the others. */
class ObjectReceiverMachineFuzzTest extends MachineFuzz {
    private static final List<Life.Heard> REHEARSAL = Life.rehearse(
            List.of(SenderLife.begin(), ImageReceiverLife.begin(Lives.SECOND), ObjectReceiverLife.begin(Lives.FIRST)),
            9,
            8_000 * Life.MILLI);

    @Override
    Life<?> life() {
        return ObjectReceiverLife.begin(Lives.FIRST);
    }

    @Override
    List<Life.Heard> rehearsal() {
        return REHEARSAL;
    }
}
