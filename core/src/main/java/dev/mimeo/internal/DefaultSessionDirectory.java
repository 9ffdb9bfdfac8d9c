package dev.mimeo.internal;

import dev.mimeo.DirectoryEntry;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SessionDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A directory with its client. */
final class DefaultSessionDirectory implements SessionDirectory {
    private final DirectoryClient client;
    private final MulticastGroup group;

    DefaultSessionDirectory(DirectoryClient client, MulticastGroup group) {
        this.client = client;
        this.group = group;
    }

    @Override
    public List<DirectoryEntry> entries() {
        return client.heard().stream().map(DirectoryWords::of).toList();
    }

    @Override
    public DirectoryEntry find(String image, Duration atMost)
            throws IOException, TimeoutException, InterruptedException {
        Checks.displayName(image);
        Checks.check(!image.isEmpty(), "an image without a name cannot be found");
        CompletableFuture<DirectoryClient.Seen> found = client.ask(image);
        try {
            return DirectoryWords.of(found.get(Checks.positive(atMost, "search").toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            throw new TimeoutException("No session of image \"" + image + "\" was found within "
                    + StartPolicies.words(atMost) + ". Is a distribution point running that sends or offers it, on the"
                    + " network of this interface, with the directory " + group + "?");
        } catch (CancellationException e) {
            throw new IOException("The directory " + group + " has been closed, or has failed", e);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } finally {
            found.cancel(false);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "directory " + group;
    }
}
