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
 * @param provider the NetVM of the one that asks
 * @param meeting the firewall VM that both are behind, or where their ways meet; empty if they
 *     don't
 * @param same whether both are joined to it directly
 * @param ask the address to ask for: that of the other VM, or, where that one hangs on a firewall
 *     VM of its own, the address of the one that hangs on where they meet. Its NetVM would take
 *     answers from any other address for spoofed
 * @param needs what must be there, in the order of the packet's way
 */
public record Between(
    String from,
    String to,
    String provider,
    Optional<String> meeting,
    boolean same,
    IpAddress ask,
    List<Need> needs) {
  /** Keeps a copy. */
  public Between {
    needs = List.copyOf(needs);
  }

  /**
   * One rule.
   *
   * @param chain table and chain
   * @param place where in the chain it must stand
   * @param commands what makes it, for a root shell there; for dom0 where dom0 keeps it
   * @param file where it is kept; empty where dom0 keeps it
   * @param state how it stands now
   */
  public record Need(
      String machine,
      Kind kind,
      String chain,
      Place place,
      List<String> commands,
      String file,
      ForwardStep.State state) {
    /** Keeps a copy. */
    public Need {
      commands = List.copyOf(commands);
    }
  }

  /** What is needed. */
  public enum Kind {
    /** A rule that lets the packet pass on. */
    FORWARD,
    /** A rule that lets it in. */
    INPUT,
    /** One of the rules that dom0 keeps for the VM that asks. */
    DOM0,
    /** The destination is translated to the next machine. */
    DNAT
  }

  /** Where a rule must stand. */
  public enum Place {
    /** In front of all others. */
    FIRST,
    /** Behind the first, which drops what is invalid or accepts what is known. */
    SECOND,
    /** Anywhere: the chain is asked before PedOS' own rules. */
    ANYWHERE
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
