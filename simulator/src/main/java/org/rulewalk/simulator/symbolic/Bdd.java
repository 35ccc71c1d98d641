package org.rulewalk.simulator.symbolic;

import java.util.Arrays;

/**
 * Reduced ordered binary decision diagrams (R. Bryant, Graph-Based Algorithms for Boolean Function
 * Manipulation, 1986): functions of numbered variables, each a node number. Equal functions have
 * equal numbers.
 *
 * <p>Any level may be used without being announced, so variables can be left out of the order until
 * they occur. Nodes are never freed: a table lives as long as one question. Not for several
 * threads.
 */
final class Bdd {
  static final int FALSE = 0;
  static final int TRUE = 1;

  /** The level of {@link #FALSE} and {@link #TRUE}: below all variables. */
  static final int LEAF = Integer.MAX_VALUE;

  private static final int AND = 1;
  private static final int OR = 2;
  private static final int MINUS = 3;
  private static final int NOT = 4;
  private static final int EXCLUSIVE = 5;
  private static final int CODES = 8;
  private static final int FIRST_CAPACITY = 1 << 12;
  private static final int MOST_CACHE = 1 << 21;

  private final int mostNodes;
  private int[] level = new int[FIRST_CAPACITY];
  private int[] low = new int[FIRST_CAPACITY];
  private int[] high = new int[FIRST_CAPACITY];
  private int[] next = new int[FIRST_CAPACITY];
  private int[] buckets = new int[FIRST_CAPACITY];
  private int size = 2;
  private int[] cacheKeys = new int[3 * FIRST_CAPACITY];
  private int[] cacheResults = new int[FIRST_CAPACITY];

  /** Codes of operations in the cache: those of released nodes are never used again. */
  private int codes;

  private int plainCodes;

  /** An empty table that grows to so many nodes at most, 20 bytes each. */
  Bdd(int mostNodes) {
    this.mostNodes = mostNodes;
    level[FALSE] = LEAF;
    level[TRUE] = LEAF;
  }

  /** The same functions by the same numbers, in a table of their own. */
  Bdd copy() {
    Bdd copy = new Bdd(mostNodes);
    copy.level = level.clone();
    copy.low = low.clone();
    copy.high = high.clone();
    copy.next = next.clone();
    copy.buckets = buckets.clone();
    copy.size = size;
    copy.cacheKeys = new int[cacheKeys.length];
    copy.cacheResults = new int[cacheResults.length];
    copy.codes = codes;
    copy.plainCodes = copy.newCode();
    return copy;
  }

  /** How many nodes there are. */
  int size() {
    return size;
  }

  /** The variable that the node asks. */
  int level(int node) {
    return level[node];
  }

  /** What remains where that variable is false. */
  int low(int node) {
    return low[node];
  }

  /** What remains where that variable is true. */
  int high(int node) {
    return high[node];
  }

  /** The function that is true where a variable is. */
  int variable(int at) {
    return node(at, FALSE, TRUE);
  }

  /** "If the variable is true, {@code ifTrue}, else {@code ifFalse}", of levels below it. */
  int node(int at, int ifFalse, int ifTrue) {
    if (ifFalse == ifTrue) {
      return ifFalse;
    }
    int hash = mix(at, ifFalse, ifTrue) & buckets.length - 1;
    for (int node = buckets[hash]; node != 0; node = next[node]) {
      if (level[node] == at && low[node] == ifFalse && high[node] == ifTrue) {
        return node;
      }
    }
    if (size == level.length) {
      grow();
      hash = mix(at, ifFalse, ifTrue) & buckets.length - 1;
    }
    int made = size++;
    level[made] = at;
    low[made] = ifFalse;
    high[made] = ifTrue;
    next[made] = buckets[hash];
    buckets[hash] = made;
    return made;
  }

  private void grow() {
    if (size >= mostNodes) {
      throw SpaceExhausted.ofNodes(mostNodes);
    }
    int capacity = level.length * 2;
    level = Arrays.copyOf(level, capacity);
    low = Arrays.copyOf(low, capacity);
    high = Arrays.copyOf(high, capacity);
    next = Arrays.copyOf(next, capacity);
    buckets = new int[capacity];
    for (int node = 2; node < size; node++) {
      int hash = mix(level[node], low[node], high[node]) & capacity - 1;
      next[node] = buckets[hash];
      buckets[hash] = node;
    }
    if (cacheResults.length < Math.min(capacity, MOST_CACHE)) {
      cacheKeys = new int[3 * capacity];
      cacheResults = new int[capacity];
    }
  }

  private static int mix(int a, int b, int c) {
    int hash = a * 0x9e3779b1 + b * 0x85ebca6b + c * 0xc2b2ae35;
    hash ^= hash >>> 15;
    hash *= 0x2c1b3c6d;
    return hash ^ hash >>> 13;
  }

  int and(int a, int b) {
    if (a == b || b == TRUE) {
      return a;
    }
    if (a == TRUE) {
      return b;
    }
    if (a == FALSE || b == FALSE) {
      return FALSE;
    }
    return a < b ? combine(AND, a, b) : combine(AND, b, a);
  }

  int or(int a, int b) {
    if (a == b || b == FALSE) {
      return a;
    }
    if (a == FALSE) {
      return b;
    }
    if (a == TRUE || b == TRUE) {
      return TRUE;
    }
    return a < b ? combine(OR, a, b) : combine(OR, b, a);
  }

  /** Where the first holds and the second doesn't. */
  int minus(int a, int b) {
    if (a == b || a == FALSE || b == TRUE) {
      return FALSE;
    }
    if (b == FALSE) {
      return a;
    }
    return a == TRUE ? not(b) : combine(MINUS, a, b);
  }

  /** Where they differ. */
  int exclusive(int a, int b) {
    if (a == b) {
      return FALSE;
    }
    if (a == FALSE) {
      return b;
    }
    if (b == FALSE) {
      return a;
    }
    if (a == TRUE) {
      return not(b);
    }
    if (b == TRUE) {
      return not(a);
    }
    return a < b ? combine(EXCLUSIVE, a, b) : combine(EXCLUSIVE, b, a);
  }

  int not(int a) {
    return a <= TRUE ? 1 - a : combine(NOT, a, TRUE);
  }

  /** The first where the condition holds, the second elsewhere. */
  int choose(int condition, int then, int otherwise) {
    return then == otherwise ? then : or(and(condition, then), minus(otherwise, condition));
  }

  private int newCode() {
    codes += CODES;
    return codes;
  }

  /**
   * Takes back all nodes from a {@link #size} of before on; nobody may use them any more. What the
   * cache knows is lost.
   */
  void release(int mark) {
    for (int node = size - 1; node >= mark; node--) {
      buckets[mix(level[node], low[node], high[node]) & buckets.length - 1] = next[node];
    }
    size = Math.min(size, mark);
    plainCodes = newCode();
  }

  private int combine(int operation, int a, int b) {
    int code = plainCodes + operation;
    int slot = mix(a, b, code) & cacheResults.length - 1;
    if (isCached(slot, code, a, b)) {
      return cacheResults[slot];
    }
    int at = Math.min(level[a], level[b]);
    int a0 = level[a] == at ? low[a] : a;
    int a1 = level[a] == at ? high[a] : a;
    int b0 = level[b] == at ? low[b] : b;
    int b1 = level[b] == at ? high[b] : b;
    int result;
    switch (operation) {
      case AND:
        result = node(at, and(a0, b0), and(a1, b1));
        break;
      case OR:
        result = node(at, or(a0, b0), or(a1, b1));
        break;
      case MINUS:
        result = node(at, minus(a0, b0), minus(a1, b1));
        break;
      case EXCLUSIVE:
        result = node(at, exclusive(a0, b0), exclusive(a1, b1));
        break;
      default:
        result = node(at, not(a0), not(a1));
    }
    return remember(code, a, b, result);
  }

  private boolean isCached(int slot, int operation, int a, int b) {
    return cacheKeys[3 * slot] == operation
        && cacheKeys[3 * slot + 1] == a
        && cacheKeys[3 * slot + 2] == b;
  }

  /** The slot is worked out anew: the cache may have grown meanwhile. */
  private int remember(int operation, int a, int b, int result) {
    int slot = mix(a, b, operation) & cacheResults.length - 1;
    cacheKeys[3 * slot] = operation;
    cacheKeys[3 * slot + 1] = a;
    cacheKeys[3 * slot + 2] = b;
    cacheResults[slot] = result;
    return result;
  }

  /** Whether the second holds wherever the first does. */
  boolean implies(int a, int b) {
    return minus(a, b) == FALSE;
  }

  /** Whether it depends on one of these variables. */
  boolean asks(int a, Levels which) {
    return asks(a, which, newCode());
  }

  private boolean asks(int a, Levels which, int code) {
    if (a <= TRUE) {
      return false;
    }
    int slot = mix(a, TRUE, code) & cacheResults.length - 1;
    if (isCached(slot, code, a, TRUE)) {
      return false;
    }
    if (which.contains(level[a]) || asks(low[a], which, code) || asks(high[a], which, code)) {
      return true;
    }
    remember(code, a, TRUE, FALSE);
    return false;
  }

  /** Which variables an operation concerns. */
  interface Levels {
    boolean contains(int level);
  }

  /** Where it holds for some values of these variables. */
  int exists(int a, Levels which) {
    return quantify(a, which, newCode(), true);
  }

  /** Where it holds for all values of these variables. */
  int forAll(int a, Levels which) {
    return quantify(a, which, newCode(), false);
  }

  private int quantify(int a, Levels which, int operation, boolean some) {
    if (a <= TRUE) {
      return a;
    }
    int slot = mix(a, TRUE, operation) & cacheResults.length - 1;
    if (isCached(slot, operation, a, TRUE)) {
      return cacheResults[slot];
    }
    int ifFalse = quantify(low[a], which, operation, some);
    int ifTrue = quantify(high[a], which, operation, some);
    int result;
    if (which.contains(level[a])) {
      result = some ? or(ifFalse, ifTrue) : and(ifFalse, ifTrue);
    } else {
      result = node(level[a], ifFalse, ifTrue);
    }
    return remember(operation, a, TRUE, result);
  }

  /** The function with a variable set to a value. */
  int restrict(int a, int variable, boolean value) {
    int operation = newCode();
    return restrict(a, variable, value, operation);
  }

  private int restrict(int a, int variable, boolean value, int operation) {
    if (level[a] > variable) {
      return a;
    }
    if (level[a] == variable) {
      return value ? high[a] : low[a];
    }
    int slot = mix(a, TRUE, operation) & cacheResults.length - 1;
    if (isCached(slot, operation, a, TRUE)) {
      return cacheResults[slot];
    }
    int ifFalse = restrict(low[a], variable, value, operation);
    int ifTrue = restrict(high[a], variable, value, operation);
    return remember(operation, a, TRUE, node(level[a], ifFalse, ifTrue));
  }

  /**
   * A function that agrees with the first where the second holds, and asks for less (O. Coudert, J.
   * Madre: restrict).
   */
  int simplify(int a, int care) {
    return simplify(a, care, newCode());
  }

  private int simplify(int a, int care, int operation) {
    if (care == FALSE || a <= TRUE || care == TRUE) {
      return a;
    }
    int slot = mix(a, care, operation) & cacheResults.length - 1;
    if (isCached(slot, operation, a, care)) {
      return cacheResults[slot];
    }
    int at = level[a];
    int result;
    if (level[care] < at) {
      result = simplify(a, or(low[care], high[care]), operation);
    } else {
      int c0 = level[care] == at ? low[care] : care;
      int c1 = level[care] == at ? high[care] : care;
      if (c0 == FALSE) {
        result = simplify(high[a], c1, operation);
      } else if (c1 == FALSE) {
        result = simplify(low[a], c0, operation);
      } else {
        result = node(at, simplify(low[a], c0, operation), simplify(high[a], c1, operation));
      }
    }
    return remember(operation, a, care, result);
  }

  /** Whether it holds for these values of the variables. */
  boolean holds(int a, Levels trueOnes) {
    int node = a;
    while (node > TRUE) {
      node = trueOnes.contains(level[node]) ? high[node] : low[node];
    }
    return node == TRUE;
  }
}
