/**
 * A machine's rules as the files of a capture: what {@code iptables-save}, {@code nft list ruleset}
 * and {@code ipset save} would print of them; and a whole changed capture ({@link
 * org.rulewalk.parsers.write.CaptureWriter}).
 *
 * <p>The languages themselves are written beside their parsers: {@link
 * org.rulewalk.parsers.nft.NftWriter}, {@link org.rulewalk.parsers.iptables.IptablesWriter} and
 * {@link org.rulewalk.parsers.ipset.IpsetWriter}.
 */
package org.rulewalk.parsers.write;
