package dev.mimeo;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * What a distribution point is to send, to whom, and when: an image, and whatever differs from the defaults of a session.
 * Immutable.
 *
 * @param image what is sent
 * @param options sets the options of the session
 */
public record Deployment(ImageSource image, Consumer<ImageSender.Builder> options) {
    /** Refuses nulls. */
    public Deployment {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(options, "options");
    }

    /**
     * Returns the deployment of an image to whoever joins. It starts with 20 receivers or 15 minutes after the first,
     * whichever comes first.
     */
    public static Deployment of(ImageSource image) {
        return new Deployment(image, session -> {});
    }

    /** Returns the same deployment under a name, which receivers and watchers are shown; see {@link ImageSender.Builder}. */
    public Deployment name(String name) {
        return with(session -> session.sessionName(name));
    }

    /** Returns the same deployment, started by another policy. */
    public Deployment startWhen(StartPolicy policy) {
        return with(session -> session.startWhen(policy));
    }

    /** Returns the same deployment to some machines only. */
    public Deployment to(TargetSet targets) {
        return with(session -> session.targets(targets));
    }

    /** Returns the same deployment to at most so many machines; further ones are refused. */
    public Deployment maximumReceivers(int receivers) {
        return with(session -> session.maximumReceivers(receivers));
    }

    /** Returns the same deployment with another way to treat slow receivers. */
    public Deployment slowReceivers(SlowReceiverPolicy policy) {
        return with(session -> session.slowReceivers(policy));
    }

    /**
     * Returns the same deployment with further options of its session. The network interface, the time to live, the scope
     * of groups and the environment are those of the distribution point, whatever is set here.
     */
    public Deployment with(Consumer<ImageSender.Builder> more) {
        return new Deployment(image, options.andThen(more));
    }
}
