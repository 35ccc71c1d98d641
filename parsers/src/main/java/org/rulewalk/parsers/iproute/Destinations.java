package org.rulewalk.parsers.iproute;

import java.util.Optional;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** Destinations as {@code ip} writes them. */
final class Destinations {
  private Destinations() {}

  /**
   * {@code default}, {@code all}, an address, a prefix, or IPv4 with its last zero bytes left out.
   */
  static Optional<Prefix> parse(String word, IpVersion version) {
    if (word.equals("default") || word.equals("all") || word.equals("any")) {
      return Optional.of(Prefix.all(version));
    }
    Optional<Prefix> whole = Prefix.parse(word);
    int slash = word.indexOf('/');
    if (whole.isPresent() || slash < 0 || word.indexOf(':') >= 0) {
      return whole;
    }
    // before iproute2 2.6: 10/8, 192.168.1/24
    String padded = word.substring(0, slash);
    long dots = padded.chars().filter(c -> c == '.').count();
    return Prefix.parse(padded + ".0".repeat((int) Math.max(0, 3 - dots)) + word.substring(slash));
  }
}
