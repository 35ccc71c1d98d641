package org.rulewalk.parsers.journal;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;

/**
 * A packet as a log line of the kernel shows it: all of its headers, none of its data.
 *
 * @param prefix what the rule puts before the line, as it stands there
 * @param in the interface it came in by; empty where the line names none
 * @param out the interface it is to leave by; empty where the line names none
 * @param packet rebuilt, with zeros for the data; its TTL and addresses as they were at that hook
 * @param wholeHeader whether the transport header is known: not in later fragments, nor where the
 *     kernel wrote INCOMPLETE
 * @param mark the packet's mark, 0 if none
 */
public record LoggedPacket(
    String prefix,
    Optional<String> in,
    Optional<String> out,
    Packet packet,
    boolean wholeHeader,
    long mark) {}
