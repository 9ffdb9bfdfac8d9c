package dev.mimeo.internal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/**
 * What Java Flight Recorder is told. Names of events and fields are listed in the guide, and stay. No event has a key, a
 * token, or anything that a peer has chosen.
 */
final class FlightEvents {
    private FlightEvents() {}

    /** Something in one transfer. */
    @Category("Mimeo")
    @StackTrace(false)
    abstract static class InTransfer extends Event {
        @Label("Role")
        @Description("sender, receiver, norm-sender or norm-receiver")
        String role;

        @Label("Group")
        @Description("Where the transfer meets")
        String group;

        /** Names the transfer. */
        void of(EndName name) {
            role = name.role();
            group = name.group().toString();
        }
    }

    @Name("dev.mimeo.Transfer")
    @Label("Transfer")
    @Description("One transfer, from its start to its end")
    static final class Transfer extends InTransfer {
        @Label("Bytes")
        @Description("Sent for the first time by a sender; verified, or written, by a receiver")
        @DataAmount
        long bytes;

        @Label("Outcome")
        @Description("completed, cancelled, or the simple name of the exception it ended with")
        String outcome;
    }

    @Name("dev.mimeo.Stall")
    @Label("Stall")
    @Description(
            "A transfer that was not complete stood still: its sender sent nothing new, its receiver verified nothing")
    @Threshold("5 s")
    static final class Stall extends InTransfer {
        @Label("Phase")
        String phase;

        @Label("Bytes")
        @Description("Where it stood")
        @DataAmount
        long bytes;

        @Label("Total Bytes")
        @DataAmount
        long totalBytes;
    }

    @Name("dev.mimeo.Repair")
    @Label("Repair")
    @Description("Content and parity that a sender has sent because a receiver asked")
    @Enabled(false)
    static final class Repair extends InTransfer {
        @Label("Bytes")
        @DataAmount
        long bytes;
    }

    @Name("dev.mimeo.Nack")
    @Label("Nack")
    @Description("Requests for repair: heard by a sender, sent by a receiver")
    @Enabled(false)
    static final class Nack extends InTransfer {
        @Label("Count")
        long count;
    }

    @Name("dev.mimeo.Drop")
    @Label("Drop")
    @Description("What was heard and changed nothing")
    @Enabled(false)
    static final class Drop extends InTransfer {
        @Label("Reason")
        @Description(
                "Of datagrams malformed, foreign, unauthentic, replayed, untried, overrun; withoutRoom of segments that came while"
                        + " the disk had not yet taken what came before")
        String reason;

        @Label("Count")
        long count;
    }
}
