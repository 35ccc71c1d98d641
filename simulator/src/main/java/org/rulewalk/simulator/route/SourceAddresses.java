package org.rulewalk.simulator.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Picks the address that a machine sends from: inet_select_addr (net/ipv4/devinet.c) for IPv4,
 * ipv6_dev_get_saddr (net/ipv6/addrconf.c, RFC 6724) for IPv6.
 */
final class SourceAddresses {
  private static final List<Label> LABELS =
      List.of(
          new Label(Prefix.of("::1/128"), 0),
          new Label(Prefix.of("::ffff:0:0/96"), 4),
          new Label(Prefix.of("::/96"), 3),
          new Label(Prefix.of("2001::/32"), 6),
          new Label(Prefix.of("2001:10::/28"), 7),
          new Label(Prefix.of("3ffe::/16"), 12),
          new Label(Prefix.of("2002::/16"), 2),
          new Label(Prefix.of("fec0::/10"), 11),
          new Label(Prefix.of("fc00::/7"), 5),
          new Label(Prefix.of("::/0"), 1));

  private record Label(Prefix prefix, int number) {}

  private final Machine machine;

  SourceAddresses(Machine machine) {
    this.machine = machine;
  }

  /**
   * An address for packets that leave by a device towards a next hop; empty if the machine has
   * none.
   */
  Optional<IpAddress> pick(String device, IpAddress towards, Interface.Scope scope) {
    return towards.version() == IpVersion.IPV4
        ? ipv4(device, towards, scope)
        : ipv6(device, towards);
  }

  private Optional<IpAddress> ipv4(String device, IpAddress towards, Interface.Scope scope) {
    Optional<IpAddress> first = Optional.empty();
    Optional<Interface> own = machine.find(device);
    for (Interface.Address address : own.map(i -> i.addresses(IpVersion.IPV4)).orElse(List.of())) {
      if (address.secondary() || address.scope().ordinal() > scope.ordinal()) {
        continue;
      }
      Prefix subnet = address.peer().orElse(address.prefix());
      boolean match = subnet.length() == address.prefix().length() && subnet.contains(towards);
      if (towards.isAny() || match) {
        return Optional.of(address.prefix().address());
      }
      first = first.isPresent() ? first : Optional.of(address.prefix().address());
    }
    return first.isPresent() ? first : anyDevice(scope);
  }

  private Optional<IpAddress> anyDevice(Interface.Scope scope) {
    for (Interface other : byIndex()) {
      for (Interface.Address address : other.addresses(IpVersion.IPV4)) {
        boolean fits =
            address.scope() != Interface.Scope.LINK && address.scope().ordinal() <= scope.ordinal();
        if (!address.secondary() && fits && other.up()) {
          return Optional.of(address.prefix().address());
        }
      }
    }
    return Optional.empty();
  }

  private List<Interface> byIndex() {
    return machine.interfaces().stream()
        .sorted((a, b) -> Integer.compare(a.index(), b.index()))
        .toList();
  }

  private Optional<IpAddress> ipv6(String device, IpAddress towards) {
    boolean onLink = towards.isMulticast() || scopeOf(towards) <= 2;
    Optional<Candidate> best = Optional.empty();
    for (Interface each : byIndex()) {
      if (!each.up() || onLink && !each.name().equals(device)) {
        continue;
      }
      for (Interface.Address address : each.addresses(IpVersion.IPV6)) {
        if (!address.usable() || address.prefix().address().isMulticast()) {
          continue;
        }
        Candidate candidate =
            new Candidate(each.name().equals(device), address.prefix(), score(address, towards));
        if (best.isEmpty() || candidate.beats(best.get(), towards)) {
          best = Optional.of(candidate);
        }
      }
    }
    return best.map(candidate -> candidate.prefix().address());
  }

  private static List<Integer> score(Interface.Address address, IpAddress towards) {
    IpAddress own = address.prefix().address();
    List<Integer> score = new ArrayList<>();
    score.add(own.equals(towards) ? 1 : 0);
    int scope = scopeOf(own);
    score.add(scope >= scopeOf(towards) ? -scope : scope - 128);
    return score;
  }

  private record Candidate(boolean outgoing, Prefix prefix, List<Integer> score) {
    boolean beats(Candidate other, IpAddress towards) {
      for (int i = 0; i < score.size(); i++) {
        if (!score.get(i).equals(other.score.get(i))) {
          return score.get(i) > other.score.get(i);
        }
      }
      if (outgoing != other.outgoing) {
        return outgoing;
      }
      int wanted = label(towards);
      boolean labelled = label(prefix.address()) == wanted;
      if (labelled != (label(other.prefix.address()) == wanted)) {
        return labelled;
      }
      return common(prefix, towards) > common(other.prefix, towards);
    }
  }

  private static int common(Prefix own, IpAddress towards) {
    Bits different = own.address().value().xor(towards.value());
    int same =
        different.high() != 0
            ? Long.numberOfLeadingZeros(different.high())
            : 64 + Long.numberOfLeadingZeros(different.low());
    return Math.min(same, own.length());
  }

  private static int label(IpAddress address) {
    for (Label label : LABELS) {
      if (label.prefix().contains(address)) {
        return label.number();
      }
    }
    return 1;
  }

  /** RFC 4291 scope: 1 interface, 2 link, 5 site, 14 global. */
  private static int scopeOf(IpAddress address) {
    if (address.isMulticast()) {
      return address.value().shiftRight(112).toInt() & 15;
    }
    if (address.isLoopback() || address.isLinkLocal()) {
      return 2;
    }
    return address.value().high() >>> 54 == 0x3fb ? 5 : 14;
  }
}
