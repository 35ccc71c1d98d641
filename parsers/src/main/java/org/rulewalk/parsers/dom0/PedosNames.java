package org.rulewalk.parsers.dom0;

import java.util.Locale;

/**
 * Names of PedOS, which is Qubes OS renamed: every name is accepted in both spellings, and is
 * recognised here alone.
 */
public final class PedosNames {
  private PedosNames() {}

  /** Whether a name of a table, chain, set, unit or file is one that PedOS makes. */
  public static boolean isOurs(String name) {
    String plain = plain(name);
    return plain.contains("qubes") || plain.contains("qbs");
  }

  /** Whether two names are one, whichever way each is spelled. */
  public static boolean isSame(String one, String other) {
    return plain(one).equals(plain(other));
  }

  /** Whether this is the table in which the agent keeps the rules of each VM. */
  public static boolean isAgentTable(String table) {
    return isSame(table, "qubes-firewall");
  }

  /** The chain in which the agent's nft worker keeps the rules of the VM with this address. */
  public static boolean isChainOf(String chain, String address) {
    return isSame(chain, "qbs-" + address.replace('.', '-').replace(':', '-'));
  }

  /** Whether this is a chain in which the agent keeps the rules of some VM. */
  public static boolean isClientChain(String chain) {
    return plain(chain).startsWith("qbs-") && !isSame(chain, "qbs-forward");
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("pedos", "qubes").replace("pbs-", "qbs-");
  }
}
