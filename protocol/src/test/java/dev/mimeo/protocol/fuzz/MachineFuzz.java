package dev.mimeo.protocol.fuzz;

import dev.mimeo.protocol.Delivery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A machine that hears a rehearsed session up to some place, and then what the input makes of the rest: datagrams that are
 * lost, repeated, damaged, made up, out of order or late; time that passes; an owner who stops its disk, fails or leaves.
 * In the end the network falls silent.
 *
 * <p>An input is the number of datagrams that are heard as they were (two bytes), and then steps: a byte whose lower three
 * bits say what and whose upper five how much of it, and what it needs.
 */
abstract class MachineFuzz extends FuzzTarget {
    private static final int LONGEST_WAIT = 24;

    /** Begins a life, always the same. */
    abstract Life<?> life();

    /** Returns what the machine heard when the session was rehearsed. */
    abstract List<Life.Heard> rehearsal();

    @Override
    protected List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        int count = rehearsal().size();
        for (int heard : new int[] {0, 1, 2, 5, count / 4, count / 2, count}) {
            byte[] steps = {
                (byte) (heard >> 8), (byte) heard, 0x00, 0x09, 0x12, 3, 7, 0x0b, 0, 9, 20, 1, 0x7d, 0x0e, 0x07, 0
            };
            seeds.add(steps);
            seeds.add(Arrays.copyOf(steps, 2));
        }
        return seeds;
    }

    @Override
    protected void run(byte[] input) {
        new Run(input).run();
    }

    private final class Run {
        private final byte[] input;
        private final Life<?> life = life();
        private final List<Life.Heard> rehearsed = rehearsal();
        private int at;
        private int next;
        /** By how much the session is late. */
        private long lateNanos;

        Run(byte[] input) {
            this.input = input;
        }

        void run() {
            pass(number() % (rehearsed.size() + 1));
            while (at < input.length && !life.isExhausted()) {
                step();
                life.judge();
            }
            life.startDisk();
            life.silence();
            life.judge();
        }

        private void step() {
            int step = octet();
            int amount = step >> 3;
            switch (step & 7) {
                case 0 -> pass(1 + amount);
                case 1 -> next = Math.min(rehearsed.size(), next + 1 + amount);
                case 2 -> life.hear(damaged(next++, amount), Delivery.MULTICAST);
                case 3 -> life.hear(damaged(number(), amount), Delivery.UNICAST);
                case 4 -> life.hear(madeUp(octet()), amount % 2 == 0 ? Delivery.MULTICAST : Delivery.UNICAST);
                case 5 -> wait(amount);
                case 6 -> life.act(amount);
                case 7 -> hear(number() % rehearsed.size());
                default -> throw new AssertionError();
            }
        }

        /** The session goes on for so many datagrams. */
        private void pass(int count) {
            for (int i = 0; i < count && next < rehearsed.size() && !life.isExhausted(); i++) {
                Life.Heard heard = rehearsed.get(next);
                life.advance(heard.atNanos() + lateNanos);
                hear(next++);
            }
        }

        private void hear(int which) {
            Life.Heard heard = rehearsed.get(which);
            life.hear(heard.datagram(), heard.delivery());
        }

        private void wait(int amount) {
            long nanos = 1_000L << Math.min(LONGEST_WAIT, amount);
            life.advance(life.nowNanos + nanos);
            lateNanos += nanos;
        }

        private byte[] damaged(int which, int amount) {
            byte[] datagram = rehearsed.get(which % rehearsed.size()).datagram().clone();
            for (int i = 1 + amount % 8; i > 0; i--) {
                int place = octet() % datagram.length;
                datagram[place] = (byte) octet();
            }
            int length = amount < 24 ? datagram.length : octet();
            return amount < 24 ? datagram : Arrays.copyOf(datagram, length);
        }

        private byte[] madeUp(int length) {
            byte[] datagram =
                    Arrays.copyOfRange(input, Math.min(at, input.length), Math.min(at + length, input.length));
            at += length;
            return datagram;
        }

        private int number() {
            return octet() << Byte.SIZE | octet();
        }

        private int octet() {
            return at < input.length ? input[at++] & 0xff : 0;
        }
    }
}
