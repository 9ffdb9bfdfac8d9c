package dev.mimeo.internal;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.internal.Party.Seat;
import java.io.IOException;

/** Our sender or receiver of one image, in this process. */
final class ImageEndpoint {
    private static final int MEMORY = 16 << 20;

    private ImageEndpoint() {}

    static Endpoint send(Seat seat) throws IOException {
        InteropCase test = seat.test();
        InteropObject image = test.objects().get(0);
        long joining =
                test.receivers().stream().filter(party -> !party.isPlain()).count();
        MimeoEndpoint endpoint = new MimeoEndpoint(seat, test.senderLoss());
        SenderBuilder options = new SenderBuilder(seat.group())
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .nodeId(seat.nodeId())
                .rate(test.rate())
                .segmentLength(test.segmentLength())
                .blockLength(test.blockLength())
                .parityCount(test.parityCount())
                .memoryLimit(MEMORY)
                .listener(endpoint.listener());
        if (joining > 0) {
            options.waitFor((int) joining - test.lateCount());
        } else {
            options.startNow();
        }
        ImageSender sender = DefaultImageSender.open(options, test.segmentLength(), endpoint.port());
        endpoint.owns(sender::close);
        sender.send(ImageSource.of(seat.sources().get(0)).name(image.name().orElseThrow()));
        return endpoint;
    }

    static Endpoint receive(Seat seat) throws IOException {
        MimeoEndpoint endpoint = new MimeoEndpoint(seat, seat.test().receiverLoss());
        ReceiverBuilder options = new ReceiverBuilder(seat.group())
                .networkInterface(Loopback.INTERFACE)
                .timeToLive(0)
                .nodeId(seat.nodeId())
                .memoryLimit(MEMORY)
                .listener(endpoint.listener());
        if (seat.test().isUnicastFeedback()) {
            options.unicastFeedback();
        }
        ImageReceiver receiver = DefaultImageReceiver.open(options, TargetStorage.LOCAL, endpoint.port());
        endpoint.owns(receiver::close);
        receiver.receive(ImageTarget.of(seat.directory().resolve("image")));
        return endpoint;
    }
}
