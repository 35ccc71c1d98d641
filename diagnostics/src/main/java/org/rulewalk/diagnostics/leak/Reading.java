package org.rulewalk.diagnostics.leak;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Reads matches for the values that they compare with; each answer says whether the classes cover
 * all that was read.
 */
final class Reading implements Match.Cases<Boolean> {
  /** The properties that are parted into intervals. */
  enum Field {
    SOURCE,
    DESTINATION,
    PROTOCOL,
    SOURCE_PORT,
    DESTINATION_PORT,
    ICMP_TYPE
  }

  private final Map<Field, Dimension> dimensions = new EnumMap<>(Field.class);
  private final TreeSet<Integer> withPorts = new TreeSet<>(List.of(6, 17));
  private boolean anyPorts;
  private Optional<Table> table = Optional.empty();

  Reading(IpVersion version) {
    dimensions.put(Field.SOURCE, new Dimension(version.addressBits()));
    dimensions.put(Field.DESTINATION, new Dimension(version.addressBits()));
    dimensions.put(Field.PROTOCOL, new Dimension(8));
    dimensions.put(Field.SOURCE_PORT, new Dimension(16));
    dimensions.put(Field.DESTINATION_PORT, new Dimension(16));
    dimensions.put(Field.ICMP_TYPE, new Dimension(8));
  }

  Dimension of(Field field) {
    return dimensions.get(field);
  }

  /** Whether rules see ports in packets of this protocol. */
  boolean hasPorts(int protocol) {
    return anyPorts || withPorts.contains(protocol);
  }

  /** Reads on within a table, whose sets are meant. */
  void in(Table own) {
    table = Optional.of(own);
  }

  boolean covers(Match match) {
    return match.fold(this);
  }

  /** The property that an expression yields; empty if it is none of these. */
  private Optional<Field> field(Expression expression) {
    if (expression instanceof Expression.Meta) {
      return ((Expression.Meta) expression).key() == MetaKey.L4PROTO
          ? Optional.of(Field.PROTOCOL)
          : Optional.empty();
    }
    return expression instanceof Expression.Header
        ? field(((Expression.Header) expression).field())
        : Optional.empty();
  }

  private Optional<Field> field(HeaderField field) {
    switch (field) {
      case IP_SADDR:
      case IP6_SADDR:
        return Optional.of(Field.SOURCE);
      case IP_DADDR:
      case IP6_DADDR:
        return Optional.of(Field.DESTINATION);
      case IP_PROTOCOL:
        return Optional.of(Field.PROTOCOL);
      case ICMP_TYPE:
      case ICMPV6_TYPE:
        return Optional.of(Field.ICMP_TYPE);
      case TCP_SPORT:
      case UDP_SPORT:
      case SCTP_SPORT:
      case DCCP_SPORT:
      case UDPLITE_SPORT:
        withPorts.add(field.layer().protocol());
        return Optional.of(Field.SOURCE_PORT);
      case TCP_DPORT:
      case UDP_DPORT:
      case SCTP_DPORT:
      case DCCP_DPORT:
      case UDPLITE_DPORT:
        withPorts.add(field.layer().protocol());
        return Optional.of(Field.DESTINATION_PORT);
      case TH_SPORT:
        anyPorts = true;
        return Optional.of(Field.SOURCE_PORT);
      case TH_DPORT:
        anyPorts = true;
        return Optional.of(Field.DESTINATION_PORT);
      default:
        return Optional.empty();
    }
  }

  /** Whether its value is the same for all packets of a class, whatever is done with it. */
  boolean isExact(Expression expression) {
    if (expression instanceof Expression.Constant) {
      return true;
    }
    if (expression instanceof Expression.Meta) {
      switch (((Expression.Meta) expression).key()) {
        case MARK:
        case NFPROTO:
        case PROTOCOL:
        case PKTTYPE:
        case IIF:
        case IIFNAME:
        case IIFGROUP:
        case IIFTYPE:
        case IIFKIND:
        case OIF:
        case OIFNAME:
        case OIFGROUP:
        case OIFTYPE:
        case OIFKIND:
          return true;
        default:
          return false;
      }
    }
    if (expression instanceof Expression.Ct) {
      CtKey key = ((Expression.Ct) expression).key();
      return key == CtKey.STATE || key == CtKey.MARK;
    }
    if (expression instanceof Expression.Binary) {
      Expression.Binary binary = (Expression.Binary) expression;
      return isExact(binary.left()) && isExact(binary.right());
    }
    if (expression instanceof Expression.MapLookup) {
      Expression.MapLookup lookup = (Expression.MapLookup) expression;
      return looksUp(lookup.key(), lookup.map());
    }
    return false;
  }

  /** Whether a key is covered once it is parted at the keys of a set or map. */
  boolean looksUp(Expression key, SetReference set) {
    Optional<ElementSet> elements = elements(set);
    if (elements.isEmpty()) {
      return false;
    }
    List<Expression> parts =
        key instanceof Expression.Concatenation
            ? ((Expression.Concatenation) key).parts()
            : List.of(key);
    for (int i = 0; i < parts.size(); i++) {
      Optional<Field> field = field(parts.get(i));
      if (field.isEmpty()) {
        if (!isExact(parts.get(i))) {
          return false;
        }
        continue;
      }
      for (ElementSet.Element element : elements.get().elements()) {
        if (element.key().size() == parts.size()) {
          ElementSet.Interval interval = element.key().get(i);
          dimensions.get(field.get()).cut(interval.low(), interval.high());
        } else if (!element.key().isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  /** The elements, if none can come or go. */
  private Optional<ElementSet> elements(SetReference reference) {
    if (reference instanceof SetReference.Anonymous) {
      return Optional.of(((SetReference.Anonymous) reference).elements());
    }
    String name = ((SetReference.Named) reference).name();
    return table
        .map(own -> own.sets().get(name))
        .filter(set -> !set.flags().contains("dynamic") && !set.flags().contains("timeout"))
        .map(NamedSet::elements);
  }

  @Override
  public Boolean compare(Match.Compare match) {
    if (isExact(match.left()) && isExact(match.right())) {
      return true;
    }
    Optional<Bits> value = constant(match.right());
    if (value.isEmpty()) {
      return false;
    }
    Optional<Field> plain = field(match.left());
    if (plain.isPresent()) {
      dimensions.get(plain.get()).cut(value.get(), value.get());
      return true;
    }
    return prefix(match, value.get());
  }

  /** {@code ip saddr & 255.255.0.0 == 10.137.0.0}, the form of prefixes. */
  private boolean prefix(Match.Compare match, Bits value) {
    boolean equality =
        match.operator() == Match.Operator.EQUAL || match.operator() == Match.Operator.NOT_EQUAL;
    if (!equality || !(match.left() instanceof Expression.Binary)) {
      return false;
    }
    Expression.Binary binary = (Expression.Binary) match.left();
    Optional<Field> field = field(binary.left());
    Optional<Bits> mask = constant(binary.right());
    boolean address = field.map(f -> f == Field.SOURCE || f == Field.DESTINATION).orElse(false);
    if (binary.operator() != Expression.Binary.Operator.AND || !address || mask.isEmpty()) {
      return false;
    }
    int width = ((Expression.Header) binary.left()).field().width();
    int length = mask.get().bitCount();
    if (!mask.get().equals(Bits.prefixMask(length, width))) {
      return false;
    }
    Bits low = value.and(mask.get());
    dimensions.get(field.get()).cut(low, low.or(Bits.ones(width - length)));
    return true;
  }

  private static Optional<Bits> constant(Expression expression) {
    return expression instanceof Expression.Constant
            && ((Expression.Constant) expression).value() instanceof Value.Scalar
        ? Optional.of(((Value.Scalar) ((Expression.Constant) expression).value()).bits())
        : Optional.empty();
  }

  @Override
  public Boolean range(Match.InRange match) {
    Optional<Field> field = field(match.left());
    field.ifPresent(f -> dimensions.get(f).cut(match.low(), match.high()));
    return field.isPresent() || isExact(match.left());
  }

  @Override
  public Boolean set(Match.InSet match) {
    return looksUp(match.left(), match.set());
  }

  @Override
  public Boolean bits(Match.HasBits match) {
    return isExact(match.left());
  }

  @Override
  public Boolean all(Match.AllOf match) {
    // no short cut: every part must be read
    return match.parts().stream().filter(part -> !covers(part)).count() == 0;
  }

  @Override
  public Boolean any(Match.AnyOf match) {
    return match.parts().stream().filter(part -> !covers(part)).count() == 0;
  }

  @Override
  public Boolean not(Match.Not match) {
    return covers(match.part());
  }

  @Override
  public Boolean limit(Match.RateLimit match) {
    return false;
  }

  @Override
  public Boolean quota(Match.Quota match) {
    return false;
  }

  @Override
  public Boolean extension(Match.Extension match) {
    if (!(match.match() instanceof XtMatch.Conntrack)) {
      return false;
    }
    XtMatch.Conntrack conntrack = (XtMatch.Conntrack) match.match();
    int translated = XtMatch.Conntrack.SNAT | XtMatch.Conntrack.DNAT;
    boolean plain = conntrack.state().map(s -> (s.mask() & translated) == 0).orElse(true);
    return plain && conntrack.others().stream().filter(part -> !covers(part)).count() == 0;
  }

  @Override
  public Boolean unknown(Match.Unknown match) {
    return false;
  }
}
