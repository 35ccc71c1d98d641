package org.rulewalk.simulator.region;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** Sets of numbers as intervals are the sets that they stand for. */
class IntervalsTest {
  private static final long SEED = Long.getLong("rulewalk.seed", 5L);
  private static final int HIGHEST = 30;

  private final Random random = new Random(SEED);

  private Intervals some() {
    List<Interval> parts = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      int low = random.nextInt(HIGHEST);
      parts.add(new Interval(Bits.of(low), Bits.of(low + random.nextInt(HIGHEST - low))));
    }
    return Intervals.ofAll(parts);
  }

  private static Set<Integer> numbers(Intervals intervals) {
    Set<Integer> numbers = new HashSet<>();
    for (int i = 0; i <= HIGHEST; i++) {
      if (intervals.contains(Bits.of(i))) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  @Test
  void operationsAreThoseOfSets() {
    for (int i = 0; i < 20_000; i++) {
      Intervals a = some();
      Intervals b = some();
      String where = "seed " + SEED + ": " + a + " " + b;
      Set<Integer> both = numbers(a);
      both.retainAll(numbers(b));
      assertEquals(both, numbers(a.and(b)), where);
      Set<Integer> either = numbers(a);
      either.addAll(numbers(b));
      assertEquals(either, numbers(a.or(b)), where);
      Set<Integer> rest = numbers(a);
      rest.removeAll(numbers(b));
      assertEquals(rest, numbers(a.minus(b)), where);
      assertEquals(numbers(a).containsAll(numbers(b)), a.contains(b), where);
      assertEquals(a.minus(b).or(a.and(b)), a, where);
    }
  }

  @Test
  void theLastNumberOfAllIsNoEdge() {
    Intervals all = Field.SOURCE.all(IpVersion.IPV6);
    Bits last = Bits.ones(128);
    assertEquals(Intervals.of(last), all.minus(Intervals.of(Bits.ZERO, last.minus(Bits.of(1)))));
    assertEquals(all, all.minus(Intervals.of(last)).or(Intervals.of(last)));
  }

  @Test
  void stretchesBeginAtCuts() {
    Intervals numbers = Intervals.of(Bits.of(3), Bits.of(9));
    List<Interval> stretches =
        numbers.stretches(new TreeSet<>(List.of(Bits.of(1), Bits.of(5), Bits.of(9), Bits.of(12))));
    assertEquals(
        List.of(
            new Interval(Bits.of(3), Bits.of(4)),
            new Interval(Bits.of(5), Bits.of(8)),
            Interval.of(Bits.of(9))),
        stretches);
  }

  @Test
  void whatIsLeftOfABoxAndWhatWasTakenAreTheBox() {
    for (int i = 0; i < 5_000; i++) {
      Box box = new Box(IpVersion.IPV4, some(), some(), some());
      Box other = new Box(IpVersion.IPV4, some(), some(), some());
      List<Box> rest = box.minus(other);
      for (int n = 0; n < 20; n++) {
        Box.Point point =
            new Box.Point(
                IpVersion.IPV4,
                Bits.of(random.nextInt(HIGHEST)),
                Bits.of(random.nextInt(HIGHEST)),
                random.nextInt(HIGHEST));
        long holding = rest.stream().filter(part -> part.contains(point)).count();
        boolean left = box.contains(point) && !other.contains(point);
        assertEquals(left ? 1 : 0, holding, "seed " + SEED);
      }
    }
  }
}
