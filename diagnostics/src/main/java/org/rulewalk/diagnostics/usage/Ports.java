package org.rulewalk.diagnostics.usage;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Parts;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.value.Bits;

/** The services that rules speak of: destination ports of TCP and UDP. */
public final class Ports extends Parts {
  private static final int MOST = 64;
  private static final int MANY_RULES = 2000;
  private static final List<Service> USUAL =
      List.of(
          new Service(Protocol.TCP, 443),
          new Service(Protocol.TCP, 22),
          new Service(Protocol.TCP, 80),
          new Service(Protocol.UDP, 53),
          new Service(Protocol.ICMP, 0));

  private final Set<Service> found = new LinkedHashSet<>();

  /**
   * A service.
   *
   * @param protocol TCP, UDP, or ICMP for a ping of either version
   * @param port 0 for pings
   */
  public record Service(int protocol, int port) {
    /** As commands take it: {@code tcp/443}, {@code ping}. */
    public String word() {
      return protocol == Protocol.ICMP
          ? "ping"
          : (protocol == Protocol.TCP ? "tcp/" : "udp/") + port;
    }
  }

  private Ports() {}

  /**
   * The usual services, and the first of those that a machine's rules name: 64 in all, or 16 where
   * there are so many rules that each packet takes long.
   */
  public static List<Service> of(Machine machine) {
    Ports ports = new Ports();
    ports.found.addAll(USUAL);
    long rules =
        machine.ruleset().tables().stream()
            .flatMap(table -> table.chains().stream())
            .mapToLong(chain -> chain.rules().size())
            .sum();
    int most = rules > MANY_RULES ? MOST / 4 : MOST;
    machine.ruleset().tables().stream()
        .flatMap(table -> table.chains().stream())
        .flatMap(chain -> chain.rules().stream())
        .takeWhile(rule -> ports.found.size() < most)
        .forEach(ports::read);
    return ports.found.stream().limit(most).toList();
  }

  /** The services that one rule names. */
  public static List<Service> of(Rule rule) {
    Ports ports = new Ports();
    ports.read(rule);
    return List.copyOf(ports.found);
  }

  @Override
  protected void test(Match match) {
    if (match instanceof Match.Compare) {
      Match.Compare compare = (Match.Compare) match;
      AddressTest.scalar(compare.right()).ifPresent(port -> add(compare.left(), port));
    } else if (match instanceof Match.InRange) {
      add(((Match.InRange) match).left(), ((Match.InRange) match).low());
    } else if (match instanceof Match.InSet
        && ((Match.InSet) match).set() instanceof SetReference.Anonymous) {
      Match.InSet in = (Match.InSet) match;
      ((SetReference.Anonymous) in.set())
          .elements().elements().stream()
              .filter(element -> element.key().size() == 1)
              .forEach(element -> add(in.left(), element.key().get(0).low()));
    }
  }

  private void add(Expression left, Bits port) {
    if (!(left instanceof Expression.Header) || found.size() >= MOST || port.isZero()) {
      return;
    }
    HeaderField field = ((Expression.Header) left).field();
    if (field == HeaderField.TCP_DPORT || field == HeaderField.TH_DPORT) {
      found.add(new Service(Protocol.TCP, port.toInt()));
    }
    if (field == HeaderField.UDP_DPORT || field == HeaderField.TH_DPORT) {
      found.add(new Service(Protocol.UDP, port.toInt()));
    }
  }
}
