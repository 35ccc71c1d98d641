/** Which packets two captures treat differently, as few classes as possible. */
package org.rulewalk.diagnostics.diff;
