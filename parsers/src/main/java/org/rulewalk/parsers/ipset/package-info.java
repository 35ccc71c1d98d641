/** What {@code ipset save} prints (man 8 ipset). */
package org.rulewalk.parsers.ipset;
