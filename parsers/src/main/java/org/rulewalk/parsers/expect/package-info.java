/**
 * Files of expectations: who is to reach whom and who is not, in YAML. Start with {@link
 * org.rulewalk.parsers.expect.ExpectationReader}. Whether they hold is decided elsewhere.
 */
package org.rulewalk.parsers.expect;
