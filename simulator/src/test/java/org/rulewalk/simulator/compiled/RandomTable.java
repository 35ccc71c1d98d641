package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Element;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.NeededHeader;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * Tables with all kinds of test, and packets at the edges of what they name: the values of both
 * come from few numbers and their neighbours.
 */
final class RandomTable {
  private static final String[] SETS = {"fixed", "grown"};
  private static final String[] NAMES = {"vif1.0", "vif2.0", "eth0", "vif12.0", ""};
  private static final HeaderField[] FIELDS = {
    HeaderField.IP_SADDR, HeaderField.IP_DADDR, HeaderField.IP6_SADDR, HeaderField.IP6_DADDR,
    HeaderField.TCP_SPORT, HeaderField.TCP_DPORT, HeaderField.UDP_DPORT, HeaderField.TH_DPORT,
    HeaderField.TCP_FLAGS, HeaderField.ICMP_TYPE, HeaderField.ICMPV6_TYPE, HeaderField.IP_TTL,
    HeaderField.IP_ID, HeaderField.IP_PROTOCOL, HeaderField.IP6_NEXTHDR, HeaderField.SCTP_DPORT
  };

  private final Random random;
  private final int chains;

  RandomTable(long seed) {
    random = new Random(seed);
    chains = 1 + random.nextInt(4);
  }

  /** A table with a base chain {@code c0} and chains that it jumps to. */
  Table table() {
    List<Chain> made = new ArrayList<>();
    for (int i = 0; i < chains; i++) {
      made.add(chain(i, rules(random.nextInt(4) == 0 ? 60 : 14, i)));
    }
    Map<String, NamedSet> sets = new HashMap<>();
    for (String name : SETS) {
      sets.put(name, set(name));
    }
    return new Table(
        Family.INET, "t", Table.Tool.NFT, made, sets, List.of(), false, "", Source.NONE);
  }

  /** The same table where some rules of a chain came, went, or changed places. */
  Table changed(Table table) {
    List<Chain> changed = new ArrayList<>(table.chains());
    int index = random.nextInt(changed.size());
    List<Rule> rules = new ArrayList<>(changed.get(index).rules());
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(rules.size() + 1);
      int kind = random.nextInt(3);
      if (kind == 0 || at == rules.size()) {
        rules.addAll(at, rules(1 + random.nextInt(2), index));
      } else if (kind == 1) {
        rules.remove(at);
      } else {
        rules.add(random.nextInt(rules.size()), rules.remove(at));
      }
    }
    for (int i = 0; i < rules.size(); i++) {
      rules.set(i, rules.get(i).numbered(i + 1));
    }
    changed.set(index, changed.get(index).with(rules));
    return table.with(changed);
  }

  private Chain chain(int index, List<Rule> rules) {
    String name = "c" + index;
    return index > 0
        ? new Chain.Regular(name, rules, "", Source.NONE)
        : new Chain.Base(
            name,
            rules,
            Chain.Type.FILTER,
            Hook.FORWARD,
            new Chain.Priority(0, "filter"),
            random.nextBoolean() ? Verdict.Simple.ACCEPT : Verdict.Simple.DROP,
            List.of(),
            Optional.empty(),
            "",
            Source.NONE,
            Source.NONE,
            0);
  }

  private NamedSet set(String name) {
    return new NamedSet(
        name,
        List.of(DataType.IPV4_ADDR),
        "ipv4_addr",
        Optional.empty(),
        Set.of(),
        0,
        0,
        elements(HeaderField.IP_SADDR),
        NamedSet.Upkeep.NONE,
        "",
        Source.NONE);
  }

  private List<Rule> rules(int count, int chain) {
    List<Rule> rules = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      List<Statement> statements = new ArrayList<>();
      for (int tests = random.nextInt(4); tests > 0; tests--) {
        statements.add(test());
      }
      if (random.nextInt(6) == 0) {
        statements.add(deed());
        statements.add(test());
      }
      statements.add(new Statement.Note(Statement.Note.Kind.COUNTER, "", 0, 0));
      end(chain).ifPresent(statements::add);
      rules.add(
          new Rule(
              i,
              statements,
              OptionalLong.empty(),
              "",
              Optional.empty(),
              Source.NONE,
              Optional.empty()));
    }
    return rules;
  }

  private Optional<Statement> end(int chain) {
    switch (random.nextInt(9)) {
      case 0:
        return Optional.empty();
      case 1:
        return Optional.of(new Statement.Decide(Verdict.Simple.RETURN));
      case 2:
        return Optional.of(new Statement.Decide(new Verdict.Jump("c" + (chain + 1))));
      case 3:
        return Optional.of(new Statement.Decide(new Verdict.Goto("c" + (chain + 1))));
      case 4:
        return Optional.of(new Statement.Reject(Statement.Reject.Kind.TCP_RESET, 0));
      case 5:
        return Optional.of(
            new Statement.DecideByMap(
                Expression.of(HeaderField.TCP_DPORT), new SetReference.Anonymous(verdicts(chain))));
      case 6:
        return Optional.of(new Statement.Decide(Verdict.Simple.ACCEPT));
      default:
        return Optional.of(new Statement.Decide(Verdict.Simple.DROP));
    }
  }

  private ElementSet verdicts(int chain) {
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Verdict verdict =
          i == 0 ? new Verdict.Jump("c" + (chain + 1)) : new Verdict.Queue(1, 1, false, false);
      Bits from = Bits.of(random.nextInt(8) + 100L * i);
      elements.add(Element.of(List.of(new Interval(from, from.plus(Bits.of(2)))), verdict));
    }
    return new ElementSet(elements);
  }

  private Statement deed() {
    switch (random.nextInt(4)) {
      case 0:
        return new Statement.SetMeta(
            MetaKey.MARK, Expression.number(random.nextInt(3), DataType.MARK));
      case 1:
        return new Statement.ChangeTtl(Statement.ChangeTtl.Kind.SET, random.nextInt(4));
      case 2:
        return new Statement.SetUpdate(
            Statement.SetUpdate.Operation.ADD,
            "grown",
            Expression.of(HeaderField.IP_SADDR),
            0,
            List.of(),
            Optional.empty());
      default:
        return new Statement.Notrack();
    }
  }

  private Match test() {
    switch (random.nextInt(14)) {
      case 0:
        return new Match.Compare(
            Expression.of(MetaKey.IIFNAME),
            random.nextBoolean() ? Match.Operator.EQUAL : Match.Operator.NOT_EQUAL,
            Expression.number(Bits.ofName(NAMES[random.nextInt(5)]), DataType.IFNAME));
      case 1:
        return Match.masked(
            Expression.of(MetaKey.OIFNAME),
            random.nextBoolean(),
            Bits.ofName("vif"),
            Bits.prefixMask(24, 128),
            DataType.IFNAME);
      case 2:
        return new Match.HasBits(
            Expression.of(CtKey.STATE), random.nextBoolean(), Bits.of(1 + random.nextInt(15)));
      case 3:
        return Match.equal(
            Expression.of(MetaKey.MARK), random.nextBoolean(), few(2), DataType.MARK);
      case 4:
        return Match.equal(
            Expression.of(MetaKey.L4PROTO), random.nextBoolean(), protocol(), DataType.INET_PROTO);
      case 5:
        return Match.masked(
            Expression.of(HeaderField.TCP_FLAGS),
            random.nextBoolean(),
            Bits.of(2),
            Bits.of(0x17),
            DataType.TCP_FLAG);
      case 6:
        return rare();
      case 7:
        return new Match.AnyOf(List.of(plain(), plain()));
      case 8:
        return new Match.Not(plain());
      case 9:
        return new Match.InSet(
            Expression.of(HeaderField.IP_SADDR),
            random.nextBoolean(),
            new SetReference.Named(SETS[random.nextInt(2)]));
      case 10:
        return concatenation();
      default:
        return plain();
    }
  }

  private Match rare() {
    switch (random.nextInt(6)) {
      case 0:
        return new Match.Unknown("odd", doubt("odd"));
      case 1:
        return new Match.RateLimit(1, 1, 1, false, random.nextBoolean(), "limit");
      case 2:
        return new Match.Extension(new NeededHeader("tcp", 20, true));
      case 3:
        return new Match.Extension(
            new XtMatch.Conntrack(
                Optional.of(new XtMatch.Conntrack.StateTest(8, random.nextBoolean())), List.of()));
      case 4:
        return Match.equal(Expression.of(MetaKey.SKUID), false, few(2), DataType.UID);
      default:
        return new Match.InSet(
            Expression.of(HeaderField.IP_SADDR), false, new SetReference.Named("missing"));
    }
  }

  private static Doubt doubt(String subject) {
    return new Doubt(Doubt.Kind.NOT_UNDERSTOOD, subject, true, Source.NONE);
  }

  private Match concatenation() {
    Expression both =
        new Expression.Concatenation(
            List.of(Expression.of(HeaderField.IP_SADDR), Expression.of(HeaderField.TH_DPORT)));
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      elements.add(
          Element.of(List.of(interval(HeaderField.IP_SADDR), interval(HeaderField.TH_DPORT))));
    }
    return new Match.InSet(
        both, random.nextInt(4) == 0, new SetReference.Anonymous(new ElementSet(elements)));
  }

  private Match plain() {
    HeaderField field = FIELDS[random.nextInt(FIELDS.length)];
    Interval interval = interval(field);
    switch (random.nextInt(4)) {
      case 0:
        int length = random.nextInt(field.width() + 1);
        return Match.masked(
            Expression.of(field),
            random.nextBoolean(),
            interval.low(),
            Bits.prefixMask(length, field.width()),
            field.type());
      case 1:
        return new Match.Compare(
            Expression.of(field),
            Match.Operator.values()[random.nextInt(6)],
            Expression.number(interval.low(), field.type()));
      case 2:
        return new Match.InRange(
            Expression.of(field), random.nextBoolean(), interval.low(), interval.high());
      default:
        return new Match.InSet(
            Expression.of(field),
            random.nextBoolean(),
            new SetReference.Anonymous(elements(field)));
    }
  }

  private ElementSet elements(HeaderField field) {
    List<Element> elements = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      elements.add(
          Element.of(List.of(random.nextBoolean() ? interval(field) : Interval.of(value(field)))));
    }
    return new ElementSet(elements);
  }

  private Interval interval(HeaderField field) {
    Bits one = value(field);
    Bits two = value(field);
    return one.compareTo(two) <= 0 ? new Interval(one, two) : new Interval(two, one);
  }

  private Bits few(int bound) {
    return Bits.of(random.nextInt(bound));
  }

  private Bits protocol() {
    int[] numbers = {Protocol.TCP, Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6, Protocol.SCTP};
    return Bits.of(numbers[random.nextInt(numbers.length)]);
  }

  private Bits value(HeaderField field) {
    switch (field.width()) {
      case 128:
        Bits base = new Bits(0xfd00L << 48 | random.nextInt(2), random.nextInt(3) - 1L);
        return random.nextInt(8) == 0 ? Bits.ones(128) : base;
      case 32:
        return Bits.of(0x0a000000L + (random.nextInt(3) << 8) + random.nextInt(3) - 1);
      case 16:
        return Bits.of(
            random.nextInt(5) == 0 ? 65_535 : random.nextInt(8) + 100L * random.nextInt(3));
      default:
        boolean protocol = field == HeaderField.IP_PROTOCOL || field == HeaderField.IP6_NEXTHDR;
        return protocol ? protocol() : Bits.of(random.nextInt(20));
    }
  }

  /** A packet that some of the rules may match; sometimes broken, or with things unknown. */
  TestPacket packet() {
    EnumMap<MetaKey, Value> meta = new EnumMap<>(MetaKey.class);
    meta.put(MetaKey.IIFNAME, Value.of(Bits.ofName(NAMES[random.nextInt(5)])));
    meta.put(MetaKey.OIFNAME, Value.of(Bits.ofName(NAMES[random.nextInt(5)])));
    meta.put(MetaKey.MARK, Value.of(few(3)));
    if (random.nextInt(3) == 0) {
      meta.put(MetaKey.SKUID, new Value.Unknown(doubt("user")));
    }
    if (random.nextInt(16) == 0) {
      meta.put(MetaKey.OIFNAME, new Value.Unknown(doubt("device")));
    }
    EnumMap<CtKey, Value> ct = new EnumMap<>(CtKey.class);
    ct.put(CtKey.STATE, Value.of(1L << random.nextInt(5)));
    if (random.nextBoolean()) {
      ct.put(CtKey.STATUS, Value.of(8));
    }
    return new TestPacket(bytes(), meta, ct, random.nextInt(4) == 0);
  }

  private Packet bytes() {
    boolean four = random.nextInt(3) > 0;
    HeaderField field = four ? HeaderField.IP_SADDR : HeaderField.IP6_SADDR;
    Packet packet =
        Packets.ip(
            address(four, value(field)),
            address(four, value(field)),
            protocol().toInt(),
            body(),
            new Packets.IpOptions(random.nextInt(20), 0, true, random.nextInt(8)));
    byte[] all = packet.toBytes();
    if (four && random.nextInt(12) == 0) {
      all[7] = (byte) random.nextInt(3);
      all[6] = 0x20;
    }
    if (!four && random.nextInt(8) == 0) {
      all[6] = (byte) Protocol.AH;
      all[40] = (byte) Protocol.TCP;
      all[41] = 1;
    }
    int kept = random.nextInt(8) == 0 ? random.nextInt(24) : 24;
    return Packet.of(java.util.Arrays.copyOf(all, all.length - 24 + kept));
  }

  private static IpAddress address(boolean four, Bits value) {
    return four ? IpAddress.ofIpv4(value.toInt()) : IpAddress.ofIpv6(value);
  }

  private byte[] body() {
    byte[] body = new byte[24];
    random.nextBytes(body);
    for (int at = 0; at < 4; at += 2) {
      int port = value(HeaderField.TCP_DPORT).toInt();
      body[at] = (byte) (port >>> 8);
      body[at + 1] = (byte) port;
    }
    body[12] = 0x50;
    body[13] &= 0x1f;
    return body;
  }
}
