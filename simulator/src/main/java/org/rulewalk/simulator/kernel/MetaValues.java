package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * What rules read of the data beside a packet (nft_meta_get_eval in net/netfilter/nft_meta.c).
 *
 * <p>Interfaces by index have the interface's name as their value: an index says nothing in a
 * capture.
 */
final class MetaValues {
  private static final int NFPROTO_IPV4 = 2;
  private static final int NFPROTO_IPV6 = 10;

  private final Host host;
  private final Skb skb;
  private final Hook hook;

  MetaValues(Host host, Skb skb, Hook hook) {
    this.host = host;
    this.skb = skb;
    this.hook = hook;
  }

  /** The interface it came in by, as this hook shows it. */
  private String in() {
    return hook == Hook.OUTPUT ? "" : skb.in;
  }

  /** The interface it is to leave by, as this hook shows it. */
  private String out() {
    return hook == Hook.PREROUTING || hook == Hook.INPUT || hook == Hook.INGRESS ? "" : skb.out;
  }

  Value of(MetaKey key) {
    Packet packet = skb.packet;
    boolean v4 = packet.version() == IpVersion.IPV4;
    switch (key) {
      case LENGTH:
        return Value.of(packet.length());
      case PROTOCOL:
        return Value.of(packet.version().etherType());
      case NFPROTO:
        return Value.of(v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
      case L4PROTO:
        return packet.protocol() < 0 ? Value.ABSENT : Value.of(packet.protocol());
      case MARK:
        return Value.of(skb.mark);
      case PRIORITY:
        return skb.lostClass.<Value>map(Value.Unknown::new).orElse(Value.of(skb.priority));
      case PKTTYPE:
        return Value.of(packetType());
      case IIF:
      case IIFNAME:
        return host.nameOf(in());
      case OIF:
      case OIFNAME:
        return host.nameOf(out());
      case IIFTYPE:
        return device(in()).map(i -> Value.of(i.type())).orElse(Value.ABSENT);
      case OIFTYPE:
        return device(out()).map(i -> Value.of(i.type())).orElse(Value.ABSENT);
      case IIFGROUP:
        return device(in()).map(i -> Value.of(i.group())).orElse(Value.ABSENT);
      case OIFGROUP:
        return device(out()).map(i -> Value.of(i.group())).orElse(Value.ABSENT);
      case IIFKIND:
        return kind(in());
      case OIFKIND:
        return kind(out());
      default:
        return rare(key);
    }
  }

  private Value rare(MetaKey key) {
    switch (key) {
      case SKUID:
      case SKGID:
      case CGROUP:
        return process(key);
      case TIME:
      case DAY:
      case HOUR:
        return unknown(Doubt.Kind.TIME, key);
      case RANDOM:
      case CPU:
        return unknown(Doubt.Kind.RANDOM, key);
      case IBRNAME:
      case OBRNAME:
      case IBRPVID:
      case IBRVPROTO:
      case BROUTE:
        return Value.ABSENT;
      case RTCLASSID:
        return new RouteValues(host, skb, hook).route(Expression.Route.Key.CLASSID);
      default:
        return Value.of(0);
    }
  }

  private Value process(MetaKey key) {
    return skb.sender == Skb.Sender.PROGRAM ? unknown(Doubt.Kind.PROCESS, key) : Value.ABSENT;
  }

  private static Value unknown(Doubt.Kind kind, MetaKey key) {
    return new Value.Unknown(new Doubt(kind, "meta " + key.word(), false, Source.NONE));
  }

  private Optional<Interface> device(String name) {
    return name.isEmpty() ? Optional.empty() : host.device(name);
  }

  private Value kind(String name) {
    return device(name)
        .filter(i -> !i.kind().isEmpty())
        .map(i -> Value.of(Bits.ofName(i.kind())))
        .orElse(Value.ABSENT);
  }

  /** What this machine sent and hears again counts as what it was sent as. */
  private int packetType() {
    if (skb.packetType != Skb.PACKET_LOOPBACK) {
      return skb.packetType;
    }
    boolean group =
        skb.packet.version() == IpVersion.IPV6 || skb.packet.destination().isMulticast();
    return group ? Skb.PACKET_MULTICAST : Skb.PACKET_BROADCAST;
  }
}
