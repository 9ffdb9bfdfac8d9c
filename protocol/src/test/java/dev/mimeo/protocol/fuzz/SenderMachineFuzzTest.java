package dev.mimeo.protocol.fuzz;

import java.util.List;

/** A sender among two receivers, of whose words some are lost. */
class SenderMachineFuzzTest extends MachineFuzz {
    private static final List<Life.Heard> REHEARSAL = Life.rehearse(
            List.of(ImageReceiverLife.begin(Lives.FIRST), ImageReceiverLife.begin(Lives.SECOND), SenderLife.begin()),
            9,
            8_000 * Life.MILLI);

    @Override
    Life<?> life() {
        return SenderLife.begin();
    }

    @Override
    List<Life.Heard> rehearsal() {
        return REHEARSAL;
    }
}
