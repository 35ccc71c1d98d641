package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** One part of a rule: a match, or something that is done when all matches before it held. */
public sealed interface Statement
    permits Match,
        Statement.Decide,
        Statement.DecideByMap,
        Statement.Reject,
        Statement.Nat,
        Statement.SetMeta,
        Statement.SetCt,
        Statement.SetHeader,
        Statement.SetMaximumSegment,
        Statement.CopyMark,
        Statement.ChangeTtl,
        Statement.StripTcpOptions,
        Statement.TranslatePrefix,
        Statement.IpsetUpdate,
        Statement.Duplicate,
        Statement.PassOn,
        Statement.Notrack,
        Statement.UseObject,
        Statement.SetUpdate,
        Statement.Note,
        Statement.Opaque {

  /**
   * Does it for one packet.
   *
   * @return {@link Verdict.Simple#CONTINUE} to go on with the next statement, {@link
   *     Verdict.Simple#BREAK} if the rule doesn't apply, else the rule's verdict
   */
  Verdict execute(PacketContext context);

  /** One case a kind; every operation but {@link #execute} goes through here. */
  <R> R fold(Cases<R> cases);

  /** One method a kind of statement. */
  interface Cases<R> {
    R match(Match match);

    R decide(Decide statement);

    R decideByMap(DecideByMap statement);

    R reject(Reject statement);

    R nat(Nat statement);

    R setMeta(SetMeta statement);

    R setCt(SetCt statement);

    R setHeader(SetHeader statement);

    R setMaximumSegment(SetMaximumSegment statement);

    R copyMark(CopyMark statement);

    R changeTtl(ChangeTtl statement);

    R stripOptions(StripTcpOptions statement);

    R translatePrefix(TranslatePrefix statement);

    R updateIpset(IpsetUpdate statement);

    R duplicate(Duplicate statement);

    R passOn(PassOn statement);

    R notrack(Notrack statement);

    R useObject(UseObject statement);

    R setUpdate(SetUpdate statement);

    R note(Note statement);

    R opaque(Opaque statement);
  }

  /** A verdict. */
  record Decide(Verdict verdict) implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      return verdict;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.decide(this);
    }
  }

  /** A verdict by map: nftables' {@code vmap}. */
  record DecideByMap(Expression key, SetReference map) implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      Value value = key.evaluate(context);
      if (value instanceof Value.Unknown) {
        return context.decide(((Value.Unknown) value).doubt())
            ? Verdict.Simple.CONTINUE
            : Verdict.Simple.BREAK;
      }
      Optional<List<Bits>> bits = value.asKey();
      if (bits.isEmpty()) {
        return Verdict.Simple.BREAK;
      }
      Optional<ElementSet> elements = map.resolve(context);
      if (elements.isEmpty()) {
        context.decide(map.missing());
        return Verdict.Simple.BREAK;
      }
      return elements
          .get()
          .find(bits.get())
          .flatMap(ElementSet.Element::verdict)
          .orElse(Verdict.Simple.BREAK);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.decideByMap(this);
    }
  }

  /**
   * Drops and answers (net/netfilter/nft_reject*.c, ipt_REJECT.c, ip6t_REJECT.c).
   *
   * @param kind how it answers
   * @param code the ICMP code, in the numbers of its kind
   */
  record Reject(Kind kind, int code) implements Statement {
    /** Kinds of answer. */
    public enum Kind {
      /** An ICMP destination unreachable. */
      ICMP,
      /** An ICMPv6 destination unreachable. */
      ICMPV6,
      /**
       * Either, by the packet's version: 0 no route, 1 port, 2 host, 3 administratively prohibited.
       */
      ICMPX,
      /** A TCP reset. */
      TCP_RESET
    }

    @Override
    public Verdict execute(PacketContext context) {
      return fits(context.packet()) ? context.reject(this) : Verdict.Simple.BREAK;
    }

    // nft puts a match on the protocol before a reject that suits only one (src/evaluate.c)
    private boolean fits(Packet packet) {
      switch (kind) {
        case TCP_RESET:
          return packet.protocol() == Protocol.TCP;
        case ICMP:
          return packet.version() == IpVersion.IPV4;
        case ICMPV6:
          return packet.version() == IpVersion.IPV6;
        default:
          return true;
      }
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.reject(this);
    }
  }

  /**
   * Address translation, in chains of type nat: SNAT, DNAT, masquerade, redirect, netmap.
   *
   * @param version which packets it is for, where the table sees both
   * @param address new address, or its lowest; empty for masquerade, redirect and port-only
   *     translation. A map may give address and port together
   * @param addressMax highest address of a range
   * @param port new port, or its lowest
   * @param portMax highest port of a range
   * @param basePort the port that becomes the lowest of the range, those behind it the next ones
   * @param flags random, persistent …
   */
  record Nat(
      Kind kind,
      Optional<IpVersion> version,
      Optional<Expression> address,
      Optional<Expression> addressMax,
      Optional<Expression> port,
      Optional<Expression> portMax,
      Optional<Integer> basePort,
      Set<Flag> flags)
      implements Statement {
    /** Keeps a copy. */
    public Nat {
      flags = Set.copyOf(flags);
    }

    /** What is translated. */
    public enum Kind {
      /** The source, to a given address. */
      SNAT,
      /** The destination, to a given address. */
      DNAT,
      /** The source, to the outgoing interface's address. */
      MASQUERADE,
      /** The destination, to this machine. */
      REDIRECT,
      /** The source or the destination, whichever the hook translates, keeping the host part. */
      NETMAP
    }

    /** How. */
    public enum Flag {
      /** Ports are picked by a hash with chance in it. */
      RANDOM,
      /** Ports are picked at random. */
      FULLY_RANDOM,
      /** A client keeps its address over its connections. */
      PERSISTENT,
      /** The network part is exchanged, the host part stays. */
      NETMAP
    }

    @Override
    public Verdict execute(PacketContext context) {
      return context.translate(this);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.nat(this);
    }
  }

  /** Writes metadata: the mark, the priority … */
  record SetMeta(MetaKey key, Expression value) implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      return with(value.evaluate(context), context, bits -> context.setMeta(key, bits));
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.setMeta(this);
    }
  }

  private static Verdict with(Value value, PacketContext context, Consumer<Bits> action) {
    return tried(
        value,
        context,
        bits -> {
          action.accept(bits);
          return true;
        });
  }

  private static Verdict tried(Value value, PacketContext context, Predicate<Bits> action) {
    if (value instanceof Value.Scalar) {
      boolean done = action.test(((Value.Scalar) value).bits());
      return done ? Verdict.Simple.CONTINUE : Verdict.Simple.BREAK;
    }
    if (value instanceof Value.Unknown) {
      context.decide(((Value.Unknown) value).doubt());
      return Verdict.Simple.CONTINUE;
    }
    return Verdict.Simple.BREAK;
  }

  /** Writes a property of the connection. */
  record SetCt(CtKey key, Optional<CtKey.Direction> direction, Expression value)
      implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      return with(
          value.evaluate(context),
          context,
          bits -> {
            if (key == CtKey.ZONE) {
              context.setZone(direction, bits);
            } else {
              context.setCt(key, bits);
            }
          });
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.setCt(this);
    }
  }

  /**
   * Writes a header field or a TCP option and updates the checksums that cover it
   * (net/netfilter/nft_payload.c, nft_exthdr.c).
   */
  record SetHeader(Expression target, Expression value) implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      if (target instanceof Expression.TcpOption) {
        return option((Expression.TcpOption) target, context);
      }
      if (target.evaluate(context) == Value.ABSENT) {
        return Verdict.Simple.BREAK;
      }
      return tried(
          value.evaluate(context),
          context,
          bits -> {
            HeaderRewrite.Written written = HeaderRewrite.apply(context.packet(), target, bits);
            context.replacePacket(written.packet());
            return written.done();
          });
    }

    // nft_exthdr_tcp_set_eval: a segment without the option passes
    private Verdict option(Expression.TcpOption option, PacketContext context) {
      Packet packet = context.packet();
      if (packet.protocol() != Protocol.TCP
          || packet.fragmentOffset() != 0
          || TcpOptions.areCut(packet)) {
        return Verdict.Simple.BREAK;
      }
      return tried(
          value.evaluate(context),
          context,
          bits -> {
            Optional<Packet> written = HeaderRewrite.option(packet, option, bits);
            written.ifPresent(context::replacePacket);
            return written.isPresent();
          });
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.setHeader(this);
    }
  }

  /**
   * Lowers the maximum segment size that a SYN announces.
   *
   * @param size the value; empty to clamp it to the path's MTU
   * @param addIfMissing iptables' TCPMSS adds the option where there is none, nft doesn't
   */
  record SetMaximumSegment(Optional<Expression> size, boolean addIfMissing) implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      Packet packet = context.packet();
      if (packet.protocol() != Protocol.TCP || packet.fragmentOffset() != 0) {
        return addIfMissing ? Verdict.Simple.CONTINUE : Verdict.Simple.BREAK;
      }
      // xt_TCPMSS.c drops what nft_exthdr.c passes over
      if (TcpOptions.areCut(packet)) {
        return addIfMissing ? Verdict.Simple.DROP : Verdict.Simple.BREAK;
      }
      if (addIfMissing) {
        context.joinPieces();
      }
      Value value =
          size.map(expression -> expression.evaluate(context))
              .orElseGet(() -> context.route(Expression.Route.Key.TCP_MSS));
      return with(
          value,
          context,
          bits ->
              context.replacePacket(
                  HeaderRewrite.maximumSegment(packet, bits.toInt(), addIfMissing)));
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.setMaximumSegment(this);
    }
  }

  /**
   * iptables' CONNMARK: copies between packet mark and connection mark, or sets the latter; always
   * goes on (net/netfilter/xt_connmark.c).
   *
   * @param value the mark for {@link Kind#SET}
   * @param ctMask bits of the connection mark that take part
   * @param packetMask bits of the packet mark that take part
   */
  record CopyMark(Kind kind, long value, long ctMask, long packetMask) implements Statement {
    /** Which way. */
    public enum Kind {
      /** The connection mark becomes a value. */
      SET,
      /** The packet's mark goes to the connection. */
      SAVE,
      /** The connection's mark goes to the packet. */
      RESTORE
    }

    @Override
    public Verdict execute(PacketContext context) {
      Value ct = context.ct(CtKey.MARK, Optional.empty());
      Value meta = context.meta(MetaKey.MARK);
      if (ct instanceof Value.Scalar && meta instanceof Value.Scalar) {
        long connection = ((Value.Scalar) ct).bits().low();
        long packet = ((Value.Scalar) meta).bits().low();
        switch (kind) {
          case SET:
            context.setCt(CtKey.MARK, Bits.of(connection & ~ctMask & 0xffffffffL ^ value));
            break;
          case SAVE:
            context.setCt(
                CtKey.MARK, Bits.of((connection & ~ctMask ^ packet & packetMask) & 0xffffffffL));
            break;
          default:
            context.setMeta(
                MetaKey.MARK, Bits.of((packet & ~packetMask ^ connection & ctMask) & 0xffffffffL));
        }
      }
      return Verdict.Simple.CONTINUE;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.copyMark(this);
    }
  }

  /** iptables' TTL and HL: sets the field, or moves it within 0 and 255 (net/netfilter/xt_HL.c). */
  record ChangeTtl(Kind kind, int amount) implements Statement {
    /** How. */
    public enum Kind {
      SET,
      INCREASE,
      DECREASE
    }

    @Override
    public Verdict execute(PacketContext context) {
      Packet packet = context.packet();
      int ttl;
      switch (kind) {
        case SET:
          ttl = amount;
          break;
        case INCREASE:
          ttl = Math.min(255, packet.ttl() + amount);
          break;
        default:
          ttl = Math.max(0, packet.ttl() - amount);
      }
      if (ttl != packet.ttl()) {
        context.replacePacket(packet.edit().ttl(ttl).toPacket());
      }
      return Verdict.Simple.CONTINUE;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.changeTtl(this);
    }
  }

  /**
   * ip6tables' SNPT and DNPT: another prefix, and checksums that stay right (RFC 6296,
   * net/ipv6/netfilter/ip6t_NPT.c). Whatever the address was, it gets the prefix.
   *
   * @param source whether the source is translated, not the destination
   * @param from the prefix that it should have, of at most 64 bits; decides how far the new one
   *     reaches, and which quoted addresses an error translates
   * @param to the prefix that it gets, of at most 64 bits
   */
  record TranslatePrefix(boolean source, Prefix from, Prefix to) implements Statement {
    /** Where the address stands behind the start of the packet, bytes. */
    public int addressAt() {
      return source ? 8 : 24;
    }

    /** The address that is translated. */
    public Expression address() {
      return new Expression.Header(source ? HeaderField.IP6_SADDR : HeaderField.IP6_DADDR);
    }

    /** How many bits are replaced. */
    public int bits() {
      return Math.max(from.length(), to.length());
    }

    @Override
    public Verdict execute(PacketContext context) {
      HeaderRewrite.Written written = PrefixTranslation.apply(this, context.packet());
      context.replacePacket(written.packet());
      return written.done() ? Verdict.Simple.CONTINUE : context.parameterProblem(addressAt());
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.translatePrefix(this);
    }
  }

  /**
   * Overwrites options of a TCP header with ones that mean nothing: iptables' TCPOPTSTRIP, and
   * nft's {@code reset tcp option} (net/netfilter/xt_TCPOPTSTRIP.c, nft_exthdr_tcp_strip_eval).
   *
   * @param kinds numbers of the options
   * @param byNft a packet whose header is cut passes by nft's rule; iptables' drops it
   */
  record StripTcpOptions(Set<Integer> kinds, boolean byNft) implements Statement {
    /** Keeps a copy. */
    public StripTcpOptions {
      kinds = Set.copyOf(kinds);
    }

    @Override
    public Verdict execute(PacketContext context) {
      Packet packet = context.packet();
      if (packet.fragmentOffset() != 0) {
        return byNft ? Verdict.Simple.BREAK : Verdict.Simple.CONTINUE;
      }
      if (packet.protocol() != Protocol.TCP) {
        return Verdict.Simple.BREAK;
      }
      if (byNft && TcpOptions.areCut(packet)) {
        return Verdict.Simple.BREAK;
      }
      boolean cut =
          !packet.isTcp()
              || packet.transportLength() < (packet.u8(packet.transportOffset() + 12) >> 4) * 4;
      if (cut || dropsCutOption(packet)) {
        return Verdict.Simple.DROP;
      }
      context.replacePacket(HeaderRewrite.withoutOptions(packet, kinds));
      return Verdict.Simple.CONTINUE;
    }

    /** Whether a TCP packet is dropped since one of the options is cut off. */
    public boolean dropsCutOption(Packet packet) {
      return byNft && HeaderRewrite.isOptionCut(packet, kinds);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.stripOptions(this);
    }
  }

  /**
   * Adds parts of the packet to an ipset or takes them out: iptables' SET (net/netfilter/xt_set.c).
   *
   * @param fromSource for each part of the set's key, whether it is taken from the packet's source
   * @param options what else was written: {@code --exist --timeout 60}
   */
  record IpsetUpdate(String set, List<Boolean> fromSource, boolean delete, String options)
      implements Statement {
    /** Keeps a copy. */
    public IpsetUpdate {
      fromSource = List.copyOf(fromSource);
    }

    @Override
    public Verdict execute(PacketContext context) {
      context.updateIpset(this);
      return Verdict.Simple.CONTINUE;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.updateIpset(this);
    }
  }

  /**
   * Sends a copy elsewhere; the packet itself goes on (net/ipv4/netfilter/nf_dup_ipv4.c,
   * net/netfilter/xt_TEE.c, nf_dup_netdev.c).
   *
   * @param gateway whom the copy goes to, whatever its destination; empty in chains of devices,
   *     where it just leaves by another one
   * @param device the interface that it leaves by; empty where the routes say
   */
  record Duplicate(Optional<Expression> gateway, Optional<Expression> device) implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      return with(
          gateway.map(to -> to.evaluate(context)).orElse(Value.of(0)),
          context,
          to ->
              context.duplicate(
                  gateway.map(unused -> address(context, to)),
                  device.flatMap(by -> name(by.evaluate(context)))));
    }

    private static IpAddress address(PacketContext context, Bits bits) {
      return new IpAddress(context.packet().version(), bits);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.duplicate(this);
    }
  }

  private static Optional<String> name(Value device) {
    return device instanceof Value.Scalar
        ? Optional.of(((Value.Scalar) device).bits().toName())
        : Optional.empty();
  }

  /**
   * Hands a frame to another interface; no further rule sees it (net/netfilter/nft_fwd_netdev.c).
   *
   * @param neighbour whom it goes to; empty where it leaves as it came. Of packets of another
   *     version, the rule is none
   */
  record PassOn(Optional<Neighbour> neighbour, Expression device) implements Statement {
    /** An address on the link behind the interface. */
    public record Neighbour(IpVersion version, Expression address) {}

    @Override
    public Verdict execute(PacketContext context) {
      Optional<String> by = name(device.evaluate(context));
      if (neighbour.isEmpty()) {
        return context.passOn(Optional.empty(), by.orElse(""));
      }
      IpVersion version = neighbour.get().version();
      Value to = neighbour.get().address().evaluate(context);
      if (to instanceof Value.Unknown) {
        context.decide(((Value.Unknown) to).doubt());
        return Verdict.Simple.STOLEN;
      }
      if (!(to instanceof Value.Scalar)) {
        return Verdict.Simple.BREAK;
      }
      return context.packet().version() == version
          ? context.passOn(
              Optional.of(new IpAddress(version, ((Value.Scalar) to).bits())), by.orElse(""))
          : Verdict.Simple.BREAK;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.passOn(this);
    }
  }

  /** Keeps the packet out of connection tracking. */
  record Notrack() implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      context.notrack();
      return Verdict.Simple.CONTINUE;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.notrack(this);
    }
  }

  /**
   * Uses a named object of the table: counts, tests a limit or quota, attaches a helper.
   *
   * @param name the object; empty where a map names it
   * @param map the key and map that give the name
   */
  record UseObject(StatefulObject.Kind kind, String name, Optional<DecideByMap> map)
      implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      for (Match match :
          context.object(kind, name).map(StatefulObject::matches).orElse(List.of())) {
        Verdict verdict = match.execute(context);
        if (verdict != Verdict.Simple.CONTINUE) {
          return verdict;
        }
      }
      return Verdict.Simple.CONTINUE;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.useObject(this);
    }
  }

  /**
   * Changes a set from within a rule: {@code add}, {@code update}, {@code delete}, or a meter.
   *
   * @param statements run for the element: counters, limits
   * @param data what a map gets for the key
   */
  record SetUpdate(
      Operation operation,
      String set,
      Expression key,
      long timeoutMillis,
      List<Statement> statements,
      Optional<Expression> data)
      implements Statement {
    /** Keeps a copy. */
    public SetUpdate {
      statements = List.copyOf(statements);
    }

    /** What is done. */
    public enum Operation {
      ADD,
      UPDATE,
      DELETE
    }

    @Override
    public Verdict execute(PacketContext context) {
      Value value = key.evaluate(context);
      Optional<List<Bits>> bits = value.asKey();
      if (bits.isEmpty()) {
        return with(value, context, unused -> {});
      }
      context.updateSet(this, bits.get());
      for (Statement statement : statements) {
        Verdict verdict = statement.execute(context);
        if (verdict != Verdict.Simple.CONTINUE) {
          return verdict;
        }
      }
      return Verdict.Simple.CONTINUE;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.setUpdate(this);
    }
  }

  /** Something without effect on the packet's way by itself: a counter, a log line, a trace bit. */
  record Note(Kind kind, String text, long packets, long bytes) implements Statement {
    /** Kinds of note. */
    public enum Kind {
      COUNTER,
      LOG,
      /** Readies a connection for the packet (xt_CT.c): until it is tracked, it counts as new. */
      TEMPLATE,
      /** Puts the packet into a traffic class that the listing does not tell (xt_CLASSIFY.c). */
      CLASS,
      OTHER
    }

    /** Whether it leaves everything as it is. */
    public boolean isIdle() {
      return kind != Kind.TEMPLATE && kind != Kind.CLASS;
    }

    @Override
    public Verdict execute(PacketContext context) {
      if (kind == Kind.TEMPLATE) {
        context.readyConnection();
      } else if (kind == Kind.CLASS) {
        context.loseClass(new Doubt(Doubt.Kind.LOST_ARGUMENTS, text, false, Source.NONE));
      }
      return Verdict.Simple.CONTINUE;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.note(this);
    }
  }

  /** One that was not understood: it may end the packet's way in the chain, or not. */
  record Opaque(String text, Doubt doubt) implements Statement {
    @Override
    public Verdict execute(PacketContext context) {
      if (!context.decide(doubt)) {
        return Verdict.Simple.CONTINUE;
      }
      return context.decide(
              new Doubt(doubt.kind(), "accepts: " + doubt.subject(), true, doubt.where()))
          ? Verdict.Simple.ACCEPT
          : Verdict.Simple.DROP;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.opaque(this);
    }
  }
}
