package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.value.Prefix;

/**
 * A rule's text as {@code nft list} prints it, from the text of a command or of another listing.
 *
 * @param text on one line
 * @param exact whether all of it is known to look so
 */
public record NftRuleText(String text, boolean exact) {
  private static final Set<String> BARE_META =
      Set.of("iif", "iifname", "iiftype", "iifgroup", "oif", "oifname", "oiftype", "oifgroup");

  private static final Set<String> DEVICES = Set.of("iif", "iifname", "oif", "oifname");

  /** Words whose values are shown as numbers with {@code -n}, by the words before them. */
  private static final Map<String, DataType> SYMBOLS =
      Map.of(
          "ct state", DataType.CT_STATE,
          "ct status", DataType.CT_STATUS,
          "icmp type", DataType.ICMP_TYPE,
          "icmpv6 type", DataType.ICMPV6_TYPE,
          "meta l4proto", DataType.INET_PROTO,
          "ip protocol", DataType.INET_PROTO,
          "meta pkttype", DataType.PKT_TYPE);

  private static final Set<DataType> HEX = Set.of(DataType.CT_STATE, DataType.CT_STATUS);

  /** What a rule may hold for its text to be sure. */
  private static final Set<String> PLAIN =
      Set.of(
          "ip",
          "ip6",
          "tcp",
          "udp",
          "saddr",
          "daddr",
          "sport",
          "dport",
          "iif",
          "iifname",
          "oif",
          "oifname",
          "iifgroup",
          "oifgroup",
          "ct",
          "state",
          "status",
          "counter",
          "packets",
          "bytes",
          "accept",
          "drop",
          "return",
          "jump",
          "goto",
          "new",
          "established",
          "related",
          "invalid",
          "untracked",
          "icmp",
          "type",
          "echo-request",
          "echo-reply",
          "meta",
          "l4proto",
          "comment",
          "masquerade",
          "log",
          "prefix",
          "dnat",
          "snat",
          "to",
          "reject",
          "with",
          "mark",
          "reset",
          "fib",
          "local",
          ".",
          "redirect");

  /** As {@code nft list} prints it. */
  public static NftRuleText listed(String command) {
    List<String> tokens = tokens(command);
    boolean exact = true;
    List<String> out = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
      String last = out.isEmpty() ? "" : out.get(out.size() - 1);
      if (token.equals("meta") && BARE_META.contains(next)) {
        continue;
      }
      if (DEVICES.contains(last) || isRelation(last) && DEVICES.contains(before(out))) {
        out.add(isRelation(token) || token.startsWith("\"") ? token : '"' + token + '"');
      } else if (token.equals("counter") && !next.equals("packets") && !next.equals("name")) {
        out.add("counter packets 0 bytes 0");
      } else if (isPort(out) && !token.isEmpty()) {
        out.add(ports(token));
      } else if (endsWith(out, "icmp", "type") && token.equals("8")) {
        out.add("echo-request");
      } else if (endsWith(out, "ct", "state")) {
        out.add(ordered(token));
      } else {
        out.add(token.replaceFirst("^([0-9.]+)/32$", "$1"));
      }
      exact &= isSure(token, last);
    }
    return new NftRuleText(String.join(" ", out), exact);
  }

  /** A line of a listing without the handle at its end. */
  public static String withoutHandle(String line) {
    int handle = line.lastIndexOf(" # handle ");
    return handle < 0 ? line : line.substring(0, handle);
  }

  private static String before(List<String> out) {
    return out.size() < 2 ? "" : out.get(out.size() - 2);
  }

  private static boolean isRelation(String token) {
    return token.equals("!=") || token.equals("==");
  }

  private static boolean endsWith(List<String> out, String one, String other) {
    return out.size() > 1 && before(out).equals(one) && out.get(out.size() - 1).equals(other);
  }

  private static boolean isPort(List<String> out) {
    String last = out.isEmpty() ? "" : out.get(out.size() - 1);
    return last.equals("dport") || last.equals("sport");
  }

  private static boolean isSure(String token, String last) {
    return PLAIN.contains(token)
        || token.startsWith("\"")
        || token.equals("!=")
        || DEVICES.contains(last)
        || last.equals("jump")
        || last.equals("goto")
        || Character.isDigit(token.charAt(0))
        || isAddress(token)
        || token.indexOf(',') > 0 && List.of(token.split(",")).stream().allMatch(PLAIN::contains)
        || isNumberOf(DataType.INET_SERVICE, token);
  }

  /** An address of IPv6, as a value, with its prefix or with a port. */
  private static boolean isAddress(String token) {
    String bare = token.startsWith("[") ? token.substring(1).replaceFirst("\\].*$", "") : token;
    return Prefix.parse(bare).filter(read -> read.toString().equals(bare)).isPresent();
  }

  private static boolean isNumberOf(DataType type, String word) {
    return Symbols.number(type, word).isPresent();
  }

  private static String ports(String token) {
    OptionalLong number = Symbols.number(DataType.INET_SERVICE, token);
    return number.isPresent() ? String.valueOf(number.getAsLong()) : token;
  }

  /** {@code new,established} is shown in the order of the bits. */
  private static String ordered(String list) {
    List<String> words = new ArrayList<>(List.of(list.split(",")));
    boolean known = words.stream().allMatch(word -> isNumberOf(DataType.CT_STATE, word));
    if (known) {
      words.sort(
          Comparator.comparingLong(word -> Symbols.number(DataType.CT_STATE, word).orElse(0)));
    }
    return String.join(",", words);
  }

  /** The same as {@code nft -n list} prints it: numbers for words. */
  public NftRuleText numeric() {
    List<String> tokens = tokens(text);
    List<String> out = new ArrayList<>();
    boolean sure = exact;
    boolean rejectCode = false;
    for (String token : tokens) {
      if (rejectCode) {
        // "reject with icmp 13"
        if (!token.equals("type")) {
          out.add(numbers(rejectType(out.get(out.size() - 1)), token));
          rejectCode = false;
        }
        continue;
      }
      DataType type =
          out.size() < 2 ? null : SYMBOLS.get(before(out) + " " + out.get(out.size() - 1));
      boolean rejects = type == null && endsWith(out, "reject", "with");
      out.add(type == null ? token : numbers(type, token));
      rejectCode |= rejects && token.startsWith("icmp");
      sure &= !token.equals("flags");
    }
    return new NftRuleText(String.join(" ", out), sure);
  }

  private static DataType rejectType(String protocol) {
    switch (protocol) {
      case "icmpv6":
        return DataType.ICMPV6_CODE;
      case "icmpx":
        return DataType.ICMPX_CODE;
      default:
        return DataType.ICMP_CODE;
    }
  }

  private static String numbers(DataType type, String list) {
    List<String> words = new ArrayList<>();
    for (String word : list.split(",")) {
      OptionalLong number = Symbols.number(type, word);
      if (number.isEmpty()) {
        return list;
      }
      words.add(
          HEX.contains(type)
              ? "0x" + Long.toHexString(number.getAsLong())
              : String.valueOf(number.getAsLong()));
    }
    return String.join(",", words);
  }

  /** Pieces between blanks; quotes hold together, commas without blanks too. */
  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    StringBuilder token = new StringBuilder();
    boolean quoted = false;
    for (char c : text.toCharArray()) {
      boolean blank = !quoted && (c == ' ' || c == '\t' || c == '\n');
      quoted ^= c == '"';
      if (!blank) {
        token.append(c);
      } else if (token.length() > 0) {
        tokens.add(token.toString());
        token.setLength(0);
      }
    }
    if (token.length() > 0) {
      tokens.add(token.toString());
    }
    return tokens;
  }
}
