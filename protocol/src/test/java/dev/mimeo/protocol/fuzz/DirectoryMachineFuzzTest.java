package dev.mimeo.protocol.fuzz;

import java.util.List;

/** A member of a directory, in which two others list, claim and ask. */
class DirectoryMachineFuzzTest extends MachineFuzz {
    private static final List<Life.Heard> REHEARSAL = rehearsed();

    @Override
    Life<?> life() {
        return DirectoryLife.begin(Lives.FIRST);
    }

    @Override
    List<Life.Heard> rehearsal() {
        return REHEARSAL;
    }

    private static List<Life.Heard> rehearsed() {
        DirectoryLife point = DirectoryLife.begin(Lives.SENDER);
        DirectoryLife asking = DirectoryLife.begin(Lives.SECOND);
        for (int what = 0; what < 4; what++) {
            point.act(what);
        }
        for (int what : new int[] {8 + 2, 16, 17, 24}) {
            asking.act(what);
        }
        return Life.rehearse(List.of(point, asking, DirectoryLife.begin(Lives.FIRST)), 9, 8_000 * Life.MILLI);
    }
}
