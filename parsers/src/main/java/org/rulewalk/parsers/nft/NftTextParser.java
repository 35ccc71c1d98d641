package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.nft.Lexer.Kind;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Source;

/**
 * Reads what {@code nft list ruleset} prints, with or without {@code -a}, and files in the same
 * form.
 */
public final class NftTextParser {
  private static final Set<String> OBJECTS =
      Set.of("counter", "quota", "limit", "ct", "secmark", "synproxy", "tunnel", "flowtable");

  private final SourceText source;
  private final Problems problems;
  private final Lexer lexer;
  private final TermReader terms;
  private final RuleReader rules;
  private final TableAssembly assembly = new TableAssembly(MergedTests.Loaded.UNKNOWN);

  private NftTextParser(SourceText source, Problems problems) {
    this.source = source;
    this.problems = problems;
    this.lexer = new Lexer(source.text());
    this.terms = new TermReader(lexer);
    this.rules = new RuleReader(source, lexer, terms, problems);
  }

  /** Reads a listing; what can't be read goes to {@code problems}. */
  public static NftListing parse(SourceText source, Problems problems) {
    return parse(source, problems, MergedTests.Loaded.UNKNOWN);
  }

  /** Reads a listing of which it is known how the rules were loaded. */
  public static NftListing parse(SourceText source, Problems problems, MergedTests.Loaded loaded) {
    NftTextParser parser = new NftTextParser(source, problems);
    String text = source.text();
    boolean told = loaded == MergedTests.Loaded.UNKNOWN && text.startsWith(NftWriter.FORM);
    parser.assembly.loadedBy(
        told ? TableAssembly.loaded(source.line(1).substring(NftWriter.FORM.length())) : loaded);
    parser.file();
    return new NftListing(
        parser.assembly.tables(), parser.rules.rulesRead(), parser.rules.rulesUnderstood());
  }

  private void file() {
    while (lexer.kind() != Kind.END) {
      int start = lexer.start();
      try {
        topLevel();
      } catch (Misread e) {
        problems.error(
            "nft-syntax", e.getMessage(), source.at(start), 0, "the rest of the file is read");
        lexer.back(Math.max(start, lexer.start()));
        skipLine();
      }
    }
  }

  private void skipLine() {
    while (lexer.kind() != Kind.END && lexer.kind() != Kind.END_OF_STATEMENT) {
      lexer.next();
    }
  }

  private void topLevel() {
    if (lexer.kind() == Kind.END_OF_STATEMENT) {
      lexer.next();
      return;
    }
    if (terms.takeWord("flush") || terms.takeWord("delete") || terms.takeWord("destroy")) {
      skipLine();
      return;
    }
    boolean added = terms.takeWord("add") || terms.takeWord("create");
    if (terms.takeWord("table")) {
      table();
      return;
    }
    throw new Misread(
        added
            ? "only `add table` is read here: capture the output of `nft list ruleset`"
            : "`" + lexer.word().strip() + "` is no table");
  }

  private void table() {
    int start = lexer.start();
    String word = terms.name();
    Optional<Family> family = Family.ofWord(word);
    boolean named =
        lexer.kind() == Kind.WORD || lexer.kind() == Kind.STRING || lexer.kind() == Kind.NUMBER;
    String name = named ? terms.name() : word;
    if (named && family.isEmpty()) {
      throw new Misread("`" + word + "` is no address family");
    }
    TableDraft draft =
        assembly.table(family.orElse(Family.IP), name, source.atLine(source.lineAt(start)));
    if (!terms.takeSign("{")) {
      return;
    }
    while (!terms.isSign("}") && lexer.kind() != Kind.END) {
      int at = lexer.start();
      try {
        member(draft);
      } catch (Misread e) {
        problems.warn(
            "nft-syntax", e.getMessage(), source.at(at), 0, "the rest of the table is read");
        lexer.back(at);
        skipBlock();
      }
    }
    if (!terms.takeSign("}")) {
      problems.error(
          "truncated",
          "the file ends inside table `" + name + "`",
          source.at(lexer.start()),
          0,
          "capture the listing again");
    }
  }

  /** A line with the block that it opens, if it opens one. */
  private void skipBlock() {
    int depth = 0;
    while (lexer.kind() != Kind.END) {
      if (depth == 0 && (lexer.kind() == Kind.END_OF_STATEMENT || terms.isSign("}"))) {
        return;
      }
      depth += terms.isSign("{") ? 1 : terms.isSign("}") ? -1 : 0;
      lexer.next();
    }
  }

  private void member(TableDraft draft) {
    if (lexer.kind() == Kind.END_OF_STATEMENT) {
      lexer.next();
    } else if (terms.takeWord("comment")) {
      draft.comment(terms.name());
    } else if (terms.takeWord("flags")) {
      flags(draft);
    } else if (terms.takeWord("chain")) {
      chain(draft);
    } else if (terms.isWord("set") || terms.isWord("map") || terms.isWord("meter")) {
      new SetReader(source, lexer, terms, problems).read(draft);
    } else if (lexer.kind() == Kind.WORD && OBJECTS.contains(lexer.word())) {
      new ObjectReader(source, lexer, terms).read(draft);
    } else {
      throw new Misread("`" + lexer.word() + "` is not known in a table");
    }
  }

  private void flags(TableDraft draft) {
    do {
      if (terms.name().equals("dormant")) {
        draft.dormant();
      }
    } while (terms.takeSign(","));
  }

  private void chain(TableDraft draft) {
    Source where = source.atLine(source.lineAt(lexer.start()));
    String name = terms.name();
    terms.expectSign("{");
    long handle = -1;
    ChainDraft chain = new ChainDraft(name, where);
    while (!terms.isSign("}") && lexer.kind() != Kind.END) {
      if (lexer.kind() == Kind.END_OF_STATEMENT) {
        lexer.next();
        handle = handle < 0 && chain.isEmpty() ? lexer.takeHandle() : handle;
        continue;
      }
      int at = lexer.start();
      try {
        chainMember(draft, chain);
      } catch (Misread e) {
        problems.warn(
            "nft-syntax", e.getMessage(), source.at(at), 0, "the rest of the chain is read");
        skipLine();
      }
    }
    terms.takeSign("}");
    draft.add(chain.toChain(handle < 0 ? draft.chainCount() : handle));
  }

  private void chainMember(TableDraft draft, ChainDraft chain) {
    if (terms.takeWord("type")) {
      declaration(draft, chain);
    } else if (terms.isWord("policy")) {
      policy(chain);
    } else if (terms.takeWord("comment")) {
      chain.comment(terms.name());
    } else {
      Rule rule = rules.rule(draft.scope(), chain.nextNumber());
      chain.add(rule);
    }
  }

  /** {@code type filter hook forward device eth0 priority filter; policy drop;}. */
  private void declaration(TableDraft draft, ChainDraft chain) {
    String type = terms.name();
    if (!terms.takeWord("hook")) {
      throw new Misread("`hook` is expected behind the chain's type");
    }
    String hookWord = terms.name();
    Hook hook =
        Hook.ofWord(hookWord).orElseThrow(() -> new Misread("`" + hookWord + "` is no hook"));
    chain.declare(TableAssembly.type(type), hook);
    while (terms.isWord("device") || terms.isWord("devices")) {
      lexer.next();
      devices(chain);
    }
    if (!terms.takeWord("priority")) {
      throw new Misread("`priority` is expected behind the hook");
    }
    chain.priority(priority(draft.family() == Family.BRIDGE));
    terms.skipLines();
    if (terms.isWord("policy")) {
      policy(chain);
    }
  }

  private void devices(ChainDraft chain) {
    terms.takeSign("=");
    boolean list = terms.takeSign("{");
    do {
      chain.device(terms.name());
    } while (list && terms.takeSign(","));
    terms.takeSign("}");
  }

  private Chain.Priority priority(boolean bridge) {
    int start = lexer.start();
    int value = 0;
    boolean negative = terms.takeSign("-");
    if (lexer.kind() == Kind.WORD) {
      String name = terms.name();
      value =
          Symbols.priority(name, bridge)
              .orElseThrow(() -> new Misread("`" + name + "` is no priority"));
      if (terms.isSign("+") || terms.isSign("-")) {
        boolean minus = terms.isSign("-");
        lexer.next();
        value += (int) (minus ? -terms.number() : terms.number());
      }
    } else {
      value = (int) (negative ? -terms.number() : terms.number());
    }
    return new Chain.Priority(value, lexer.textFrom(start));
  }

  private void policy(ChainDraft chain) {
    Source where = source.at(lexer.start());
    lexer.next();
    String word = terms.name();
    if (!word.equals("accept") && !word.equals("drop")) {
      throw new Misread("`" + word + "` is no policy");
    }
    chain.policy(word.equals("drop") ? Verdict.Simple.DROP : Verdict.Simple.ACCEPT, where);
  }

  /** Whether a table is one that iptables keeps in nf_tables. */
  static Table.Tool tool(Family family, String name, List<Chain> chains) {
    boolean named =
        (family == Family.IP || family == Family.IP6)
            && Set.of("filter", "nat", "mangle", "raw", "security").contains(name);
    Set<String> builtin = Set.of("INPUT", "OUTPUT", "FORWARD", "PREROUTING", "POSTROUTING");
    List<Chain> bases = new ArrayList<>(chains);
    bases.removeIf(chain -> !(chain instanceof Chain.Base));
    boolean upper =
        !bases.isEmpty() && bases.stream().allMatch(chain -> builtin.contains(chain.name()));
    return named && upper ? Table.Tool.IPTABLES_NFT : Table.Tool.NFT;
  }
}
