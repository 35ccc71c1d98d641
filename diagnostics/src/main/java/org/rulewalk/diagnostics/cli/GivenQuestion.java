package org.rulewalk.diagnostics.cli;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.question.Manner;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.question.Question;

/**
 * A question in one string: {@code FROM TO SERVICE [--open] [--size BYTES] [--df]}.
 *
 * @param words FROM, TO and SERVICE
 */
record GivenQuestion(String text, List<String> words, Manner manner) {

  static GivenQuestion parse(String text) {
    List<String> words = new ArrayList<>();
    boolean open = false;
    boolean dontFragment = false;
    int size = 0;
    String[] all = text.strip().split("\\s+");
    for (int i = 0; i < all.length; i++) {
      if (all[i].equals("--open")) {
        open = true;
      } else if (all[i].equals("--df")) {
        dontFragment = true;
      } else if (all[i].equals("--size") && i + 1 < all.length && all[i + 1].matches("\\d{1,6}")) {
        size = Integer.parseInt(all[++i]);
      } else {
        words.add(all[i]);
      }
    }
    if (words.size() != 3) {
      throw new BadInput(
          "--ask \""
              + text
              + "\": write three words, FROM TO SERVICE, as in \"work 8.8.8.8 ping\"");
    }
    try {
      return new GivenQuestion(text, List.copyOf(words), new Manner(size, dontFragment, open));
    } catch (IllegalArgumentException e) {
      throw new BadInput("--ask \"" + text + "\": " + e.getMessage());
    }
  }

  /**
   * What it means.
   *
   * @throws IllegalArgumentException if it means nothing there
   */
  Question in(Places places) {
    return places.question(words.get(0), words.get(1), words.get(2)).in(manner);
  }
}
