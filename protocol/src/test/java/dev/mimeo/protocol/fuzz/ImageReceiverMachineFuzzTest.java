package dev.mimeo.protocol.fuzz;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A receiver of an image, of whose datagrams some are lost, beside another. */
class ImageReceiverMachineFuzzTest extends MachineFuzz {
    private static final List<Life.Heard> REHEARSAL = Life.rehearse(
            List.of(SenderLife.begin(), ImageReceiverLife.begin(Lives.SECOND), ImageReceiverLife.begin(Lives.FIRST)),
            9,
            8_000 * Life.MILLI);

    @Override
    Life<?> life() {
        return ImageReceiverLife.begin(Lives.FIRST);
    }

    @Override
    List<Life.Heard> rehearsal() {
        return REHEARSAL;
    }

    /** Or inputs would end in the first state. */
    @Test
    void thisReceiverVerifiesWhatWasRehearsed() {
        ImageReceiverLife life = ImageReceiverLife.begin(Lives.FIRST);
        for (Life.Heard heard : REHEARSAL) {
            life.advance(heard.atNanos());
            life.hear(heard.datagram(), heard.delivery());
        }
        require(life.isVerified(), "it does not");
    }
}
