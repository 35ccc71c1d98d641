package org.rulewalk.parsers.iptables;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Finds chains that lead back to themselves; without recursion, whatever the dump says. */
final class JumpLoops {
  private final Function<String, List<String>> targets;

  JumpLoops(Function<String, List<String>> targets) {
    this.targets = targets;
  }

  private record Visit(String chain, Iterator<String> rest) {}

  /** The chains at which a circle closes. */
  List<String> find(Collection<String> chains) {
    List<String> loops = new ArrayList<>();
    Set<String> done = new HashSet<>();
    for (String start : chains) {
      walk(start, done, loops);
    }
    return loops;
  }

  private void walk(String start, Set<String> done, List<String> loops) {
    Deque<Visit> stack = new ArrayDeque<>();
    Set<String> open = new HashSet<>();
    enter(start, done, open, stack);
    while (!stack.isEmpty()) {
      Visit visit = stack.peek();
      if (!visit.rest().hasNext()) {
        stack.pop();
        open.remove(visit.chain());
        continue;
      }
      String next = visit.rest().next();
      if (open.contains(next)) {
        loops.add(next);
      } else {
        enter(next, done, open, stack);
      }
    }
  }

  private void enter(String chain, Set<String> done, Set<String> open, Deque<Visit> stack) {
    if (done.add(chain)) {
      open.add(chain);
      stack.push(new Visit(chain, targets.apply(chain).iterator()));
    }
  }
}
