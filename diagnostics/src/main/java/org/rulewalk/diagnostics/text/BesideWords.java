package org.rulewalk.diagnostics.text;

import org.rulewalk.diagnostics.forwarding.ForwardStep;
import org.rulewalk.diagnostics.why.Between;
import org.rulewalk.diagnostics.why.Counted;
import org.rulewalk.diagnostics.words.MatchWords;

/** Steps of a forwarded port, needs of two VMs, and counters, in words. */
public final class BesideWords {
  private BesideWords() {}

  /** What a step is for. */
  public static String what(ForwardStep step) {
    String where =
        step.table().isPresent()
            ? step.table().get() + step.chain().map(chain -> " " + chain).orElse("")
            : "";
    switch (step.kind()) {
      case DNAT:
        return "DNAT to " + step.target() + (where.isEmpty() ? "" : " (" + where + ")");
      case FORWARD:
        return "forward" + (where.isEmpty() ? "" : ": " + where);
      case INPUT:
        return "input" + (where.isEmpty() ? "" : ": " + where);
      default:
        return "listens on " + step.target();
    }
  }

  /** How a step stands, with the reason. */
  public static String state(ForwardStep step) {
    switch (step.state()) {
      case PRESENT:
        return "there";
      case MISSING:
        return step.kind() == ForwardStep.Kind.LISTENS ? "nothing listens" : "missing";
      case WRONG:
        return "wrong "
            + String.join(
                ", ",
                step.differs().stream()
                    .filter(d -> !follows(step, d))
                    .map(d -> fault(step, d))
                    .distinct()
                    .toList());
      case SHADOWED:
        return "no effect: "
            + step.shadowedBy()
                .map(by -> Lines.place(by) + " decides")
                .orElse("another rule decides before it");
      default:
        return "not known: not in the capture";
    }
  }

  /** Whether a packet lacks a port only because it has another protocol, which is told already. */
  private static boolean follows(ForwardStep step, MatchWords.Mismatch mismatch) {
    return mismatch.field().endsWith(" dport")
        && mismatch.actual().equals("none")
        && step.differs().stream().anyMatch(d -> d.field().endsWith("protocol"));
  }

  /** The usual mistakes by their names: what the rule has, and what it should have. */
  private static String fault(ForwardStep step, MatchWords.Mismatch mismatch) {
    String actual = mismatch.actual();
    String wanted = mismatch.wanted();
    switch (mismatch.field()) {
      case "target":
        return "target (stale?): " + actual + ", not " + wanted;
      case "listens on":
        return "address: it listens on " + actual + " alone";
      case "iifname":
      case "iif":
      case "oifname":
      case "oif":
        return "interface: " + wanted + ", not " + actual;
      case "ip daddr":
        boolean stale = step.kind() != ForwardStep.Kind.DNAT;
        return "address" + (stale ? " (stale?)" : "") + ": " + wanted + ", not " + actual;
      case "ip saddr":
        return "sender: " + wanted + ", not " + actual;
      case "tcp dport":
      case "udp dport":
      case "th dport":
        String field = mismatch.field().substring(0, mismatch.field().indexOf(' '));
        return actual.equals("none")
            ? "protocol: " + field + "/" + wanted
            : "port: " + wanted + ", not " + actual;
      case "meta l4proto":
      case "ip protocol":
        return "protocol: " + wanted + ", not " + actual;
      case "protocol":
        return "protocol: it listens on " + wanted;
      default:
        return mismatch.field() + ": " + wanted + ", not " + actual;
    }
  }

  /** What a counter shows, in one sentence. */
  public static String sentence(Counted counted) {
    String rule =
        counted.rule().isPresent()
            ? "rule " + counted.rule().getAsInt() + " of " + counted.chain()
            : "the policy of " + counted.chain();
    String where =
        "On " + counted.machine() + ", " + rule + " (" + Lines.place(counted.source()) + ")";
    return counted.kind() == Counted.Kind.DROPPED
        ? where + " has dropped " + counted.packets() + plural(counted.packets()) + " so far."
        : where
            + " lies on the way, but has counted 0: no packet ever reached it since it was loaded.";
  }

  private static String plural(long packets) {
    return packets == 1 ? " packet" : " packets";
  }

  /** Where two VMs meet, and what that means. */
  public static String meeting(Between between) {
    if (between.meeting().isEmpty()) {
      return between.from()
          + " and "
          + between.to()
          + " have no common NetVM: no packet gets across.";
    }
    String meeting = between.meeting().get();
    if (between.same()) {
      return between.from()
          + " and "
          + between.to()
          + " are behind the same firewall VM, "
          + meeting
          + ".";
    }
    return between.from()
        + " and "
        + between.to()
        + " are behind different firewall VMs; their ways meet in "
        + meeting
        + ". "
        + between.from()
        + " would have to ask for "
        + between.ask()
        + ". Simpler, in dom0: qvm-prefs "
        + between.to()
        + " netvm "
        + between.provider()
        + ", then one rule in "
        + between.provider()
        + " and one in "
        + between.to()
        + ".";
  }

  /** Where a need stands in its chain. */
  public static String place(Between.Need need) {
    switch (need.place()) {
      case FIRST:
        return "first";
      case SECOND:
        return "at position 2";
      default:
        return "anywhere in it";
    }
  }

  /** That a way back is a matter of its own. */
  public static String back(Between between) {
    return "For "
        + between.to()
        + " to reach "
        + between.from()
        + " the same is needed once more, with the two exchanged.";
  }
}
