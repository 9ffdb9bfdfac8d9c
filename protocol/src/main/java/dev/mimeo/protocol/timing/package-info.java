/** When: deadlines, round trips, backoff, pacing. Time is an argument everywhere. */
package dev.mimeo.protocol.timing;
