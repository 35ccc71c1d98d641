package org.rulewalk.parsers.iptables;

import java.util.Optional;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Statement.Nat;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Writes translations as targets of iptables; the counterpart of {@link NatTargets}. */
final class NatWords {
  private NatWords() {}

  static Part of(Nat nat, IpVersion version) {
    StringBuilder words = new StringBuilder();
    switch (nat.kind()) {
      case DNAT:
        words.append("--to-destination ").append(target(nat, version));
        break;
      case SNAT:
        words.append("--to-source ").append(target(nat, version));
        break;
      case NETMAP:
        words.append("--to ").append(block(nat, version));
        break;
      default:
        nat.port().ifPresent(low -> words.append("--to-ports ").append(ports(nat, low)));
    }
    flag(nat, Nat.Flag.RANDOM, "--random", words);
    flag(nat, Nat.Flag.FULLY_RANDOM, "--random-fully", words);
    flag(nat, Nat.Flag.PERSISTENT, "--persistent", words);
    return Part.target(nat.kind().name(), words.toString().strip());
  }

  private static void flag(Nat nat, Nat.Flag flag, String word, StringBuilder words) {
    if (nat.flags().contains(flag)) {
      words.append(' ').append(word);
    }
  }

  private static String target(Nat nat, IpVersion version) {
    String addresses =
        nat.address().map(low -> addresses(low, nat.addressMax(), version)).orElse("");
    if (nat.port().isEmpty()) {
      return addresses;
    }
    boolean bracketed = version == IpVersion.IPV6 && !addresses.isEmpty();
    return (bracketed ? "[" + addresses + "]" : addresses) + ":" + ports(nat, nat.port().get());
  }

  private static String addresses(Expression low, Optional<Expression> high, IpVersion version) {
    String first = new IpAddress(version, low(low)).toString();
    Bits last = high.map(NatWords::high).orElse(high(low));
    return high.isEmpty() && last.equals(low(low))
        ? first
        : first + "-" + new IpAddress(version, last);
  }

  private static String ports(Nat nat, Expression low) {
    Bits last = nat.portMax().map(NatWords::high).orElse(high(low));
    boolean single = nat.portMax().isEmpty() && last.equals(low(low));
    return low(low).toInt()
        + (single ? "" : "-" + last.toInt())
        + nat.basePort().map(base -> "/" + base).orElse("");
  }

  private static String block(Nat nat, IpVersion version) {
    Bits low = nat.address().map(NatWords::low).orElse(Bits.ZERO);
    Bits high = nat.addressMax().map(NatWords::high).orElse(low);
    Bits mask = Bits.ones(version.addressBits()).without(low.xor(high));
    return MatchWords.block(low, mask, version);
  }

  private static Bits low(Expression expression) {
    Value value = value(expression);
    return value instanceof Value.Range ? bits(((Value.Range) value).low()) : bits(value);
  }

  private static Bits high(Expression expression) {
    Value value = value(expression);
    return value instanceof Value.Range ? bits(((Value.Range) value).high()) : bits(value);
  }

  private static Value value(Expression expression) {
    if (expression instanceof Expression.Constant) {
      return ((Expression.Constant) expression).value();
    }
    throw new Unwritable("iptables has no words for an address that is computed");
  }

  private static Bits bits(Value value) {
    return value
        .asKey()
        .filter(key -> key.size() == 1)
        .map(key -> key.get(0))
        .orElseThrow(() -> new Unwritable("iptables has no words for such an address"));
  }
}
