package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rulewalk.simulator.rules.CtKey;
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
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** What iptables' targets mean, one entry a name (man 8 iptables-extensions). */
final class Targets {
  /** Reads the options of one target. */
  interface Reader {
    Statement read(Arguments arguments, IpVersion version);
  }

  private static final long ALL = 0xffffffffL;
  private static final int CWR = 0x80;
  private static final int ECE = 0x40;
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

  private static final Pattern CLASS = Pattern.compile("([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})");

  static {
    decide("ACCEPT", Verdict.Simple.ACCEPT);
    decide("DROP", Verdict.Simple.DROP);
    decide("RETURN", Verdict.Simple.RETURN);
    decide("QUEUE", new Verdict.Queue(0, 0, false, false));
    BY_NAME.put("NFQUEUE", Targets::queue);
    note(
        "LOG",
        "log-level log-prefix log-tcp-sequence log-tcp-options log-ip-options log-uid log-macdecode");
    note("NFLOG", "nflog-group nflog-prefix nflog-range nflog-size nflog-threshold");
    note("ULOG", "ulog-nlgroup ulog-prefix ulog-cprange ulog-qthreshold");
    note("AUDIT", "type");
    note("TRACE", "");
    note("CHECKSUM", "checksum-fill");
    note("LED", "led-trigger-id led-delay led-always-blink");
    note("IDLETIMER", "timeout label alarm");
    BY_NAME.put("CLASSIFY", (a, v) -> classify(a));
    note("RATEEST", "rateest-name rateest-interval rateest-ewmalog");
    note("SECMARK", "selctx");
    note("CONNSECMARK", "save restore");
    BY_NAME.put("TEE", Targets::copy);
    outside("TPROXY", "on-port on-ip tproxy-mark");
    outside("SYNPROXY", "mss wscale sack-perm timestamp ecn");
    outside("CLUSTERIP", "new hashmode clustermac total-nodes local-node hash-init");
    BY_NAME.put("DNPT", (a, v) -> prefixes(a, false));
    BY_NAME.put("SNPT", (a, v) -> prefixes(a, true));
    BY_NAME.put("HMARK", (a, v) -> hashMark(a));
    BY_NAME.put("ECN", Targets::congestion);
    BY_NAME.put("TCPOPTSTRIP", (a, v) -> stripOptions(a));
    BY_NAME.put("SET", (a, v) -> ipset(a));
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

  /** A target that leaves the packet and its way as they are. */
  private static void note(String name, String options) {
    Statement.Note.Kind kind =
        name.endsWith("LOG") ? Statement.Note.Kind.LOG : Statement.Note.Kind.OTHER;
    BY_NAME.put(
        name, (a, v) -> new Statement.Note(kind, (name + " " + all(a, options)).strip(), 0, 0));
  }

  /** A target whose effect depends on sockets or on other machines. */
  private static void outside(String name, String options) {
    BY_NAME.put(name, (a, v) -> opaque(name + " " + all(a, options), Doubt.Kind.PROCESS));
  }

  /** Takes the options of these names. */
  private static String all(Arguments a, String names) {
    for (String name : names.split(" ")) {
      a.take(name);
    }
    return a.text();
  }

  private static Statement hashMark(Arguments a) {
    a.takeAll();
    String text = "HMARK " + a.text();
    Doubt doubt = new Doubt(Doubt.Kind.RANDOM, text, false, Source.NONE);
    return new Statement.SetMeta(MetaKey.MARK, new Expression.Opaque(text, doubt));
  }

  /** Sets or clears ECE and CWR of TCP, or the ECN bits of the IP header. */
  private static Statement congestion(Arguments a, IpVersion version) {
    Optional<Arguments.Option> ip = a.take("ecn-ip-ect");
    if (ip.isPresent()) {
      return new Statement.SetHeader(
          Expression.of(HeaderField.IP_ECN),
          Expression.number(Values.number(ip.get().value()), DataType.ECN));
    }
    boolean both = a.has("ecn-tcp-remove");
    Optional<Arguments.Option> reduced = a.take("ecn-tcp-cwr");
    Optional<Arguments.Option> echo = a.take("ecn-tcp-ece");
    int changed = both ? CWR | ECE : (reduced.isPresent() ? CWR : 0) | (echo.isPresent() ? ECE : 0);
    long value =
        reduced.filter(o -> Values.number(o.value()) != 0).map(o -> CWR).orElse(0)
            | echo.filter(o -> Values.number(o.value()) != 0).map(o -> ECE).orElse(0);
    Expression flags = Expression.of(HeaderField.TCP_FLAGS);
    return new Statement.SetHeader(
        flags,
        new Expression.Binary(
            Expression.Binary.Operator.OR,
            flags.masked(Bits.of(0xff & ~changed), DataType.TCP_FLAG),
            Expression.number(value, DataType.TCP_FLAG)));
  }

  private static Statement stripOptions(Arguments a) {
    Map<String, Integer> names =
        Map.of("mss", 2, "wscale", 3, "sack-permitted", 4, "sack", 5, "timestamp", 8, "md5", 19);
    Set<Integer> kinds = new HashSet<>();
    for (String word : a.need("strip-options").value().split(",")) {
      Integer named = names.get(word);
      kinds.add(named != null ? named : (int) Values.number(word));
    }
    return new Statement.StripTcpOptions(kinds, false);
  }

  private static Statement ipset(Arguments a) {
    String text = "SET " + all(a, "exist timeout map-mark map-prio map-queue");
    Optional<Arguments.Option> delete = a.take("del-set");
    Optional<Arguments.Option> change = delete.or(() -> a.take("add-set"));
    if (change.isEmpty()) {
      a.need("map-set");
      return new Statement.Note(Statement.Note.Kind.OTHER, text, 0, 0);
    }
    if (change.get().values().size() < 2) {
      throw new Misread("`--" + change.get().name() + "` needs a name and directions");
    }
    List<Boolean> fromSource = new ArrayList<>();
    for (String direction : change.get().values().get(1).split(",")) {
      fromSource.add(direction.equals("src"));
    }
    return new Statement.IpsetUpdate(
        change.get().value(), fromSource, delete.isPresent(), a.textWithout(change.get()));
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
    Optional<Arguments.Option> zone = a.take("zone", "zone-orig", "zone-reply");
    a.takeAll();
    String text = "CT " + a.text();
    if (zone.isEmpty()) {
      return new Statement.Note(Statement.Note.Kind.TEMPLATE, text, 0, 0);
    }
    return a.all().size() == 1 ? zone(zone.get()) : opaque(text, Doubt.Kind.NOT_SIMULATED);
  }

  private static Statement zone(Arguments.Option option) {
    Optional<CtKey.Direction> direction =
        option.name().equals("zone")
            ? Optional.empty()
            : Optional.of(
                option.name().equals("zone-orig")
                    ? CtKey.Direction.ORIGINAL
                    : CtKey.Direction.REPLY);
    Expression id =
        option.value().equals("mark")
            ? new Expression.Meta(MetaKey.MARK)
            : Expression.number(Values.number(option.value()), DataType.INTEGER);
    return new Statement.SetCt(CtKey.ZONE, direction, id);
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

  private static Statement classify(Arguments a) {
    String text = a.need("set-class").value();
    Matcher parts = CLASS.matcher(text);
    if (!parts.matches()) {
      throw new Misread("`" + text + "` is no traffic class");
    }
    long value = Long.parseLong(parts.group(1), 16) << 16 | Long.parseLong(parts.group(2), 16);
    return new Statement.SetMeta(MetaKey.PRIORITY, Expression.number(value, DataType.CLASSID));
  }

  private static Statement prefixes(Arguments a, boolean source) {
    return new Statement.TranslatePrefix(
        source, shortPrefix(a, "src-pfx"), shortPrefix(a, "dst-pfx"));
  }

  /** The kernel takes none that reaches into the host's half of the address. */
  private static Prefix shortPrefix(Arguments a, String option) {
    String text = a.need(option).value();
    return Prefix.parse(text)
        .filter(prefix -> prefix.version() == IpVersion.IPV6 && prefix.length() <= 64)
        .filter(prefix -> prefix.first().equals(prefix.address()))
        .orElseThrow(() -> new Misread("`" + text + "` is no IPv6 prefix of at most 64 bits"));
  }

  private static Statement copy(Arguments a, IpVersion version) {
    IpAddress gateway = Values.plainAddress(a.need("gateway").value(), version);
    return new Statement.Duplicate(
        Optional.of(Expression.number(gateway.value(), DataType.ofAddress(version))),
        a.take("oif").map(o -> Expression.number(Bits.ofName(o.value()), DataType.IFACE_INDEX)));
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
