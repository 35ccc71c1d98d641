package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.function.Function;

/** Yes, no, or not known: Kleene's three values, the third with its reason. */
public sealed interface Truth {
  /** The match holds. */
  Truth YES = Known.YES;

  /** The match does not hold. */
  Truth NO = Known.NO;

  /** The two that are certain. */
  enum Known implements Truth {
    /** The match holds. */
    YES,
    /** The match does not hold. */
    NO
  }

  /** Neither can be told. */
  record Unknown(Doubt doubt) implements Truth {}

  /** Yes or no. */
  static Truth of(boolean value) {
    return value ? YES : NO;
  }

  /** The opposite; unknown stays unknown, with the likely answer turned. */
  default Truth not() {
    if (this instanceof Unknown) {
      Doubt doubt = ((Unknown) this).doubt();
      return new Unknown(new Doubt(doubt.kind(), doubt.subject(), !doubt.likely(), doubt.where()));
    }
    return this == YES ? NO : YES;
  }

  /** This, or its opposite where {@code negated}. */
  default Truth negatedIf(boolean negated) {
    return negated ? not() : this;
  }

  /** Whether all hold: no as soon as one doesn't, else unknown if one is. */
  static <T> Truth all(List<T> items, Function<T, Truth> test) {
    Truth result = YES;
    for (T item : items) {
      Truth truth = test.apply(item);
      if (truth == NO) {
        return NO;
      }
      result = truth == YES ? result : truth;
    }
    return result;
  }

  /** Whether one holds: yes as soon as one does, else unknown if one is. */
  static <T> Truth any(List<T> items, Function<T, Truth> test) {
    Truth result = NO;
    for (T item : items) {
      Truth truth = test.apply(item);
      if (truth == YES) {
        return YES;
      }
      result = truth == NO ? result : truth;
    }
    return result;
  }
}
