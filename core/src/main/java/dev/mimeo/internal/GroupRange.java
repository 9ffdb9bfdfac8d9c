package dev.mimeo.internal;

import dev.mimeo.AddressAllocator;
import dev.mimeo.MulticastGroup;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Predicate;

/** All groups from one to another, by address and port. */
public final class GroupRange implements AddressAllocator {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final MulticastGroup first;
    private final int addresses;
    private final int ports;

    /** Refuses ends that are no range. */
    public GroupRange(MulticastGroup first, MulticastGroup last) {
        this.first = first;
        Checks.check(
                first.address().getClass() == last.address().getClass(),
                "%s and %s are not of one family; use two addresses of IPv4, or two of IPv6",
                first,
                last);
        BigInteger distance = number(last).subtract(number(first));
        Checks.check(
                distance.signum() >= 0 && distance.bitLength() <= 16 && last.port() >= first.port(),
                "%s to %s is not a range of at most 65,536 addresses from lowest to highest",
                first,
                last);
        addresses = distance.intValue() + 1;
        ports = last.port() - first.port() + 1;
    }

    @Override
    public Optional<MulticastGroup> allocate(Predicate<MulticastGroup> isFree) {
        long count = (long) addresses * ports;
        long start = RANDOM.nextLong(count);
        for (long i = 0; i < count; i++) {
            MulticastGroup group = group((start + i) % count);
            if (isFree.test(group)) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    private MulticastGroup group(long index) {
        byte[] length = first.address().getAddress();
        byte[] bytes = number(first).add(BigInteger.valueOf(index / ports)).toByteArray();
        // The highest bit of a multicast address is set, so that a sign byte goes before it.
        System.arraycopy(bytes, bytes.length - length.length, length, 0, length.length);
        try {
            return new MulticastGroup(InetAddress.getByAddress(length), first.port() + (int) (index % ports));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static BigInteger number(MulticastGroup group) {
        return new BigInteger(1, group.address().getAddress());
    }
}
