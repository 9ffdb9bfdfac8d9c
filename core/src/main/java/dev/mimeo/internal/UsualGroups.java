package dev.mimeo.internal;

import dev.mimeo.MulticastGroup;
import dev.mimeo.SessionDirectory;

/**
 * Where points and those who look for them meet, unless they were told otherwise. The last four bytes are the same in both
 * families; those of IPv6 are for groups that nobody assigns (RFC 3307, section 4.3).
 *
 * @param first lowest of the groups of sessions
 * @param last highest of them
 */
record UsualGroups(MulticastGroup directory, MulticastGroup first, MulticastGroup last) {
    static final UsualGroups IPV4 = new UsualGroups(
            SessionDirectory.USUAL_GROUP,
            MulticastGroup.of("239.255.78.1", 6_003),
            MulticastGroup.of("239.255.78.254", 6_003));

    static final UsualGroups IPV6 = new UsualGroups(
            SessionDirectory.USUAL_IPV6_GROUP,
            MulticastGroup.of("ff15::efff:4e01", 6_003),
            MulticastGroup.of("ff15::efff:4efe", 6_003));
}
