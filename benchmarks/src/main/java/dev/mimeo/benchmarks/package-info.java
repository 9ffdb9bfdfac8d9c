/** What the hot paths cost. */
package dev.mimeo.benchmarks;
