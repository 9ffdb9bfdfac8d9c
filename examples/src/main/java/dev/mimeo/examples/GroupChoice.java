package dev.mimeo.examples;

import dev.mimeo.AddressAllocator;

/** Where sessions meet, as far as it can be said without the network that they meet on. */
interface GroupChoice {
    /** Returns where groups come from on this network. */
    AddressAllocator on(NetworkOptions network);
}
