package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.conntrack.Connection;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** What rules read of a packet's connection (nft_ct_get_eval in net/netfilter/nft_ct.c). */
final class CtValues {
  private static final int NFPROTO_IPV4 = 2;
  private static final int NFPROTO_IPV6 = 10;

  private CtValues() {}

  /** A connection that was made ready, and that no packet has begun: IPS_TEMPLATE. */
  private static final int TEMPLATE = 1 << 11;

  static Value of(Skb skb, CtKey key, Optional<CtKey.Direction> direction, boolean byNft) {
    Association association = skb.association;
    if (key == CtKey.STATE) {
      return Value.of(association.stateBit());
    }
    boolean reply = direction.map(d -> d == CtKey.Direction.REPLY).orElse(false);
    if (association.equals(Association.TEMPLATE)) {
      // nft passes these over, iptables does not (nft_ct_get_eval, conntrack_mt)
      return byNft ? Value.ABSENT : ofTemplate(skb.zone.id(), key);
    }
    if (association.connection().isEmpty()) {
      return Value.ABSENT;
    }
    Connection connection = association.connection().get();
    Tuple tuple = connection.tuple(reply);
    switch (key) {
      case DIRECTION:
        return Value.of(association.isReply() ? 1 : 0);
      case STATUS:
        return Value.of(connection.status());
      case MARK:
        return Value.of(connection.mark());
      case L3PROTO:
        return Value.of(tuple.version() == IpVersion.IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
      case PROTOCOL:
        return Value.of(tuple.protocol());
      case PROTO_SRC:
        return Value.of(tuple.sourceKey());
      case PROTO_DST:
        return Value.of(tuple.destinationKey());
      case SADDR:
        return Value.of(tuple.source().value());
      case DADDR:
        return Value.of(tuple.destination().value());
      case SADDR_IP:
        return address(tuple.source(), IpVersion.IPV4);
      case DADDR_IP:
        return address(tuple.destination(), IpVersion.IPV4);
      case SADDR_IP6:
        return address(tuple.source(), IpVersion.IPV6);
      case DADDR_IP6:
        return address(tuple.destination(), IpVersion.IPV6);
      case ZONE:
        return Value.of(direction.isEmpty() ? connection.zone().id() : connection.zone().id(reply));
      case SECMARK:
      case LABEL:
        return Value.of(0);
      case HELPER:
        return Value.ABSENT;
      default:
        return new Value.Unknown(
            new Doubt(Doubt.Kind.HISTORY, "ct " + key.word(), false, Source.NONE));
    }
  }

  private static Value ofTemplate(int zone, CtKey key) {
    switch (key) {
      case ZONE:
        return Value.of(zone);
      case STATUS:
        return Value.of(TEMPLATE | Connection.CONFIRMED);
      case DIRECTION:
      case MARK:
      case SECMARK:
      case LABEL:
      case L3PROTO:
      case PROTOCOL:
      case PROTO_SRC:
      case PROTO_DST:
      case SADDR:
      case DADDR:
      case SADDR_IP:
      case DADDR_IP:
      case SADDR_IP6:
      case DADDR_IP6:
        return Value.of(0);
      default:
        return Value.ABSENT;
    }
  }

  private static Value address(IpAddress address, IpVersion wanted) {
    return address.version() == wanted ? Value.of(address.value()) : Value.ABSENT;
  }
}
