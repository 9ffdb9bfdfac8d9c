package dev.mimeo.protocol.kit;

import dev.mimeo.protocol.Machine;
import java.util.Arrays;

/**
 * Elements by time; those of the same time in the order in which they were added. A binary heap over arrays: adding and
 * polling allocate nothing once it has grown.
 */
final class TimedQueue<E> {
    private long[] times = new long[64];
    private long[] orders = new long[64];
    private Object[] elements = new Object[64];
    private int size;
    private long nextOrder;

    int size() {
        return size;
    }

    /** Returns the time of the first element, or {@link Machine#NEVER}. */
    long nextNanos() {
        return size == 0 ? Machine.NEVER : times[0];
    }

    void add(long atNanos, E element) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            elements = Arrays.copyOf(elements, 2 * size);
        }
        siftUp(size++, atNanos, nextOrder++, element);
    }

    /** Takes the first element out; there must be one. */
    E poll() {
        @SuppressWarnings("unchecked")
        E first = (E) elements[0];
        size--;
        long time = times[size];
        long order = orders[size];
        Object element = elements[size];
        elements[size] = null;
        if (size > 0) {
            siftDown(time, order, element);
        }
        return first;
    }

    private void siftUp(int from, long time, long order, Object element) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (isBefore(parent, time, order)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, time, order, element);
    }

    private void siftDown(long time, long order, Object element) {
        int hole = 0;
        for (int child = 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && isBefore(child + 1, times[child], orders[child])) {
                child++;
            }
            if (!isBefore(child, time, order)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, time, order, element);
    }

    private boolean isBefore(int at, long time, long order) {
        return times[at] < time || times[at] == time && orders[at] < order;
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        elements[to] = elements[from];
    }

    private void put(int at, long time, long order, Object element) {
        times[at] = time;
        orders[at] = order;
        elements[at] = element;
    }
}
