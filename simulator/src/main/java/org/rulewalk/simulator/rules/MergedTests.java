package org.rulewalk.simulator.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.rulewalk.simulator.value.Source;

/**
 * Negated tests of neighbouring header fields, which some versions of nft (before 1.1.0) and
 * iptables-nft (1.8.8 to 1.8.10) load as one comparison: {@code tcp sport != 22 tcp dport != 23}
 * then holds unless <em>both</em> ports are these (nftables: src/payload.c, payload_can_merge;
 * iptables: iptables/nft.c, add_nft_tcpudp). Listings show two tests either way.
 */
public final class MergedTests {
  private static final int MOST_BITS = 32;

  /** What is known of the version that loaded the rules. */
  public enum Loaded {
    /** It made one comparison of them. */
    AS_ONE,
    /** It made one of each. */
    SEPARATELY,
    /** The listing does not tell. */
    UNKNOWN
  }

  private MergedTests() {}

  /** The statements of a rule as nft's versions load them: any fields of together 32 bits. */
  public static List<Statement> ofNft(List<Statement> statements, Loaded loaded) {
    return merged(statements, loaded, (one, other) -> true);
  }

  /** The statements of a rule as iptables-nft's versions load them: two ports of TCP or UDP. */
  public static List<Statement> ofIptables(List<Statement> statements, Loaded loaded) {
    return merged(
        statements,
        loaded,
        (one, other) ->
            one == HeaderField.TCP_SPORT && other == HeaderField.TCP_DPORT
                || one == HeaderField.UDP_SPORT && other == HeaderField.UDP_DPORT);
  }

  /** How the tables were loaded, as far as their rules show it. */
  public static Loaded evidence(List<Table> tables) {
    Loaded found = Loaded.UNKNOWN;
    for (Table table : tables) {
      for (Chain chain : table.chains()) {
        for (Rule rule : chain.rules()) {
          Loaded here = evidence(rule, table.tool() == Table.Tool.NFT);
          found = here == Loaded.UNKNOWN ? found : here;
        }
      }
    }
    return found;
  }

  private static Loaded evidence(Rule rule, boolean nft) {
    List<Statement> statements = rule.statements();
    if (statements.stream().anyMatch(MergedTests::isOne)) {
      return Loaded.AS_ONE;
    }
    List<Statement> merged =
        nft ? ofNft(statements, Loaded.AS_ONE) : ofIptables(statements, Loaded.AS_ONE);
    return merged.equals(statements) ? Loaded.UNKNOWN : Loaded.SEPARATELY;
  }

  private static boolean isOne(Statement statement) {
    if (!(statement instanceof Match.AnyOf)) {
      return false;
    }
    List<Match> parts = ((Match.AnyOf) statement).parts();
    return parts.size() > 1 && parts.stream().allMatch(part -> field(part) != null);
  }

  private static List<Statement> merged(
      List<Statement> statements, Loaded loaded, BiPredicate<HeaderField, HeaderField> together) {
    if (loaded == Loaded.SEPARATELY || !hasNeighbours(statements, together)) {
      return statements;
    }
    List<Statement> result = new ArrayList<>();
    List<Match> run = new ArrayList<>();
    HeaderField last = null;
    int bits = 0;
    for (Statement statement : statements) {
      HeaderField field = field(statement);
      boolean joins =
          !run.isEmpty()
              && field != null
              && bits + field.width() <= MOST_BITS
              && isNext(last, field)
              && together.test(last, field);
      if (!joins) {
        flush(run, loaded, result);
        bits = 0;
      }
      if (field == null) {
        result.add(statement);
      } else {
        run.add((Match) statement);
        bits += field.width();
      }
      last = field;
    }
    flush(run, loaded, result);
    return result;
  }

  private static boolean hasNeighbours(
      List<Statement> statements, BiPredicate<HeaderField, HeaderField> together) {
    for (int i = 1; i < statements.size(); i++) {
      HeaderField one = field(statements.get(i - 1));
      HeaderField other = field(statements.get(i));
      if (one != null && other != null && isNext(one, other) && together.test(one, other)) {
        return true;
      }
    }
    return false;
  }

  /** The field of a test that it is not one value; null for any other statement. */
  private static HeaderField field(Statement statement) {
    if (!(statement instanceof Match.Compare)) {
      return null;
    }
    Match.Compare compare = (Match.Compare) statement;
    boolean plain =
        compare.operator() == Match.Operator.NOT_EQUAL
            && compare.left() instanceof Expression.Header
            && compare.right() instanceof Expression.Constant;
    if (!plain) {
      return null;
    }
    HeaderField field = ((Expression.Header) compare.left()).field();
    return field.width() % 8 == 0 && field.bitOffset() % 8 == 0 ? field : null;
  }

  private static boolean isNext(HeaderField one, HeaderField other) {
    return one.layer() == other.layer() && one.bitOffset() + one.width() == other.bitOffset();
  }

  private static void flush(List<Match> run, Loaded loaded, List<Statement> result) {
    if (run.size() < 2) {
      result.addAll(run);
    } else if (loaded == Loaded.AS_ONE) {
      result.add(new Match.AnyOf(run));
    } else {
      String subject = "two `!=` side by side, which some versions load as one comparison of both";
      Match asOne =
          new Match.Unknown(subject, new Doubt(Doubt.Kind.LOADED_AS, subject, true, Source.NONE));
      result.add(
          new Match.AnyOf(
              List.of(
                  new Match.AllOf(run), new Match.AllOf(List.of(new Match.AnyOf(run), asOne)))));
    }
    run.clear();
  }
}
