package org.rulewalk.simulator.symbolic;

import java.util.HashMap;
import java.util.Map;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** Reads the facts of one concrete packet, so that it can be looked up in sets. */
final class FactReader implements Bdd.Levels {
  private final PacketSpace space;
  private final PacketContext context;
  private final Packet packet;
  private final Map<Fact, Bits> known = new HashMap<>();

  FactReader(PacketSpace space, PacketContext context) {
    this.space = space;
    this.context = context;
    // as the tools other than nft see it: with all IPv6 extension headers passed over
    this.packet = Packet.of(context.packet().toBytes());
  }

  /** Whether a variable is true for this packet. */
  @Override
  public boolean contains(int level) {
    Fact fact = space.fact(level);
    int bit = space.bit(level);
    if (fact instanceof Fact.Part) {
      return part((Fact.Part) fact, bit);
    }
    Bits value = known.computeIfAbsent(fact, this::value);
    return Words.bit(value, fact.width() - 1 - bit);
  }

  private boolean part(Fact.Part part, int bit) {
    boolean six = packet.version() == IpVersion.IPV6;
    int state = number(context.ct(CtKey.STATE, java.util.Optional.empty()));
    switch (part) {
      case VERSION:
        return six;
      case PROTOCOL_FIELD:
        return at(packet.protocolField(), 8, bit);
      case UPPER_PROTOCOL:
        return at(Math.max(0, packet.protocol()), 8, bit);
      case UPPER_KNOWN:
        return packet.protocol() >= 0;
      case LATER_FRAGMENT:
        return six && packet.fragmentOffset() != 0;
      case AUTHENTICATION:
        return six && packet.untilAuthentication().protocol() == Protocol.AH;
      case TRANSPORT_LENGTH:
        return at(Math.min(SymbolicPacket.MOST_TRANSPORT, packet.transportLength()), 8, bit);
      case NETWORK4:
        return !six && inBytes(0, bit);
      case NETWORK6:
        return six && inBytes(0, bit);
      case TRANSPORT:
        return inBytes(packet.transportOffset(), bit);
      case AUTHENTICATION_LENGTH:
        int length = packet.untilAuthentication().transportLength();
        return at(Math.min(SymbolicPacket.MOST_TRANSPORT, length), 8, bit);
      case AUTHENTICATION_HEADER:
        return inBytes(packet.untilAuthentication().transportOffset(), bit);
      case CT_SEEN:
        return (state & (CtKey.STATE_NEW | CtKey.STATE_ESTABLISHED | CtKey.STATE_RELATED)) != 0;
      case CT_NEW:
        return (state & (CtKey.STATE_NEW | CtKey.STATE_UNTRACKED)) != 0;
      case CT_RELATED:
        return (state & CtKey.STATE_RELATED) != 0;
      case CT_TEMPLATE:
        return context.ct(CtKey.STATUS, java.util.Optional.empty()) == Value.ABSENT;
      case LINK_PRESENT:
        return context.linkHeader(0, 1) != Value.ABSENT;
      default:
        return number(context.linkHeader(bit, 1)) != 0;
    }
  }

  private boolean inBytes(int base, int bit) {
    return (packet.u8(base + bit / 8) >>> (7 - bit % 8) & 1) != 0;
  }

  private static boolean at(int number, int width, int bit) {
    return (number >>> (width - 1 - bit) & 1) != 0;
  }

  private static int number(Value value) {
    return scalar(value).toInt();
  }

  private static Bits scalar(Value value) {
    return value instanceof Value.Scalar ? ((Value.Scalar) value).bits() : Bits.ZERO;
  }

  private Bits value(Fact fact) {
    if (fact instanceof Fact.Present) {
      return Bits.of(read(((Fact.Present) fact).of()) == Value.ABSENT ? 0 : 1);
    }
    if (fact instanceof Fact.Tested) {
      return Bits.of(((Fact.Tested) fact).question().isTrue(context) ? 1 : 0);
    }
    return scalar(read(fact));
  }

  private Value read(Fact fact) {
    if (fact instanceof Fact.Meta) {
      return context.meta(((Fact.Meta) fact).key());
    }
    if (fact instanceof Fact.Connection) {
      Fact.Connection connection = (Fact.Connection) fact;
      return context.ct(connection.key(), connection.direction());
    }
    if (fact instanceof Fact.Looked) {
      Expression expression = ((Fact.Looked) fact).expression();
      return expression.evaluate(context);
    }
    return Value.ABSENT;
  }
}
