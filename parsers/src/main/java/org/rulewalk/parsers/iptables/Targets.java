package org.rulewalk.parsers.iptables;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Statement.ChangeTtl;
import org.rulewalk.simulator.rules.Statement.CopyMark;
import org.rulewalk.simulator.rules.Statement.Reject;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** What iptables' targets mean, one entry a name (man 8 iptables-extensions). */
final class Targets {
  /** Reads the options of one target. */
  interface Reader {
    Statement read(Arguments arguments, IpVersion version);
  }

  private static final long ALL = 0xffffffffL;
  private static final Map<String, Reader> BY_NAME = new HashMap<>();

  private static final Map<String, Integer> REJECT4 =
      Map.ofEntries(
          Map.entry("icmp-net-unreachable", 0),
          Map.entry("net-unreach", 0),
          Map.entry("icmp-host-unreachable", 1),
          Map.entry("host-unreach", 1),
          Map.entry("icmp-proto-unreachable", 2),
          Map.entry("proto-unreach", 2),
          Map.entry("icmp-port-unreachable", 3),
          Map.entry("port-unreach", 3),
          Map.entry("icmp-net-prohibited", 9),
          Map.entry("net-prohib", 9),
          Map.entry("icmp-host-prohibited", 10),
          Map.entry("host-prohib", 10),
          Map.entry("icmp-admin-prohibited", 13),
          Map.entry("admin-prohib", 13));

  private static final Map<String, Integer> REJECT6 =
      Map.ofEntries(
          Map.entry("icmp6-no-route", 0),
          Map.entry("no-route", 0),
          Map.entry("icmp6-adm-prohibited", 1),
          Map.entry("adm-prohibited", 1),
          Map.entry("icmp6-addr-unreachable", 3),
          Map.entry("addr-unreach", 3),
          Map.entry("icmp6-port-unreachable", 4),
          Map.entry("port-unreach", 4),
          Map.entry("icmp6-policy-fail", 5),
          Map.entry("policy-fail", 5),
          Map.entry("icmp6-reject-route", 6),
          Map.entry("reject-route", 6));

  static {
    decide("ACCEPT", Verdict.Simple.ACCEPT);
    decide("DROP", Verdict.Simple.DROP);
    decide("RETURN", Verdict.Simple.RETURN);
    decide("QUEUE", new Verdict.Queue(0, 0, false, false));
    BY_NAME.put("NFQUEUE", Targets::queue);
    for (String note :
        List.of(
            "LOG",
            "NFLOG",
            "ULOG",
            "AUDIT",
            "TRACE",
            "CHECKSUM",
            "LED",
            "IDLETIMER",
            "CLASSIFY",
            "RATEEST",
            "SECMARK",
            "CONNSECMARK",
            "TEE",
            "SET",
            "ECN",
            "HMARK",
            "TCPOPTSTRIP")) {
      Statement.Note.Kind kind =
          note.endsWith("LOG") ? Statement.Note.Kind.LOG : Statement.Note.Kind.OTHER;
      BY_NAME.put(
          note, (a, v) -> new Statement.Note(kind, (note + " " + everything(a)).strip(), 0, 0));
    }
    for (String opaque : List.of("TPROXY", "SYNPROXY", "CLUSTERIP", "DNPT", "SNPT")) {
      BY_NAME.put(opaque, (a, v) -> opaque(opaque + " " + everything(a), Doubt.Kind.PROCESS));
    }
    BY_NAME.put("MARK", (a, v) -> mark(a));
    BY_NAME.put("CONNMARK", (a, v) -> connectionMark(a));
    BY_NAME.put("NOTRACK", (a, v) -> new Statement.Notrack());
    BY_NAME.put("CT", (a, v) -> connectionTracking(a));
    for (String nat : List.of("DNAT", "SNAT", "MASQUERADE", "REDIRECT", "NETMAP")) {
      BY_NAME.put(nat, (a, v) -> NatTargets.read(nat, a, v));
    }
    BY_NAME.put("REJECT", Targets::reject);
    BY_NAME.put("TCPMSS", (a, v) -> segmentSize(a));
    BY_NAME.put("TTL", (a, v) -> ttl(a, "ttl"));
    BY_NAME.put("HL", (a, v) -> ttl(a, "hl"));
    BY_NAME.put("DSCP", Targets::dscp);
    BY_NAME.put("TOS", Targets::tos);
  }

  private Targets() {}

  static Optional<Reader> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** Names that a chain can't have. */
  static Set<String> names() {
    return BY_NAME.keySet();
  }

  private static void decide(String name, Verdict verdict) {
    BY_NAME.put(name, (a, v) -> new Statement.Decide(verdict));
  }

  /** All options of a target whose options don't matter to the packet's way. */
  private static String everything(Arguments a) {
    a.takeAll();
    return a.text();
  }

  static Statement opaque(String text, Doubt.Kind kind) {
    return new Statement.Opaque(text.strip(), new Doubt(kind, text.strip(), false, Source.NONE));
  }

  private static Statement queue(Arguments a, IpVersion version) {
    int first = a.take("queue-num").map(o -> (int) Values.number(o.value())).orElse(0);
    int last = first;
    Optional<Arguments.Option> balance = a.take("queue-balance");
    if (balance.isPresent()) {
      var range = Values.range(balance.get().value(), ':', 65535, Values::number);
      first = range.low().toInt();
      last = range.high().toInt();
    }
    return new Statement.Decide(
        new Verdict.Queue(first, last, a.has("queue-bypass"), a.has("queue-cpu-fanout")));
  }

  /** The mark becomes {@code (mark & ~mask) ^ value}. */
  private static Statement mark(Arguments a) {
    Values.Mark change = change(a);
    Expression kept =
        Expression.of(MetaKey.MARK).masked(Bits.of(~change.mask() & ALL), DataType.MARK);
    Expression value =
        change.mask() == ALL
            ? Expression.number(change.value(), DataType.MARK)
            : new Expression.Binary(
                Expression.Binary.Operator.XOR,
                kept,
                Expression.number(change.value(), DataType.MARK));
    return new Statement.SetMeta(MetaKey.MARK, value);
  }

  /** All ways to write a change of bits, as {@code --set-xmark} has it. */
  private static Values.Mark change(Arguments a) {
    Optional<Arguments.Option> xmark = a.take("set-xmark");
    if (xmark.isPresent()) {
      return Values.mark(xmark.get().value());
    }
    Optional<Arguments.Option> set = a.take("set-mark");
    if (set.isPresent()) {
      Values.Mark mark = Values.mark(set.get().value());
      return new Values.Mark(mark.value(), mark.value() | mark.mask());
    }
    Optional<Arguments.Option> and = a.take("and-mark");
    if (and.isPresent()) {
      return new Values.Mark(0, ~Values.number(and.get().value()) & ALL);
    }
    Optional<Arguments.Option> or = a.take("or-mark");
    if (or.isPresent()) {
      long bits = Values.number(or.get().value()) & ALL;
      return new Values.Mark(bits, bits);
    }
    return new Values.Mark(Values.number(a.need("xor-mark").value()) & ALL, 0);
  }

  private static Statement connectionMark(Arguments a) {
    boolean save = a.has("save-mark");
    boolean restore = !save && a.has("restore-mark");
    if (!save && !restore) {
      Values.Mark change = change(a);
      return new CopyMark(CopyMark.Kind.SET, change.value(), change.mask(), 0);
    }
    long both = a.take("mask").map(o -> Values.number(o.value()) & ALL).orElse(ALL);
    long packet = a.take("nfmask").map(o -> Values.number(o.value()) & ALL).orElse(both);
    long connection = a.take("ctmask").map(o -> Values.number(o.value()) & ALL).orElse(both);
    return new CopyMark(save ? CopyMark.Kind.SAVE : CopyMark.Kind.RESTORE, 0, connection, packet);
  }

  private static Statement connectionTracking(Arguments a) {
    if (a.has("notrack")) {
      return new Statement.Notrack();
    }
    boolean zone = a.has("zone", "zone-orig", "zone-reply");
    String text = "CT " + everything(a);
    return zone
        ? opaque(text, Doubt.Kind.NOT_UNDERSTOOD)
        : new Statement.Note(Statement.Note.Kind.OTHER, text, 0, 0);
  }

  private static Statement reject(Arguments a, IpVersion version) {
    boolean v4 = version == IpVersion.IPV4;
    String word = a.take("reject-with").map(Arguments.Option::value).orElse("port-unreach");
    if (word.equals("tcp-reset") || word.equals("tcp-rst")) {
      return new Reject(Reject.Kind.TCP_RESET, 0);
    }
    Integer code = (v4 ? REJECT4 : REJECT6).get(word);
    if (code == null) {
      throw new Misread("`--reject-with " + word + "` is not known");
    }
    return new Reject(v4 ? Reject.Kind.ICMP : Reject.Kind.ICMPV6, code);
  }

  private static Statement segmentSize(Arguments a) {
    if (a.has("clamp-mss-to-pmtu")) {
      return new Statement.SetMaximumSegment(Optional.empty(), true);
    }
    long size = Values.number(a.need("set-mss").value());
    return new Statement.SetMaximumSegment(
        Optional.of(Expression.number(size, DataType.INTEGER)), true);
  }

  private static Statement ttl(Arguments a, String prefix) {
    Optional<Arguments.Option> set = a.take(prefix + "-set");
    if (set.isPresent()) {
      return new ChangeTtl(ChangeTtl.Kind.SET, (int) Values.number(set.get().value()));
    }
    Optional<Arguments.Option> increase = a.take(prefix + "-inc");
    if (increase.isPresent()) {
      return new ChangeTtl(ChangeTtl.Kind.INCREASE, (int) Values.number(increase.get().value()));
    }
    return new ChangeTtl(
        ChangeTtl.Kind.DECREASE, (int) Values.number(a.need(prefix + "-dec").value()));
  }

  private static Statement dscp(Arguments a, IpVersion version) {
    String value = a.take("set-dscp").orElseGet(() -> a.need("set-dscp-class")).value();
    HeaderField field = version == IpVersion.IPV4 ? HeaderField.IP_DSCP : HeaderField.IP6_DSCP;
    return new Statement.SetHeader(
        Expression.of(field), Expression.number(TosWords.dscp(value), DataType.DSCP));
  }

  /** The byte becomes {@code (tos & ~mask) ^ value}. */
  private static Statement tos(Arguments a, IpVersion version) {
    Expression field =
        Expression.of(version == IpVersion.IPV4 ? HeaderField.IP_TOS : HeaderField.IP6_TCLASS);
    Values.Mark change;
    if (a.has("and-tos")) {
      change = new Values.Mark(0, ~Values.number(a.need("and-tos").value()) & 0xff);
    } else if (a.has("or-tos")) {
      long bits = Values.number(a.need("or-tos").value());
      change = new Values.Mark(bits, bits);
    } else if (a.has("xor-tos")) {
      change = new Values.Mark(Values.number(a.need("xor-tos").value()), 0);
    } else {
      change = TosWords.read(a.need("set-tos").value());
    }
    Expression kept = field.masked(Bits.of(~change.mask() & 0xff), DataType.INTEGER);
    return new Statement.SetHeader(
        field,
        new Expression.Binary(
            Expression.Binary.Operator.XOR,
            kept,
            Expression.number(change.value(), DataType.INTEGER)));
  }
}
