/** The JSON that commands read and print; its shape is a contract that scripts check. */
package org.rulewalk.diagnostics.json;
