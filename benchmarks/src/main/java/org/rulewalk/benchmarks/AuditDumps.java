package org.rulewalk.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Writes bare dumps of a size for an audit: {@link GeneratedRules}, and {@link FiveTuples} of each
 * shape with two thirds of accepting rules, as {@code iptables-save} and as {@code nft} print them.
 *
 * <p>{@code java … AuditDumps DIRECTORY RULES…}.
 */
public final class AuditDumps {
  private AuditDumps() {}

  /**
   * Writes them.
   *
   * @throws IOException if the directory can't be written
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    for (String number : List.of(arguments).subList(1, arguments.length)) {
      int rules = Integer.parseInt(number);
      write(directory, "mixed-iptables-" + rules, GeneratedRules.iptables(rules));
      write(directory, "mixed-nft-" + rules, GeneratedRules.nft(rules));
      for (FiveTuples.Shape shape : FiveTuples.Shape.values()) {
        String name = shape.name().toLowerCase(Locale.ROOT);
        write(directory, name + "-iptables-" + rules, new Tuples(shape, rules).iptables());
        write(directory, name + "-nft-" + rules, new Tuples(shape, rules).nft());
      }
    }
  }

  private static void write(Path directory, String name, String text) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(name));
    String file = name.contains("-nft-") ? "nft-list-ruleset.txt" : "iptables-save.txt";
    Files.writeString(folder.resolve(file), text);
  }

  /** Rules over five fields in both languages. */
  private static final class Tuples {
    private final String[] lines;
    private final Random random;

    Tuples(FiveTuples.Shape shape, int rules) {
      lines = FiveTuples.of(shape, rules).text().split("\\R");
      random = new Random(rules);
    }

    String iptables() {
      StringBuilder text = new StringBuilder("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n");
      text.append(":OUTPUT ACCEPT [0:0]\n");
      for (String line : lines) {
        Tuple tuple = Tuple.of(line);
        text.append("-A FORWARD");
        option(text, " -s ", tuple.source());
        option(text, " -d ", tuple.destination());
        option(text, " -p ", tuple.protocol());
        if (tuple.hasPorts()) {
          text.append(" -m ").append(tuple.protocol());
          option(text, " --sport ", tuple.sourcePorts().replace('-', ':'));
          option(text, " --dport ", tuple.destinationPorts().replace('-', ':'));
        }
        text.append(accepts() ? " -j ACCEPT\n" : " -j DROP\n");
      }
      return text.append("COMMIT\n").toString();
    }

    String nft() {
      StringBuilder text = new StringBuilder("table ip filter {\n\tchain forward {\n");
      text.append("\t\ttype filter hook forward priority filter; policy drop;\n");
      for (String line : lines) {
        Tuple tuple = Tuple.of(line);
        text.append("\t\t");
        option(text, "ip saddr ", tuple.source());
        option(text, " ip daddr ", tuple.destination());
        if (tuple.hasPorts()) {
          option(text, " " + tuple.protocol() + " sport ", tuple.sourcePorts());
          option(text, " " + tuple.protocol() + " dport ", tuple.destinationPorts());
        } else {
          option(text, " meta l4proto ", tuple.protocol());
        }
        text.append(accepts() ? " accept\n" : " drop\n");
      }
      return text.append("\t}\n}\n").toString();
    }

    private boolean accepts() {
      return random.nextInt(3) > 0;
    }

    private static void option(StringBuilder text, String name, String value) {
      if (!value.isEmpty()) {
        text.append(name).append(value);
      }
    }
  }

  /** One line of ClassBench's format; what may be anything is empty. */
  private record Tuple(
      String source,
      String destination,
      String sourcePorts,
      String destinationPorts,
      String protocol) {
    static Tuple of(String line) {
      String[] parts = line.substring(1).split("\t");
      boolean any = parts[4].endsWith("/0x00");
      int number = Integer.decode(parts[4].substring(0, 4));
      String protocol = any ? "" : number == 6 ? "tcp" : number == 17 ? "udp" : "icmp";
      boolean ports = protocol.equals("tcp") || protocol.equals("udp");
      return new Tuple(
          address(parts[0]),
          address(parts[1]),
          ports ? range(parts[2]) : "",
          ports ? range(parts[3]) : "",
          protocol);
    }

    private static String address(String prefix) {
      return prefix.endsWith("/0") ? "" : prefix.replace("/32", "");
    }

    private static String range(String text) {
      String[] ends = text.split(" : ");
      boolean all = ends[0].equals("0") && ends[1].equals("65535");
      return all ? "" : ends[0].equals(ends[1]) ? ends[0] : ends[0] + "-" + ends[1];
    }

    boolean hasPorts() {
      return !sourcePorts.isEmpty() || !destinationPorts.isEmpty();
    }
  }
}
