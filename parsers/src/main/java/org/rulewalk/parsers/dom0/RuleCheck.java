package org.rulewalk.parsers.dom0;

import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.value.Prefix;

/** What dom0 demands of a rule before it takes it (qubes-core-admin, qubes/firewall.py). */
final class RuleCheck {
  private static final int MOST_PORT = 65535;
  private static final int MOST_ICMP = 255;

  private RuleCheck() {}

  /** What is wrong with a rule; empty if dom0 takes it. */
  static Optional<String> of(Map<String, String> values) {
    for (String key : values.keySet()) {
      if (!FirewallRule.KEYS.contains(key)) {
        return Optional.of("`" + key + "` is nothing that a rule sets");
      }
    }
    String action = values.getOrDefault("action", "");
    if (!action.equals("accept") && !action.equals("drop")) {
      return Optional.of(action.isEmpty() ? "no action" : "`" + action + "` is no action");
    }
    String proto = values.getOrDefault("proto", "");
    boolean ports = proto.equals("tcp") || proto.equals("udp");
    if (!proto.isEmpty() && !ports && !proto.equals("icmp")) {
      return Optional.of("`" + proto + "` is no protocol that dom0 knows");
    }
    return dependent(values, proto, ports).or(() -> destination(values));
  }

  private static Optional<String> dependent(
      Map<String, String> values, String proto, boolean ports) {
    String range = values.getOrDefault("dstports", "");
    if (!range.isEmpty() && (!ports || !isPorts(range))) {
      return Optional.of(
          ports ? "`" + range + "` is no port or range" : "ports without proto=tcp or proto=udp");
    }
    String type = values.getOrDefault("icmptype", "");
    if (!type.isEmpty() && (!proto.equals("icmp") || !isNumber(type, MOST_ICMP))) {
      return Optional.of(
          proto.equals("icmp") ? "`" + type + "` is no ICMP type" : "icmptype without proto=icmp");
    }
    String special = values.getOrDefault("specialtarget", "dns");
    return special.equals("dns")
        ? Optional.empty()
        : Optional.of("`" + special + "` is no special target");
  }

  private static Optional<String> destination(Map<String, String> values) {
    for (String key : new String[] {"dst4", "dst6", "dsthost"}) {
      String host = values.getOrDefault(key, "");
      if (!host.isEmpty()
          && Prefix.parse(host).isEmpty()
          && (!isName(host) || !key.equals("dsthost"))) {
        return Optional.of("`" + host + "` is no address and no host name");
      }
    }
    return Optional.empty();
  }

  /** Whether a destination is a name that has to be resolved. */
  static boolean isName(String host) {
    return !host.isEmpty()
        && host.chars()
            .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "-._".indexOf(c) >= 0);
  }

  private static boolean isPorts(String range) {
    int dash = range.indexOf('-');
    String low = dash < 0 ? range : range.substring(0, dash);
    String high = dash < 0 ? range : range.substring(dash + 1);
    return isNumber(low, MOST_PORT)
        && isNumber(high, MOST_PORT)
        && Integer.parseInt(low) <= Integer.parseInt(high);
  }

  static boolean isNumber(String text, int most) {
    return !text.isEmpty()
        && text.length() < 7
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && Integer.parseInt(text) <= most;
  }
}
