package dev.mimeo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mimeo.protocol.kit.Datagram;
import dev.mimeo.protocol.kit.Outcome;
import dev.mimeo.protocol.kit.Scenario;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * One datagram of a session in the clear arrives with one bit inverted, as if no checksum had noticed, or somebody had forged
 * it: everybody gets the image all the same. Nothing that is said once ends a transfer, or is believed against what follows.
 */
class DamagedDatagramTest {
    private static final NodeId OUTSIDER = new NodeId(0xbad);
    /** The first pass of the image is over by then. */
    private static final int DATAGRAMS = 60;

    /** A session in which the datagram that the sender sends as the {@code nth} is damaged. */
    private static final class Session {
        private final int nth;
        private final int bit;
        private int sent;
        private long damaged = -1;
        private String what = "";
        private int length;

        Session(int nth, int bit) {
            this.nth = nth;
            this.bit = bit;
        }

        Session run() {
            Outcome outcome = Scenario.seed(5)
                    .receivers(2)
                    .objects(9_000, 5_000)
                    .limit(Duration.ofMinutes(5), 20_000_000)
                    .arrange((simulation, cast) -> {
                        simulation.network().attachOutsider(OUTSIDER);
                        simulation
                                .network()
                                .outbound(cast.sender().id())
                                .loss((datagram, node, now, random) -> isTheOne(datagram));
                        simulation.network().tap(datagram -> {
                            if (datagram.number() == damaged) {
                                simulation.network().inject(OUTSIDER, datagram.destination(), damage(datagram));
                            }
                        });
                    })
                    .run();
            assertThat(outcome.verified())
                    .as("%s with bit %d inverted: %s", what, bit, outcome.reports())
                    .isEqualTo(2);
            return this;
        }

        private boolean isTheOne(Datagram datagram) {
            boolean theOne = sent++ == nth;
            damaged = theOne ? datagram.number() : damaged;
            return theOne;
        }

        private ByteBuffer damage(Datagram datagram) {
            what = datagram.toString();
            length = datagram.length();
            byte[] bytes = new byte[length];
            datagram.bytes().get(bytes);
            int at = bit % (8 * length);
            bytes[at / 8] ^= (byte) (1 << at % 8);
            return ByteBuffer.wrap(bytes);
        }
    }

    @Test
    void everyBitOfTheFirstAnnouncementCanBeWrong() {
        Session first = new Session(1, 0).run();
        assertThat(first.what).contains("Announcement");
        for (int bit = 1; bit < 8 * first.length; bit++) {
            new Session(1, bit).run();
        }
    }

    @Test
    void aBitOfAnyDatagramCanBeWrong() {
        SplittableRandom random = new SplittableRandom(31);
        for (int nth = 0; nth < DATAGRAMS; nth++) {
            // Headers are where a bit does most.
            for (int i = 0; i < 3; i++) {
                new Session(nth, random.nextInt(8 * (i < 2 ? 44 : 300))).run();
            }
        }
    }
}
