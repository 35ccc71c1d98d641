package org.rulewalk.diagnostics.expose;

import java.util.Optional;
import org.rulewalk.diagnostics.why.ShellWord;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/**
 * One command that changes rules, and that changes nothing if it is run once more.
 *
 * @param command for a root shell, on one line
 * @param undo brings back what was there before; empty where nothing has to be brought back
 * @param late whether its chain is there only once services such as Docker have started
 */
record Edit(String command, Optional<String> undo, boolean late) {
  private Edit(String command, Optional<String> undo) {
    this(command, undo, false);
  }

  /** The same in a chain that another service makes at its start. */
  Edit afterServices() {
    return new Edit(command, undo, true);
  }

  /** A rule of iptables at a chain's start, if it is not there. */
  static Edit iptables(
      IpVersion version, Table.Tool tool, String table, String chain, String rule) {
    String program =
        (version == IpVersion.IPV4 ? "iptables" : "ip6tables")
            + (tool == Table.Tool.IPTABLES_LEGACY ? "-legacy" : "")
            + " -w"
            + (table.equals("filter") ? "" : " -t " + ShellWord.of(table));
    String what = " " + ShellWord.of(chain) + " " + rule;
    return new Edit(
        program + " -C" + what + " 2>/dev/null || " + program + " -I" + what,
        Optional.of(program + " -D" + what));
  }

  /**
   * A rule of nft at a chain's start, if it is not there.
   *
   * @param tag its remark, by which it is found
   */
  static Edit nft(Family family, String table, String chain, String rule, String tag) {
    String place = family.word() + " " + ShellWord.of(table) + " " + ShellWord.of(chain);
    String find = "grep -F 'comment \"" + tag + "\"'";
    String quoted =
        quoted(
            "insert rule "
                + family.word()
                + " "
                + table
                + " "
                + chain
                + " "
                + rule
                + " comment \""
                + tag
                + "\"");
    return new Edit(
        "nft list chain " + place + " | " + find.replace("-F", "-qF") + " || nft " + quoted,
        Optional.of(
            "h=$(nft -a list chain "
                + place
                + " | "
                + find
                + ") && nft delete rule "
                + place
                + " handle \"${h##* }\""));
  }

  /**
   * A chain of nft that translates destinations, if it is not there.
   *
   * @param isNew whether the chain is to go again with an undo
   */
  static Edit natChain(Family family, String table, String chain, String priority, boolean isNew) {
    String place = family.word() + " " + ShellWord.of(table) + " " + ShellWord.of(chain);
    return new Edit(
        "nft add chain "
            + place
            + " '{ type nat hook prerouting priority "
            + priority
            + "; policy accept; }'",
        isNew ? Optional.of("nft delete chain " + place) : Optional.empty());
  }

  /** A table of nft, if it is not there. */
  static Edit table(Family family, String table, boolean isNew) {
    String place = family.word() + " " + ShellWord.of(table);
    return new Edit(
        "nft add table " + place,
        isNew ? Optional.of("nft delete table " + place) : Optional.empty());
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
