package dev.mimeo.protocol.directory;

import dev.mimeo.protocol.session.GroupAddress;
import dev.mimeo.protocol.session.SessionText;
import java.util.List;
import java.util.Objects;

/** What is said in the directory. */
sealed interface DirectoryMessage {
    /**
     * A point lists some of what it sends and offers: content of a NORM_CMD(APPLICATION).
     *
     * @param pointName what its operator calls it; see {@link SessionText}
     * @param validMillis how long to believe it, 1 to {@link #LONGEST_VALIDITY_MILLIS}
     * @param listings no more than a message of {@value DirectoryCodec#LONGEST} bytes holds
     */
    record Page(String pointName, int validMillis, List<Listing> listings) implements DirectoryMessage {
        static final int LONGEST_VALIDITY_MILLIS = 600_000;

        /** Refuses text that cannot be said; copies the list. */
        public Page {
            SessionText.require("point name", pointName);
            listings = List.copyOf(listings);
        }
    }

    /**
     * A point wants a group, or has it: content of a NORM_CMD(APPLICATION).
     *
     * @param held whether it has it; otherwise whoever has it, or wants it and has the lower node id, says so
     */
    record Claim(GroupAddress group, boolean held) implements DirectoryMessage {
        /** Refuses nulls. */
        public Claim {
            Objects.requireNonNull(group);
        }
    }

    /**
     * Somebody looks for an image: content of a NORM_REPORT.
     *
     * @param image name or identity; empty asks for everything
     */
    record Inquiry(String image) implements DirectoryMessage {
        /** Refuses text that cannot be said. */
        public Inquiry {
            SessionText.require("image", image);
        }
    }
}
