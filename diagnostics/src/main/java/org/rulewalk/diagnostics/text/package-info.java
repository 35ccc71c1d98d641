/** Answers in words for people: sentences, and the screen that {@code why} prints. */
package org.rulewalk.diagnostics.text;
