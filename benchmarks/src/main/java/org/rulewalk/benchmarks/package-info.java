/** Benchmarks of what has to be fast; run with {@code benchmarks/run}. */
package org.rulewalk.benchmarks;
