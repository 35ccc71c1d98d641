package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.rulewalk.simulator.value.IpVersion;

/**
 * A rule as {@code iptables -n -L} shows it, made of its line in {@code iptables-save}.
 *
 * @param text the line, up to blanks at its end
 * @param exact whether every part of it is known to look so
 */
public record ListedRule(String text, boolean exact) {
  /** How protocols are shown. */
  public enum Protocols {
    /** As numbers, as version 1.8.9 does with {@code -n}. */
    NUMBERS,
    /** As names, as all others do. */
    NAMES
  }

  /** The row of a rule, whose words stand behind {@code -A CHAIN}. */
  public static ListedRule of(String words, IpVersion version, Protocols protocols) {
    RuleLine line = new RuleLine(Words.split(words), version, true);
    line.read();
    String all = version == IpVersion.IPV4 ? "0.0.0.0/0" : "::/0";
    String source = all;
    String destination = all;
    String protocol = protocols == Protocols.NUMBERS ? "0" : "all";
    String chain = "";
    for (RuleLine.Basic basic : line.basics()) {
      String not = basic.negated() ? "!" : "";
      switch (basic.option()) {
        case "-s":
          source = not + plain(basic.value());
          break;
        case "-d":
          destination = not + plain(basic.value());
          break;
        case "-p":
          protocol = not + protocol(basic.value(), protocols);
          break;
        case "-g":
          chain = basic.value();
          break;
        default:
          break;
      }
    }
    List<String> extras = new ArrayList<>();
    if (!chain.isEmpty()) {
      extras.add("[goto] ");
    }
    boolean exact = line.faults().isEmpty();
    String target = chain;
    for (RuleLine.Open open : line.opened()) {
      target = open.target() ? open.name() : target;
      exact &= extras(open, extras);
    }
    String row =
        String.format(
            Locale.ROOT,
            "%-9s %s%-4s --  %-20s %-20s %s",
            target,
            protocol.startsWith("!") ? "" : " ",
            protocol,
            source,
            destination,
            String.join(" ", extras));
    return new ListedRule(row.stripTrailing(), exact);
  }

  private static String plain(String address) {
    return address.replaceFirst("/(32|128)$", "");
  }

  private static String protocol(String name, Protocols protocols) {
    if (protocols == Protocols.NAMES) {
      return name;
    }
    try {
      return String.valueOf(Values.protocol(name));
    } catch (Misread e) {
      return name;
    }
  }

  private static boolean extras(RuleLine.Open open, List<String> into) {
    List<Arguments.Option> options;
    try {
      options = Arguments.of(open.options()).all();
    } catch (Misread e) {
      return false;
    }
    switch (open.name()) {
      case "tcp":
      case "udp":
        into.add(open.name());
        break;
      case "icmp":
      case "conntrack":
      case "state":
      case "comment":
        break;
      case "multiport":
        into.add("multiport");
        break;
      case "DNAT":
      case "SNAT":
      case "REJECT":
      case "REDIRECT":
        break;
      default:
        return open.target() && options.isEmpty();
    }
    boolean exact = true;
    for (Arguments.Option option : options) {
      exact &= extra(option, into);
    }
    return exact;
  }

  private static boolean extra(Arguments.Option option, List<String> into) {
    String value = option.values().isEmpty() ? "" : option.values().get(0);
    String not = option.negated() ? "!" : "";
    switch (option.name()) {
      case "dport":
      case "sport":
        String stem = option.name().equals("dport") ? "dpt" : "spt";
        into.add(stem + (value.contains(":") ? "s" : "") + ":" + not + value);
        return true;
      case "dports":
      case "sports":
      case "ports":
        into.add((not.isEmpty() ? "" : "!") + option.name() + " " + value);
        return not.isEmpty();
      case "ctstate":
      case "state":
        into.add((not.isEmpty() ? "" : "! ") + option.name() + " " + value);
        return true;
      case "comment":
        into.add("/* " + value + " */");
        return true;
      case "icmp-type":
        into.add((not.isEmpty() ? "" : "!") + "icmptype " + value);
        return not.isEmpty() && !value.contains("/");
      case "to-destination":
      case "to-source":
        into.add("to:" + value);
        return true;
      case "to-ports":
        into.add("redir ports " + value);
        return true;
      case "reject-with":
        into.add("reject-with " + value);
        return true;
      default:
        return Set.of("random", "persistent").contains(option.name()) && addBare(option, into);
    }
  }

  private static boolean addBare(Arguments.Option option, List<String> into) {
    into.add(option.name());
    return true;
  }
}
