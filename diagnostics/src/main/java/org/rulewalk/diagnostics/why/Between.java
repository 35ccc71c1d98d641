package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.forwarding.ForwardStep;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What one VM needs to reach another.
 *
 * @param meeting the firewall VM that both hang on, or where their ways meet; empty if they don't
 * @param same whether both hang on it directly
 * @param needs what must be there, in the order of the packet's way
 */
public record Between(
    String from, String to, Optional<String> meeting, boolean same, List<Need> needs) {
  /** Keeps a copy. */
  public Between {
    needs = List.copyOf(needs);
  }

  /**
   * One rule or route.
   *
   * @param chain table and chain
   * @param place where in the chain it must stand
   * @param command what makes it; empty where nothing can be written down for it
   * @param file where it is kept; empty where dom0 keeps it
   * @param state how it stands now
   */
  public record Need(
      String machine,
      Kind kind,
      String chain,
      Place place,
      String command,
      String file,
      ForwardStep.State state) {}

  /** What is needed. */
  public enum Kind {
    /** A rule that lets the packet pass on. */
    FORWARD,
    /** A rule that lets it in. */
    INPUT,
    /** One of the rules that dom0 keeps for the VM that asks. */
    DOM0,
    /** A route to the VM that is asked. */
    ROUTE
  }

  /** Where a rule must stand. */
  public enum Place {
    /** In front of all others. */
    FIRST,
    /** Behind the first, which drops what is invalid or accepts what is known. */
    SECOND,
    /** Anywhere: the chain is asked before PedOS' own rules. */
    ANYWHERE,
    /** Nowhere: it is no rule. */
    NONE
  }

  /** What two VMs need; empty unless both are VMs that only use the network. */
  static Optional<Between> of(Network network, Question question, IpAddress source) {
    Topology topology = Topology.of(network);
    Optional<Topology.Member> from = question.from().machine().flatMap(topology::member);
    Optional<Topology.Member> to = question.to().machine().flatMap(topology::member);
    int protocol = question.service().protocol();
    boolean fits = source.version() == IpVersion.IPV4 && protocol != Protocol.ICMPV6;
    boolean users =
        from.flatMap(Topology.Member::provider).isPresent()
            && to.flatMap(Topology.Member::provider).isPresent()
            && !from.get().provides()
            && !to.get().provides()
            && !from.get().name().equals(to.get().name());
    return fits && users
        ? Optional.of(
            new BetweenWays(network, topology, question, source)
                .of(from.get().name(), to.get().name()))
        : Optional.empty();
  }
}
