package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.hops.RuleWidth;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.diagnostics.why.Passage;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Hook;

/** What lets a packet pass, in sentences: for those who ask why something can be reached. */
public final class PassageWords {
  private PassageWords() {}

  /** What let it pass at one place. */
  public static String gate(Passage.Gate gate) {
    String what = action(gate.hook());
    if (gate.isUnfiltered()) {
      return "On "
          + gate.machine()
          + ", no rule is about it: the policy of "
          + gate.base().name()
          + " in "
          + CauseWords.table(gate.table())
          + " "
          + what
          + ".";
    }
    String wide = gate.width().map(width -> wide(gate, width)).orElse("");
    return "On "
        + gate.machine()
        + ", rule "
        + gate.rule().orElseThrow().number()
        + " of "
        + gate.chain().name()
        + " in "
        + CauseWords.table(gate.table())
        + " "
        + what
        + ": "
        + CauseWords.shortened(gate.rule().orElseThrow().source())
        + wide;
  }

  private static String action(Hook hook) {
    switch (hook) {
      case INPUT:
        return "lets it in";
      case FORWARD:
        return "passes it on";
      default:
        return "lets it out";
    }
  }

  /** What else a rule takes; PedOS's own rules are as wide as they are meant to be. */
  private static String wide(Passage.Gate gate, RuleWidth width) {
    boolean own =
        BaseRules.isMade(gate.table(), gate.chain(), gate.rule().orElseThrow())
            && !BaseRules.isOfClient(gate.chain());
    List<String> others = new ArrayList<>();
    if (width.anySource()) {
      others.add("from any sender");
    }
    if (width.anyDestination()) {
      others.add("to any address");
    }
    if (width.anyService()) {
      others.add("on any service");
    }
    if (own || others.isEmpty()) {
      return "";
    }
    String last = others.remove(others.size() - 1);
    return ". It does so with packets "
        + (others.isEmpty() ? last : String.join(", ", others) + " and " + last)
        + " too.";
  }

  /** What is to be known of the way as a whole. */
  public static List<String> remarks(Passage passage) {
    List<String> remarks = new ArrayList<>();
    for (Passage.Turn turn : passage.turns()) {
      Packet after = turn.after();
      String port = Protocol.hasPorts(after.protocol()) ? " port " + after.destinationPort() : "";
      remarks.add(
          "It gets to "
              + after.destination()
              + port
              + " only because rule "
              + turn.by().rule().number()
              + " of "
              + turn.by().chain().name()
              + " on "
              + turn.machine()
              + " sends it there.");
    }
    if (!passage.gates().isEmpty() && passage.guards().isEmpty()) {
      remarks.add("No rule on the way is asked about it: nothing filters it after it is sent.");
    } else if (passage.guards().size() == 1) {
      remarks.add(
          "Only "
              + passage.guards().get(0)
              + " decides about it by a rule: there is no second firewall on the way.");
    }
    return remarks;
  }
}
