package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** What {@link IpSet#matches} says, for all packets at once. */
final class IpsetLookups {
  private static final int MOST_NESTED = 8;

  private final Tests tests;
  private final PacketSpace space;
  private final Bdd bdd;
  private final SymbolicPacket packet;

  IpsetLookups(Tests tests) {
    this.tests = tests;
    this.space = tests.space();
    this.bdd = space.bdd();
    this.packet = tests.packet();
  }

  int of(XtMatch.SetMembership match) {
    int within =
        tests.setting().contents() == Setting.Contents.ANY
            ? unknown(match.name(), match.fromSource())
            : members(match.name(), match.fromSource(), 0);
    return match.negated() ? bdd.not(within) : within;
  }

  private int unknown(String name, List<Boolean> fromSource) {
    return tests.unknownSet(new Question.InIpset(name, fromSource), Bdd.TRUE);
  }

  private int members(String name, List<Boolean> fromSource, int depth) {
    Optional<IpSet> set = tests.setting().ipset(name);
    if (set.isEmpty() || depth > MOST_NESTED) {
      return tests.setting().doubts().node(List.of("ipset", name));
    }
    int changed = packet.updated(Tests.SetName.ofIpset(name));
    if (changed != Bdd.FALSE) {
      int doubt = tests.setting().doubts().node(List.of("ipset", name));
      return bdd.choose(changed, doubt, content(set.get(), fromSource, depth));
    }
    return content(set.get(), fromSource, depth);
  }

  private int content(IpSet set, List<Boolean> fromSource, int depth) {
    int some = Bdd.FALSE;
    for (String member : set.members()) {
      some = bdd.or(some, members(member, fromSource, depth + 1));
    }
    return set.members().isEmpty() ? within(set, fromSource) : some;
  }

  private int within(IpSet set, List<Boolean> fromSource) {
    if (fromSource.size() < set.type().parts().size()) {
      return Bdd.FALSE;
    }
    int present = fits(set);
    List<int[]> key = new ArrayList<>();
    for (int i = 0; i < set.type().parts().size(); i++) {
      SymbolicValue part = part(set, set.type().parts().get(i), fromSource.get(i));
      present = bdd.and(present, part.present());
      key.add(part.word());
    }
    return bdd.and(present, entries(set, key));
  }

  private int fits(IpSet set) {
    return set.type()
        .version()
        .map(version -> space.version(version, packet).node())
        .orElse(Bdd.TRUE);
  }

  /** The longest entry that holds the key decides. */
  private int entries(IpSet set, List<int[]> key) {
    Map<List<Integer>, List<IpSet.Entry>> byLength = new HashMap<>();
    for (IpSet.Entry entry : set.entries()) {
      byLength.computeIfAbsent(entry.lengths(), unused -> new ArrayList<>()).add(entry);
    }
    List<List<Integer>> lengths = new ArrayList<>(byLength.keySet());
    lengths.sort(IpSet::longestFirst);
    int decided = Bdd.FALSE;
    int result = Bdd.FALSE;
    int stopped = Bdd.FALSE;
    int stopAt = -1;
    for (List<Integer> length : lengths) {
      if (length.get(0) != stopAt) {
        decided = bdd.or(decided, stopped);
        stopAt = length.get(0);
      }
      List<Integer> in = new ArrayList<>();
      List<Integer> out = new ArrayList<>();
      for (IpSet.Entry entry : byLength.get(length)) {
        (entry.nomatch() ? out : in).add(box(set, key, entry));
        if (set.hidesWider()) {
          stopped = bdd.or(stopped, part(set, key, entry, 0));
        }
      }
      int yes = tests.expressions().lookups().union(in, 0, in.size());
      int no = tests.expressions().lookups().union(out, 0, out.size());
      result = bdd.or(result, bdd.minus(yes, bdd.or(decided, no)));
      decided = bdd.or(decided, bdd.or(yes, no));
    }
    return result;
  }

  private int box(IpSet set, List<int[]> key, IpSet.Entry entry) {
    int result = Bdd.TRUE;
    for (int i = entry.values().size() - 1; i >= 0; i--) {
      result = bdd.and(result, part(set, key, entry, i));
    }
    return result;
  }

  private int part(IpSet set, List<int[]> key, IpSet.Entry entry, int part) {
    Bits rest = Bits.ones(set.width(part) - entry.lengths().get(part));
    Bits low = entry.values().get(part);
    return Words.within(bdd, key.get(part), low, low.or(rest));
  }

  private SymbolicValue part(IpSet set, IpSet.Part part, boolean source) {
    switch (part) {
      case ADDRESS:
        boolean six = set.type().version().orElse(IpVersion.IPV4) == IpVersion.IPV6;
        int[] address =
            six
                ? packet.word(Fact.Part.NETWORK6, source ? 64 : 192, 128)
                : packet.word(Fact.Part.NETWORK4, source ? 96 : 128, 32);
        int cut = address.length - set.type().netmask();
        for (int i = 0; i < cut; i++) {
          address[i] = Bdd.FALSE;
        }
        return SymbolicValue.of(space, Bdd.TRUE, address);
      case PORT:
        return port(source);
      case BARE_PORT:
        SymbolicValue whole = port(source);
        return SymbolicValue.of(space, whole.present(), java.util.Arrays.copyOf(whole.word(), 16));
      case INTERFACE:
        SymbolicValue name = tests.of(Expression.of(source ? MetaKey.IIFNAME : MetaKey.OIFNAME));
        return name.only(bdd.not(name.is(Bits.ZERO).node()));
      case MARK:
        int[] mark = tests.of(Expression.of(MetaKey.MARK)).word();
        int[] mask = Words.constant(Bits.of(set.type().markMask()));
        return SymbolicValue.of(space, Bdd.TRUE, Words.combine(mark, mask, bdd::and));
      default:
        return SymbolicValue.of(
            space, packet.flag(Fact.Part.LINK_PRESENT), packet.word(Fact.Part.LINK, 48, 48));
    }
  }

  /** Protocol and port; type and code of ICMP; 0 of protocols without ports. */
  private SymbolicValue port(boolean source) {
    Expressions e = tests.expressions();
    SymbolicValue protocol = packet.protocol(tests.setting().endsAtAuthentication());
    int ports = Bdd.FALSE;
    for (int number : List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP, Protocol.UDPLITE)) {
      ports = bdd.or(ports, e.isProtocol(number));
    }
    int icmp = bdd.or(e.isProtocol(Protocol.ICMP), e.isProtocol(Protocol.ICMPV6));
    int[] port = packet.word(Fact.Part.TRANSPORT, source ? 0 : 16, 16);
    int[] type = packet.word(Fact.Part.TRANSPORT, 0, 16);
    int[] low = Words.choose(bdd, ports, port, Words.choose(bdd, icmp, type, new int[16]));
    int has = bdd.choose(ports, e.hasTransport(4), bdd.choose(icmp, e.isIcmp(), Bdd.TRUE));
    int[] word = new int[24];
    System.arraycopy(low, 0, word, 0, 16);
    System.arraycopy(protocol.word(), 0, word, 16, 8);
    return SymbolicValue.of(space, bdd.and(protocol.present(), has), word);
  }
}
