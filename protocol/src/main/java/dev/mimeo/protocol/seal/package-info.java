/**
 * What a sealed datagram looks like: a layer under NORM, without keys. Who has the key of a group seals and opens; machines
 * see plain messages only.
 */
package dev.mimeo.protocol.seal;
