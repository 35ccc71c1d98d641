package org.rulewalk.parsers.dom0;

import java.util.Locale;

/**
 * Names of PedOS, which is Qubes OS renamed: every name is accepted in both spellings, and is
 * recognised here alone.
 */
public final class PedosNames {
  private static final int SHORTENED = 20;

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

  /** Whether this is the table of the rules that every VM of release 4.2 and later has. */
  public static boolean isBaseTable(String table) {
    return isSame(table, "qubes");
  }

  /** Whether this is the agent's chain of jumps to the chains of VMs (release 4.3). */
  public static boolean isJumpChain(String chain) {
    return isSame(chain, "qubes-forward");
  }

  /** Whether this is the chain of iptables for the same (releases 4.0 and 4.1). */
  public static boolean isIptablesJumpChain(String chain) {
    return chain.equals("QBS-FORWARD") || chain.equals("PEDOS-FORWARD");
  }

  /** Whether this is the chain of iptables that translates DNS (up to release 4.1). */
  public static boolean isDnsChain(String chain) {
    return chain.equals("PR-QBS") || chain.equals("PR-PEDOS");
  }

  /** Whether this is the set of resolvers that the agent of release 4.3 fills. */
  public static boolean isResolverSet(String set) {
    return set.equals("dns-addr");
  }

  /** The chain in which the agent's nft worker keeps the rules of the VM with this address. */
  public static boolean isChainOf(String chain, String address) {
    return isSame(chain, "qbs-" + dashed(address));
  }

  /** The same of its iptables worker, which shortens long names from their front. */
  public static boolean isIptablesChainOf(String chain, String address) {
    String name = dashed(address);
    return isSame(chain, "qbs-" + name.substring(Math.max(0, name.length() - SHORTENED)));
  }

  private static String dashed(String address) {
    return address.replace('.', '-').replace(':', '-');
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("pedos", "qubes").replace("pbs-", "qbs-");
  }
}
