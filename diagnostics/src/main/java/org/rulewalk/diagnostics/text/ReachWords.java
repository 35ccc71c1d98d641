package org.rulewalk.diagnostics.text;

import org.rulewalk.diagnostics.question.Place;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.why.Answer;

/** Questions as words of a command line. */
public final class ReachWords {
  private ReachWords() {}

  /** What {@code why} is asked so that it gives this answer: {@code work 8.8.8.8 tcp/443}. */
  public static String question(Answer answer) {
    Question question = answer.question();
    return from(question.from()) + " " + to(question.to()) + " " + question.service().text();
  }

  private static String from(Place from) {
    return from.machine().orElse("") + from.address().map(address -> ":" + address).orElse("");
  }

  private static String to(Place to) {
    String address = to.address().map(Object::toString).orElse("");
    return to.machine().map(machine -> machine + ":" + address).orElse(address);
  }
}
