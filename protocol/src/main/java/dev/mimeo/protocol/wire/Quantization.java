package dev.mimeo.protocol.wire;

/** Quantised fields. */
public final class Quantization {
    private Quantization() {}

    public static int grtt(long nanos) {
        throw new UnsupportedOperationException();
    }

    public static long grttNanos(int quantized) {
        throw new UnsupportedOperationException();
    }

    public static int groupSize(long receivers) {
        throw new UnsupportedOperationException();
    }

    public static long receivers(int quantized) {
        throw new UnsupportedOperationException();
    }

    public static int rate(double bytesPerSecond) {
        throw new UnsupportedOperationException();
    }

    public static double bytesPerSecond(int quantized) {
        throw new UnsupportedOperationException();
    }

    public static int loss(double fraction) {
        throw new UnsupportedOperationException();
    }

    public static double lossFraction(int quantized) {
        throw new UnsupportedOperationException();
    }
}
