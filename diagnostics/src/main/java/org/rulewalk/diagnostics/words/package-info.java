/** Values and matches in the words that rules are written in. */
package org.rulewalk.diagnostics.words;
