package dev.mimeo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.MulticastGroup;
import dev.mimeo.NetworkCheck;
import dev.mimeo.ReceiveReport;
import dev.mimeo.SessionDirectory;
import dev.mimeo.Transfer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Source-specific groups, and those of IPv6. What wants multicast of IPv6 on the loopback interface is done in a process of its
 * own ({@link Ipv6Room}). With {@code -Dmimeo.addressing=all}, a minute, every story is told of every kind of group.
 */
@Timeout(120)
class AddressingIT {
    @TempDir
    Path directory;

    private AddressingStories sourceSpecific() {
        return new AddressingStories(directory, Addressing.IPV4_SOURCE);
    }

    @Test
    void anImageArrivesFromItsSourceThoughMuchIsLost() throws Exception {
        sourceSpecific().anImageArrivesThoughMuchIsLost(false);
    }

    @Test
    @EnabledIfSystemProperty(named = "mimeo.addressing", matches = "all")
    void aSealedImageArrivesFromItsSource() throws Exception {
        sourceSpecific().anImageArrivesThoughMuchIsLost(true);
    }

    @Test
    void whoSendsFromElsewhereIsNotHeard() throws Exception {
        sourceSpecific().whoSendsFromElsewhereIsNotHeard();
    }

    @Test
    @EnabledIfSystemProperty(named = "mimeo.addressing", matches = "all")
    void theDirectoryTellsWhoSends() throws Exception {
        sourceSpecific().aSessionIsFoundInTheDirectory();
    }

    @Test
    void everythingWorksOverIpv6() throws Exception {
        Isolated.require();
        OptionalTool.Output output =
                Isolated.run(Ipv6Room.class, directory.toString(), System.getProperty("mimeo.addressing", ""));
        assertThat(output.exitCode()).as(output.text()).isZero();
    }

    /** The network would carry it all the same: it is filtered by the system. */
    @Test
    void anyGroupMayHaveASource() throws Exception {
        try (Classroom classroom = new Classroom(directory)) {
            ImageReceiver receiver =
                    classroom.open(new ImageReceiverBuilder(classroom.group().from("127.0.0.1"))
                            .networkInterface(Loopback.INTERFACE)
                            .timeToLive(0));
            Transfer<ReceiveReport> image = classroom.receive(receiver, "image");
            ImageSender sender = classroom.open(classroom.sender());
            sender.send(ImageSource.of(classroom.image(TestImage.random(100_000, 3))))
                    .await(Classroom.PATIENCE);
            assertThat(image.await(Classroom.PATIENCE).path()).hasSize(100_000);
        }
    }

    @Test
    void whatIsForOneSourceIsRefusedWhereEverybodyIsHeard() {
        MulticastGroup group = MulticastGroup.of("ff35::8000:1", 6_003);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageReceiver.from(group)
                        .networkInterface(Loopback.INTERFACE)
                        .open())
                .withMessage("group [ff35:0:0:0:0:0:8000:1]:6003 is for one source, which a receiver has to name: the"
                        + " address that the sender sends from, with MulticastGroup.from(); or choose a group outside"
                        + " 232.0.0.0/8 and ff3x::/32, on both sides");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SessionDirectory.on(Loopback.INTERFACE).group(group).open())
                .withMessageContaining("in a directory everybody is heard");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkCheck.of(group.from("::1")).thisMachine())
                .withMessageContaining("a check listens to everybody");
    }
}
