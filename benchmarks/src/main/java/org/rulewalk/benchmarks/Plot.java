package org.rulewalk.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lines over two logarithmic axes, as a picture in SVG. */
final class Plot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;
  private static final int LEFT = 60;
  private static final int RIGHT = 190;
  private static final int TOP = 40;
  private static final int BOTTOM = 48;
  private static final String[] COLOURS = {
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#17becf", "#7f7f7f"
  };

  private final String title;
  private final String across;
  private final Map<String, List<double[]>> lines = new LinkedHashMap<>();

  /**
   * An empty one.
   *
   * @param across what the horizontal axis counts
   */
  Plot(String title, String across) {
    this.title = title;
    this.across = across;
  }

  void add(String line, double x, double y) {
    lines.computeIfAbsent(line, unused -> new ArrayList<>()).add(new double[] {x, y});
  }

  /** The picture. */
  String svg() {
    double[] x = {Double.MAX_VALUE, 0};
    double[] y = {Double.MAX_VALUE, 0};
    for (List<double[]> points : lines.values()) {
      for (double[] point : points) {
        widen(x, Math.log10(point[0]));
        widen(y, Math.log10(point[1]));
      }
    }
    StringBuilder out = new StringBuilder();
    write(out, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'", WIDTH, HEIGHT);
    write(out, " font-family='sans-serif' font-size='12'>\n");
    write(out, "<rect width='%d' height='%d' fill='white'/>\n", WIDTH, HEIGHT);
    write(out, "<text x='%d' y='20' font-size='14'>%s</text>\n", LEFT, title);
    for (int power = (int) Math.floor(x[0]); power <= Math.ceil(x[1]); power++) {
      int at = across(x, power);
      grid(out, at, TOP, at, HEIGHT - BOTTOM);
      text(out, at, HEIGHT - BOTTOM + 16, "middle", power);
    }
    for (int power = (int) Math.floor(y[0]); power <= Math.ceil(y[1]); power++) {
      int at = down(y, power);
      grid(out, LEFT, at, WIDTH - RIGHT, at);
      text(out, LEFT - 6, at + 4, "end", power);
    }
    write(out, "<text x='%d' y='%d'", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6);
    write(out, " text-anchor='middle'>%s</text>\n", across);
    int number = 0;
    for (Map.Entry<String, List<double[]>> line : lines.entrySet()) {
      String colour = COLOURS[number % COLOURS.length];
      write(out, "<polyline fill='none' stroke-width='2' stroke='%s' points='", colour);
      for (double[] point : line.getValue()) {
        write(out, "%d,%d ", across(x, Math.log10(point[0])), down(y, Math.log10(point[1])));
      }
      write(out, "'/>\n");
      for (double[] point : line.getValue()) {
        write(out, "<circle r='3' fill='%s'", colour);
        write(out, " cx='%d'", across(x, Math.log10(point[0])));
        write(out, " cy='%d'/>\n", down(y, Math.log10(point[1])));
      }
      int at = TOP + 12 + 18 * number++;
      write(out, "<text x='%d' y='%d' fill='%s'>", WIDTH - RIGHT + 12, at, colour);
      write(out, "%s</text>\n", line.getKey());
    }
    return out.append("</svg>\n").toString();
  }

  private static void widen(double[] bounds, double value) {
    bounds[0] = Math.min(bounds[0], value);
    bounds[1] = Math.max(bounds[1], value);
  }

  private static int across(double[] bounds, double value) {
    return LEFT + (int) ((WIDTH - LEFT - RIGHT) * part(bounds, value));
  }

  private static int down(double[] bounds, double value) {
    return HEIGHT - BOTTOM - (int) ((HEIGHT - TOP - BOTTOM) * part(bounds, value));
  }

  private static double part(double[] bounds, double value) {
    double low = Math.floor(bounds[0]);
    return (value - low) / Math.max(1, Math.ceil(bounds[1]) - low);
  }

  private static void grid(StringBuilder out, int x1, int y1, int x2, int y2) {
    write(out, "<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='#ddd'/>\n", x1, y1, x2, y2);
  }

  private static void text(StringBuilder out, int x, int y, String anchor, int power) {
    write(out, "<text x='%d' y='%d' text-anchor='%s'>10", x, y, anchor);
    write(out, "<tspan dy='-4' font-size='9'>%d</tspan></text>\n", power);
  }

  private static void write(StringBuilder out, String format, Object... parts) {
    out.append(String.format(Locale.ROOT, format, parts));
  }
}
