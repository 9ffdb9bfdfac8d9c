package dev.mimeo;

/** What the maker of an image wants of those who send it. */
public enum ImageFlag {
    /** It may be sent by multicast. */
    ALLOW_MULTICAST,
    /** It must be encrypted on the network: a sender without a {@linkplain GroupKey group key} refuses it. */
    ENCRYPT,
    /** It must never be sent to one machine alone: receivers are not sent away to get it in another way. */
    MULTICAST_ONLY
}
