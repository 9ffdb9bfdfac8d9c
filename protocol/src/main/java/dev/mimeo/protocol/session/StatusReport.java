package dev.mimeo.protocol.session;

import dev.mimeo.protocol.manifest.Digest;
import java.util.Objects;

/**
 * Content of a NORM_REPORT: how a receiver is doing.
 *
 * @param state where it is
 * @param name display name that its user chose, up to 255 bytes of UTF-8; see {@link SessionText}
 * @param token what its user was given to be admitted, up to 255 bytes of UTF-8; told while it is
 *     {@link ReceiverState#JOINING} only, empty if there is none
 * @param image the image it is about
 * @param verifiedBytes bytes whose chunks match the manifest, at most {@code totalBytes}
 * @param totalBytes bytes of the image; 0 until it has the manifest
 * @param presentBytes bytes that it had before the transfer, at most {@code totalBytes}
 * @param lossPerMillion datagrams lost of those sent lately, 0 to 1,000,000
 * @param freeBufferBytes room left for blocks in flight
 * @param storageLagBytes received but not yet written
 * @param cause why it failed; {@link FailureCause#NONE} unless it did: it is {@link ReceiverState#FAILED} or
 *     {@link ReceiverState#INCOMPLETE}
 * @param detail what it says about the failure, up to 255 bytes of UTF-8; see {@link SessionText}
 */
public record StatusReport(
        ReceiverState state,
        String name,
        String token,
        Digest image,
        long verifiedBytes,
        long totalBytes,
        long presentBytes,
        int lossPerMillion,
        long freeBufferBytes,
        long storageLagBytes,
        FailureCause cause,
        String detail)
        implements SessionReport {
    private static final int MILLION = 1_000_000;

    /** Refuses what cannot be said on the wire. */
    public StatusReport {
        Objects.requireNonNull(state);
        Objects.requireNonNull(image);
        Objects.requireNonNull(cause);
        SessionText.require("name", name);
        SessionText.require("token", token);
        SessionText.require("detail", detail);
        String fault = fault(verifiedBytes, totalBytes, presentBytes, lossPerMillion, freeBufferBytes, storageLagBytes);
        if (fault == null) {
            fault = fault(state, cause);
        }
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "StatusReport[" + state + ", name=" + name + ", image=" + image + ", verified=" + verifiedBytes
                + ", total="
                + totalBytes + ", present=" + presentBytes + ", loss=" + lossPerMillion + ", free=" + freeBufferBytes
                + ", lag=" + storageLagBytes + ", cause=" + cause + ", detail=" + detail + "]";
    }

    /** Returns the same without the token, which is a secret. */
    public StatusReport withoutToken() {
        return token.isEmpty()
                ? this
                : new StatusReport(
                        state,
                        name,
                        "",
                        image,
                        verifiedBytes,
                        totalBytes,
                        presentBytes,
                        lossPerMillion,
                        freeBufferBytes,
                        storageLagBytes,
                        cause,
                        detail);
    }

    /** Says which number is out of range; null if none is. */
    static String fault(
            long verifiedBytes,
            long totalBytes,
            long presentBytes,
            int lossPerMillion,
            long freeBufferBytes,
            long storageLagBytes) {
        if (totalBytes < 0) {
            return "total of " + totalBytes + " bytes is negative";
        }
        if (verifiedBytes < 0 || verifiedBytes > totalBytes) {
            return verifiedBytes + " bytes verified of " + totalBytes;
        }
        if (presentBytes < 0 || presentBytes > totalBytes) {
            return presentBytes + " bytes present of " + totalBytes;
        }
        if (lossPerMillion < 0 || lossPerMillion > MILLION) {
            return "loss of " + lossPerMillion + " per million";
        }
        if (freeBufferBytes < 0 || storageLagBytes < 0) {
            return freeBufferBytes + " bytes of buffer free, " + storageLagBytes + " not yet written";
        }
        return null;
    }

    /** Says that a state and a cause contradict each other; null if they do not. */
    static String fault(ReceiverState state, FailureCause cause) {
        boolean mayHaveCause = switch (state) {
            case FAILED, INCOMPLETE -> true;
            case JOINING, RECEIVING, VERIFIED, LEFT -> cause == FailureCause.NONE;
        };
        return mayHaveCause ? null : state + " because of " + cause;
    }
}
