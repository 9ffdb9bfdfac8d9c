package dev.mimeo.internal;

import dev.mimeo.StorageException;
import dev.mimeo.protocol.BlockPool;
import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.TransmissionInformation;
import dev.mimeo.protocol.seal.SealHeader;
import dev.mimeo.protocol.sender.SenderConfig;
import dev.mimeo.protocol.sender.SenderMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * One transfer of a sender, whatever it sends: what it offers to the machine is driven to the end.
 *
 * @param <R> the report it ends with
 */
abstract class SendTransfer<R> implements TransferThread.Work<R> {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** K, where receivers learn by the sender alone what others ask for (RFC 5740, section 5.3). */
    private static final int UNICAST_BACKOFF_FACTOR = 6;

    final int segmentLength;
    private final SenderSettings<?> options;
    final NodeId nodeId;
    final Attendance attendance;
    private final MulticastPort port;

    SendTransfer(SenderSettings<?> options, int segmentLength, MulticastPort port) {
        this.options = options;
        this.segmentLength = segmentLength;
        this.port = port;
        this.nodeId = options.nodeId.orElseGet(() -> NodeIds.random(RANDOM));
        this.attendance = new Attendance(port);
    }

    /** Starts the settings of the machine from the options that all senders have. */
    final SenderConfig.Builder config() {
        SenderConfig.Builder config = SenderConfig.builder(nodeId, RANDOM.nextInt(1 << 16))
                .bytesPerSecond(options.highestRate().bytesPerSecond())
                .datagramOverhead(options.groupKey.isPresent() ? SealHeader.SENDER_OVERHEAD : 0)
                .rate(options.ratePolicy())
                .adaptiveParity(options.redundancy.isAdaptive())
                .groupSize(options.groupSize)
                .ackingNodes(options.ackingNodes);
        return options.isOnlySource() ? config.backoffFactor(UNICAST_BACKOFF_FACTOR) : config;
    }

    final SenderMachine machine(SenderConfig config) {
        BlockPool pool = new BlockPool(options.memoryLimit, ByteBuffer::allocateDirect);
        return new SenderMachine(config, pool, new SplittableRandom(RANDOM.nextLong()));
    }

    /**
     * Returns how an object is coded.
     *
     * @param what names the object in a failure
     */
    final TransmissionInformation information(Object what, long length) throws StorageException {
        String fault = TransmissionInformation.fault(
                options.fecEncoding, length, segmentLength, options.blockLength, options.parityCount);
        if (fault != null) {
            throw new StorageException("Cannot send " + what + ": " + fault);
        }
        return new TransmissionInformation(
                options.fecEncoding, length, segmentLength, options.blockLength, options.parityCount);
    }

    /** Returns how many parity segments are sent unasked with each block. */
    final int proactiveParity() {
        int wanted = (options.blockLength * options.redundancy.percent() + 99) / 100;
        return Math.min(options.parityCount, wanted);
    }

    /** Sends what was offered to {@code machine}, and returns the report, or throws how else it ended. */
    final R drive(TransferThread<R> transfer, SenderMachine machine, SenderSession.Offer<R> offer) throws IOException {
        try (DiskThreads threads = DiskThreads.of(transfer)) {
            SenderSession<R> session =
                    new SenderSession<>(transfer, machine, offer, new BlockReader(threads), attendance);
            new MachineDriver<>(session, port, transfer.inbox(), transfer.clock()).run();
            return session.report();
        }
    }
}
