/**
 * The loader: finds the files of a capture in a directory, an archive or a single file, has each
 * read by its parser, and joins the results to machines and links.
 *
 * <p>Start with {@link org.rulewalk.parsers.capture.CaptureLoader}. Nothing here knows how a rule
 * is written: that is for the packages iptables, nft and ipset.
 */
package org.rulewalk.parsers.capture;
