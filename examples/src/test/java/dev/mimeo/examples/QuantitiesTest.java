package dev.mimeo.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mimeo.AddressAllocator;
import dev.mimeo.DataRate;
import dev.mimeo.MulticastGroup;
import dev.mimeo.RateSchedule;
import dev.mimeo.SlowReceiverPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({"64000, 64000", "64k, 64000", "64K, 64000", "800M, 800000000", "1.5G, 1500000000", "2.25M, 2250000"})
    void ratesAreBitsPerSecondInPowersOfTen(String text, long bitsPerSecond) {
        assertThat(Quantities.rate(text)).isEqualTo(new DataRate(bitsPerSecond));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "M", "-1M", "+1M", "800m", "800Mb", "8e6", "1,5G", "0", "7999", "999999999999999999G", "M800"
            })
    void whatIsNoRateIsRefused(String text) {
        assertThatThrownBy(() -> Quantities.rate(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "512, 512", "4K, 4096", "256M, 268435456", "1.5G, 1610612736"})
    void sizesAreBytesInPowersOf1024(String text, long bytes) {
        assertThat(Quantities.size(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "60s, 60000", "1.5s, 1500", "10m, 600000", "2h, 7200000"})
    void durationsHaveUnits(String text, long millis) {
        assertThat(Quantities.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "0s", "-1s", "10M", "10 minutes", "forever"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> Quantities.duration(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "2, 0.02", "2%, 0.02", "0.5, 0.005", "100%, 1"})
    void percentagesAreRatios(String text, double ratio) {
        assertThat(Quantities.percent(text)).isEqualTo(ratio);
    }

    @Test
    void nodeIdsAreNumbersOf32BitsWithoutTheFirstAndTheLast() {
        assertThat(Quantities.nodeId("7")).isEqualTo(7);
        assertThat(Quantities.nodeId("0x0a00002a")).isEqualTo(0x0a00_002a);
        assertThat(Quantities.nodeId("4294967294")).isEqualTo(-2);
        for (String text : List.of("", "0", "-1", "0xffffffff", "seat")) {
            assertThatThrownBy(() -> Quantities.nodeId(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void moreThanEverythingIsRefused() {
        assertThatThrownBy(() -> Quantities.percent("101")).hasMessageContaining("more than 100 percent");
    }

    @Test
    void groupsAreAnAddressAndAPort() {
        assertThat(Quantities.group("239.192.7.1:6003")).isEqualTo(MulticastGroup.of("239.192.7.1", 6003));
        assertThat(Quantities.group("[ff15::7:1]:6003")).isEqualTo(MulticastGroup.of("ff15::7:1", 6003));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "239.192.7.1",
                ":6003",
                "239.192.7.1:",
                "239.192.7.1:0",
                "239.192.7.1:65536",
                "239.192.7.1:99999999",
                "10.0.0.1:6003",
                "224.0.0.1:6003",
                "classroom:6003",
                "ff15::1:6003",
                "239.192.7.1:6003:1"
            })
    void whatIsNoGroupIsRefused(String text) {
        assertThatThrownBy(() -> Quantities.group(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1 KiB", "1536, 1.5 KiB", "268435456, 256 MiB", "5000000000, 4.7 GiB"})
    void bytesReadWell(long bytes, String text) {
        assertThat(Quantities.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"64000, 64 kbit/s", "398400000, 398 Mbit/s", "1500000000, 1.5 Gbit/s"})
    void ratesReadWell(double bits, String text) {
        assertThat(Quantities.bits(bits)).isEqualTo(text);
    }

    @Test
    void durationsReadWell() {
        assertThat(Quantities.time(Duration.ofMillis(6_149))).isEqualTo("6.1 s");
        assertThat(Quantities.time(Duration.ofSeconds(725))).isEqualTo("12 min 5 s");
    }

    @Test
    void namesFromTheNetworkCannotMoveTheCursor() {
        assertThat(Quantities.printable("seat\u001b[2J\r\n\u0007\u202eé 1")).isEqualTo("seat?[2J????é 1");
    }

    @Test
    void readsTimesOfTheClock() {
        LocalDateTime then = LocalDateTime.of(2026, 1, 31, 22, 30);
        assertThat(Quantities.instant("2026-01-31T22:30"))
                .isEqualTo(then.atZone(ZoneId.systemDefault()).toInstant());
        assertThat(Quantities.instant("22:30"))
                .isBetween(Instant.now(), Instant.now().plus(Duration.ofHours(26)));
        assertThatIllegalArgumentException().isThrownBy(() -> Quantities.instant("25:00"));
    }

    @Test
    void readsTheEndOfADay() {
        ZoneId zone = ZoneId.systemDefault();
        assertThat(Quantities.end("2027-01-31"))
                .isEqualTo(
                        LocalDateTime.of(2027, 1, 31, 23, 59, 59).atZone(zone).toInstant());
        assertThat(Quantities.end("2027-01-31T22:30"))
                .isEqualTo(LocalDateTime.of(2027, 1, 31, 22, 30).atZone(zone).toInstant());
        for (String text : new String[] {"", "tomorrow", "2027-02-29", "22:30"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Quantities.end(text));
        }
    }

    @Test
    void readsWhatDistributionPointsAreTold() throws IOException, InterruptedException {
        MulticastGroup only = MulticastGroup.of("239.192.7.1", 6003);
        NetworkOptions network = new NetworkOptions();
        network.interfaceNames = new String[] {"no such interface"};
        assertThat(Quantities.groups("239.192.7.1:6003").on(network).allocate(group -> true))
                .contains(only);
        assertThat(Quantities.groups("239.192.7.1-239.192.7.2:6003").on(network).allocate(group -> !group.equals(only)))
                .contains(MulticastGroup.of("239.192.7.2", 6003));
        MulticastGroup six = MulticastGroup.of("ff35::8000:1", 6003);
        assertThat(Quantities.groups("[ff35::8000:1-ff35::8000:2]:6003")
                        .on(network)
                        .allocate(group -> !group.equals(six)))
                .contains(MulticastGroup.of("ff35::8000:2", 6003));
        assertThat(Quantities.groups("[ff35::8000:1]:6003").on(network).allocate(group -> true))
                .contains(six);
        for (String none : new String[] {
            "239.192.7.1-239.192.7.2", "ff35::1-ff35::2:6003", "[ff35::1-ff35::2]", "[239.192.7.1-239.192.7.2:6003"
        }) {
            assertThatIllegalArgumentException().isThrownBy(() -> Quantities.groups(none));
        }
        for (String leased : List.of("madcap", "madcap:10.0.0.1")) {
            AddressAllocator addresses = Quantities.groups(leased).on(network);
            assertThatIOException()
                    .isThrownBy(() -> addresses.allocate(group -> true))
                    .withMessageContaining("there is no network interface \"no such interface\"");
        }
        GroupChoice group = Quantities.groups("madcap:239.192.7.1");
        assertThatIllegalArgumentException().isThrownBy(() -> group.on(network)).withMessageContaining("not a server");
        assertThat(Quantities.window("08:00-18:00=100M"))
                .isEqualTo(new RateSchedule.Window(LocalTime.of(8, 0), LocalTime.of(18, 0), DataRate.ofMegabits(100)));
        assertThatIllegalArgumentException().isThrownBy(() -> Quantities.window("8-18=100M"));
        assertThat(Quantities.slowReceivers("hold")).isEqualTo(SlowReceiverPolicy.holdAll());
        assertThat(Quantities.slowReceivers("lanes:2")).isEqualTo(SlowReceiverPolicy.lanes(2));
        assertThat(Quantities.slowReceivers("lanes:3")).isEqualTo(SlowReceiverPolicy.lanes(3));
        assertThatIllegalArgumentException().isThrownBy(() -> Quantities.slowReceivers("lanes:4"));
        assertThat(Quantities.slowReceivers("handoff:20M:30s"))
                .isEqualTo(SlowReceiverPolicy.handOff(DataRate.ofMegabits(20), Duration.ofSeconds(30)));
        assertThatIllegalArgumentException().isThrownBy(() -> Quantities.slowReceivers("drop:20M"));
    }
}
