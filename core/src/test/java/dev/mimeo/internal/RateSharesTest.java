package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RateSharesTest {
    private static final long BUDGET = 1_000_000;

    private static final class Session implements RateShares.Sharer {
        private boolean sending;
        private int weight = RateShares.WHOLE;
        private long granted;

        Session(boolean sending) {
            this.sending = sending;
        }

        @Override
        public boolean isSending() {
            return sending;
        }

        @Override
        public int weight() {
            return weight;
        }

        @Override
        public long granted() {
            return granted;
        }

        @Override
        public void grant(long bytesPerSecond) {
            granted = bytesPerSecond;
        }
    }

    @Test
    void thoseWhoSendShareEquallyAndThoseWhoWaitKeepATwentieth() {
        List<Session> sessions = List.of(new Session(true), new Session(true), new Session(false));
        assertThat(RateShares.divide(BUDGET, sessions)).isTrue();
        assertThat(sessions).extracting(Session::granted).containsExactly(475_000L, 475_000L, 50_000L);
    }

    @Test
    void aLaterLaneCountsForAnEighthUntilItIsAlone() {
        List<Session> sessions = new ArrayList<>(List.of(new Session(true), new Session(true)));
        sessions.get(1).weight = 1;
        RateShares.divide(BUDGET, sessions);
        assertThat(sessions).extracting(Session::granted).containsExactly(888_888L, 111_111L);
        sessions.remove(0);
        RateShares.divide(BUDGET, sessions);
        assertThat(sessions).extracting(Session::granted).containsExactly(BUDGET);
    }

    @Test
    void allOfItIsForThoseWhoWaitIfNobodySends() {
        List<Session> sessions = List.of(new Session(false), new Session(false));
        RateShares.divide(BUDGET, sessions);
        assertThat(sessions).extracting(Session::granted).containsExactly(500_000L, 500_000L);
    }

    @Test
    void whatIsGrantedNeverExceedsTheBudgetWhateverHappens() {
        SplittableRandom random = new SplittableRandom(5);
        List<Session> sessions = new ArrayList<>();
        long budget = BUDGET;
        for (int step = 0; step < 10_000; step++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (sessions.size() < 50) {
                        sessions.add(new Session(false));
                    }
                }
                case 1 -> {
                    if (!sessions.isEmpty()) {
                        sessions.remove(random.nextInt(sessions.size()));
                    }
                }
                default -> {
                    if (!sessions.isEmpty()) {
                        sessions.get(random.nextInt(sessions.size())).sending = true;
                    }
                }
            }
            RateShares.divide(budget, sessions);
            long granted = sessions.stream().mapToLong(Session::granted).sum();
            assertThat(granted).isLessThanOrEqualTo(budget + RateShares.LEAST * sessions.size());
            budget = random.nextInt(100) == 0 ? BUDGET / 2 + random.nextLong(BUDGET) : budget;
            if (budget < granted) {
                assertThat(RateShares.divide(budget, sessions)).isIn(true, false);
                assertThat(sessions.stream().mapToLong(Session::granted).sum())
                        .as("a smaller budget is heeded at once")
                        .isLessThanOrEqualTo(budget + RateShares.LEAST * sessions.size());
            }
        }
    }
}
