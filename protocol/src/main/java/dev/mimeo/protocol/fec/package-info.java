/** What happens to bytes: Reed-Solomon over GF(2^8) and GF(2^16), byte for byte as the reference implementation computes it. */
package dev.mimeo.protocol.fec;
