/**
 * nftables' own language: what {@code nft list ruleset} prints, as text and as JSON (man 8 nft, man
 * 5 libnftables-json).
 *
 * <p>Both parsers read into {@link org.rulewalk.parsers.nft.Term}s, and {@link
 * org.rulewalk.parsers.nft.Lowering} says what those mean, so that one ruleset has one model
 * whichever way it was printed. Start with {@link org.rulewalk.parsers.nft.NftTextParser}.
 */
package org.rulewalk.parsers.nft;
