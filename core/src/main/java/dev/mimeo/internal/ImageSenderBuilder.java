package dev.mimeo.internal;

import static dev.mimeo.internal.Checks.check;

import dev.mimeo.ImageSender;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SlowReceiverPolicy;
import dev.mimeo.StartPolicy;
import dev.mimeo.TargetSet;
import dev.mimeo.TransferListener;
import dev.mimeo.UnicastPolicy;
import dev.mimeo.protocol.session.SessionText;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The options of a sender of images, as they are collected. */
public final class ImageSenderBuilder extends SenderSettings<ImageSender.Builder> implements ImageSender.Builder {
    /** Who has asked to be served alone has joined long before. */
    private static final Duration PATIENCE_ALONE = Duration.ofSeconds(20);

    private static final long MEMORY_ALONE = 16 << 20;

    String sessionName = "";
    StartPolicy startPolicy = StartPolicy.receivers(1);
    Optional<Duration> giveUpAfter = Optional.empty();
    TargetSet targets = TargetSet.anybody();
    int maximumReceivers = 16_384;
    SlowReceiverPolicy slowReceivers = SlowReceiverPolicy.secondPass();
    double repairShare = 0.25;
    Duration waitForChecks = Duration.ofMinutes(10);
    Duration receiverTimeout = Duration.ofSeconds(60);
    Optional<UnicastPolicy> unicast = Optional.empty();

    /** Starts from the defaults. */
    public ImageSenderBuilder(MulticastGroup group) {
        super(group, Pace.ADAPTIVE);
    }

    private ImageSenderBuilder(ImageSenderBuilder other) {
        super(other);
        sessionName = other.sessionName;
        startPolicy = other.startPolicy;
        giveUpAfter = other.giveUpAfter;
        targets = other.targets;
        maximumReceivers = other.maximumReceivers;
        slowReceivers = other.slowReceivers;
        repairShare = other.repairShare;
        waitForChecks = other.waitForChecks;
        receiverTimeout = other.receiverTimeout;
        unicast = other.unicast;
    }

    @Override
    ImageSenderBuilder self() {
        return this;
    }

    @Override
    public ImageSenderBuilder sessionName(String sessionName) {
        this.sessionName = Checks.displayName(sessionName);
        return this;
    }

    @Override
    public ImageSenderBuilder startWhen(StartPolicy policy) {
        startPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    @Override
    public ImageSenderBuilder giveUpAfter(Duration time) {
        giveUpAfter = Optional.of(Checks.positive(time, "wait for receivers"));
        return this;
    }

    @Override
    public ImageSenderBuilder targets(TargetSet targets) {
        this.targets = Objects.requireNonNull(targets, "targets");
        return this;
    }

    @Override
    public ImageSenderBuilder maximumReceivers(int receivers) {
        check(receivers >= 1 && receivers <= 65_536, "%d receivers are not within 1 to 65,536", receivers);
        maximumReceivers = receivers;
        return this;
    }

    @Override
    public ImageSenderBuilder slowReceivers(SlowReceiverPolicy policy) {
        slowReceivers = Objects.requireNonNull(policy, "policy");
        return this;
    }

    @Override
    public ImageSenderBuilder repairShare(double share) {
        check(share > 0 && share <= 1, "a repair share of %s is not above 0 and at most 1", share);
        repairShare = share;
        return this;
    }

    @Override
    public ImageSenderBuilder waitForChecks(Duration atMost) {
        waitForChecks = Checks.positive(atMost, "wait for checks");
        return this;
    }

    @Override
    public ImageSenderBuilder receiverTimeout(Duration timeout) {
        receiverTimeout = Checks.positive(timeout, "receiver timeout");
        return this;
    }

    @Override
    public ImageSenderBuilder unicast(UnicastPolicy policy) {
        unicast = Optional.of(policy);
        return this;
    }

    /** Returns the options of a session of one receiver, which begins when that has joined, or is given up soon. */
    ImageSenderBuilder alone(int segmentLength, TransferListener forwarding) {
        ImageSenderBuilder options = new ImageSenderBuilder(this);
        options.unicast = Optional.empty();
        options.sessionName = SessionText.fit((sessionName.isEmpty() ? "" : sessionName + ", ") + "unicast");
        options.startPolicy = StartPolicy.receivers(1);
        options.giveUpAfter = Optional.of(PATIENCE_ALONE);
        options.slowReceivers = SlowReceiverPolicy.secondPass();
        options.maximumReceivers = 1;
        options.groupSize = 1;
        options.ackingNodes = Set.of();
        options.nodeId = Optional.empty();
        options.memoryLimit = Math.min(memoryLimit, Math.max(MEMORY_ALONE, FEWEST_BLOCKS * blockBytes(segmentLength)));
        options.listener = forwarding;
        return options;
    }

    @Override
    public ImageSender open() throws IOException {
        ImageSenderBuilder options = new ImageSenderBuilder(this);
        Problems problems = new Problems();
        options.checkTargets(problems);
        problems.require(
                !(slowReceivers instanceof SlowReceiverPolicy.Lanes),
                "lanes are sessions of their own, for which this sender has no groups; deploy the image by a"
                        + " DistributionPoint, or use secondPass()");
        return new DefaultImageSender(options, options.openPort(problems));
    }

    /** Returns the same options for a session that serves whoever comes late, and gives up when nobody does for so long. */
    ImageSenderBuilder forLate(Duration quiet) {
        return new ImageSenderBuilder(this).startWhen(StartPolicy.receivers(1)).giveUpAfter(quiet);
    }

    /** Refuses more targets than may take part: a set that was meant to be smaller, very likely. */
    void checkTargets(Problems problems) {
        int size = targets.size().orElse(0);
        problems.require(
                size <= maximumReceivers,
                "the image is for %d machines, and at most %d may take part; raise maximumReceivers() if that is meant",
                size,
                maximumReceivers);
    }
}
