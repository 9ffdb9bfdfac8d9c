package dev.mimeo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final int COUNT = 100_000;
    private static final int LENGTH = 40;

    private final Link link = link();
    private final ByteBuffer datagram = ByteBuffer.allocate(LENGTH);
    private final List<byte[]> passed = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();

    private static Link link() {
        return new Link(new SplittableRandom(7));
    }

    private void carry(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            link.carry(datagram, (out, afterNanos) -> {
                byte[] bytes = new byte[out.remaining()];
                out.get(out.position(), bytes);
                passed.add(bytes);
                delays.add(afterNanos);
            });
        }
    }

    @Test
    void isPerfectUntilToldOtherwise() throws IOException {
        carry(100);
        assertThat(passed).hasSize(100).allMatch(bytes -> differences(bytes) == 0 && bytes.length == LENGTH);
        assertThat(delays).containsOnly(0L);
    }

    @Test
    void losesItsShare() throws IOException {
        link.loss(0.1);
        carry(COUNT);
        assertThat(link.offered()).isEqualTo(COUNT);
        assertThat(link.lost()).isEqualTo(COUNT - passed.size());
        assertThat((double) link.lost() / COUNT).isCloseTo(0.1, within(0.005));
    }

    @Test
    void losesItsShareInBurstsOfTheirLength() throws IOException {
        link.burst(0.1, 20);
        int bursts = 0;
        boolean before = false;
        for (int i = 0; i < COUNT; i++) {
            long lost = link.lost();
            carry(1);
            boolean now = link.lost() > lost;
            bursts += now && !before ? 1 : 0;
            before = now;
        }
        assertThat((double) link.lost() / COUNT).isCloseTo(0.1, within(0.02));
        assertThat((double) link.lost() / bursts).isCloseTo(20, within(3.0));
    }

    @Test
    void nothingPassesWhileItIsDown() throws IOException {
        link.down(true);
        carry(5);
        assertThat(passed).isEmpty();
        link.down(false);
        carry(5);
        assertThat(passed).hasSize(5);
        assertThat(link.lost()).isEqualTo(5);
    }

    @Test
    void duplicatesItsShare() throws IOException {
        link.duplicate(0.25);
        carry(COUNT);
        assertThat(passed).hasSize(COUNT + (int) link.duplicated());
        assertThat((double) link.duplicated() / COUNT).isCloseTo(0.25, within(0.01));
    }

    @Test
    void corruptsOneToThreeBitsAndLeavesTheOriginalAlone() throws IOException {
        link.corrupt(0.5);
        carry(10_000);
        long changed = passed.stream().filter(bytes -> differences(bytes) > 0).count();
        assertThat(passed).allMatch(bytes -> differences(bytes) <= 3 && bytes.length == LENGTH);
        // Now and then a bit is inverted twice.
        assertThat(link.damaged()).isBetween(changed, changed + 100).isBetween(4_800L, 5_200L);
        assertThat(datagram).isEqualTo(ByteBuffer.allocate(LENGTH));
    }

    @Test
    void cutsShort() throws IOException {
        link.truncate(1);
        carry(1_000);
        assertThat(passed).hasSize(1_000).allMatch(bytes -> bytes.length < LENGTH);
        assertThat(passed.stream().map(bytes -> bytes.length).distinct()).hasSize(LENGTH);
        assertThat(datagram.remaining()).isEqualTo(LENGTH);
    }

    @Test
    void whatIsEmptyStaysSo() throws IOException {
        link.corrupt(1).truncate(1);
        datagram.limit(0);
        carry(1);
        assertThat(passed).hasSize(1);
        assertThat(link.damaged()).isZero();
    }

    @Test
    void delaysAndHoldsBack() throws IOException {
        link.delay(Duration.ofNanos(1_000), Duration.ofNanos(500)).reorder(0.5, Duration.ofNanos(10_000));
        carry(1_000);
        assertThat(delays).allMatch(nanos -> nanos >= 1_000 && nanos < 1_500 || nanos >= 11_000 && nanos < 11_500);
        assertThat(delays.stream().filter(nanos -> nanos > 10_000)).hasSize((int) link.reordered());
        assertThat(link.reordered()).isBetween(400L, 600L);
    }

    @Test
    void theSameSeedDoesTheSame() throws IOException {
        Link again = link();
        for (Link each : List.of(link, again)) {
            each.burst(0.2, 3).duplicate(0.1).corrupt(0.1).truncate(0.1);
        }
        carry(1_000);
        List<byte[]> passedAgain = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            again.carry(datagram, (out, afterNanos) -> {
                byte[] bytes = new byte[out.remaining()];
                out.get(out.position(), bytes);
                passedAgain.add(bytes);
            });
        }
        assertThat(passedAgain)
                .usingElementComparator(java.util.Arrays::compare)
                .containsExactlyElementsOf(passed);
        assertThat(again).hasToString(link.toString());
    }

    @Test
    void whatCannotBeIsRefused() {
        List<Consumer<Link>> settings = List.of(
                each -> each.loss(-0.1),
                each -> each.loss(Double.NaN),
                each -> each.duplicate(1.1),
                each -> each.corrupt(2),
                each -> each.truncate(-1),
                each -> each.burst(1, 5),
                each -> each.burst(0.1, 0.5),
                each -> each.reorder(0.1, Duration.ofNanos(-1)),
                each -> each.delay(Duration.ofNanos(-1), Duration.ZERO),
                each -> each.delay(Duration.ZERO, Duration.ofNanos(-1)));
        for (Consumer<Link> setting : settings) {
            assertThatIllegalArgumentException().isThrownBy(() -> setting.accept(link));
        }
    }

    private static int differences(byte[] bytes) {
        int bits = 0;
        for (byte each : bytes) {
            bits += Integer.bitCount(each & 0xff);
        }
        return bits;
    }
}
