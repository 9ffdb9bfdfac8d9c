package dev.mimeo.internal;

import dev.mimeo.ImageReceiver;
import dev.mimeo.ImageSender;
import dev.mimeo.ImageSource;
import dev.mimeo.ImageTarget;
import dev.mimeo.StartPolicy;
import dev.mimeo.internal.Party.Seat;
import dev.mimeo.internal.SenderSettings.SenderPort;
import java.io.IOException;

/** Our sender or receiver of one image, in this process. */
final class ImageEndpoint {
    private ImageEndpoint() {}

    static Endpoint send(Seat seat) throws IOException {
        InteropCase test = seat.test();
        MimeoEndpoint endpoint = new MimeoEndpoint(seat, seat.group().fromAnybody(), test.senderLoss());
        ImageSenderBuilder options = new ImageSenderBuilder(seat.group());
        endpoint.tell(options);
        long joining =
                test.receivers().stream().filter(party -> !party.isPlain()).count();
        if (joining > 0) {
            options.startWhen(StartPolicy.receivers((int) joining));
        } else {
            options.startWhen(StartPolicy.atOnce());
        }
        ImageSender sender = new DefaultImageSender(options, new SenderPort(endpoint.port(), test.segmentLength()));
        endpoint.owns(sender::close);
        String name = test.objects().get(0).name().orElseThrow();
        sender.send(ImageSource.of(seat.sources().get(0)).name(name));
        return endpoint;
    }

    static Endpoint receive(Seat seat) throws IOException {
        MimeoEndpoint endpoint =
                new MimeoEndpoint(seat, seat.group(), seat.test().receiverLoss());
        ImageReceiverBuilder options = new ImageReceiverBuilder(seat.group());
        endpoint.tell(options);
        ImageReceiver receiver = new DefaultImageReceiver(options, TargetStorage.LOCAL, endpoint.port());
        endpoint.owns(receiver::close);
        receiver.receive(ImageTarget.of(seat.directory().resolve("image")));
        return endpoint;
    }
}
