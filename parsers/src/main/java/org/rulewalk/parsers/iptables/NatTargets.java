package org.rulewalk.parsers.iptables;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Statement.Nat;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** DNAT, SNAT, MASQUERADE, REDIRECT and NETMAP. */
final class NatTargets {
  private final Arguments arguments;
  private final IpVersion version;
  private final Set<Nat.Flag> flags = EnumSet.noneOf(Nat.Flag.class);
  private Optional<Expression> low = Optional.empty();
  private Optional<Expression> high = Optional.empty();
  private Optional<Expression> lowPort = Optional.empty();
  private Optional<Expression> highPort = Optional.empty();
  private Optional<Integer> basePort = Optional.empty();

  private NatTargets(Arguments arguments, IpVersion version) {
    this.arguments = arguments;
    this.version = version;
  }

  static Statement read(String name, Arguments arguments, IpVersion version) {
    return new NatTargets(arguments, version).read(name);
  }

  private Statement read(String name) {
    switch (name) {
      case "DNAT":
        target(arguments.need("to-destination", "to").value());
        break;
      case "SNAT":
        target(arguments.need("to-source", "to").value());
        break;
      case "NETMAP":
        netmap(arguments.need("to").value());
        break;
      default:
        arguments.take("to-ports", "to-port").ifPresent(o -> ports(o.value()));
    }
    flag("random", Nat.Flag.RANDOM);
    flag("random-fully", Nat.Flag.FULLY_RANDOM);
    flag("persistent", Nat.Flag.PERSISTENT);
    return new Nat(
        Nat.Kind.valueOf(name),
        Optional.of(version),
        low,
        high,
        lowPort,
        highPort,
        basePort,
        flags);
  }

  private void flag(String option, Nat.Flag flag) {
    if (arguments.has(option)) {
      flags.add(flag);
    }
  }

  /** {@code address[-address][:port[-port]]}, IPv6 addresses in brackets where a port follows. */
  private void target(String text) {
    String addresses = text;
    int colon = version == IpVersion.IPV4 ? text.indexOf(':') : text.lastIndexOf("]:");
    if (colon >= 0) {
      int port = text.indexOf(':', colon) + 1;
      ports(text.substring(port));
      addresses = text.substring(0, port - 1);
    }
    addresses = addresses.replace("[", "").replace("]", "");
    if (addresses.isEmpty()) {
      return;
    }
    int dash = addresses.indexOf('-');
    low = Optional.of(address(dash < 0 ? addresses : addresses.substring(0, dash)));
    high = dash < 0 ? Optional.empty() : Optional.of(address(addresses.substring(dash + 1)));
  }

  private Expression address(String text) {
    return number(Values.plainAddress(text, version).value());
  }

  private Expression number(Bits bits) {
    return Expression.number(bits, DataType.ofAddress(version));
  }

  private void ports(String text) {
    // a base port behind a slash: it becomes the first of the range
    int slash = text.indexOf('/');
    String range = slash < 0 ? text : text.substring(0, slash);
    basePort = slash < 0 ? Optional.empty() : Optional.of(Values.port(text.substring(slash + 1)));
    int dash = range.indexOf('-');
    lowPort = Optional.of(port(dash < 0 ? range : range.substring(0, dash)));
    highPort = dash < 0 ? Optional.empty() : Optional.of(port(range.substring(dash + 1)));
  }

  private static Expression port(String text) {
    return Expression.number(Values.port(text), DataType.INET_SERVICE);
  }

  private void netmap(String text) {
    Values.Masked block = Values.address(text, version);
    Bits rest = Bits.ones(version.addressBits()).without(block.mask());
    low = Optional.of(number(block.value().and(block.mask())));
    high = Optional.of(number(new IpAddress(version, block.value().or(rest)).value()));
    flags.add(Nat.Flag.NETMAP);
  }
}
