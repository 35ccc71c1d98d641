package org.rulewalk.diagnostics.words;

import java.util.Locale;
import org.rulewalk.simulator.flow.Treatment;

/** What a machine does with a packet, in a word and in a sentence. */
public final class TreatmentWords {
  private TreatmentWords() {}

  /** One word: accept, drop, reject, queue, no-route … */
  public static String word(Treatment exact) {
    Treatment treatment = exact.seen();
    if (treatment.passes()) {
      return "accept";
    }
    if (treatment instanceof Treatment.Dropped) {
      return "drop";
    }
    if (treatment instanceof Treatment.Rejected) {
      return "reject";
    }
    if (treatment instanceof Treatment.Queued) {
      return "queue";
    }
    if (treatment instanceof Treatment.NoRoute) {
      return "no-route";
    }
    if (treatment instanceof Treatment.Expired) {
      return "expire";
    }
    return treatment instanceof Treatment.Awaited ? "wait" : "stolen";
  }

  /** More of it, to tell two with the same word apart. */
  public static String sentence(Treatment treatment) {
    if (treatment instanceof Treatment.Passed) {
      return "gets through";
    }
    if (treatment instanceof Treatment.Delivered) {
      return "gets to this machine's programs";
    }
    if (treatment instanceof Treatment.Sent) {
      Treatment.Sent sent = (Treatment.Sent) treatment;
      return "goes on"
          + sent.device().map(device -> " by " + device).orElse("")
          + sent.gateway().map(gateway -> " via " + gateway).orElse("");
    }
    if (treatment instanceof Treatment.Rejected) {
      Treatment.Rejected rejected = (Treatment.Rejected) treatment;
      return "rejected with "
          + rejected.how().kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')
          + (rejected.how().kind() == org.rulewalk.simulator.rules.Statement.Reject.Kind.TCP_RESET
              ? ""
              : " code " + rejected.how().code());
    }
    if (treatment instanceof Treatment.Queued) {
      return "goes to a program, queue " + ((Treatment.Queued) treatment).queue().first();
    }
    if (treatment instanceof Treatment.NoRoute) {
      return "has no route: "
          + ((Treatment.NoRoute) treatment)
              .failure()
              .name()
              .toLowerCase(Locale.ROOT)
              .replace('_', ' ');
    }
    if (treatment instanceof Treatment.Expired) {
      return "its time to live runs out";
    }
    if (treatment instanceof Treatment.Awaited) {
      return "waits for the rest of its packet";
    }
    return treatment instanceof Treatment.Refused
        ? "refused by routing: " + reason((Treatment.Refused) treatment)
        : word(treatment);
  }

  private static String reason(Treatment.Refused refused) {
    return refused.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
