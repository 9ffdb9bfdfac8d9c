package dev.mimeo.protocol.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks of 128, 32 parity symbols each; what is lost of the parity itself is asked for, too. */
class ProactiveParityTest {
    private static final int SOURCE = 128;
    private static final int PARITY = 32;

    private final ProactiveParity redundancy = new ProactiveParity(true);
    private final SplittableRandom random = new SplittableRandom(5740);

    private int symbols() {
        return redundancy.symbols(SOURCE, PARITY);
    }

    /** Returns how many symbols the worst of some receivers lacks of a block that was sent with so much parity. */
    private int lacking(double loss, int receivers, int parity) {
        int worst = 0;
        for (int receiver = 0; receiver < receivers; receiver++) {
            int lost = 0;
            for (int symbol = 0; symbol < SOURCE + parity; symbol++) {
                lost += random.nextDouble() < loss ? 1 : 0;
            }
            worst = Math.max(worst, lost - parity);
        }
        return worst;
    }

    @ParameterizedTest
    @CsvSource({"0.01, 1, 1", "0.01, 1, 200", "0.05, 1, 1", "0.05, 1, 200", "0.05, 8, 200", "0.01, 100, 1_000"})
    void oneBlockInFiveIsAskedForWhateverIsLostAndHoweverLateThatIsKnown(double loss, int receivers, int late) {
        ArrayDeque<int[]> onTheirWay = new ArrayDeque<>();
        int asked = 0;
        int blocks = 6_000;
        for (int block = 0; block < blocks; block++) {
            int parity = symbols();
            redundancy.onSent(SOURCE);
            int lacking = lacking(loss, receivers, parity);
            onTheirWay.add(new int[] {parity, lacking});
            asked += block >= blocks / 2 && lacking > 0 ? 1 : 0;
            if (onTheirWay.size() >= late) {
                int[] heard = onTheirWay.remove();
                redundancy.onAsked(heard[0], heard[0] + heard[1], SOURCE, PARITY);
            }
        }
        assertThat((double) asked / (blocks - blocks / 2))
                .as("share of blocks that are asked for, %d parity symbols", symbols())
                .isBetween(ProactiveParity.ASKED / 2, ProactiveParity.ASKED * 1.6);
    }

    @Test
    void whereNothingIsLostNothingIsSentAndWhereNothingIsLostAnyMoreNothingSoon() {
        redundancy.onSent(SOURCE);
        assertThat(symbols()).isZero();
        askedFor(8, 1_000);
        assertThat(symbols()).isEqualTo(8);
        for (int block = 0; block < 2_000; block++) {
            redundancy.onSent(SOURCE);
        }
        assertThat(symbols()).isZero();
    }

    @Test
    void aBlockCountsOnceHoweverManyAskForIt() {
        for (int receiver = 1; receiver <= 16; receiver++) {
            redundancy.onAsked(receiver - 1, receiver, SOURCE, PARITY);
        }
        assertThat(redundancy.symbols(16 * SOURCE, 16 * PARITY)).isEqualTo(1);
    }

    @Test
    void whatIsForgedTakesItToHalfOfTheParityAndAQuarterOfABlock() {
        askedFor(1_000, 100_000);
        assertThat(symbols()).isEqualTo(PARITY / 2);
        assertThat(redundancy.symbols(SOURCE, 100)).isEqualTo(SOURCE / 4);
        assertThat(redundancy.symbols(1, PARITY)).isZero();
    }

    @Test
    void oneThatIsNotToAdaptSendsNothing() {
        ProactiveParity none = new ProactiveParity(false);
        none.onAsked(0, 8, SOURCE, PARITY);
        assertThat(none.symbols(100 * SOURCE, 100 * PARITY)).isZero();
    }

    private void askedFor(int symbols, int blocks) {
        for (int block = 0; block < blocks; block++) {
            redundancy.onAsked(0, symbols, SOURCE, PARITY);
        }
    }
}
