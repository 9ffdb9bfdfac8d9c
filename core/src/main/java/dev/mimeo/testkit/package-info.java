/**
 * A bad network to test with: real senders and receivers on this machine, and between them loss, bursts, duplicates,
 * reordering, damage, delay and cables that are pulled, by chance from a seed. For whoever builds a tool on Mimeo. Senders
 * and receivers know nothing of it.
 */
package dev.mimeo.testkit;
