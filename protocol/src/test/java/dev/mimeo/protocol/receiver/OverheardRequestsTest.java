package dev.mimeo.protocol.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.FecEncoding;
import dev.mimeo.protocol.ObjectId;
import dev.mimeo.protocol.TransmissionInformation;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose requests spare ours. Blocks have 8 symbols and 4 of parity. */
class OverheardRequestsTest {
    private static final ObjectId ID = new ObjectId(7);

    private final IncomingObject object = new IncomingObject(ID);
    private final OverheardRequests overheard = new OverheardRequests(id -> object, () -> List.of(object));

    private void accept(boolean fewFirst) {
        object.describe(new TransmissionInformation(FecEncoding.SMALL_BLOCK_SYSTEMATIC, 8_000, 100, 8, 4), 0);
        object.accept(fewFirst);
    }

    private static BitSet symbols(int count) {
        BitSet symbols = new BitSet();
        symbols.set(0, count);
        return symbols;
    }

    @Test
    void whoAsksForAsMuchSparesUs() {
        accept(false);
        overheard.onSymbols(ID, 3, symbols(7));
        overheard.onBlocks(ID, 5, 6);
        assertThat(overheard.covers(object, 3, 7)).isTrue();
        assertThat(overheard.covers(object, 3, 8)).isFalse();
        assertThat(overheard.covers(object, 3, 1)).isTrue();
        assertThat(overheard.covers(object, 5, 1)).isTrue();
        assertThat(overheard.covers(object, 7, 1)).isFalse();
    }

    @Test
    void whereWhoLacksLittleGoesFirstWhoLacksMostSparesOnlyItsLike() {
        accept(true);
        overheard.onSymbols(ID, 3, symbols(7));
        overheard.onErasures(ID, 4, 4);
        overheard.onBlocks(ID, 5, 6);
        assertThat(overheard.covers(object, 3, 7)).isTrue();
        assertThat(overheard.covers(object, 3, 4)).as("less than half").isFalse();
        assertThat(overheard.covers(object, 4, 4)).isTrue();
        assertThat(overheard.covers(object, 4, 5)).isFalse();
        assertThat(overheard.covers(object, 5, 8)).isTrue();
        assertThat(overheard.covers(object, 5, 2)).as("less than half").isFalse();
    }
}
