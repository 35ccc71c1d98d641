package org.rulewalk.diagnostics.command;

import java.util.Optional;
import org.rulewalk.parsers.nft.NftRuleText;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.value.Source;

/** The text of rules as the tools that keep them write it. */
public final class SavedText {
  private SavedText() {}

  /** What iptables-save prints behind {@code -A CHAIN}; empty where only nft's listing is known. */
  public static Optional<String> words(Rule rule) {
    String text = rule.source().text();
    int start = text.startsWith("[") ? text.indexOf("] ") + 2 : 0;
    if (!text.startsWith("-A ", start)) {
      return Optional.empty();
    }
    int blank = text.indexOf(' ', start + 3);
    return Optional.of(blank < 0 ? "" : text.substring(blank + 1));
  }

  /** The line of nft's listing, without its handle; empty where only iptables-save's is known. */
  public static Optional<String> nft(Rule rule) {
    Optional<Source> listed =
        rule.alsoAt().or(() -> Optional.of(rule.source()).filter(s -> words(rule).isEmpty()));
    return listed
        .map(Source::text)
        .filter(text -> !text.isEmpty())
        .map(text -> NftRuleText.withoutHandle(text).strip());
  }
}
