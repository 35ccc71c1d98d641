package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Element;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;

/** Writes elements of sets and maps. */
final class ElementText {
  private ElementText() {}

  /** Key, what goes with it, and what a map holds for it. */
  static String of(Element element, List<DataType> types, List<DataType> data) {
    StringBuilder text = new StringBuilder(key(element.key(), types));
    ElementSet.Attributes attributes = element.attributes();
    attributes.statements().forEach(s -> text.append(' ').append(StatementText.bare(s)));
    if (attributes.timeoutMillis() > 0) {
      text.append(" timeout ").append(Durations.text(attributes.timeoutMillis()));
    }
    if (attributes.expiresMillis() > 0) {
      text.append(" expires ").append(Durations.text(attributes.expiresMillis()));
    }
    if (!attributes.comment().isEmpty()) {
      text.append(" comment ").append(LiteralText.quoted(attributes.comment()));
    }
    element.value().ifPresent(value -> text.append(" : ").append(data(value, data)));
    element.verdict().ifPresent(verdict -> text.append(" : ").append(verdict(verdict)));
    element.object().ifPresent(name -> text.append(" : ").append(LiteralText.quoted(name)));
    return text.toString();
  }

  private static String key(List<Interval> key, List<DataType> types) {
    if (key.isEmpty()) {
      return "*";
    }
    if (key.size() != types.size()) {
      throw new Unwritable("a key that has not the parts of its set");
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      parts.add(LiteralText.interval(key.get(i), types.get(i)));
    }
    return String.join(" . ", parts);
  }

  /** A value, a range of values, or several side by side. */
  static String data(Value value, List<DataType> types) {
    if (value instanceof Value.Range) {
      Value.Range range = (Value.Range) value;
      return parts(values(range.low()), values(range.high()), types);
    }
    return parts(values(value), values(value), types);
  }

  private static List<Bits> values(Value value) {
    return value
        .asKey()
        .orElseThrow(() -> new Unwritable("a value that the capture does not tell"));
  }

  private static String parts(List<Bits> low, List<Bits> high, List<DataType> types) {
    if (low.size() != high.size() || low.size() != types.size()) {
      throw new Unwritable("a value that has not the parts of its map");
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < low.size(); i++) {
      parts.add(LiteralText.interval(new Interval(low.get(i), high.get(i)), types.get(i)));
    }
    return String.join(" . ", parts);
  }

  /** A verdict; one of user space has more to it and is no part of maps. */
  static String verdict(Verdict verdict) {
    if (verdict instanceof Verdict.Jump) {
      return "jump " + LiteralText.name(((Verdict.Jump) verdict).chain());
    }
    if (verdict instanceof Verdict.Goto) {
      return "goto " + LiteralText.name(((Verdict.Goto) verdict).chain());
    }
    if (verdict == Verdict.Simple.BREAK || verdict == Verdict.Simple.STOLEN) {
      throw new Unwritable("what becomes of the packet is not in the listing");
    }
    return verdict.word();
  }
}
