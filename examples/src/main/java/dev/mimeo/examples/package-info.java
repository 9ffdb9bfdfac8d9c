/** The {@code mimeo} command and the examples of the README. */
package dev.mimeo.examples;
