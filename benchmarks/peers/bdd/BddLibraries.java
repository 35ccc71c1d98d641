package org.rulewalk.simulator.symbolic;

import com.github.javabdd.BDD;
import com.github.javabdd.BDDFactory;
import com.github.javabdd.JFactory;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.rulewalk.benchmarks.FiveTuples;

/**
 * The set operations of an audit on our decision diagrams, JavaBDD's and jdd's: the set of each
 * rule built from its fields, taken from what is left, and met with what is left. Not part of the
 * build; see {@code run}.
 */
public final class BddLibraries {
  private static final int[] WIDTHS = {32, 32, 16, 16, 8};

  /** Protocol first, then ports, destination and source, nearly as in PacketSpace. */
  private static final int[] FIRST = {72, 40, 24, 8, 0};

  private static final int VARIABLES = 104;

  /** What the workload needs of a library; T is a set. */
  private interface Library<T> {
    T all();

    T none();

    T bit(int variable, boolean value);

    T and(T a, T b);

    T or(T a, T b);

    T minus(T a, T b);

    boolean isEmpty(T a);
  }

  private static final class Ours implements Library<Integer> {
    private final Bdd bdd = new Bdd(60_000_000);

    @Override
    public Integer all() {
      return Bdd.TRUE;
    }

    @Override
    public Integer none() {
      return Bdd.FALSE;
    }

    @Override
    public Integer bit(int variable, boolean value) {
      int node = bdd.variable(variable);
      return value ? node : bdd.not(node);
    }

    @Override
    public Integer and(Integer a, Integer b) {
      return bdd.and(a, b);
    }

    @Override
    public Integer or(Integer a, Integer b) {
      return bdd.or(a, b);
    }

    @Override
    public Integer minus(Integer a, Integer b) {
      return bdd.minus(a, b);
    }

    @Override
    public boolean isEmpty(Integer a) {
      return a == Bdd.FALSE;
    }
  }

  private static final class JavaBdd implements Library<BDD> {
    private final BDDFactory factory;

    JavaBdd(int nodes) {
      factory = JFactory.init(nodes, nodes / 8);
      factory.setVarNum(VARIABLES);
      factory.setCacheRatio(8);
    }

    @Override
    public BDD all() {
      return factory.one();
    }

    @Override
    public BDD none() {
      return factory.zero();
    }

    @Override
    public BDD bit(int variable, boolean value) {
      return value ? factory.ithVar(variable) : factory.nithVar(variable);
    }

    @Override
    public BDD and(BDD a, BDD b) {
      return a.and(b);
    }

    @Override
    public BDD or(BDD a, BDD b) {
      return a.or(b);
    }

    @Override
    public BDD minus(BDD a, BDD b) {
      return a.apply(b, BDDFactory.diff);
    }

    @Override
    public boolean isEmpty(BDD a) {
      return a.isZero();
    }
  }

  private static final class Jdd implements Library<Integer> {
    private final jdd.bdd.BDD bdd;
    private final int[] variables = new int[VARIABLES];
    private final int[] negated = new int[VARIABLES];

    Jdd(int nodes) {
      bdd = new jdd.bdd.BDD(nodes, nodes / 8);
      for (int i = 0; i < VARIABLES; i++) {
        variables[i] = bdd.createVar();
        negated[i] = bdd.ref(bdd.not(variables[i]));
      }
    }

    @Override
    public Integer all() {
      return bdd.getOne();
    }

    @Override
    public Integer none() {
      return bdd.getZero();
    }

    @Override
    public Integer bit(int variable, boolean value) {
      return value ? variables[variable] : negated[variable];
    }

    @Override
    public Integer and(Integer a, Integer b) {
      return bdd.ref(bdd.and(a, b));
    }

    @Override
    public Integer or(Integer a, Integer b) {
      return bdd.ref(bdd.or(a, b));
    }

    @Override
    public Integer minus(Integer a, Integer b) {
      return bdd.ref(bdd.and(a, bdd.ref(bdd.not(b))));
    }

    @Override
    public boolean isEmpty(Integer a) {
      return a == bdd.getZero();
    }
  }

  private static <T> T atMost(Library<T> library, int first, int width, long number) {
    T result = library.all();
    for (int bit = width - 1; bit >= 0; bit--) {
      boolean one = (number >>> (width - 1 - bit) & 1) != 0;
      T zero = library.bit(first + bit, false);
      result = one ? library.or(zero, result) : library.and(zero, result);
    }
    return result;
  }

  private static <T> T within(Library<T> library, int first, int width, long low, long high) {
    if (low == high) {
      T result = library.all();
      for (int bit = width - 1; bit >= 0; bit--) {
        boolean one = (low >>> (width - 1 - bit) & 1) != 0;
        result = library.and(library.bit(first + bit, one), result);
      }
      return result;
    }
    T result = atMost(library, first, width, high);
    return low == 0 ? result : library.minus(result, atMost(library, first, width, low - 1));
  }

  /** How many rules get no packet. */
  private static <T> int work(Library<T> library, FiveTuples rules) {
    T rest = library.all();
    int dead = 0;
    for (String line : rules.text().split("\\R")) {
      T wanted = set(library, line.substring(1).split("\t"));
      dead += library.isEmpty(library.and(rest, wanted)) ? 1 : 0;
      rest = library.minus(rest, wanted);
    }
    return dead;
  }

  private static <T> T set(Library<T> library, String[] parts) {
    T all = library.all();
    for (int column = 0; column < WIDTHS.length; column++) {
      long[] range = range(parts[column], column);
      boolean any = range[0] == 0 && range[1] == (1L << WIDTHS[column]) - 1;
      T field = library.all();
      if (!any) {
        field = within(library, FIRST[column], WIDTHS[column], range[0], range[1]);
      }
      all = library.and(all, field);
    }
    return all;
  }

  private static long[] range(String text, int column) {
    if (column < 2) {
      String[] parts = text.split("[./]");
      long address = 0;
      for (int i = 0; i < 4; i++) {
        address = address << 8 | Integer.parseInt(parts[i]);
      }
      return new long[] {address, address + (1L << 32 - Integer.parseInt(parts[4])) - 1};
    }
    if (column < 4) {
      String[] ends = text.split(" : ");
      return new long[] {Long.parseLong(ends[0]), Long.parseLong(ends[1])};
    }
    long number = Integer.decode(text.substring(0, 4));
    return text.endsWith("/0x00") ? new long[] {0, 255} : new long[] {number, number};
  }

  private static void measure(FiveTuples rules, String name, int nodes) {
    for (String which : new String[] {"ours", "JavaBDD", "jdd"}) {
      long start = processorTime();
      int dead =
          which.equals("ours")
              ? work(new Ours(), rules)
              : which.equals("jdd") ? work(new Jdd(nodes), rules) : work(new JavaBdd(nodes), rules);
      double seconds = (processorTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT, "%-10s %-8s %8.2f s  %d without packets%n", name, which, seconds, dead);
    }
  }

  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Arguments: how many rules, and how many rounds. */
  public static void main(String[] arguments) {
    int size = Integer.parseInt(arguments[0]);
    for (int round = 0; round < Integer.parseInt(arguments[1]); round++) {
      measure(FiveTuples.of(FiveTuples.Shape.ACL, size), "acl " + size, 4_000_000);
      measure(FiveTuples.of(FiveTuples.Shape.IPC, size), "ipc " + size, 4_000_000);
    }
  }
}
