package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.NodeId;
import dev.mimeo.protocol.wire.DataHeader;
import dev.mimeo.protocol.wire.MalformedDatagramException;
import dev.mimeo.protocol.wire.Message;
import dev.mimeo.protocol.wire.MessageType;
import dev.mimeo.protocol.wire.Nack;
import dev.mimeo.protocol.wire.ObjectFlags;
import dev.mimeo.protocol.wire.RepairRequest;
import dev.mimeo.protocol.wire.Watermark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is asked for, block by block: how many NACKs name a block before it is repaired once more, and how often one receiver
 * has to ask for the same block. Listens to a {@linkplain SimulatedNetwork#tap network}; what is sent counts, heard or not.
 */
public final class NackMeter {
    private final DataHeader header = new DataHeader();
    private final Map<Block, List<NodeId>> open = new HashMap<>();
    private final List<Integer> rounds = new ArrayList<>();
    private final Map<Request, Integer> answered = new HashMap<>();

    private record Block(int object, long number) {}

    private record Request(NodeId receiver, Block block) {}

    /** Makes a meter that listens to a simulation. */
    public static NackMeter of(Simulation simulation) {
        NackMeter meter = new NackMeter();
        simulation.network().tap(meter::hear);
        return meter;
    }

    private NackMeter() {}

    private void hear(Datagram datagram) {
        if (datagram.is(MessageType.DATA)) {
            hearData(datagram);
        } else if (datagram.is(MessageType.NACK)) {
            Message message = datagram.message().orElseThrow();
            for (Block block : blocksOf((Nack) message)) {
                open.computeIfAbsent(block, unasked -> new ArrayList<>()).add(datagram.origin());
            }
        }
    }

    private void hearData(Datagram datagram) {
        try {
            header.wrap(datagram.bytes());
        } catch (MalformedDatagramException e) {
            return;
        }
        if ((header.flags() & ObjectFlags.REPAIR) != 0) {
            Block block = new Block(header.object(), header.blockNumber());
            List<NodeId> askers = open.remove(block);
            if (askers != null) {
                rounds.add(askers.size());
                Set.copyOf(askers).forEach(asker -> answered.merge(new Request(asker, block), 1, Integer::sum));
            }
        }
    }

    private static Set<Block> blocksOf(Nack nack) {
        Set<Block> blocks = new HashSet<>();
        for (RepairRequest request : nack.requests()) {
            if ((request.flags() & (RepairRequest.SEGMENT | RepairRequest.BLOCK)) == 0) {
                continue;
            }
            int step = request.form() == RepairRequest.Form.RANGES ? 2 : 1;
            for (int i = 0; i < request.items().size(); i += step) {
                Watermark first = request.items().get(i);
                Watermark last = request.items().get(i + step - 1);
                for (long block = first.payloadId().blockNumber();
                        block <= last.payloadId().blockNumber();
                        block++) {
                    blocks.add(new Block(first.object().value(), block));
                }
            }
        }
        return blocks;
    }

    /** Returns how many times a block was repaired for a receiver that asked for it, where that was most often. */
    public int mostRounds() {
        return answered.values().stream().max(Integer::compare).orElse(0);
    }

    /** Returns how many NACKs named a block in a round of it that only a share of all rounds, such as 0.01, exceed. */
    public int nacksInARound(double share) {
        List<Integer> all = new ArrayList<>(rounds);
        open.values().forEach(askers -> all.add(askers.size()));
        all.sort(null);
        return all.isEmpty() ? 0 : all.get((int) Math.ceil((1 - share) * all.size()) - 1);
    }
}
