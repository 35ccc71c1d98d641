package org.rulewalk.parsers.nft;

import java.util.Optional;
import org.rulewalk.simulator.rules.Match;

/** Reads rate limits and quotas, of rules and of named objects. */
final class LimitReader {
  private LimitReader() {}

  /** {@code rate [over] N/unit [burst N packets]}, behind the word limit. */
  static Match limit(TermReader terms) {
    terms.takeWord("rate");
    boolean over = terms.takeWord("over");
    long rate = terms.number();
    boolean bytes = !terms.isSign("/");
    String unit;
    if (bytes) {
      // kbytes/second is one word
      String[] words = terms.name().split("/", 2);
      rate *= Actions.scale(scaleOf(words[0]));
      unit = words.length > 1 ? words[1] : afterSlash(terms);
    } else {
      unit = afterSlash(terms);
    }
    Optional<Long> burst = Optional.empty();
    if (terms.takeWord("burst")) {
      long amount = terms.number();
      String what = terms.name();
      burst =
          Optional.of(what.startsWith("packet") ? amount : amount * Actions.scale(scaleOf(what)));
    }
    return Actions.limit(rate, unit, burst, bytes, over);
  }

  private static String afterSlash(TermReader terms) {
    terms.expectSign("/");
    return terms.name();
  }

  private static String scaleOf(String word) {
    return word.endsWith("byte") ? word + "s" : word;
  }

  /** {@code [over|until] N unit [used N unit]}, behind the word quota. */
  static Match quota(TermReader terms) {
    boolean over = terms.takeWord("over");
    if (!over) {
      terms.takeWord("until");
    }
    long bytes = amount(terms);
    long used = terms.takeWord("used") ? amount(terms) : 0;
    String text = "quota " + (over ? "over " : "") + bytes + " bytes";
    return new Match.Quota(bytes, used, over, text);
  }

  private static long amount(TermReader terms) {
    long number = terms.number();
    return number * Actions.scale(scaleOf(terms.name()));
  }
}
