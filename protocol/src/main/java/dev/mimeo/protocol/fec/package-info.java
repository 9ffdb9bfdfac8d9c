/** What happens to bytes: Reed-Solomon over GF(2^8), byte for byte as the reference implementation computes it. */
package dev.mimeo.protocol.fec;
