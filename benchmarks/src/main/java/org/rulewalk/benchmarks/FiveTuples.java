package org.rulewalk.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.rulewalk.simulator.classify.Boxes;
import org.rulewalk.simulator.classify.KeyLayout;

/**
 * Rules over source, destination, ports and protocol in three shapes, as ClassBench (Taylor and
 * Turner, 2007) describes them, and packets that are aimed at them. The same for the same numbers.
 *
 * <p>The seeds of ClassBench itself are not used: shares and lengths of prefixes are our own.
 */
public final class FiveTuples {
  static final KeyLayout LAYOUT = new KeyLayout(List.of(32, 32, 16, 16, 8));
  private static final int COLUMNS = 5;
  private static final int[] SERVICES = {
    443, 80, 53, 22, 25, 123, 110, 143, 993, 995, 3306, 5432, 8080, 8443, 161, 389, 636, 6379, 5060
  };
  private static final long[] FULL = {0xffffffffL, 0xffffffffL, 0xffff, 0xffff, 0xff};

  private final long[] low;
  private final long[] high;
  private final int size;

  /** Shapes of rule lists. */
  public enum Shape {
    /** Access lists: most rules name a narrow destination. */
    ACL(0.30, 0.02, 0.55),
    /** Firewalls: wildcards in source or destination, ports more often. */
    FW(0.45, 0.25, 0.45),
    /** Chains of hosts: both addresses narrow, few ports. */
    IPC(0.12, 0.08, 0.30);

    private final double anySource;
    private final double anyDestination;
    private final double service;

    Shape(double anySource, double anyDestination, double service) {
      this.anySource = anySource;
      this.anyDestination = anyDestination;
      this.service = service;
    }
  }

  private FiveTuples(int size) {
    this.size = size;
    this.low = new long[size * COLUMNS];
    this.high = new long[size * COLUMNS];
  }

  /** So many rules; the last one holds every packet. */
  public static FiveTuples of(Shape shape, int size) {
    return new Maker(shape, size).make();
  }

  /** How many rules. */
  public int size() {
    return size;
  }

  /** The rules as boxes; of each only the first that holds a packet counts. */
  public Boxes boxes() {
    Boxes boxes = new Boxes(LAYOUT, size);
    for (int rule = 0; rule < size; rule++) {
      boxes.add(true);
      for (int column = 0; column < COLUMNS; column++) {
        boxes.limit(column, low[rule * COLUMNS + column], high[rule * COLUMNS + column]);
      }
    }
    return boxes;
  }

  /**
   * Packets as keys: seven of ten aimed at any rule, two at one of the first, more often the more
   * it stands in front, one at none in particular.
   */
  public long[] trace(int packets) {
    Random random = new Random(size);
    long[] keys = new long[packets * LAYOUT.words()];
    for (int i = 0; i < packets; i++) {
      double kind = random.nextDouble();
      int rule = kind < 0.7 ? random.nextInt(size) : skewed(random, 0.4, size);
      LAYOUT.clear(keys, i * LAYOUT.words());
      for (int column = 0; column < COLUMNS; column++) {
        long from = kind < 0.9 ? low[rule * COLUMNS + column] : 0;
        long to = kind < 0.9 ? high[rule * COLUMNS + column] : FULL[column];
        LAYOUT.put(keys, i * LAYOUT.words(), column, from + below(random, to - from + 1));
      }
    }
    return keys;
  }

  /** A place that is more often taken the more it stands in front (Pareto's distribution). */
  private static int skewed(Random random, double exponent, int places) {
    return (int) Math.min(places, Math.pow(1 - random.nextDouble(), -1 / exponent)) - 1;
  }

  private static long below(Random random, long bound) {
    return (long) (random.nextDouble() * bound);
  }

  /** The rules in ClassBench's format. */
  public String text() {
    StringBuilder text = new StringBuilder(size * 64);
    for (int rule = 0; rule < size; rule++) {
      int at = rule * COLUMNS;
      boolean every = high[at + 4] == 0xff;
      text.append('@').append(prefix(low[at], high[at])).append('\t');
      text.append(prefix(low[at + 1], high[at + 1])).append('\t');
      text.append(low[at + 2]).append(" : ").append(high[at + 2]).append('\t');
      text.append(low[at + 3]).append(" : ").append(high[at + 3]).append('\t');
      text.append(String.format(Locale.ROOT, "0x%02x/0x%02x%n", low[at + 4], every ? 0 : 0xff));
    }
    return text.toString();
  }

  private static String prefix(long from, long to) {
    String address =
        (from >> 24) + "." + (from >> 16 & 255) + "." + (from >> 8 & 255) + "." + (from & 255);
    return address + "/" + (32 - Long.bitCount(to - from));
  }

  /** A packet of a trace as five numbers. */
  static String text(long[] keys, int packet) {
    StringBuilder text = new StringBuilder();
    for (int column = 0; column < COLUMNS; column++) {
      text.append(column == 0 ? "" : " ").append(LAYOUT.get(keys, packet * LAYOUT.words(), column));
    }
    return text.toString();
  }

  private static final class Maker {
    private final Shape shape;
    private final FiveTuples rules;
    private final Random random;
    private final long[] inside;
    private final long[] outside;

    Maker(Shape shape, int size) {
      this.shape = shape;
      this.rules = new FiveTuples(size);
      this.random = new Random(31L * size + shape.ordinal());
      this.inside = networks(Math.max(20, size / 6), true);
      this.outside = networks(Math.max(20, size / 10), false);
    }

    private long[] networks(int count, boolean own) {
      long[] networks = new long[count];
      for (int i = 0; i < count; i++) {
        long any = (random.nextInt() & 0xffffffffL) % 0xdf000000L + 0x01000000L;
        long ours =
            random.nextInt(3) > 0
                ? 0x0a000000L | random.nextInt(1 << 24)
                : 0xac100000L | random.nextInt(1 << 20);
        networks[i] = (own ? ours : any) & ~0xffL;
      }
      return networks;
    }

    FiveTuples make() {
      int last = rules.size - 1;
      int front = 0;
      int back = last;
      while (front < back) {
        tuple(front);
        // broad ones stand behind the others, as people write them
        if (hosts(front, 0) + hosts(front, 1) > 40) {
          back--;
          System.arraycopy(rules.low, front * COLUMNS, rules.low, back * COLUMNS, COLUMNS);
          System.arraycopy(rules.high, front * COLUMNS, rules.high, back * COLUMNS, COLUMNS);
        } else {
          front++;
        }
      }
      for (int column = 0; column < COLUMNS; column++) {
        set(last, column, 0, FULL[column]);
      }
      return rules;
    }

    private int hosts(int rule, int column) {
      int at = rule * COLUMNS + column;
      return Long.bitCount(rules.high[at] - rules.low[at]);
    }

    private void tuple(int rule) {
      address(rule, 0, random.nextInt(5) < 3 ? outside : inside, shape.anySource);
      address(rule, 1, inside, shape.anyDestination);
      double kind = random.nextDouble();
      boolean ports = kind < 0.85;
      port(rule, 2, ports ? 0.05 : 0, 0.07);
      port(rule, 3, ports ? shape.service : 0, 0.15);
      long protocol = kind < 0.62 ? 6 : kind < 0.85 ? 17 : 1;
      boolean every = kind >= 0.92;
      set(rule, 4, every ? 0 : protocol, every ? 0xff : protocol);
    }

    private void address(int rule, int column, long[] networks, double any) {
      if (random.nextDouble() < any) {
        set(rule, column, 0, FULL[column]);
        return;
      }
      int skewed = skewed(random, 0.5, networks.length);
      long network = networks[random.nextBoolean() ? skewed : random.nextInt(networks.length)];
      double kind = random.nextDouble();
      int length = kind < 0.45 ? 32 : kind < 0.65 ? 25 + random.nextInt(7) : kind < 0.9 ? 24 : 16;
      long hosts = (1L << 32 - length) - 1;
      long first = (network | random.nextInt(256)) & ~hosts;
      set(rule, column, first, first | hosts);
    }

    private void port(int rule, int column, double service, double range) {
      double kind = random.nextDouble();
      if (kind < service) {
        int known = skewed(random, 0.9, SERVICES.length);
        int port = random.nextInt(10) < 7 ? SERVICES[known] : 1 + random.nextInt(65_535);
        set(rule, column, port, port);
      } else if (service > 0 && kind < service + range) {
        int from = random.nextBoolean() ? 1024 : 1 + random.nextInt(60_000);
        set(rule, column, from, from == 1024 ? 65_535 : from + random.nextInt(5000));
      } else {
        set(rule, column, 0, FULL[column]);
      }
    }

    private void set(int rule, int column, long from, long to) {
      rules.low[rule * COLUMNS + column] = from;
      rules.high[rule * COLUMNS + column] = Math.min(to, FULL[column]);
    }
  }
}
