/** The types that both roles and the test kit share: machines, blocks, identifiers. */
package dev.mimeo.protocol;
