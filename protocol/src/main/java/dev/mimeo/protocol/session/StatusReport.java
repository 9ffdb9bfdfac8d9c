package dev.mimeo.protocol.session;

import dev.mimeo.protocol.manifest.Digest;

/**
 * Content of a NORM_REPORT: how a receiver is doing.
 *
 * @param state where it is
 * @param name display name that its user chose, up to 255 bytes of UTF-8
 * @param image the image it is about
 * @param verifiedBytes bytes whose chunks match the manifest
 * @param totalBytes bytes of the image; 0 until it has the manifest
 * @param presentBytes bytes that it had before the transfer
 * @param lossPerMillion datagrams lost of those sent lately, 0 to 1,000,000
 * @param freeBufferBytes room left for blocks in flight
 * @param storageLagBytes received but not yet written
 * @param cause why it failed; {@link FailureCause#NONE} unless it did
 * @param detail what it says about the failure, up to 255 bytes of UTF-8
 */
public record StatusReport(
        ReceiverState state,
        String name,
        Digest image,
        long verifiedBytes,
        long totalBytes,
        long presentBytes,
        int lossPerMillion,
        long freeBufferBytes,
        long storageLagBytes,
        FailureCause cause,
        String detail) {}
