package org.rulewalk.simulator.compiled;

import java.util.Arrays;
import java.util.List;
import org.rulewalk.simulator.classify.Boxes;
import org.rulewalk.simulator.classify.Classifier;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Verdict;

/** A row of rules: finds the next one that a packet can match. Immutable. */
final class CompiledRules {
  private final ChainKey key;
  private final Classifier classifier;
  private final Verdict[] told;
  private final int[] ruleOfBox;
  private final int[] firstBox;

  private CompiledRules(
      ChainKey key, Classifier classifier, Verdict[] told, int[] ruleOfBox, int[] firstBox) {
    this.key = key;
    this.classifier = classifier;
    this.told = told;
    this.ruleOfBox = ruleOfBox;
    this.firstBox = firstBox;
  }

  static CompiledRules of(List<Rule> rules, Conditions conditions) {
    Condition[] forms = new Condition[rules.size()];
    Verdict[] told = new Verdict[rules.size()];
    for (int rule = 0; rule < forms.length; rule++) {
      RuleForm form = RuleForm.of(rules.get(rule), conditions);
      forms[rule] = form.condition();
      told[rule] = form.verdict().orElse(Verdict.Simple.BREAK);
    }
    ChainKey key = new ChainKey(Arrays.asList(forms));
    Boxes boxes = new Boxes(key.layout(), forms.length);
    int[] ruleOfBox = new int[forms.length];
    int[] firstBox = new int[forms.length + 1];
    for (int rule = 0; rule < forms.length; rule++) {
      firstBox[rule] = boxes.size();
      for (List<Condition.Range> alternative : forms[rule].alternatives()) {
        int box = boxes.add(ends(told[rule]));
        key.limit(boxes, alternative);
        ruleOfBox = box < ruleOfBox.length ? ruleOfBox : Arrays.copyOf(ruleOfBox, box * 2 + 1);
        ruleOfBox[box] = rule;
      }
    }
    firstBox[forms.length] = boxes.size();
    return new CompiledRules(
        key, Classifier.of(boxes), told, Arrays.copyOf(ruleOfBox, boxes.size()), firstBox);
  }

  /** Whether no rule behind is asked once a rule said this. */
  private static boolean ends(Verdict verdict) {
    return verdict != Verdict.Simple.BREAK
        && verdict != Verdict.Simple.CONTINUE
        && !(verdict instanceof Verdict.Jump);
  }

  int size() {
    return told.length;
  }

  ChainKey key() {
    return key;
  }

  /**
   * The next rule, at or behind this one, that can match the packet; -1 if there is none. None in
   * front may end the walk of this packet.
   */
  int next(long[] packet, int rule) {
    return rule >= told.length ? -1 : rule(classifier.first(packet, 0, firstBox[rule]));
  }

  /** The same where a rule in front that would have ended the walk does not count. */
  int nextBehindAnEnd(long[] packet, int rule) {
    return rule >= told.length ? -1 : rule(classifier.firstOneByOne(packet, 0, firstBox[rule]));
  }

  private int rule(int box) {
    return box < 0 ? -1 : ruleOfBox[box];
  }

  /** Whether the rule ends the walk of this packet. */
  boolean endsAt(int rule, long[] packet) {
    for (int box = firstBox[rule]; ends(told[rule]) && box < firstBox[rule + 1]; box++) {
      if (classifier.holds(box, packet, 0)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a rule in front of this one would end the walk of this packet. */
  boolean endsInFront(int rule, long[] packet) {
    int at = next(packet, 0);
    while (at >= 0 && at < rule) {
      if (ends(told[at])) {
        return true;
      }
      at = next(packet, at + 1);
    }
    return false;
  }

  /** What the rule says of a packet that it can match; BREAK where it has to be asked. */
  Verdict verdict(int rule) {
    return told[rule];
  }

  /** Bytes that it takes beside the rules. */
  long bytes() {
    return classifier.bytes() + 4L * (told.length + ruleOfBox.length + firstBox.length);
  }
}
