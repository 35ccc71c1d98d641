package org.rulewalk.simulator.region;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;

/**
 * Where what a statement sees may change: the open fields that it looks at, each with the numbers
 * that it is compared with, or any number where it is computed with.
 */
final class Cuts implements Expression.Cases<Void> {
  private static final int TCP_CHECKSUM = 128;
  private static final int UDP_CHECKSUM = 48;

  private static final Set<CtKey> ADDRESSES =
      EnumSet.of(
          CtKey.SADDR,
          CtKey.DADDR,
          CtKey.SADDR_IP,
          CtKey.DADDR_IP,
          CtKey.SADDR_IP6,
          CtKey.DADDR_IP6);

  private final Box.Point point;
  private final Set<Field> open;
  private final PacketContext context;
  private final Map<Field, TreeSet<Bits>> at = new EnumMap<>(Field.class);
  private final Set<Field> everywhere = EnumSet.noneOf(Field.class);
  private List<List<Interval>> against = List.of();

  Cuts(Box.Point point, Set<Field> open, PacketContext context) {
    this.point = point;
    this.open = open;
    this.context = context;
  }

  /** The fields that are looked at. */
  Set<Field> fields() {
    Set<Field> all = EnumSet.copyOf(everywhere);
    all.addAll(at.keySet());
    return all;
  }

  /** Whether each value may be treated in its own way. */
  boolean isEverywhere(Field field) {
    return everywhere.contains(field);
  }

  /** The numbers where another stretch begins, in order. */
  Set<Bits> of(Field field) {
    return at.getOrDefault(field, new TreeSet<>());
  }

  /** The expression is compared with numbers of these intervals. */
  void compared(Expression expression, List<Interval> with) {
    visit(expression, List.of(with));
  }

  /** The expression is looked up in a set. */
  void lookedUp(Expression expression, SetReference set) {
    visit(expression, set.resolve(context).map(Cuts::keys).orElse(List.of()));
  }

  /** The expression's value is used. */
  void used(Expression expression) {
    visit(expression, List.of());
  }

  /** Everything of the packet counts. */
  void all() {
    Packet packet = context.packet();
    address(packet.source().value(), List.of());
    address(packet.destination().value(), List.of());
    if (VariedContext.hasPorts(packet)) {
      port(packet.sourcePort(), List.of());
      port(packet.destinationPort(), List.of());
    }
    if (packet.isIcmpError()) {
      everywhere.addAll(open);
    }
  }

  /** Parts of the packet are looked up in an ipset. */
  void lookedUp(IpSet set, List<Boolean> fromSource) {
    for (String member : set.members()) {
      context.ipset(member).ifPresent(inner -> lookedUp(inner, fromSource));
    }
    for (int i = 0; i < Math.min(fromSource.size(), set.type().parts().size()); i++) {
      part(set, i, fromSource.get(i));
    }
  }

  private void part(IpSet set, int part, boolean source) {
    List<Interval> intervals = new ArrayList<>();
    int width = set.width(part);
    for (IpSet.Entry entry : set.entries()) {
      Bits low = entry.values().get(part);
      Bits rest = Bits.ones(width - entry.lengths().get(part));
      intervals.add(new Interval(low, low.or(rest)));
    }
    Packet packet = context.packet();
    switch (set.type().parts().get(part)) {
      case ADDRESS:
        int kept = set.type().netmask();
        Bits cut = Bits.ones(Math.max(0, width - kept));
        address(
            (source ? packet.source() : packet.destination()).value(),
            intervals.stream().map(each -> new Interval(each.low(), each.high().or(cut))).toList());
        break;
      case PORT:
      case BARE_PORT:
        Bits bits = Bits.ones(16);
        if (VariedContext.hasPorts(packet)) {
          port(
              source ? packet.sourcePort() : packet.destinationPort(),
              intervals.stream()
                  .map(each -> new Interval(each.low().and(bits), each.high().and(bits)))
                  .toList());
        }
        break;
      default:
        break;
    }
  }

  private static List<List<Interval>> keys(ElementSet elements) {
    List<List<Interval>> keys = new ArrayList<>();
    for (ElementSet.Element element : elements.elements()) {
      for (int i = 0; i < element.key().size(); i++) {
        if (keys.size() == i) {
          keys.add(new ArrayList<>());
        }
        keys.get(i).add(element.key().get(i));
      }
    }
    // nothing in it: no value is told from another
    return keys.isEmpty() ? List.of(List.of()) : keys;
  }

  private void visit(Expression expression, List<List<Interval>> with) {
    List<List<Interval>> outer = against;
    against = with;
    expression.fold(this);
    against = outer;
  }

  private void address(Bits value, List<List<Interval>> with, Field field) {
    if (open.contains(field) && value.equals(point.of(field))) {
      cut(field, with);
    }
  }

  private void address(Bits value, List<Interval> with) {
    List<List<Interval>> wrapped = with.isEmpty() ? List.of() : List.of(with);
    address(value, wrapped, Field.SOURCE);
    address(value, wrapped, Field.DESTINATION);
  }

  private void port(int value, List<Interval> with) {
    if (open.contains(Field.PORT) && value == point.port()) {
      cut(Field.PORT, with.isEmpty() ? List.of() : List.of(with));
    }
  }

  private void cut(Field field, List<List<Interval>> with) {
    if (with.size() != 1) {
      everywhere.add(field);
      return;
    }
    TreeSet<Bits> cuts = at.computeIfAbsent(field, unused -> new TreeSet<>());
    Bits highest = Bits.ones(field.width(point.version()));
    for (Interval interval : with.get(0)) {
      cuts.add(interval.low());
      if (interval.high().compareTo(highest) < 0) {
        cuts.add(interval.high().plus(Bits.of(1)));
      }
    }
  }

  private void leaf(Value value, boolean address) {
    if (!(value instanceof Value.Scalar)) {
      return;
    }
    Bits bits = ((Value.Scalar) value).bits();
    if (address) {
      address(bits, against, Field.SOURCE);
      address(bits, against, Field.DESTINATION);
    } else if (open.contains(Field.PORT) && bits.equals(point.of(Field.PORT))) {
      cut(Field.PORT, against);
    }
  }

  static boolean isAddress(CtKey key) {
    return ADDRESSES.contains(key);
  }

  static boolean isPort(CtKey key) {
    return key == CtKey.PROTO_SRC || key == CtKey.PROTO_DST;
  }

  /** Whether a header expression is a whole address of the packet, or a whole port. */
  static Optional<Boolean> isWholeAddress(Expression expression) {
    if (expression instanceof Expression.Header) {
      HeaderField field = ((Expression.Header) expression).field();
      boolean sum = field.name().endsWith("CHECKSUM");
      return sum ? Optional.empty() : whole(field.layer().base(), field.bitOffset(), field.width());
    }
    if (expression instanceof Expression.RawPayload) {
      Expression.RawPayload raw = (Expression.RawPayload) expression;
      return whole(raw.base(), raw.bitOffset(), raw.width());
    }
    return Optional.empty();
  }

  private static Optional<Boolean> whole(HeaderField.Base base, int offset, int width) {
    if (base == HeaderField.Base.TRANSPORT && width == 16 && (offset == 0 || offset == 16)) {
      return Optional.of(false);
    }
    boolean four = width == 32 && (offset == 96 || offset == 128);
    boolean six = width == 128 && (offset == 64 || offset == 192);
    return base == HeaderField.Base.NETWORK && (four || six) ? Optional.of(true) : Optional.empty();
  }

  private Void bytes(Expression expression, HeaderField.Base base, int offset, int width) {
    Optional<Boolean> whole = isWholeAddress(expression);
    if (expression.evaluate(context) == Value.ABSENT) {
      // that it is not there is a matter of the protocol
      return null;
    }
    boolean quotes = base == HeaderField.Base.TRANSPORT && context.packet().isIcmp();
    if (whole.isPresent() && !quotes) {
      leaf(expression.evaluate(context), whole.get());
    } else if (touches(base, offset, width)) {
      all();
    }
    return null;
  }

  /** Whether bytes hold a part of addresses, ports, what is computed from them or quoted. */
  private boolean touches(HeaderField.Base base, int offset, int width) {
    Packet packet = context.packet();
    int end = offset + width;
    switch (base) {
      case NETWORK:
        boolean four = packet.version() == org.rulewalk.simulator.value.IpVersion.IPV4;
        return four ? end > 80 : end > 64;
      case TRANSPORT:
        return packet.isIcmp()
            || offset < 32
            || end > UDP_CHECKSUM && offset < UDP_CHECKSUM + 16
            || end > TCP_CHECKSUM && offset < TCP_CHECKSUM + 16;
      default:
        return base != HeaderField.Base.LINK;
    }
  }

  @Override
  public Void constant(Expression.Constant constant) {
    return null;
  }

  @Override
  public Void header(Expression.Header header) {
    HeaderField field = header.field();
    boolean small = context.packet().isIcmp() && field.bitOffset() + field.width() <= 64;
    boolean sum = field.name().endsWith("CHECKSUM");
    return small && !sum
        ? null
        : bytes(header, field.layer().base(), field.bitOffset(), field.width());
  }

  @Override
  public Void raw(Expression.RawPayload raw) {
    return bytes(raw, raw.base(), raw.bitOffset(), raw.width());
  }

  @Override
  public Void meta(Expression.Meta meta) {
    return null;
  }

  @Override
  public Void ct(Expression.Ct ct) {
    if (isAddress(ct.key()) || isPort(ct.key())) {
      leaf(ct.evaluate(context), isAddress(ct.key()));
    }
    return null;
  }

  @Override
  public Void fib(Expression.Fib fib) {
    return null;
  }

  @Override
  public Void route(Expression.Route route) {
    return null;
  }

  @Override
  public Void tcpOption(Expression.TcpOption option) {
    return null;
  }

  @Override
  public Void ipOption(Expression.IpOption option) {
    return null;
  }

  @Override
  public Void extension(Expression.Extension extension) {
    return null;
  }

  @Override
  public Void sctpChunk(Expression.SctpChunk chunk) {
    return null;
  }

  @Override
  public Void binary(Expression.Binary binary) {
    Optional<Bits> rest = hostBits(binary);
    if (rest.isPresent() && against.size() == 1) {
      List<Interval> wide = new ArrayList<>();
      for (Interval each : against.get(0)) {
        Bits low = each.low().without(rest.get());
        wide.add(new Interval(low, each.high().or(rest.get())));
        if (!low.equals(each.low())) {
          wide.add(Interval.of(low.plus(rest.get())));
        }
      }
      visit(binary.left(), List.of(wide));
      return null;
    }
    visit(binary.left(), List.of());
    visit(binary.right(), List.of());
    return null;
  }

  /** The low bits that a mask takes away from an address or port, where it takes nothing else. */
  static Optional<Bits> hostBits(Expression.Binary binary) {
    boolean masks =
        binary.operator() == Expression.Binary.Operator.AND
            && binary.right() instanceof Expression.Constant
            && binary.left() instanceof Expression.Header
            && isWholeAddress(binary.left()).isPresent();
    if (!masks) {
      return Optional.empty();
    }
    int width = ((Expression.Header) binary.left()).field().width();
    return ((Expression.Constant) binary.right())
        .value()
        .asKey()
        .map(parts -> Bits.ones(width).without(parts.get(0)))
        .filter(rest -> rest.equals(Bits.ones(rest.bitCount())));
  }

  @Override
  public Void concatenation(Expression.Concatenation concatenation) {
    List<List<Interval>> parts = against;
    for (int i = 0; i < concatenation.parts().size(); i++) {
      boolean known = parts.size() == concatenation.parts().size();
      boolean empty = parts.size() == 1 && parts.get(0).isEmpty();
      visit(
          concatenation.parts().get(i), known ? List.of(parts.get(i)) : empty ? parts : List.of());
    }
    return null;
  }

  @Override
  public Void map(Expression.MapLookup lookup) {
    visit(lookup.key(), lookup.map().resolve(context).map(Cuts::keys).orElse(List.of(List.of())));
    return null;
  }

  @Override
  public Void opaque(Expression.Opaque opaque) {
    return null;
  }
}
