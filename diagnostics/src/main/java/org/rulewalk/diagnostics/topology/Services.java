package org.rulewalk.diagnostics.topology;

import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.parsers.source.SourceText;

/**
 * What {@code services.txt} tells: names of /run/qubes-service, one or several a line, or {@code
 * qvm-service}'s {@code NAME on|off}.
 */
final class Services {
  private Services() {}

  /** Whether PedOS-firewall is among the services that are on. */
  static boolean runsFirewall(SourceText text) {
    for (int number = 1; number <= text.lineCount(); number++) {
      String[] words = text.line(number).strip().split("\\s+");
      boolean off = words.length == 2 && words[1].equalsIgnoreCase("off");
      for (String word : words) {
        if (!off && PedosNames.isAgentTable(word)) {
          return true;
        }
      }
    }
    return false;
  }
}
