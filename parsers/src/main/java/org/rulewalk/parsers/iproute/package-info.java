/**
 * What iproute2's {@code ip} prints, as text and as JSON: interfaces with their addresses, routes,
 * policy rules, neighbours.
 *
 * <p>Each listing is read line by line; a line that is not understood becomes a problem and the
 * rest is still read. Source of the forms: iproute2, ip/ipaddress.c, iproute.c, iprule.c,
 * ipneigh.c. Start with {@link org.rulewalk.parsers.iproute.AddressListing} and {@link
 * org.rulewalk.parsers.iproute.RouteListing}.
 */
package org.rulewalk.parsers.iproute;
