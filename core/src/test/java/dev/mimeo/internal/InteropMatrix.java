package dev.mimeo.internal;

import static dev.mimeo.internal.Party.IMAGE;
import static dev.mimeo.internal.Party.LIBNORM;

import java.util.ArrayList;
import java.util.List;

/** All cases. */
final class InteropMatrix {
    private final List<InteropCase> cases = new ArrayList<>();

    private InteropMatrix() {}

    static List<InteropCase> cases() {
        InteropMatrix matrix = new InteropMatrix();
        matrix.shapes();
        matrix.images();
        return matrix.cases;
    }

    /** Adds a case in every direction. */
    private void everyWay(InteropCase.Builder test) {
        cases.add(test.between(LIBNORM, LIBNORM));
    }

    private void shapes() {
        for (int segmentLength : new int[] {512, 1_400, 8_192}) {
            for (int blockLength : new int[] {16, 64, 200}) {
                for (int parityCount : new int[] {0, 8, 32}) {
                    for (int fec : new int[] {5, 129}) {
                        for (boolean isFile : new boolean[] {true, false}) {
                            everyWay(InteropCase.of(
                                            "shape",
                                            "%s, FEC %d, E %d, B %d, P %d"
                                                    .formatted(
                                                            isFile ? "file" : "data",
                                                            fec,
                                                            segmentLength,
                                                            blockLength,
                                                            parityCount))
                                    .objects(isFile ? InteropObject.file(1_000_003) : InteropObject.data(1_000_003))
                                    .shape(segmentLength, blockLength, parityCount)
                                    .fecEncodingId(fec)
                                    .receiverLoss(0.01));
                        }
                    }
                }
            }
        }
    }

    private void images() {
        InteropCase.Builder image = InteropCase.of("image", "sparse image")
                .objects(InteropObject.file(30_000_001).sparse().named("sparse.img"));
        cases.add(image.between(IMAGE, IMAGE));
        cases.add(image.between(IMAGE, LIBNORM));
        cases.add(image.between(IMAGE, IMAGE, IMAGE, LIBNORM, LIBNORM));
    }
}
