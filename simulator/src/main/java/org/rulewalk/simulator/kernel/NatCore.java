package org.rulewalk.simulator.kernel;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.conntrack.Connection;
import org.rulewalk.simulator.conntrack.Rewriter;
import org.rulewalk.simulator.conntrack.Translator;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Statement.Nat;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Address translation at one hook (nf_nat_inet_fn and nf_nat_ipv4_fn in net/netfilter/nf_nat_core.c
 * and nf_nat_proto.c): settles new connections by the nat chains, then rewrites the packet as its
 * connection says.
 */
final class NatCore {
  private static final IpAddress LOOPBACK4 = IpAddress.of("127.0.0.1");
  private static final IpAddress LOOPBACK6 = IpAddress.of("::1");
  private static final int GLOBAL = 0;
  private static final int HOST = 1;
  private static final int LINK = 2;
  private static final int SITE = 5;

  private final Host host;
  private final Skb skb;
  private final Hook hook;

  /** What becomes of the packet. */
  enum Result {
    /** It goes on. */
    PASSED,
    /** It goes on, but its destination at output is another now. */
    REROUTE,
    /** It can't be translated. */
    DROPPED,
    /** A nat chain dropped it; its journey has its end already. */
    ENDED
  }

  NatCore(Host host, Skb skb, Hook hook) {
    this.host = host;
    this.skb = skb;
    this.hook = hook;
  }

  /** Whether a hook translates sources, and not destinations. */
  static boolean isSource(Hook hook) {
    return hook == Hook.POSTROUTING || hook == Hook.INPUT;
  }

  static boolean isSettled(Skb skb, boolean source) {
    return skb.association.connection().map(c -> Translator.isSettled(c, source)).orElse(true);
  }

  /**
   * Translates.
   *
   * @param chains asks the nat chains; false if one dropped the packet
   */
  Result apply(BooleanSupplier chains) {
    Association association = skb.association;
    if (association.connection().isEmpty()) {
      if (association.equals(Association.TEMPLATE)) {
        // a zone that was set behind tracking leaves what counts as a new connection
        host.decide(
            new Doubt(
                Doubt.Kind.NOT_SIMULATED, "translation without a connection", false, Source.NONE));
      }
      return Result.PASSED;
    }
    if (association.isRelated() && skb.packet.isIcmp()) {
      return translateError();
    }
    Connection connection = association.connection().get();
    boolean fresh = association.info() == Association.Info.NEW || association.isRelated();
    boolean source = isSource(hook);
    if (fresh && !Translator.isSettled(connection, source)) {
      if (!chains.getAsBoolean()) {
        return Result.ENDED;
      }
      draw(host.translator().settleUnchanged(connection, source));
    } else if (isMasqueradedElsewhere(connection)) {
      return Result.DROPPED;
    }
    Packet before = skb.packet;
    Optional<Packet> changed = Rewriter.apply(before, association, source);
    if (changed.isEmpty()) {
      return Result.DROPPED;
    }
    replace(changed.get(), source);
    return after(before, connection);
  }

  /** A connection that took another interface's address ends when its route changes. */
  private boolean isMasqueradedElsewhere(Connection connection) {
    String taken = connection.masqueradeDevice();
    return hook == Hook.POSTROUTING
        && !skb.association.isReply()
        && !taken.isEmpty()
        && !taken.equals(skb.out);
  }

  private Result translateError() {
    boolean source = isSource(hook);
    Packet before = skb.packet;
    Optional<Packet> changed =
        Rewriter.applyToError(before, skb.association, source, !skb.verified);
    if (changed.isEmpty()) {
      return Result.DROPPED;
    }
    // the kernel sums up once, whatever is written afterwards (nf_checksum)
    skb.verified = true;
    replace(changed.get(), source);
    return after(before, skb.association.connection().orElseThrow());
  }

  private void replace(Packet packet, boolean source) {
    if (!packet.equals(skb.packet)) {
      skb.draft.add(new Step.Translated(source, skb.packet, packet));
      skb.packet = packet;
    }
  }

  private Result after(Packet before, Connection connection) {
    if (hook == Hook.PREROUTING && !before.destination().equals(skb.packet.destination())) {
      skb.way = Optional.empty();
    }
    boolean reply = skb.association.isReply();
    boolean moved =
        hook == Hook.OUTPUT
            && !connection.tuple(reply).destination().equals(connection.tuple(!reply).source());
    return moved ? Result.REROUTE : Result.PASSED;
  }

  /** Does what a rule of a nat chain says. */
  Verdict translate(Nat nat, PacketContext context) {
    Optional<Connection> connection = skb.association.connection();
    if (connection.isEmpty()) {
      return Verdict.Simple.ACCEPT;
    }
    boolean source =
        nat.kind() == Nat.Kind.NETMAP
            ? isSource(hook)
            : nat.kind() == Nat.Kind.SNAT || nat.kind() == Nat.Kind.MASQUERADE;
    RangeReader reader = new RangeReader(nat, context);
    if (!reader.readWritten()) {
      return Verdict.Simple.BREAK;
    }
    // in a table for both versions, a translation of one passes over the other
    if (nat.version().map(version -> version != skb.packet.version()).orElse(false)) {
      return Verdict.Simple.CONTINUE;
    }
    boolean sourceless = connection.get().original().source().equals(IpAddress.ANY4);
    if (nat.kind() == Nat.Kind.MASQUERADE && sourceless) {
      return Verdict.Simple.ACCEPT;
    }
    Optional<Translator.Range> range = reader.range();
    if (range.isEmpty()) {
      return Verdict.Simple.DROP;
    }
    draw(host.translator().settle(connection.get(), range.get(), source));
    if (nat.kind() == Nat.Kind.MASQUERADE) {
      Translator.masqueradedBy(connection.get(), skb.out);
    }
    return Verdict.Simple.ACCEPT;
  }

  /** A port or an address that nobody can foretell. */
  private void draw(boolean drawn) {
    if (drawn) {
      host.decide(new Doubt(Doubt.Kind.RANDOM, "translation draws lots", true, Source.NONE));
    }
  }

  /** Works out what a translation may choose from. */
  private final class RangeReader {
    private final Nat nat;
    private final PacketContext context;
    private Optional<IpAddress> low = Optional.empty();
    private Optional<IpAddress> high = Optional.empty();
    private Optional<Integer> lowPort = Optional.empty();
    private Optional<Integer> highPort = Optional.empty();

    RangeReader(Nat nat, PacketContext context) {
      this.nat = nat;
      this.context = context;
    }

    /** Reads what the rule says; false if a map has nothing for this packet. */
    boolean readWritten() {
      return read(nat.address(), true) && read(nat.addressMax(), false) && readPorts();
    }

    /** Empty where there is no address to translate to. */
    Optional<Translator.Range> range() {
      if (nat.kind() == Nat.Kind.MASQUERADE || nat.kind() == Nat.Kind.REDIRECT) {
        Optional<IpAddress> own =
            nat.kind() == Nat.Kind.MASQUERADE ? outgoingAddress() : incomingAddress();
        if (own.isEmpty()) {
          return Optional.empty();
        }
        low = own;
        high = own;
      }
      return Optional.of(
          new Translator.Range(low, high, lowPort, highPort, nat.basePort(), nat.flags()));
    }

    private boolean read(Optional<Expression> expression, boolean lowest) {
      if (expression.isEmpty()) {
        return true;
      }
      Value value = expression.get().evaluate(context);
      if (value instanceof Value.Range) {
        return take(((Value.Range) value).low(), true) && take(((Value.Range) value).high(), false);
      }
      return take(value, lowest);
    }

    private boolean take(Value value, boolean lowest) {
      Optional<List<Bits>> parts = value.asKey();
      if (parts.isEmpty()) {
        return false;
      }
      IpAddress address = new IpAddress(skb.packet.version(), parts.get().get(0));
      low = lowest ? Optional.of(address) : low;
      high = Optional.of(address);
      if (parts.get().size() > 1) {
        int port = parts.get().get(1).toInt();
        lowPort = lowest ? Optional.of(port) : lowPort;
        highPort = Optional.of(port);
      }
      return true;
    }

    private boolean readPorts() {
      if (nat.port().isEmpty()) {
        return true;
      }
      Value value = nat.port().get().evaluate(context);
      Value lowest = value instanceof Value.Range ? ((Value.Range) value).low() : value;
      Value highest = value instanceof Value.Range ? ((Value.Range) value).high() : value;
      if (nat.portMax().isPresent()) {
        highest = nat.portMax().get().evaluate(context);
      }
      lowPort = lowest.asKey().map(parts -> parts.get(0).toInt());
      highPort = highest.asKey().map(parts -> parts.get(0).toInt());
      return lowPort.isPresent() && highPort.isPresent();
    }
  }

  /** The outgoing interface's address for this destination (nf_nat_masquerade.c). */
  private Optional<IpAddress> outgoingAddress() {
    IpAddress destination = skb.packet.destination();
    IpAddress towards =
        destination.version() == IpVersion.IPV4
            ? skb.way.map(way -> way.nextHop(destination)).orElse(destination)
            : destination;
    return host.router().selectAddress(skb.out, towards, Interface.Scope.GLOBAL);
  }

  /**
   * The incoming interface's first address; loopback's for packets that start here
   * (nf_nat_redirect.c).
   */
  private Optional<IpAddress> incomingAddress() {
    IpVersion version = skb.packet.version();
    if (hook == Hook.OUTPUT) {
      return Optional.of(version == IpVersion.IPV4 ? LOOPBACK4 : LOOPBACK6);
    }
    int scope = version == IpVersion.IPV4 ? GLOBAL : scope(skb.packet.destination());
    return host.device(skb.in).stream()
        .flatMap(i -> i.addresses(version).stream())
        .filter(address -> version == IpVersion.IPV4 || address.usable())
        .map(address -> address.prefix().address())
        .filter(address -> scope == GLOBAL || scope(address) == scope)
        .findFirst();
  }

  /** How far an IPv6 address or group reaches (ipv6_addr_scope). */
  private static int scope(IpAddress address) {
    if (address.isMulticast()) {
      int written = (int) (address.value().high() >>> 48) & 15;
      return Set.of(HOST, LINK, SITE).contains(written) ? written : GLOBAL;
    }
    if (address.isLoopback()) {
      return HOST;
    }
    if (address.isLinkLocal()) {
      return LINK;
    }
    return address.value().high() >>> 54 == 0x3fb ? SITE : GLOBAL;
  }
}
