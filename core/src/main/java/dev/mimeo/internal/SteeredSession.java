package dev.mimeo.internal;

import dev.mimeo.Dismissal;
import dev.mimeo.ImageSession;
import dev.mimeo.MulticastGroup;
import dev.mimeo.Progress;
import dev.mimeo.SendReport;
import dev.mimeo.SessionView;
import dev.mimeo.StartPolicy;
import dev.mimeo.Transfer;
import dev.mimeo.TransferException;
import dev.mimeo.protocol.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A transfer of an image with what its operator may do to it; that is done on the protocol thread. Any thread. */
final class SteeredSession implements ImageSession {
    private final ImageSendTransfer work;
    private final TransferThread<SendReport> thread;
    private final Transfer<SendReport> transfer;
    private final ImageSenderBuilder options;

    SteeredSession(ImageSendTransfer work, TransferThread<SendReport> thread, ImageSenderBuilder options) {
        this.work = work;
        this.thread = thread;
        this.transfer = thread.transfer();
        this.options = options;
    }

    @Override
    public String id() {
        return work.nodeId.toString();
    }

    @Override
    public String name() {
        return options.sessionName;
    }

    @Override
    public MulticastGroup group() {
        return options.group;
    }

    @Override
    public SessionView view() {
        return work.view();
    }

    @Override
    public void startNow() {
        work.markHeld(false);
        thread.inbox().post(work::start);
    }

    @Override
    public void startWhen(StartPolicy policy) {
        thread.inbox().post(now -> work.startWhen(policy, now));
    }

    @Override
    public void hold() {
        work.markHeld(true);
        thread.inbox().post(work::hold);
    }

    @Override
    public void resume() {
        work.markHeld(false);
        thread.inbox().post(work::resume);
    }

    @Override
    public void dismiss(String receiverId, Dismissal dismissal) {
        Checks.check(
                receiverId.matches("[0-9a-fA-F]{8}"),
                "\"%s\" is not the id of a receiver: eight hexadecimal digits",
                receiverId);
        work.checkFallBack(dismissal.action());
        NodeId receiver = new NodeId(Integer.parseUnsignedInt(receiverId, 16));
        thread.inbox().post(now -> work.dismiss(receiver, dismissal, now));
    }

    /** Has {@code listener} told, on a thread that must not wait, who lags behind the rest. */
    void onLaggard(Consumer<NodeId> listener) {
        work.onLaggard(listener);
    }

    /** Has a receiver go on with another session of the image. */
    void move(NodeId receiver, SteeredSession next) {
        thread.inbox().post(now -> work.move(receiver, next.group(), next.name(), now));
    }

    /** Returns what is sent, as far as it is known. */
    Openable source() {
        return work.source();
    }

    /** Bounds the rate from now on. */
    void cap(long bytesPerSecond) {
        thread.inbox().post(now -> work.cap(bytesPerSecond, now));
    }

    @Override
    public Progress progress() {
        return transfer.progress();
    }

    @Override
    public CompletableFuture<SendReport> completion() {
        return transfer.completion();
    }

    @Override
    public SendReport await() throws TransferException, InterruptedException {
        return transfer.await();
    }

    @Override
    public SendReport await(Duration atMost) throws TransferException, TimeoutException, InterruptedException {
        return transfer.await(atMost);
    }

    @Override
    public void cancel() {
        transfer.cancel();
    }

    @Override
    public String toString() {
        return "session " + id() + " on " + group();
    }
}
