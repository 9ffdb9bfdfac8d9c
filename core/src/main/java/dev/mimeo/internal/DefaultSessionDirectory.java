package dev.mimeo.internal;

import dev.mimeo.DirectoryEntry;
import dev.mimeo.MulticastGroup;
import dev.mimeo.SessionDirectory;
import dev.mimeo.protocol.directory.Heard;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A directory with its client. Sessions that claim to meet outside of the scope that is allowed are not shown: nobody should
 * be led astray by what is not authenticated.
 */
final class DefaultSessionDirectory implements SessionDirectory {
    private final DirectoryClient client;
    private final MulticastGroup group;
    private final boolean allowGlobalScope;

    DefaultSessionDirectory(DirectoryClient client, MulticastGroup group, boolean allowGlobalScope) {
        this.client = client;
        this.group = group;
        this.allowGlobalScope = allowGlobalScope;
    }

    @Override
    public List<DirectoryEntry> entries() {
        return client.heard().stream()
                .filter(DirectoryWords::isShown)
                .map(DirectoryWords::of)
                .filter(this::isAllowed)
                .toList();
    }

    private boolean isAllowed(DirectoryEntry entry) {
        return allowGlobalScope
                || entry.group().map(MulticastGroup::isLocalScope).orElse(true);
    }

    @Override
    public DirectoryEntry find(String image, Duration atMost)
            throws IOException, TimeoutException, InterruptedException {
        Checks.displayName(image);
        Checks.check(!image.isEmpty(), "an image without a name cannot be found");
        CompletableFuture<Heard> found = client.ask(image);
        try {
            DirectoryEntry entry = DirectoryWords.of(
                    found.get(Checks.positive(atMost, "search").toNanos(), TimeUnit.NANOSECONDS));
            Checks.scope(entry.group().orElseThrow(), allowGlobalScope);
            return entry;
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
