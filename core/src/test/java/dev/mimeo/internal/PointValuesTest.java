package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.AddressAllocator;
import dev.mimeo.Candidate;
import dev.mimeo.DataRate;
import dev.mimeo.MulticastGroup;
import dev.mimeo.RateSchedule;
import dev.mimeo.StartPolicy;
import dev.mimeo.TargetSet;
import dev.mimeo.protocol.Machine;
import dev.mimeo.protocol.sender.Gathering;
import dev.mimeo.protocol.sender.StartCondition;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The values that a distribution point is told with. */
class PointValuesTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);
    private static final long SECOND = 1_000_000_000;

    private static long start(StartPolicy policy, Gathering gathering) {
        return StartPolicies.condition(policy, NOON, 7 * SECOND).startNanos(gathering);
    }

    @Test
    void everyPolicyBecomesItsCondition() {
        Gathering nobody = new Gathering(0, SECOND, Machine.NEVER, Machine.NEVER);
        Gathering three = new Gathering(3, SECOND, 2 * SECOND, 5 * SECOND);
        StartPolicy field =
                StartPolicy.anyOf(StartPolicy.receivers(20), StartPolicy.afterFirst(Duration.ofSeconds(900)));
        assertThat(start(StartPolicy.atOnce(), nobody)).isEqualTo(SECOND);
        assertThat(start(StartPolicy.manual(), three)).isEqualTo(Machine.NEVER);
        assertThat(start(StartPolicy.receivers(3), three)).isEqualTo(5 * SECOND);
        assertThat(start(StartPolicy.receivers(4), three)).isEqualTo(Machine.NEVER);
        assertThat(start(StartPolicy.quietFor(Duration.ofSeconds(9)), three)).isEqualTo(14 * SECOND);
        assertThat(start(StartPolicy.afterOpening(Duration.ofSeconds(9)), three))
                .isEqualTo(10 * SECOND);
        assertThat(start(field, three)).isEqualTo(902 * SECOND);
        assertThat(start(field, nobody)).isEqualTo(Machine.NEVER);
        assertThat(start(
                        StartPolicy.allOf(StartPolicy.receivers(2), StartPolicy.afterFirst(Duration.ofSeconds(1))),
                        three))
                .isEqualTo(5 * SECOND);
        assertThat(start(StartPolicy.at(Instant.parse("2026-01-31T12:00:30Z")), three))
                .isEqualTo(37 * SECOND);
        assertThat(start(StartPolicy.at(Instant.parse("2020-01-31T12:00:30Z")), three))
                .isEqualTo(7 * SECOND);
        assertThat(start(StartPolicy.at(Instant.MAX), three))
                .isLessThan(Machine.NEVER)
                .isGreaterThan(SECOND * 86_400);
        assertThat(StartPolicies.condition(field, NOON, 0)).isInstanceOf(StartCondition.AnyOf.class);
        assertThat(StartPolicies.expected(field)).isEqualTo(20);
        assertThat(StartPolicies.isTimed(field)).isFalse();
        assertThat(StartPolicies.isTimed(StartPolicy.anyOf(field, StartPolicy.at(Instant.MAX))))
                .isTrue();
    }

    @Test
    void policiesSayWhatTheyAre() {
        StartPolicy field =
                StartPolicy.anyOf(StartPolicy.receivers(20), StartPolicy.afterFirst(Duration.ofMinutes(15)));
        assertThat(field).hasToString("20 receivers, or 15m after the first");
        assertThat(StartPolicy.allOf(field, StartPolicy.quietFor(Duration.ofSeconds(90))))
                .hasToString("(20 receivers, or 15m after the first) and (nobody new for 1m30s)");
        assertThatIllegalArgumentException().isThrownBy(() -> StartPolicy.receivers(0));
        assertThatIllegalArgumentException().isThrownBy(() -> StartPolicy.quietFor(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(StartPolicy::anyOf);
    }

    @Test
    void targetSetsTellWhoTheyRefuseAndWhy() {
        Candidate seat = new Candidate("0000002a", "seat 7", "10.0.0.7", "secret");
        assertThat(TargetSet.anybody().refusal(seat)).isEmpty();
        assertThat(TargetSet.named("seat 7", "seat 8").refusal(seat)).isEmpty();
        assertThat(TargetSet.named("0000002a").refusal(seat)).isEmpty();
        assertThat(TargetSet.named("seat 8").refusal(seat))
                .contains("this image is not for a machine called \"seat 7\"");
        assertThat(TargetSet.named("a", "b", "a").size()).hasValue(2);
        assertThat(TargetSet.token("secret").refusal(seat)).isEmpty();
        assertThat(TargetSet.token("other").refusal(seat)).isPresent();
        assertThat(TargetSet.matching(each -> each.address().startsWith("10.1."), "not in this wing")
                        .refusal(seat))
                .contains("not in this wing");
        assertThat(seat.toString()).isEqualTo("seat 7 (0000002a) at 10.0.0.7").doesNotContain("secret");
    }

    @Test
    void ratesGoByTheTimeOfDayAcrossMidnightToo() {
        DataRate full = DataRate.ofMegabits(900);
        DataRate office = DataRate.ofMegabits(100);
        DataRate backup = DataRate.ofMegabits(50);
        RateSchedule schedule = RateSchedule.of(full)
                .between(LocalTime.of(8, 0), LocalTime.of(18, 0), office)
                .between(LocalTime.of(23, 0), LocalTime.of(1, 30), backup);
        assertThat(schedule.at(LocalTime.of(7, 59))).isEqualTo(full);
        assertThat(schedule.at(LocalTime.of(8, 0))).isEqualTo(office);
        assertThat(schedule.at(LocalTime.of(18, 0))).isEqualTo(full);
        assertThat(schedule.at(LocalTime.of(23, 0))).isEqualTo(backup);
        assertThat(schedule.at(LocalTime.MIDNIGHT)).isEqualTo(backup);
        assertThat(schedule.at(LocalTime.of(1, 30))).isEqualTo(full);
        assertThat(schedule.largest()).isEqualTo(full);
        assertThat(RateSchedule.of(office)
                        .between(LocalTime.NOON, LocalTime.MIDNIGHT, full)
                        .largest())
                .isEqualTo(full);
    }

    @Test
    void aRangeHandsOutEachOfItsGroupsOnce() throws IOException, InterruptedException {
        AddressAllocator range = AddressAllocator.range(
                MulticastGroup.of("239.255.0.254", 6003), MulticastGroup.of("239.255.1.1", 6004));
        Set<MulticastGroup> taken = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            taken.add(range.allocate(group -> !taken.contains(group)).orElseThrow());
        }
        assertThat(taken)
                .hasSize(8)
                .contains(MulticastGroup.of("239.255.0.255", 6004), MulticastGroup.of("239.255.1.1", 6003));
        assertThat(range.allocate(group -> !taken.contains(group))).isEmpty();
        AddressAllocator six =
                AddressAllocator.range(MulticastGroup.of("ff15::ffff", 6003), MulticastGroup.of("ff15::1:0", 6003));
        assertThat(six.allocate(group -> !group.equals(MulticastGroup.of("ff15::ffff", 6003))))
                .isEqualTo(Optional.of(MulticastGroup.of("ff15::1:0", 6003)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddressAllocator.range(
                        MulticastGroup.of("239.255.1.0", 6003), MulticastGroup.of("239.255.0.0", 6003)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddressAllocator.range(
                        MulticastGroup.of("239.255.1.0", 6003), MulticastGroup.of("ff15::1", 6003)));
    }
}
