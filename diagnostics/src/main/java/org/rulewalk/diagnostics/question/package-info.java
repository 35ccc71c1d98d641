/** What a user asks: who wants to reach whom, on which service, resolved against a capture. */
package org.rulewalk.diagnostics.question;
