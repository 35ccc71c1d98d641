package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Writes statements as options of iptables; the counterpart of {@link Targets}.
 *
 * @param before what was written of the rule so far
 */
record StatementWords(IpVersion version, List<Part> before) implements Statement.Cases<List<Part>> {
  private static final long ALL = 0xffffffffL;
  private static final Map<Integer, String> REJECT4 =
      Map.of(
          0, "icmp-net-unreachable",
          1, "icmp-host-unreachable",
          2, "icmp-proto-unreachable",
          3, "icmp-port-unreachable",
          9, "icmp-net-prohibited",
          10, "icmp-host-prohibited",
          13, "icmp-admin-prohibited");

  private static final Map<Integer, String> REJECT6 =
      Map.of(
          0, "icmp6-no-route",
          1, "icmp6-adm-prohibited",
          3, "icmp6-addr-unreachable",
          4, "icmp6-port-unreachable",
          5, "icmp6-policy-fail",
          6, "icmp6-reject-route");

  private static List<Part> target(String name, String words) {
    return List.of(Part.target(name, words));
  }

  private static <T> T refuse() {
    throw new Unwritable("iptables has no words for what this rule does");
  }

  @Override
  public List<Part> match(Match match) {
    return match.fold(new MatchWords(version, before));
  }

  @Override
  public List<Part> decide(Statement.Decide statement) {
    Verdict verdict = statement.verdict();
    if (verdict instanceof Verdict.Jump) {
      return target(((Verdict.Jump) verdict).chain(), "");
    }
    if (verdict instanceof Verdict.Goto) {
      return List.of(Part.basic("-g " + Words.quoted(((Verdict.Goto) verdict).chain())));
    }
    if (verdict instanceof Verdict.Queue) {
      return target("NFQUEUE", queue((Verdict.Queue) verdict));
    }
    boolean known =
        verdict == Verdict.Simple.ACCEPT
            || verdict == Verdict.Simple.DROP
            || verdict == Verdict.Simple.RETURN;
    return known ? target(verdict.word().toUpperCase(Locale.ROOT), "") : refuse();
  }

  private static String queue(Verdict.Queue queue) {
    String words =
        queue.last() > queue.first()
            ? "--queue-balance " + queue.first() + ":" + queue.last()
            : "--queue-num " + queue.first();
    return words
        + (queue.bypass() ? " --queue-bypass" : "")
        + (queue.fanout() ? " --queue-cpu-fanout" : "");
  }

  @Override
  public List<Part> decideByMap(Statement.DecideByMap statement) {
    return refuse();
  }

  @Override
  public List<Part> reject(Statement.Reject statement) {
    if (statement.kind() == Statement.Reject.Kind.TCP_RESET) {
      return target("REJECT", "--reject-with tcp-reset");
    }
    Map<Integer, String> words =
        statement.kind() == Statement.Reject.Kind.ICMP
            ? REJECT4
            : statement.kind() == Statement.Reject.Kind.ICMPV6 ? REJECT6 : Map.of();
    return Optional.ofNullable(words.get(statement.code()))
        .map(word -> target("REJECT", "--reject-with " + word))
        .orElseGet(StatementWords::refuse);
  }

  @Override
  public List<Part> nat(Statement.Nat statement) {
    return List.of(NatWords.of(statement, version));
  }

  @Override
  public List<Part> setMeta(Statement.SetMeta statement) {
    if (statement.key() == MetaKey.PRIORITY && statement.value() instanceof Expression.Constant) {
      long value = number(statement.value());
      return target(
          "CLASSIFY", String.format("--set-class %04x:%04x", value >>> 16, value & 0xffff));
    }
    if (statement.key() != MetaKey.MARK) {
      return refuse();
    }
    if (statement.value() instanceof Expression.Opaque) {
      return List.of(asRead(((Expression.Opaque) statement.value()).text()));
    }
    Optional<Change> change = change(statement.value(), Expression.of(MetaKey.MARK), ALL);
    return change
        .map(c -> target("MARK", "--set-xmark " + hex(c.value()) + "/" + hex(c.mask())))
        .orElseGet(StatementWords::refuse);
  }

  /** The field becomes {@code (field & ~mask) ^ value}. */
  private record Change(long value, long mask) {}

  private static Optional<Change> change(Expression value, Expression field, long all) {
    if (value instanceof Expression.Constant) {
      return Optional.of(new Change(number(value), all));
    }
    if (!(value instanceof Expression.Binary)) {
      return Optional.empty();
    }
    Expression.Binary binary = (Expression.Binary) value;
    if (!(binary.right() instanceof Expression.Constant)) {
      return Optional.empty();
    }
    long right = number(binary.right());
    boolean plain = binary.left().equals(field);
    switch (binary.operator()) {
      case AND:
        return plain ? Optional.of(new Change(0, ~right & all)) : Optional.empty();
      case OR:
        return plain ? Optional.of(new Change(right, right)) : Optional.empty();
      case XOR:
        return plain
            ? Optional.of(new Change(right, 0))
            : kept(binary.left(), field).map(kept -> new Change(right, ~kept & all));
      default:
        return Optional.empty();
    }
  }

  /** The mask that a field is cut to. */
  private static Optional<Long> kept(Expression expression, Expression field) {
    if (!(expression instanceof Expression.Binary)) {
      return Optional.empty();
    }
    Expression.Binary binary = (Expression.Binary) expression;
    boolean masked =
        binary.operator() == Expression.Binary.Operator.AND
            && binary.left().equals(field)
            && binary.right() instanceof Expression.Constant;
    return masked ? Optional.of(number(binary.right())) : Optional.empty();
  }

  private static long number(Expression constant) {
    return MatchWords.scalar(constant).low();
  }

  static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  @Override
  public List<Part> setCt(Statement.SetCt statement) {
    if (statement.key() != CtKey.ZONE) {
      return refuse();
    }
    String name =
        statement
            .direction()
            .map(d -> d == CtKey.Direction.ORIGINAL ? "--zone-orig " : "--zone-reply ")
            .orElse("--zone ");
    boolean mark = statement.value().equals(new Expression.Meta(MetaKey.MARK));
    return target("CT", name + (mark ? "mark" : number(statement.value())));
  }

  @Override
  public List<Part> setHeader(Statement.SetHeader statement) {
    if (!(statement.target() instanceof Expression.Header)) {
      return refuse();
    }
    Expression field = statement.target();
    switch (((Expression.Header) field).field()) {
      case IP_DSCP:
      case IP6_DSCP:
        return target("DSCP", "--set-dscp " + hex(number(statement.value())));
      case IP_ECN:
        return target("ECN", "--ecn-ip-ect " + number(statement.value()));
      case IP_TOS:
      case IP6_TCLASS:
        return change(statement.value(), field, 0xff)
            .map(c -> target("TOS", "--set-tos " + hex(c.value()) + "/" + hex(c.mask())))
            .orElseGet(StatementWords::refuse);
      case TCP_FLAGS:
        return target("ECN", congestion(statement.value(), field));
      default:
        return refuse();
    }
  }

  private static String congestion(Expression value, Expression field) {
    Expression.Binary binary =
        value instanceof Expression.Binary ? (Expression.Binary) value : refuse();
    Optional<Long> kept = kept(binary.left(), field);
    if (kept.isEmpty() || binary.operator() != Expression.Binary.Operator.OR) {
      return refuse();
    }
    long changed = ~kept.get() & 0xff;
    long bits = number(binary.right());
    if (changed == 0xc0 && bits == 0) {
      return "--ecn-tcp-remove";
    }
    String reduced = (changed & 0x80) == 0 ? "" : "--ecn-tcp-cwr " + ((bits & 0x80) == 0 ? 0 : 1);
    String echo = (changed & 0x40) == 0 ? "" : "--ecn-tcp-ece " + ((bits & 0x40) == 0 ? 0 : 1);
    return (reduced + " " + echo).strip();
  }

  @Override
  public List<Part> setMaximumSegment(Statement.SetMaximumSegment statement) {
    if (!statement.addIfMissing()) {
      return refuse();
    }
    return target(
        "TCPMSS",
        statement.size().map(size -> "--set-mss " + number(size)).orElse("--clamp-mss-to-pmtu"));
  }

  @Override
  public List<Part> copyMark(Statement.CopyMark statement) {
    if (statement.kind() == Statement.CopyMark.Kind.SET) {
      return target(
          "CONNMARK", "--set-xmark " + hex(statement.value()) + "/" + hex(statement.ctMask()));
    }
    boolean save = statement.kind() == Statement.CopyMark.Kind.SAVE;
    return target(
        "CONNMARK",
        (save ? "--save-mark" : "--restore-mark")
            + " --nfmask "
            + hex(statement.packetMask())
            + " --ctmask "
            + hex(statement.ctMask()));
  }

  @Override
  public List<Part> changeTtl(Statement.ChangeTtl statement) {
    String name = version == IpVersion.IPV4 ? "ttl" : "hl";
    String word =
        Map.of("SET", "set", "INCREASE", "inc", "DECREASE", "dec").get(statement.kind().name());
    return target(
        name.toUpperCase(Locale.ROOT), "--" + name + "-" + word + " " + statement.amount());
  }

  @Override
  public List<Part> translatePrefix(Statement.TranslatePrefix statement) {
    return target(
        statement.source() ? "SNPT" : "DNPT",
        "--src-pfx " + statement.from() + " --dst-pfx " + statement.to());
  }

  @Override
  public List<Part> stripOptions(Statement.StripTcpOptions statement) {
    return target(
        "TCPOPTSTRIP",
        "--strip-options "
            + statement.kinds().stream()
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(",")));
  }

  @Override
  public List<Part> updateIpset(Statement.IpsetUpdate statement) {
    String words =
        (statement.delete() ? "--del-set " : "--add-set ")
            + Words.quoted(statement.set())
            + " "
            + MatchWords.directions(statement.fromSource());
    return target("SET", (words + " " + statement.options()).strip());
  }

  @Override
  public List<Part> duplicate(Statement.Duplicate statement) {
    if (statement.gateway().isEmpty()) {
      return refuse();
    }
    Bits gateway = MatchWords.scalar(statement.gateway().get());
    return target(
        "TEE",
        "--gateway "
            + new IpAddress(version, gateway)
            + statement
                .device()
                .map(by -> " --oif " + Words.quoted(MatchWords.scalar(by).toName()))
                .orElse(""));
  }

  @Override
  public List<Part> passOn(Statement.PassOn statement) {
    return refuse();
  }

  @Override
  public List<Part> notrack(Statement.Notrack statement) {
    return target("CT", "--notrack");
  }

  @Override
  public List<Part> useObject(Statement.UseObject statement) {
    return refuse();
  }

  @Override
  public List<Part> setUpdate(Statement.SetUpdate statement) {
    return refuse();
  }

  @Override
  public List<Part> note(Statement.Note statement) {
    if (statement.kind() == Statement.Note.Kind.COUNTER) {
      return List.of();
    }
    String comment = "comment ";
    return List.of(
        statement.text().startsWith(comment)
            ? Part.match(
                "comment",
                "--comment " + Words.quoted(statement.text().substring(comment.length())))
            : asRead(statement.text()));
  }

  @Override
  public List<Part> opaque(Statement.Opaque statement) {
    return List.of(asRead(statement.text()));
  }

  /** The words of a match or target; names of targets are in capitals. */
  static Part asRead(String text) {
    String words = text.startsWith("-j ") ? text.substring(3) : text;
    int blank = words.indexOf(' ');
    String name = blank < 0 ? words : words.substring(0, blank);
    String options = blank < 0 ? "" : words.substring(blank + 1);
    boolean target = text.startsWith("-j ") || Targets.find(name).isPresent();
    boolean match = Matches.find(name).isPresent();
    if (!target && !match || !options.isEmpty() && !isOption(options)) {
      throw new Unwritable("not understood when it was read");
    }
    return target ? Part.target(name, options) : Part.match(name, options);
  }

  private static boolean isOption(String words) {
    return words.startsWith("-") || words.startsWith("! -");
  }

  /** All that was asked for, in its order. */
  static List<Part> all(List<List<Part>> parts) {
    List<Part> all = new ArrayList<>();
    parts.forEach(all::addAll);
    return all;
  }
}
