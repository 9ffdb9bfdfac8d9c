package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.Machine;
import java.util.Arrays;

/** One deadline for each of the items 0, 1, 2 and so on, and which of them is due first; equal ones by number. */
final class DeadlineHeap {
    private long[] deadlines = new long[64];
    private int[] heap = new int[64];
    private int[] places = new int[64];
    private int size;

    /** Adds item {@code size}, due {@link Machine#NEVER}. */
    void grow() {
        if (size == heap.length) {
            deadlines = Arrays.copyOf(deadlines, 2 * size);
            heap = Arrays.copyOf(heap, 2 * size);
            places = Arrays.copyOf(places, 2 * size);
        }
        deadlines[size] = Machine.NEVER;
        heap[size] = size;
        places[size] = size;
        size++;
    }

    long deadlineNanos(int item) {
        return deadlines[item];
    }

    /** Returns when the first item is due, or {@link Machine#NEVER}. */
    long nextNanos() {
        return size == 0 ? Machine.NEVER : deadlines[heap[0]];
    }

    /** Returns the item that is due first; there must be one. */
    int first() {
        return heap[0];
    }

    void set(int item, long atNanos) {
        long before = deadlines[item];
        if (before == atNanos) {
            return;
        }
        deadlines[item] = atNanos;
        if (atNanos < before) {
            siftUp(places[item], item);
        } else {
            siftDown(places[item], item);
        }
    }

    private void siftUp(int from, int item) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (isBefore(heap[parent], item)) {
                break;
            }
            put(hole, heap[parent]);
            hole = parent;
        }
        put(hole, item);
    }

    private void siftDown(int from, int item) {
        int hole = from;
        for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], item)) {
                break;
            }
            put(hole, heap[child]);
            hole = child;
        }
        put(hole, item);
    }

    private boolean isBefore(int one, int other) {
        return deadlines[one] < deadlines[other] || deadlines[one] == deadlines[other] && one < other;
    }

    private void put(int place, int item) {
        heap[place] = item;
        places[item] = place;
    }
}
