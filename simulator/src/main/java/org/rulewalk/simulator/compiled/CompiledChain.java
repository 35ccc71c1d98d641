package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.classify.Boxes;
import org.rulewalk.simulator.classify.Classifier;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Verdict;

/** One chain: finds the next rule that a packet can match. Immutable. */
final class CompiledChain {
  private final Chain chain;
  private final List<RuleForm> forms;
  private final ChainKey key;
  private final Classifier classifier;
  private final int[] ruleOfBox;
  private final int[] firstBox;

  private CompiledChain(
      Chain chain,
      List<RuleForm> forms,
      ChainKey key,
      Classifier classifier,
      int[] ruleOfBox,
      int[] firstBox) {
    this.chain = chain;
    this.forms = forms;
    this.key = key;
    this.classifier = classifier;
    this.ruleOfBox = ruleOfBox;
    this.firstBox = firstBox;
  }

  static CompiledChain of(Chain chain, Conditions conditions) {
    List<RuleForm> forms = new ArrayList<>();
    for (Rule rule : chain.rules()) {
      forms.add(RuleForm.of(rule, conditions));
    }
    ChainKey key = new ChainKey(forms.stream().map(RuleForm::condition).toList());
    Boxes boxes = new Boxes(key.layout(), forms.size());
    int[] ruleOfBox = new int[forms.size()];
    int[] firstBox = new int[forms.size() + 1];
    for (int rule = 0; rule < forms.size(); rule++) {
      RuleForm form = forms.get(rule);
      firstBox[rule] = boxes.size();
      for (List<Condition.Range> alternative : form.condition().alternatives()) {
        int box = boxes.add(form.verdict().filter(CompiledChain::ends).isPresent());
        key.limit(boxes, alternative);
        ruleOfBox = box < ruleOfBox.length ? ruleOfBox : Arrays.copyOf(ruleOfBox, box * 2 + 1);
        ruleOfBox[box] = rule;
      }
    }
    firstBox[forms.size()] = boxes.size();
    return new CompiledChain(chain, forms, key, Classifier.of(boxes), ruleOfBox, firstBox);
  }

  /** Whether no rule behind is asked once a rule said this. */
  private static boolean ends(Verdict verdict) {
    return verdict != Verdict.Simple.CONTINUE && !(verdict instanceof Verdict.Jump);
  }

  Chain chain() {
    return chain;
  }

  ChainKey key() {
    return key;
  }

  /** The next rule, at or behind this one, that can match the packet; -1 if there is none. */
  int next(long[] packet, int rule) {
    if (rule >= forms.size()) {
      return -1;
    }
    int box = classifier.first(packet, 0, firstBox[rule]);
    return box < 0 ? -1 : ruleOfBox[box];
  }

  /** What the rule says of a packet that it can match; empty where it has to be asked. */
  Optional<Verdict> verdict(int rule) {
    return forms.get(rule).verdict();
  }

  boolean changes(int rule) {
    return forms.get(rule).changes();
  }
}
