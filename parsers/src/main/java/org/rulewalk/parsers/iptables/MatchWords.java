package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Writes matches as options of iptables; the counterpart of {@link Matches}.
 *
 * @param before what was written of the rule so far
 */
record MatchWords(IpVersion version, List<Part> before) implements Match.Cases<List<Part>> {
  static <T> T refuse() {
    throw new Unwritable("iptables has no words for a test of this rule");
  }

  static String not(boolean negated) {
    return negated ? "! " : "";
  }

  static String directions(List<Boolean> fromSource) {
    return fromSource.stream()
        .map(source -> source ? "src" : "dst")
        .collect(Collectors.joining(","));
  }

  /** The number that a constant is. */
  static Bits scalar(Expression expression) {
    boolean number =
        expression instanceof Expression.Constant
            && ((Expression.Constant) expression).value() instanceof Value.Scalar;
    return number ? ((Value.Scalar) ((Expression.Constant) expression).value()).bits() : refuse();
  }

  /** {@code address/length}, or with the mask in full where it has holes. */
  static String block(Bits address, Bits mask, IpVersion version) {
    int length = mask.bitCount();
    boolean prefix = mask.equals(Bits.prefixMask(length, version.addressBits()));
    return new IpAddress(version, address)
        + "/"
        + (prefix ? String.valueOf(length) : new IpAddress(version, mask).toString());
  }

  @Override
  public List<Part> compare(Match.Compare match) {
    boolean negated = match.operator() == Match.Operator.NOT_EQUAL;
    Bits value = scalar(match.right());
    FieldWords.Test test =
        new FieldWords.Test(field(match.left()), mask(match.left()), negated, value, value);
    FieldWords words = new FieldWords(version, before);
    return negated || match.operator() == Match.Operator.EQUAL
        ? List.of(words.of(test))
        : List.of(words.ordered(test, match.operator()));
  }

  private static Expression field(Expression left) {
    return mask(left).isPresent() ? ((Expression.Binary) left).left() : left;
  }

  private static Optional<Bits> mask(Expression left) {
    boolean masked =
        left instanceof Expression.Binary
            && ((Expression.Binary) left).operator() == Expression.Binary.Operator.AND
            && ((Expression.Binary) left).right() instanceof Expression.Constant;
    return masked ? Optional.of(scalar(((Expression.Binary) left).right())) : Optional.empty();
  }

  @Override
  public List<Part> range(Match.InRange match) {
    return new FieldWords(version, before)
        .range(
            new FieldWords.Test(
                match.left(), Optional.empty(), match.negated(), match.low(), match.high()));
  }

  @Override
  public List<Part> set(Match.InSet match) {
    boolean source = match.left().equals(Expression.of(HeaderField.TH_SPORT));
    if (!source && !match.left().equals(Expression.of(HeaderField.TH_DPORT))) {
      return refuse();
    }
    return ports(match, source ? "--sports " : "--dports ");
  }

  private static List<Part> ports(Match.InSet match, String option) {
    if (!(match.set() instanceof SetReference.Anonymous)) {
      return refuse();
    }
    String list =
        ((SetReference.Anonymous) match.set())
            .elements().elements().stream()
                .map(ElementSet.Element::key)
                .map(key -> key.get(0))
                .map(ports -> FieldWords.ports(ports.low(), ports.high()))
                .collect(Collectors.joining(","));
    return List.of(Part.match("multiport", not(match.negated()) + option + list));
  }

  @Override
  public List<Part> bits(Match.HasBits match) {
    return refuse();
  }

  @Override
  public List<Part> all(Match.AllOf match) {
    if (match.parts().isEmpty()) {
      return List.of();
    }
    Optional<List<Part>> common = combined(match.parts(), true);
    if (common.isPresent()) {
      return common.get();
    }
    return IcmpWords.of(match).map(List::of).orElseGet(MatchWords::refuse);
  }

  @Override
  public List<Part> any(Match.AnyOf match) {
    // one that never holds: the words of the match stand before it
    if (match.parts().isEmpty()) {
      return List.of();
    }
    if (isLoadedAs(match)) {
      return each(((Match.AllOf) match.parts().get(0)).parts());
    }
    boolean merged =
        match.parts().stream()
            .allMatch(
                part ->
                    part instanceof Match.Compare
                        && ((Match.Compare) part).operator() == Match.Operator.NOT_EQUAL);
    return merged
        ? each(match.parts())
        : combined(match.parts(), false).orElseGet(MatchWords::refuse);
  }

  private static boolean isLoadedAs(Match.AnyOf match) {
    return match.parts().get(0) instanceof Match.AllOf
        && unknown(match).filter(u -> u.doubt().kind() == Doubt.Kind.LOADED_AS).isPresent();
  }

  private List<Part> each(List<Match> matches) {
    return StatementWords.all(matches.stream().map(match -> match.fold(this)).toList());
  }

  /** Options that the model says in several tests, all of them or any. */
  private Optional<List<Part>> combined(List<Match> parts, boolean negated) {
    Optional<Match.Unknown> unknown =
        parts.stream().flatMap(part -> unknown(part).stream()).findFirst();
    if (unknown.isPresent()) {
      return Optional.of(unknown(unknown.get()));
    }
    if (parts.size() == 2 && parts.stream().allMatch(Match.InSet.class::isInstance)) {
      return Optional.of(ports((Match.InSet) parts.get(0), "--ports "));
    }
    return addresses(parts, negated).map(List::of);
  }

  /** {@code -s a,b}. */
  private Optional<Part> addresses(List<Match> parts, boolean negated) {
    List<String> blocks = new ArrayList<>();
    String option = "";
    for (Match part : parts) {
      if (!(part instanceof Match.Compare)) {
        return Optional.empty();
      }
      Match.Compare compare = (Match.Compare) part;
      Expression field = field(compare.left());
      Match.Operator wanted = negated ? Match.Operator.NOT_EQUAL : Match.Operator.EQUAL;
      if (!field.equals(Basics.source(version)) && !field.equals(Basics.destination(version))
          || compare.operator() != wanted) {
        return Optional.empty();
      }
      option = field.equals(Basics.source(version)) ? "-s " : "-d ";
      Bits mask = mask(compare.left()).orElse(Bits.ones(version.addressBits()));
      blocks.add(block(scalar(compare.right()), mask, version));
    }
    return Optional.of(Part.basic(not(negated) + option + String.join(",", blocks)));
  }

  /** The first test that is known by its words alone, within any combination. */
  private static Optional<Match.Unknown> unknown(Match match) {
    if (match instanceof Match.Unknown) {
      return Optional.of((Match.Unknown) match);
    }
    if (match instanceof Match.Not) {
      return unknown(((Match.Not) match).part());
    }
    List<Match> parts =
        match instanceof Match.AllOf
            ? ((Match.AllOf) match).parts()
            : match instanceof Match.AnyOf ? ((Match.AnyOf) match).parts() : List.of();
    return parts.stream().flatMap(part -> unknown(part).stream()).findFirst();
  }

  @Override
  public List<Part> not(Match.Not match) {
    List<Part> parts = match.part().fold(this);
    boolean owner = parts.size() == 1 && parts.get(0).extension().equals("owner");
    return owner
        ? List.of(Part.match("owner", "! " + parts.get(0).words(), parts.get(0).rank()))
        : refuse();
  }

  @Override
  public List<Part> limit(Match.RateLimit match) {
    if (match.bytes() || match.over()) {
      return refuse();
    }
    String rate = match.text().startsWith("limit ") ? match.text().substring(6) : "";
    boolean own = !rate.isEmpty() && rate.indexOf(' ') < 0;
    return List.of(
        Part.match(
            "limit",
            "--limit "
                + (own ? rate : match.amount() + "/" + unit(match.perSeconds()))
                + " --limit-burst "
                + match.burst()));
  }

  private static String unit(long seconds) {
    switch ((int) seconds) {
      case 1:
        return "sec";
      case 60:
        return "min";
      case 3600:
        return "hour";
      case 86400:
        return "day";
      default:
        return refuse();
    }
  }

  @Override
  public List<Part> quota(Match.Quota match) {
    return List.of(Part.match("quota", not(match.over()) + "--quota " + match.bytes()));
  }

  @Override
  public List<Part> extension(Match.Extension match) {
    return List.of(new ExtensionWords(version).of(match.match()));
  }

  @Override
  public List<Part> unknown(Match.Unknown match) {
    // --packets-gt and the like: said with the membership
    boolean counted =
        match.text().startsWith("set ")
            && !before.isEmpty()
            && before.get(before.size() - 1).extension().equals("set");
    Part part = StatementWords.asRead(match.text());
    // behind the user or group that --socket-exists and --suppl-groups go with
    boolean owner = part.extension().equals("owner");
    return counted ? List.of() : List.of(owner ? Part.match("owner", part.words(), 2) : part);
  }
}
