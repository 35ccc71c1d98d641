/**
 * Recordings of packets: pcap and pcapng, plain or compressed, as a stream of any length in
 * constant memory. What a packet means to a machine is not decided here.
 *
 * <p>Start with {@link org.rulewalk.parsers.recording.Recording}. Untrusted bytes: nothing that a
 * file says sets how much memory is taken. Sources: pcap-savefile(5), the IETF drafts on pcap and
 * pcapng, the list of link-layer header types of libpcap.
 */
package org.rulewalk.parsers.recording;
