package dev.mimeo.internal;

import dev.mimeo.NormObject;
import dev.mimeo.NormReceiver;
import dev.mimeo.NormSender;
import dev.mimeo.NormTarget;
import dev.mimeo.internal.Party.Seat;
import dev.mimeo.internal.SenderSettings.SenderPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our sender or receiver of plain NORM, in this process. */
final class NormEndpoint {
    private NormEndpoint() {}

    static Endpoint send(Seat seat) throws IOException {
        InteropCase test = seat.test();
        MimeoEndpoint endpoint = new MimeoEndpoint(seat, seat.group().fromAnybody(), test.senderLoss());
        NormSenderBuilder options = new NormSenderBuilder(seat.group());
        endpoint.tell(options);
        List<NormObject> objects = new ArrayList<>();
        for (int i = 0; i < test.objects().size(); i++) {
            objects.add(object(test.objects().get(i), seat.sources().get(i)));
        }
        NormSender sender = new DefaultNormSender(options, new SenderPort(endpoint.port(), test.segmentLength()));
        endpoint.owns(sender::close);
        sender.send(objects);
        return endpoint;
    }

    private static NormObject object(InteropObject object, Path source) throws IOException {
        String name = object.name().orElse("none");
        NormObject named =
                object.isFile() ? NormObject.file(source, name) : NormObject.data(Files.readAllBytes(source), name);
        return object.name().isPresent() ? named : named.withoutInfo();
    }

    static Endpoint receive(Seat seat) throws IOException {
        MimeoEndpoint endpoint =
                new MimeoEndpoint(seat, seat.group(), seat.test().receiverLoss());
        NormReceiverBuilder options = new NormReceiverBuilder(seat.group());
        endpoint.tell(options);
        NormReceiver receiver = new DefaultNormReceiver(options, TargetStorage.LOCAL, endpoint.port());
        endpoint.owns(receiver::close);
        receiver.receive(NormTarget.directory(seat.directory()));
        return endpoint;
    }
}
