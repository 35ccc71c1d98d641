package org.rulewalk.diagnostics.dom0;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * The resolvers of a provider as the agent finds them: the nameserver lines of its
 * /etc/resolv.conf, one blank before the address, told by their dots or colons
 * (qubesagent/firewall.py, dns_addresses). systemd-resolved is never asked.
 */
final class Resolvers {
  private Resolvers() {}

  static List<IpAddress> of(SourceText text, IpVersion version) {
    List<IpAddress> found = new ArrayList<>();
    for (int number = 1; number <= text.lineCount(); number++) {
      String line = text.line(number).strip();
      String[] words = line.split(" ", -1);
      if (line.startsWith("nameserver") && words.length > 1) {
        Optional<IpAddress> address = IpAddress.parse(words[1]);
        address.filter(a -> a.version() == version).ifPresent(found::add);
      }
    }
    return found;
  }
}
