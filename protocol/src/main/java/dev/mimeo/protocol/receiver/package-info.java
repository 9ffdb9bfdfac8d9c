/** The receiving role of NORM: placing symbols, asking for what is missing. */
package dev.mimeo.protocol.receiver;
