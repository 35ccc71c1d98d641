package org.rulewalk.simulator.trace;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpAddress;

/** One thing that happened to a packet on its way through a machine. */
public sealed interface Step {
  /** Something of a chain decided: a rule, or the policy. */
  sealed interface OfChain extends Step {
    /** Where the packet was. */
    Hook hook();

    /** The chain's table. */
    Table table();

    /** The chain that decided. */
    Chain chain();
  }

  /**
   * All matches of a rule held, and it gave this verdict; {@code drop} also stands for a reject.
   */
  record OfRule(Hook hook, Table table, Chain chain, Rule rule, Verdict verdict)
      implements OfChain {}

  /** No rule of a base chain decided, so its policy did. */
  record OfPolicy(Hook hook, Table table, Chain.Base chain) implements OfChain {}

  /**
   * Routing chose a way.
   *
   * @param device the interface to leave by; empty where the packet is for this machine
   * @param gateway the router to hand it to; empty if the destination is on the link
   * @param lookup the route that says so; empty where none was asked
   */
  record Routed(
      IpAddress destination,
      Optional<String> device,
      Optional<IpAddress> gateway,
      Optional<Lookup.Found> lookup)
      implements Step {}

  /**
   * Addresses or ports of the packet were translated.
   *
   * @param source whether its source (or else its destination) changed
   */
  record Translated(boolean source, Packet before, Packet after) implements Step {}
}
