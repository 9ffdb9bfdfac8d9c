/** What NORM looks like on the wire (RFC 5740, section 4): messages, header extensions, quantised fields. */
package dev.mimeo.protocol.wire;
