package org.rulewalk.parsers.nft;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Statement.Nat;
import org.rulewalk.simulator.rules.Statement.Reject;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** Builds statements out of what both languages have read of them. */
final class Actions {
  private static final List<String> LOG_OPTIONS =
      List.of("prefix", "group", "snaplen", "queue-threshold", "level", "flags");

  private static final int PORT_UNREACHABLE = 3;
  private static final int PORT_UNREACHABLE6 = 4;
  private static final int PORT_UNREACHABLE_X = 1;

  /**
   * iptables' matches that say nothing about a packet, so that their lost arguments don't matter.
   */
  private static final Set<String> HARMLESS_MATCHES = Set.of("comment");

  /** iptables' targets after which the chain goes on, whatever their arguments say. */
  private static final Set<String> HARMLESS_TARGETS =
      Set.of("LOG", "NFLOG", "ULOG", "AUDIT", "TRACE", "CHECKSUM", "LED", "IDLETIMER", "RATEEST");

  private static final String NOT_PRINTED = "that the listing does not print";

  /** The words of a target for which the listing prints nothing. */
  static final String UNPRINTED = "xt target " + NOT_PRINTED;

  private final Lowering lowering;

  Actions(Lowering lowering) {
    this.lowering = lowering;
  }

  private Family family() {
    return lowering.scope().family();
  }

  static Statement counter(long packets, long bytes) {
    return new Statement.Note(Statement.Note.Kind.COUNTER, "counter", packets, bytes);
  }

  static Statement note(String text) {
    return new Statement.Note(Statement.Note.Kind.OTHER, text, 0, 0);
  }

  /** A log line; options as written, quoted where they are text. */
  static Statement log(Map<String, String> options) {
    StringBuilder text = new StringBuilder("log");
    // nft takes flags at the end only
    for (String name : LOG_OPTIONS) {
      if (options.containsKey(name)) {
        text.append(option(name, options.get(name)));
      }
    }
    return new Statement.Note(Statement.Note.Kind.LOG, text.toString(), 0, 0);
  }

  private static String option(String name, String value) {
    if (name.equals("flags")) {
      return flags(value);
    }
    return " " + name + " " + (name.equals("prefix") ? "\"" + value + "\"" : value);
  }

  /** The text has {@code tcp sequence,options}, JSON each with its protocol. */
  private static String flags(String list) {
    StringBuilder text = new StringBuilder();
    boolean sequence = list.contains("sequence");
    boolean options = list.contains("tcp options") || list.contains("sequence,options");
    if (sequence || options) {
      text.append(" flags tcp ");
      text.append(sequence && options ? "sequence,options" : sequence ? "sequence" : "options");
    }
    for (String flag : List.of("ip options", "skuid", "ether", "all")) {
      text.append(list.contains(flag) ? " flags " + flag : "");
    }
    return text.toString();
  }

  static Statement use(StatefulObject.Kind kind, String name) {
    return new Statement.UseObject(kind, name, Optional.empty());
  }

  /** A rate limit; {@code unit} is second, minute, hour, day or week. */
  static Match limit(long rate, String unit, Optional<Long> burst, boolean bytes, boolean over) {
    long seconds;
    switch (unit) {
      case "second":
        seconds = 1;
        break;
      case "minute":
        seconds = 60;
        break;
      case "hour":
        seconds = 3600;
        break;
      case "day":
        seconds = 24 * 3600;
        break;
      case "week":
        seconds = 7 * 24 * 3600;
        break;
      default:
        throw new Misread("`" + unit + "` is no unit of time");
    }
    long allowed = burst.orElse(bytes ? 0L : 5L);
    String text = "limit rate " + (over ? "over " : "") + rate + (bytes ? " bytes/" : "/") + unit;
    return new Match.RateLimit(rate, seconds, allowed, bytes, over, text);
  }

  static long scale(String unit) {
    switch (unit) {
      case "bytes":
        return 1;
      case "kbytes":
        return 1024;
      case "mbytes":
        return 1024 * 1024;
      case "gbytes":
        return 1024L * 1024 * 1024;
      default:
        throw new Misread("`" + unit + "` is no unit of bytes");
    }
  }

  /** A reject; {@code kind} is empty for what the family does by itself. */
  Statement reject(String kind, String code) {
    switch (kind) {
      case "tcp reset":
        return new Reject(Reject.Kind.TCP_RESET, 0);
      case "icmp":
        return new Reject(Reject.Kind.ICMP, code(code, DataType.ICMP_CODE, PORT_UNREACHABLE));
      case "icmpv6":
        return new Reject(Reject.Kind.ICMPV6, code(code, DataType.ICMPV6_CODE, PORT_UNREACHABLE6));
      case "icmpx":
        return new Reject(Reject.Kind.ICMPX, code(code, DataType.ICMPX_CODE, PORT_UNREACHABLE_X));
      case "":
        return reject(family());
      default:
        throw new Misread("`reject with " + kind + "` is not known");
    }
  }

  /** What a reject without more words does. */
  static Reject reject(Family family) {
    if (family == Family.IP) {
      return new Reject(Reject.Kind.ICMP, PORT_UNREACHABLE);
    }
    return family == Family.IP6
        ? new Reject(Reject.Kind.ICMPV6, PORT_UNREACHABLE6)
        : new Reject(Reject.Kind.ICMPX, PORT_UNREACHABLE_X);
  }

  private static int code(String word, DataType type, int otherwise) {
    return word.isEmpty() ? otherwise : Literals.value(new Term.Word(word), type).toInt();
  }

  /**
   * Address translation.
   *
   * @param kind snat, dnat, masquerade or redirect
   * @param familyWord ip, ip6 or empty
   */
  Statement nat(
      String kind,
      String familyWord,
      Optional<Term> address,
      Optional<Term> port,
      List<String> flags) {
    Optional<IpVersion> version = version(familyWord);
    DataType type = DataType.ofAddress(isIpv6(version, address) ? IpVersion.IPV6 : IpVersion.IPV4);
    Optional<Expression> to = address.map(term -> address(term, type));
    Optional<Expression> ports = port.map(term -> lowering.value(term, DataType.INET_SERVICE, 16));
    Set<Nat.Flag> set = java.util.EnumSet.noneOf(Nat.Flag.class);
    for (String flag : flags) {
      flag(flag).ifPresent(set::add);
    }
    return new Nat(
        Nat.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
        version,
        to,
        Optional.empty(),
        ports,
        Optional.empty(),
        Optional.empty(),
        set);
  }

  private static Optional<Nat.Flag> flag(String word) {
    switch (word) {
      case "random":
        return Optional.of(Nat.Flag.RANDOM);
      case "fully-random":
        return Optional.of(Nat.Flag.FULLY_RANDOM);
      case "persistent":
        return Optional.of(Nat.Flag.PERSISTENT);
      case "netmap":
      case "prefix":
        return Optional.of(Nat.Flag.NETMAP);
      default:
        return Optional.empty();
    }
  }

  private static Optional<IpVersion> version(String word) {
    return word.equals("ip")
        ? Optional.of(IpVersion.IPV4)
        : word.equals("ip6") ? Optional.of(IpVersion.IPV6) : Optional.empty();
  }

  private boolean isIpv6(Optional<IpVersion> version, Optional<Term> address) {
    if (version.isPresent()) {
      return version.get() == IpVersion.IPV6;
    }
    return family() == Family.IP6
        || family() != Family.IP && address.map(Actions::looksLikeIpv6).orElse(false);
  }

  static boolean looksLikeIpv6(Term term) {
    return looksLike(term, IpVersion.IPV6);
  }

  static boolean looksLikeIpv4(Term term) {
    return looksLike(term, IpVersion.IPV4);
  }

  private static boolean looksLike(Term term, IpVersion version) {
    if (term instanceof Term.Span) {
      return looksLike(((Term.Span) term).low(), version);
    }
    if (term instanceof Term.Prefixed) {
      return looksLike(((Term.Prefixed) term).base(), version);
    }
    String text =
        term instanceof Term.Word
            ? ((Term.Word) term).text()
            : term instanceof Term.Quoted ? ((Term.Quoted) term).text() : "";
    return IpAddress.parse(text).map(a -> a.version() == version).orElse(false);
  }

  /** An address, or an address and port that a map gives. */
  private Expression address(Term term, DataType type) {
    if (!(term instanceof Term.Lookup)) {
      return lowering.value(term, type, Scope.width(type));
    }
    Term.Lookup lookup = (Term.Lookup) term;
    return lowering.lookup(
        lookup, givesPort(lookup) ? List.of(type, DataType.INET_SERVICE) : List.of(type));
  }

  private static boolean givesPort(Term.Lookup lookup) {
    return lookup.map() instanceof Term.Elements
        && ((Term.Elements) lookup.map())
            .items().stream()
                .anyMatch(item -> item.data().map(Term.Concat.class::isInstance).orElse(false));
  }

  /** Writes to a field. */
  Statement mangle(Term target, Term value) {
    Lowering.Typed to = lowering.selector(target);
    Expression expression = to.expression();
    if (expression instanceof Expression.TcpOption) {
      return option((Expression.TcpOption) expression, value);
    }
    Expression from = lowering.value(value, to.type(), to.width());
    if (expression instanceof Expression.Meta) {
      return new Statement.SetMeta(((Expression.Meta) expression).key(), from);
    }
    if (expression instanceof Expression.Ct) {
      Expression.Ct ct = (Expression.Ct) expression;
      return new Statement.SetCt(ct.key(), ct.direction(), from);
    }
    if (expression instanceof Expression.Header || expression instanceof Expression.RawPayload) {
      return new Statement.SetHeader(expression, from);
    }
    throw new Misread("this can't be written to");
  }

  private Statement option(Expression.TcpOption option, Term value) {
    if (option.kind() != 2 || option.byteOffset() != 2) {
      if (option.byteOffset() < 2 || option.byteLength() != 2 && option.byteLength() != 4) {
        throw new Misread("of TCP options, only values of 16 or 32 bits can be set");
      }
      return new Statement.SetHeader(
          option, lowering.value(value, DataType.INTEGER, option.byteLength() * 8));
    }
    boolean clamp =
        value instanceof Term.Field
            && ((Term.Field) value)
                .expression()
                .equals(new Expression.Route(Expression.Route.Key.TCP_MSS));
    return clamp
        ? new Statement.SetMaximumSegment(Optional.empty(), false)
        : new Statement.SetMaximumSegment(
            Optional.of(lowering.value(value, DataType.INTEGER, 16)), false);
  }

  /** A match or target of iptables whose arguments the listing does not print. */
  static Statement extension(boolean target, String name) {
    String text = "xt " + (target ? "target " : "match ") + name;
    if (target && name.equals("MASQUERADE")) {
      // its arguments choose ports at most
      return new Nat(
          Nat.Kind.MASQUERADE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Set.of());
    }
    if (target && name.equals("CLASSIFY")) {
      return new Statement.Note(Statement.Note.Kind.CLASS, text, 0, 0);
    }
    if (target ? HARMLESS_TARGETS.contains(name) : HARMLESS_MATCHES.contains(name)) {
      return note(text);
    }
    Doubt doubt = new Doubt(Doubt.Kind.LOST_ARGUMENTS, text, !target, Source.NONE);
    return target ? new Statement.Opaque(text, doubt) : new Match.Unknown(text, doubt);
  }

  /** A target of iptables for which the listing prints nothing. */
  static Statement lostTarget() {
    return extension(true, NOT_PRINTED);
  }

  /** Hands the packet to a transparent socket, or fails if there is none (nft_tproxy.c). */
  static Statement proxied(String text) {
    return new Match.Unknown(text, new Doubt(Doubt.Kind.PROCESS, text, true, Source.NONE));
  }

  /** A statement whose effect depends on sockets or on another machine. */
  static Statement outside(String text) {
    return new Statement.Opaque(text, new Doubt(Doubt.Kind.PROCESS, text, false, Source.NONE));
  }

  /** {@code reset tcp option}. */
  static Statement reset(Term option) {
    if (option instanceof Term.Field
        && ((Term.Field) option).expression() instanceof Expression.TcpOption) {
      Expression.TcpOption of = (Expression.TcpOption) ((Term.Field) option).expression();
      return new Statement.StripTcpOptions(Set.of(of.kind()), true);
    }
    throw new Misread("a TCP option is expected here");
  }

  static Match notUnderstood(String text) {
    return new Match.Unknown(text, new Doubt(Doubt.Kind.NOT_UNDERSTOOD, text, true, Source.NONE));
  }

  static Match unknown(String text, Doubt.Kind kind, boolean likely) {
    return unknown(text, text, kind, likely);
  }

  /** One whose words are not what is in doubt. */
  static Match unknown(String text, String subject, Doubt.Kind kind, boolean likely) {
    return new Match.Unknown(text, new Doubt(kind, subject, likely, Source.NONE));
  }

  /** {@code dup to ADDRESS [device NAME]}; of devices' chains, {@code dup to NAME}. */
  Statement duplicate(Term to, Optional<Term> device) {
    if (family() == Family.NETDEV) {
      return new Statement.Duplicate(Optional.empty(), Optional.of(device(to)));
    }
    IpVersion version = family() == Family.IP6 ? IpVersion.IPV6 : IpVersion.IPV4;
    return new Statement.Duplicate(
        Optional.of(address(to, DataType.ofAddress(version))), device.map(this::device));
  }

  /**
   * {@code fwd to NAME}, {@code fwd ip to ADDRESS device NAME}.
   *
   * @param familyWord ip, ip6 or empty
   */
  Statement passOn(String familyWord, Term to, Optional<Term> device) {
    Optional<Statement.PassOn.Neighbour> neighbour =
        version(familyWord)
            .map(
                version ->
                    new Statement.PassOn.Neighbour(
                        version, address(to, DataType.ofAddress(version))));
    return new Statement.PassOn(neighbour, device(device.orElse(to)));
  }

  private Expression device(Term term) {
    return lowering.value(term, DataType.IFACE_INDEX, Scope.width(DataType.IFACE_INDEX));
  }

  /** Any of all queues, as something computed for each packet says: its words, then the verdict. */
  static List<Statement> anyQueue(String text, boolean bypass, boolean fanout) {
    return List.of(note(text), new Statement.Decide(new Verdict.Queue(0, 0xffff, bypass, fanout)));
  }
}
