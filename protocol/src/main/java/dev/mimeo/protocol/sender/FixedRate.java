package dev.mimeo.protocol.sender;

/** One rate, whatever receivers tell: for closed networks (RFC 5740, section 5.5.2). */
final class FixedRate implements RateControl {
    private final long wanted;
    private long cap;

    FixedRate(long bytesPerSecond) {
        wanted = bytesPerSecond;
        cap = bytesPerSecond;
    }

    @Override
    public long bytesPerSecond() {
        return Math.min(wanted, cap);
    }

    @Override
    public void cap(long bytesPerSecond) {
        cap = bytesPerSecond;
    }
}
