/**
 * A real kernel as the judge: captured machines rebuilt in network namespaces, the same probes
 * asked of the kernel and of the simulator, and the answers compared.
 */
package org.rulewalk.diagnostics.verify;
