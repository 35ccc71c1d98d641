package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Statement.Nat;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Writes statements in nft's language; the counterpart of {@link StatementReader} and {@link
 * Actions}.
 *
 * @param table where the rule is, for the names that it refers to
 */
record StatementText(Optional<Table> table) implements Statement.Cases<String> {
  /** A statement that refers to nothing of its table. */
  static String bare(Statement statement) {
    return statement.fold(new StatementText(Optional.empty()));
  }

  /** Words that were read from a listing. */
  static String asListed(String text) {
    if (text.isEmpty() || text.startsWith("{")) {
      throw new Unwritable("not understood when it was read");
    }
    return LiteralText.closed(text);
  }

  @Override
  public String match(Match match) {
    return MatchText.of(match);
  }

  @Override
  public String decide(Statement.Decide statement) {
    if (!(statement.verdict() instanceof Verdict.Queue)) {
      return ElementText.verdict(statement.verdict());
    }
    Verdict.Queue queue = (Verdict.Queue) statement.verdict();
    List<String> flags = new ArrayList<>();
    if (queue.bypass()) {
      flags.add("bypass");
    }
    if (queue.fanout()) {
      flags.add("fanout");
    }
    return "queue"
        + (flags.isEmpty() ? "" : " flags " + String.join(",", flags))
        + " to "
        + queue.first()
        + (queue.last() > queue.first() ? "-" + queue.last() : "");
  }

  @Override
  public String decideByMap(Statement.DecideByMap statement) {
    return lookup(statement, " vmap ");
  }

  private static String lookup(Statement.DecideByMap statement, String word) {
    return ExpressionText.of(statement.key())
        + word
        + ExpressionText.reference(statement.map(), statement.key(), List.of());
  }

  @Override
  public String reject(Statement.Reject statement) {
    if (table.filter(t -> statement.equals(Actions.reject(t.family()))).isPresent()) {
      return "reject";
    }
    switch (statement.kind()) {
      case TCP_RESET:
        return "reject with tcp reset";
      case ICMP:
        return "reject with icmp " + code(statement, DataType.ICMP_CODE);
      case ICMPV6:
        return "reject with icmpv6 " + code(statement, DataType.ICMPV6_CODE);
      default:
        return "reject with icmpx " + code(statement, DataType.ICMPX_CODE);
    }
  }

  private static String code(Statement.Reject statement, DataType type) {
    return Symbols.word(type, statement.code()).orElse(String.valueOf(statement.code()));
  }

  @Override
  public String nat(Nat statement) {
    if (statement.kind() == Nat.Kind.NETMAP || statement.basePort().isPresent()) {
      throw new Unwritable("a translation that nft has no words for");
    }
    StringBuilder text = new StringBuilder(statement.kind().name().toLowerCase(Locale.ROOT));
    boolean address = statement.address().isPresent();
    if (address && statement.version().isPresent()) {
      text.append(statement.version().get() == IpVersion.IPV4 ? " ip" : " ip6");
    }
    if (statement.flags().contains(Nat.Flag.NETMAP)) {
      text.append(" prefix");
    }
    if (address || statement.port().isPresent()) {
      text.append(" to ");
    }
    statement.address().ifPresent(to -> text.append(address(to, statement)));
    statement.port().ifPresent(to -> text.append(':').append(port(to, statement)));
    List<String> flags = new ArrayList<>();
    for (Nat.Flag flag : List.of(Nat.Flag.RANDOM, Nat.Flag.FULLY_RANDOM, Nat.Flag.PERSISTENT)) {
      if (statement.flags().contains(flag)) {
        flags.add(flag.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
    }
    return flags.isEmpty() ? text.toString() : text + " " + String.join(",", flags);
  }

  private static String to(Expression gateway, IpVersion version) {
    return ExpressionText.of(gateway, List.of(DataType.ofAddress(version)));
  }

  private static String device(Expression device) {
    return ExpressionText.of(device, List.of(DataType.IFACE_INDEX));
  }

  private String address(Expression to, Nat statement) {
    if (!(to instanceof Expression.Constant)) {
      return ExpressionText.of(to, addressTypes(to, statement));
    }
    Expression.Constant low = (Expression.Constant) to;
    String text =
        statement.addressMax().isPresent()
            ? ExpressionText.of(low) + "-" + ExpressionText.of(statement.addressMax().get())
            : address(low, statement.flags().contains(Nat.Flag.NETMAP));
    boolean bracketed = statement.port().isPresent() && low.type() == DataType.IPV6_ADDR;
    return bracketed ? "[" + text.replace("-", "]-[") + "]" : text;
  }

  /** A block is written as one only where it is mapped as one. */
  private static String address(Expression.Constant constant, boolean block) {
    if (block || !(constant.value() instanceof Value.Range)) {
      return ExpressionText.of(constant);
    }
    Value.Range range = (Value.Range) constant.value();
    return ElementText.data(range.low(), List.of(constant.type()))
        + "-"
        + ElementText.data(range.high(), List.of(constant.type()));
  }

  /** What a map of addresses yields; with ports where its elements have two parts. */
  private List<DataType> addressTypes(Expression to, Nat statement) {
    DataType type = DataType.ofAddress(statement.version().orElse(version()));
    boolean pairs =
        to instanceof Expression.MapLookup
            && ((Expression.MapLookup) to).map() instanceof SetReference.Anonymous
            && ((SetReference.Anonymous) ((Expression.MapLookup) to).map())
                .elements().elements().stream()
                    .flatMap(element -> element.value().stream())
                    .anyMatch(StatementText::isPair);
    return pairs ? List.of(type, DataType.INET_SERVICE) : List.of(type);
  }

  /** That of the table; IPv4 in those for both. */
  private IpVersion version() {
    boolean six = table.map(t -> t.family() == Family.IP6).orElse(false);
    return six ? IpVersion.IPV6 : IpVersion.IPV4;
  }

  private static boolean isPair(Value value) {
    return value instanceof Value.Tuple
        || value instanceof Value.Range && ((Value.Range) value).low() instanceof Value.Tuple;
  }

  private static String port(Expression to, Nat statement) {
    String low = ExpressionText.of(to, List.of(DataType.INET_SERVICE));
    return statement.portMax().map(high -> low + "-" + ExpressionText.of(high)).orElse(low);
  }

  @Override
  public String setMeta(Statement.SetMeta statement) {
    return "meta "
        + statement.key().word()
        + " set "
        + ExpressionText.of(statement.value(), List.of(statement.key().type()));
  }

  @Override
  public String setCt(Statement.SetCt statement) {
    return ExpressionText.of(new Expression.Ct(statement.key(), statement.direction()))
        + " set "
        + ExpressionText.of(statement.value(), List.of(statement.key().type()));
  }

  @Override
  public String setHeader(Statement.SetHeader statement) {
    return ExpressionText.of(statement.target()) + " set " + written(statement);
  }

  /** A protocol's name would be taken for the beginning of a match. */
  private static String written(Statement.SetHeader statement) {
    boolean protocol =
        statement.value() instanceof Expression.Constant
            && ((Expression.Constant) statement.value()).type() == DataType.INET_PROTO;
    return protocol
        ? LiteralText.number(ExpressionText.scalar((Expression.Constant) statement.value()))
        : ExpressionText.of(statement.value(), ExpressionTypes.of(statement.target()));
  }

  @Override
  public String setMaximumSegment(Statement.SetMaximumSegment statement) {
    if (statement.addIfMissing()) {
      throw new Unwritable("a target of iptables that nft has no words for");
    }
    return "tcp option maxseg size set "
        + statement
            .size()
            .map(size -> ExpressionText.of(size, List.of(DataType.INTEGER)))
            .orElse("rt mtu");
  }

  @Override
  public String copyMark(Statement.CopyMark statement) {
    throw new Unwritable("a target of iptables that nft has no words for");
  }

  @Override
  public String changeTtl(Statement.ChangeTtl statement) {
    throw new Unwritable("a target of iptables that nft has no words for");
  }

  @Override
  public String translatePrefix(Statement.TranslatePrefix statement) {
    throw new Unwritable("a target of iptables that nft has no words for");
  }

  @Override
  public String stripOptions(Statement.StripTcpOptions statement) {
    return statement.kinds().stream()
        .sorted()
        .map(kind -> "reset " + FieldText.words(new Expression.TcpOption(kind, 0, 0)))
        .collect(Collectors.joining(" "));
  }

  @Override
  public String updateIpset(Statement.IpsetUpdate statement) {
    throw new Unwritable("a target of iptables that nft has no words for");
  }

  @Override
  public String duplicate(Statement.Duplicate statement) {
    String device = statement.device().map(StatementText::device).orElse("");
    return statement
        .gateway()
        .map(to -> "dup to " + to(to, version()) + (device.isEmpty() ? "" : " device " + device))
        .orElse("dup to " + device);
  }

  @Override
  public String passOn(Statement.PassOn statement) {
    String device = device(statement.device());
    return statement
        .neighbour()
        .map(
            to ->
                (to.version() == IpVersion.IPV4 ? "fwd ip to " : "fwd ip6 to ")
                    + to(to.address(), to.version())
                    + " device "
                    + device)
        .orElse("fwd to " + device);
  }

  @Override
  public String notrack(Statement.Notrack statement) {
    return "notrack";
  }

  @Override
  public String useObject(Statement.UseObject statement) {
    String name =
        statement
            .map()
            .map(map -> lookup(map, " map "))
            .orElseGet(() -> LiteralText.quoted(statement.name()));
    switch (statement.kind()) {
      case COUNTER:
      case QUOTA:
      case LIMIT:
      case SYNPROXY:
        return statement.kind().words() + " name " + name;
      case SECMARK:
        return "meta secmark set " + name;
      default:
        return statement.kind().words() + " set " + name;
    }
  }

  @Override
  public String setUpdate(Statement.SetUpdate statement) {
    Optional<NamedSet> set = table.flatMap(t -> Optional.ofNullable(t.sets().get(statement.set())));
    StringBuilder text = new StringBuilder();
    if (set.isPresent()) {
      text.append(statement.operation().name().toLowerCase(Locale.ROOT)).append(" @");
    } else {
      text.append("meter ");
    }
    text.append(LiteralText.name(statement.set())).append(" { ");
    text.append(ExpressionText.of(statement.key()));
    if (statement.timeoutMillis() > 0) {
      text.append(" timeout ").append(Durations.text(statement.timeoutMillis()));
    }
    text.append(all(statement.statements()));
    List<DataType> data =
        set.flatMap(NamedSet::data).map(NamedSet.Data::types).orElse(List.of(DataType.INTEGER));
    statement.data().ifPresent(d -> text.append(" : ").append(ExpressionText.of(d, data)));
    return text.append(" }").toString();
  }

  /** Each statement with a blank before it; one whose words stand before its verdict once. */
  String all(List<Statement> statements) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < statements.size(); i++) {
      text.append(' ').append(statements.get(i).fold(this));
      i += i + 1 < statements.size() && isSaid(statements.get(i), statements.get(i + 1)) ? 1 : 0;
    }
    return text.toString();
  }

  private static boolean isSaid(Statement words, Statement verdict) {
    if (!(words instanceof Statement.Note) || !(verdict instanceof Statement.Decide)) {
      return false;
    }
    String text = ((Statement.Note) words).text();
    Verdict decided = ((Statement.Decide) verdict).verdict();
    return text.startsWith("queue ") && decided instanceof Verdict.Queue;
  }

  @Override
  public String note(Statement.Note statement) {
    return statement.kind() == Statement.Note.Kind.COUNTER
        ? "counter packets " + statement.packets() + " bytes " + statement.bytes()
        : asListed(statement.text());
  }

  @Override
  public String opaque(Statement.Opaque statement) {
    boolean unseen = statement.text().equals(Actions.UNPRINTED);
    return unseen ? "" : asListed(statement.text());
  }
}
