package dev.mimeo.internal;

import static dev.mimeo.internal.Party.IMAGE;
import static dev.mimeo.internal.Party.LIBNORM;
import static dev.mimeo.internal.Party.MIMEO;

import dev.mimeo.DataRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The cases; all of them with {@code -Dmimeo.interop.whole=true}. None knows who its parties are: what is asked of one is asked of the other, but for what one of them has no word
 * for.
 */
final class InteropMatrix {
    private static final long MIB = 1 << 20;
    private static final long GIB = 1L << 30;
    /** Else some cases that differ from others in little are left out. */
    private static final boolean WHOLE = Boolean.getBoolean("mimeo.interop.whole");

    private final List<InteropCase> cases = new ArrayList<>();

    private InteropMatrix() {}

    /** Returns the cases, the long ones last. */
    static List<InteropCase> cases() {
        InteropMatrix matrix = new InteropMatrix();
        matrix.shapes();
        matrix.largeField();
        matrix.sizes();
        matrix.names();
        matrix.loss();
        matrix.acknowledgements();
        matrix.addressing();
        matrix.congestionControl();
        matrix.late();
        matrix.restart();
        matrix.mixed();
        matrix.images();
        matrix.huge();
        return matrix.cases;
    }

    /** Between us and libnorm, in both directions. */
    private void bothWays(InteropCase.Builder test) {
        cases.add(test.between(MIMEO, LIBNORM));
        cases.add(test.between(LIBNORM, MIMEO));
    }

    /** Also each with its own kind, which shows that the case is a fair one. */
    private void everyWay(InteropCase.Builder test) {
        bothWays(test);
        cases.add(test.between(MIMEO, MIMEO));
        cases.add(test.between(LIBNORM, LIBNORM));
    }

    /** A sixth of all shapes in each build, in which any two values of what is chosen meet. */
    private void shapes() {
        int[] segmentLengths = {512, 1_400, 8_192};
        int[] blockLengths = {16, 64, 200};
        int[] parityCounts = {0, 8, 32};
        int[] encodings = {5, 129};
        List<InteropObject> objects = List.of(InteropObject.file(1_234_567), InteropObject.data(1_234_567));
        for (int s = 0; s < segmentLengths.length; s++) {
            for (int b = 0; b < blockLengths.length; b++) {
                for (int p = 0; p < parityCounts.length; p++) {
                    for (int e = 0; e < encodings.length; e++) {
                        for (int o = 0; o < objects.size(); o++) {
                            boolean isOfTheFew = (s + b + p) % 3 == 0 && (e + o + s + (b == p ? 1 : 0)) % 2 == 0;
                            if (WHOLE || isOfTheFew) {
                                bothWays(shape(
                                        objects.get(o),
                                        encodings[e],
                                        segmentLengths[s],
                                        blockLengths[b],
                                        parityCounts[p]));
                            }
                        }
                    }
                }
            }
        }
    }

    private static InteropCase.Builder shape(
            InteropObject object, int fec, int segmentLength, int blockLength, int parityCount) {
        String name = "%s, FEC %d, E %d, B %d, P %d"
                .formatted(object.isFile() ? "file" : "data", fec, segmentLength, blockLength, parityCount);
        return InteropCase.of("shape", name)
                .objects(object)
                .fecEncodingId(fec)
                .shape(segmentLength, blockLength, parityCount)
                .receiverLoss(0.01);
    }

    /** GF(2^16), which we receive only, and FEC Encoding ID 2 over GF(2^8). */
    private void largeField() {
        for (int segmentLength : new int[] {512, 1_400, 8_192}) {
            for (int blockLength : new int[] {200, 600}) {
                InteropCase.Builder test = shape(InteropObject.file(1_234_567), 2, segmentLength, blockLength, 100);
                cases.add(test.between(LIBNORM, MIMEO));
                cases.add(test.between(LIBNORM, LIBNORM));
            }
        }
        cases.add(shape(InteropObject.data(1_234_567), 2, 1_400, 64, 16).between(LIBNORM, MIMEO));
    }

    private void sizes() {
        int segment = 1_400;
        int block = 64 * segment;
        for (int length : new int[] {0, 1, segment - 1, segment, segment + 1, block - 1, block, block + 1}) {
            for (InteropObject object : List.of(InteropObject.file(length), InteropObject.data(length))) {
                everyWay(InteropCase.of("size", (object.isFile() ? "file of " : "data of ") + length)
                        .objects(object)
                        .acknowledged());
            }
        }
        for (double loss : new double[] {0, 0.05}) {
            everyWay(InteropCase.of("size", "five objects")
                    .objects(
                            InteropObject.file(300_000),
                            InteropObject.data(70_001),
                            InteropObject.file(0),
                            InteropObject.data(1),
                            InteropObject.file(block))
                    .receiverLoss(loss)
                    .acknowledged());
        }
    }

    private void names() {
        List<String> names = List.of(
                "disk image.img",
                " leading and trailing ",
                "Größe, 映像, 🎉.img",
                "../escaped",
                "../../escaped too",
                "/tmp/mimeo-escaped",
                "C:\\escaped",
                "..",
                "con",
                "a/b/c",
                "two\nlines",
                "x".repeat(255));
        List<InteropObject> objects = new ArrayList<>();
        for (String name : names) {
            objects.add(InteropObject.file(1_000 + objects.size()).named(name));
            objects.add(InteropObject.data(1_000 + objects.size()).named(name));
        }
        objects.add(InteropObject.file(500).unnamed());
        objects.add(InteropObject.data(501).unnamed());
        everyWay(InteropCase.of("name", "every kind").objects(objects.toArray(InteropObject[]::new)));
        everyWay(InteropCase.of("name", "none")
                .objects(InteropObject.file(300_000).unnamed())
                .receiverLoss(0.05));
    }

    private void loss() {
        for (double loss : new double[] {0, 0.01, 0.05, 0.2}) {
            for (boolean isUnicast : new boolean[] {false, true}) {
                String name = (isUnicast ? "unicast" : "multicast") + " NACKs";
                everyWay(InteropCase.of("loss", name + ", at the sender")
                        .senderLoss(loss)
                        .unicastFeedback(isUnicast));
                everyWay(InteropCase.of("loss", name + ", at the receiver")
                        .receiverLoss(loss)
                        .unicastFeedback(isUnicast));
            }
        }
    }

    private void acknowledgements() {
        for (double loss : new double[] {0, 0.05}) {
            for (boolean isUnicast : new boolean[] {false, true}) {
                everyWay(InteropCase.of("acknowledgement", (isUnicast ? "unicast" : "multicast") + " feedback")
                        .receiverLoss(loss)
                        .unicastFeedback(isUnicast)
                        .acknowledged());
            }
        }
    }

    private void addressing() {
        for (Addressing kind : List.of(Addressing.IPV4_SOURCE, Addressing.IPV6, Addressing.IPV6_SOURCE)) {
            for (double loss : WHOLE ? new double[] {0, 0.05} : new double[] {0.05}) {
                InteropCase.Builder test = InteropCase.of("addressing", kind.toString())
                        .addressing(kind)
                        .receiverLoss(loss);
                bothWays(WHOLE ? test.acknowledged() : test);
                if (WHOLE) {
                    cases.add(test.between(LIBNORM, LIBNORM));
                    cases.add(test.between(MIMEO, MIMEO, LIBNORM));
                    cases.add(test.between(LIBNORM, LIBNORM, MIMEO));
                }
            }
        }
    }

    private void congestionControl() {
        for (double loss : new double[] {0, 0.01}) {
            InteropCase.Builder test = InteropCase.of("congestion control", "from 5 Mbit/s")
                    .objects(InteropObject.file(4_000_003))
                    .congestionControl(DataRate.ofMegabits(5))
                    .receiverLoss(loss)
                    .acknowledged();
            everyWay(test);
            cases.add(test.between(MIMEO, LIBNORM, MIMEO));
            cases.add(test.between(LIBNORM, LIBNORM, MIMEO));
        }
    }

    private void late() {
        for (boolean isAcknowledged : new boolean[] {false, true}) {
            InteropCase.Builder test = InteropCase.of(
                            "late join", isAcknowledged ? "at half, asked by name" : "at half")
                    .objects(InteropObject.file(2_000_003))
                    .rate(DataRate.ofMegabits(20))
                    .late(1);
            if (isAcknowledged) {
                test.acknowledged();
                cases.add(test.between(LIBNORM, LIBNORM, LIBNORM));
            }
            cases.add(test.between(MIMEO, LIBNORM, LIBNORM));
            cases.add(test.between(LIBNORM, MIMEO, MIMEO));
            cases.add(test.between(MIMEO, MIMEO, LIBNORM));
            cases.add(test.between(LIBNORM, LIBNORM, MIMEO));
        }
        InteropCase.Builder all = InteropCase.of("late join", "at half, wants everything")
                .objects(InteropObject.file(2_000_003))
                .rate(DataRate.ofMegabits(20))
                .late(1)
                .wantsEverything();
        cases.add(all.between(MIMEO, LIBNORM, LIBNORM));
        cases.add(all.between(LIBNORM, LIBNORM, LIBNORM));
    }

    private void restart() {
        everyWay(InteropCase.of("restart", "the sender dies at half")
                .rate(DataRate.ofMegabits(20))
                .senderRestarted());
    }

    private void mixed() {
        for (double loss : new double[] {0, 0.05}) {
            InteropCase.Builder test = InteropCase.of("mixed", "who else listens makes no difference")
                    .objects(InteropObject.file(1_000_003), InteropObject.data(100_000))
                    .receiverLoss(loss)
                    .acknowledged();
            cases.add(test.between(MIMEO, LIBNORM, LIBNORM, MIMEO, MIMEO));
            cases.add(test.between(LIBNORM, LIBNORM, LIBNORM, MIMEO, MIMEO));
        }
    }

    private void images() {
        InteropCase.Builder image = InteropCase.of("image", "sparse")
                .objects(InteropObject.file(32 * MIB + 1).sparse().named("sparse.img"));
        cases.add(image.between(IMAGE, IMAGE));
        cases.add(image.between(IMAGE, LIBNORM));
        cases.add(image.between(IMAGE, MIMEO));
        for (double loss : new double[] {0, 0.05}) {
            image.receiverLoss(loss).acknowledged();
            cases.add(image.between(IMAGE, LIBNORM));
            cases.add(image.between(IMAGE, IMAGE, IMAGE, LIBNORM, LIBNORM));
            cases.add(image.between(IMAGE, IMAGE, LIBNORM, MIMEO));
        }
    }

    private void huge() {
        InteropCase.Builder test = InteropCase.of("huge", "more than 4 GiB")
                .objects(InteropObject.file(4 * GIB + 12_345).sparse())
                .shape(8_192, 128, 0)
                .rate(DataRate.ofMegabits(1_000))
                .receiverLoss(0.0001)
                .atMost(Duration.ofSeconds(150));
        cases.add(test.between(LIBNORM, MIMEO));
        if (WHOLE) {
            cases.add(test.between(MIMEO, LIBNORM));
        }
    }
}
