package org.rulewalk.diagnostics.symbolic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A small machine drawn by lot, in the words of its dumps: a few rules at every hook, sets, routes.
 * Its tests tell few packets apart, so that small changes often change something, and often
 * nothing.
 */
final class DrawnMachine {
  /** By which language the rules are written. */
  enum Language {
    NFT,
    IPTABLES
  }

  private static final List<String> CHAINS =
      List.of("sub", "pre", "nat", "fwd", "late", "inp", "out", "filterout", "outnat", "post");

  private static final List<String> NFT_TESTS =
      List.of(
          "tcp dport 80",
          "tcp dport { 80, 443 }",
          "udp dport != 81",
          "meta l4proto tcp",
          "ip saddr 10.0.0.1",
          "ip saddr 10.0.0.0/24",
          "ip daddr 10.0.1.5",
          "ip daddr != 10.0.1.0/24",
          "ip ttl < 64",
          "iifname \"eth0\"",
          "iifname \"eth*\"",
          "oifname \"eth1\"",
          "ct state new",
          "ct state established",
          "ct mark 0x1",
          "meta mark 0x1",
          "meta mark & 0x3 == 0x2",
          "ip saddr . tcp dport @pairs",
          "ip daddr @held",
          "ip daddr != @held");

  private static final List<String> NFT_ENDS =
      List.of(
          "accept",
          "drop",
          "drop",
          "reject",
          "reject with tcp reset",
          "counter",
          "jump sub",
          "goto sub",
          "return",
          "tcp dport vmap @ports",
          "ip daddr vmap { 10.0.1.5 : drop, 10.0.1.6 : jump sub }");

  private static final List<String> NFT_MARKS =
      List.of(
          "meta mark set 0x1",
          "meta mark set 0x2",
          "meta mark set meta mark or 0x2",
          "meta mark set ct mark",
          "ip ttl set 63",
          "ip dscp set 0x12",
          "drop",
          "counter");

  private static final List<String> NFT_DNAT =
      List.of(
          "meta l4proto { tcp, udp } dnat to 10.0.1.5",
          "meta l4proto { tcp, udp } dnat to 10.0.1.6:8080",
          "meta l4proto { tcp, udp } redirect",
          "accept",
          "dnat to tcp dport map { 80 : 10.0.1.5, 81 : 10.0.1.6 }");

  private static final List<String> NFT_SNAT = List.of("masquerade", "snat to 10.0.1.99", "drop");

  private static final List<String> XT_TESTS =
      List.of(
          "-p tcp -m tcp --dport 80",
          "-p tcp -m multiport --dports 80,443",
          "-p udp -m udp ! --dport 81",
          "-p tcp",
          "-s 10.0.0.1/32",
          "-s 10.0.0.0/24",
          "-d 10.0.1.5/32",
          "! -d 10.0.1.0/24",
          "-m ttl --ttl-lt 64",
          "-m conntrack --ctstate NEW",
          "-m conntrack --ctstate RELATED,ESTABLISHED",
          "-m connmark --mark 0x1",
          "-m mark --mark 0x1",
          "-m mark ! --mark 0x2/0x3",
          "-m set --match-set held dst");

  private static final List<String> XT_ENDS =
      List.of(
          "-j ACCEPT",
          "-j DROP",
          "-j DROP",
          "-p tcp -j REJECT --reject-with tcp-reset",
          "-j REJECT --reject-with icmp-port-unreachable",
          "",
          "-j sub",
          "-g sub",
          "-j RETURN");

  private static final List<String> XT_MARKS =
      List.of(
          "-j MARK --set-xmark 0x1/0xffffffff",
          "-j MARK --set-xmark 0x2/0x2",
          "-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff",
          "-j TTL --ttl-set 63",
          "-j TOS --set-tos 0x10/0xff",
          "-j DROP",
          "");

  private static final List<String> XT_DNAT =
      List.of(
          "-p tcp -j DNAT --to-destination 10.0.1.5",
          "-p udp -j DNAT --to-destination 10.0.1.6:8080",
          "-p tcp -j REDIRECT",
          "-j ACCEPT");

  private static final List<String> XT_SNAT =
      List.of("-j MASQUERADE", "-j SNAT --to-source 10.0.1.99", "-j ACCEPT");

  private final Language language;
  private final Map<String, List<String>> chains;
  private final Map<String, String> choices;

  private DrawnMachine(
      Language language, Map<String, List<String>> chains, Map<String, String> choices) {
    this.language = language;
    this.chains = chains;
    this.choices = choices;
  }

  static DrawnMachine drawn(Random random) {
    Language language = random.nextInt(3) == 0 ? Language.IPTABLES : Language.NFT;
    Map<String, List<String>> chains = new LinkedHashMap<>();
    for (String chain : CHAINS) {
      // few chains at a time: thousands of small machines say more than some large ones
      boolean used = chain.equals("sub") || random.nextInt(10) < (chain.equals("fwd") ? 7 : 3);
      chains.put(chain, used ? rules(language, chain, random) : List.of());
    }
    Map<String, String> choices = new TreeMap<>();
    choices.put("policy", random.nextBoolean() ? "accept" : "drop");
    choices.put("held", "10.0.1.5");
    choices.put("pairs", "10.0.0.1 . 80, 10.0.0.2 . 81");
    choices.put("ports", "80 : drop, 443 : accept");
    choices.put("route", "10.0.2.0/24 via 10.0.1.9 dev eth1");
    choices.put("rule", "32765: from all fwmark 0x2 lookup 100");
    choices.put("rp_filter", random.nextInt(4) == 0 ? "1" : "0");
    choices.put("ip_forward", "1");
    choices.put("priority", "filter");
    return new DrawnMachine(language, chains, choices);
  }

  private static String any(Random random, List<String> items) {
    return items.get(random.nextInt(items.size()));
  }

  private static List<String> rules(Language language, String chain, Random random) {
    int count = chain.equals("fwd") ? 4 : chain.contains("out") ? random.nextInt(2) : 2;
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rules.add(rule(language, chain, random));
    }
    return rules;
  }

  private static String rule(Language language, String chain, Random random) {
    boolean nft = language == Language.NFT;
    StringBuilder text = new StringBuilder();
    boolean[] protocol = {false};
    for (int tests = random.nextInt(3); tests > 0; tests--) {
      String test = any(random, nft ? NFT_TESTS : XT_TESTS);
      if (!text.toString().contains(test.split(" ")[0]) && !isMeaningless(test, chain)) {
        text.append(test).append(' ');
        protocol[0] |= test.startsWith("-p");
      }
    }
    String end = any(random, ends(nft, chain));
    return (protocol[0] ? end.replaceFirst("-p \\w+ ", "") : end).isEmpty() && nft
        ? text + "counter"
        : protocol[0] && end.startsWith("-p") && !text.toString().startsWith(end.substring(0, 6))
            ? end
            : text + (protocol[0] ? end.replaceFirst("-p \\w+ ", "") : end);
  }

  private static boolean isMeaningless(String test, String chain) {
    return test.startsWith("oifname") && (chain.equals("pre") || chain.equals("inp"));
  }

  private static List<String> ends(boolean nft, String chain) {
    switch (chain) {
      case "pre":
      case "out":
        return nft ? NFT_MARKS : XT_MARKS;
      case "nat":
      case "outnat":
        return nft ? NFT_DNAT : XT_DNAT;
      case "post":
        return nft ? NFT_SNAT : XT_SNAT;
      case "sub":
        return (nft ? NFT_ENDS : XT_ENDS).stream().filter(end -> !end.contains("sub")).toList();
      default:
        return nft ? NFT_ENDS : XT_ENDS;
    }
  }

  /** The same with a small change: mostly of one rule. */
  DrawnMachine changed(Random random) {
    Map<String, List<String>> now = new LinkedHashMap<>(chains);
    Map<String, String> other = new TreeMap<>(choices);
    List<String> used = CHAINS.stream().filter(chain -> !chains.get(chain).isEmpty()).toList();
    String which = any(random, random.nextInt(5) == 0 ? CHAINS : used);
    List<String> rules = new ArrayList<>(chains.get(which));
    switch (random.nextInt(10)) {
      case 0:
        if (!rules.isEmpty()) {
          rules.remove(random.nextInt(rules.size()));
        }
        break;
      case 1:
      case 2:
        Collections.shuffle(rules, random);
        break;
      case 3:
        other.put("policy", choices.get("policy").equals("drop") ? "accept" : "drop");
        break;
      case 4:
        change(other, random);
        break;
      case 5:
        if (!rules.isEmpty()) {
          rules.add(any(random, rules));
        }
        break;
      default:
        rules.add(random.nextInt(rules.size() + 1), rule(language, which, random));
    }
    now.put(which, rules);
    return new DrawnMachine(language, now, other);
  }

  private static void change(Map<String, String> choices, Random random) {
    switch (random.nextInt(8)) {
      case 0:
        choices.put("held", "10.0.1.6");
        break;
      case 1:
        choices.put("pairs", "10.0.0.1 . 80, 10.0.0.2 . 80");
        break;
      case 2:
        choices.put("ports", "80 : accept, 443 : accept");
        break;
      case 3:
        choices.put("route", "blackhole 10.0.2.0/24");
        break;
      case 4:
        choices.put("route", "10.0.2.0/24 via 10.0.0.9 dev eth0");
        break;
      case 5:
        choices.put("rule", "32765: from all to 10.0.2.0/24 lookup 100");
        break;
      case 6:
        choices.put("ip_forward", "0");
        break;
      default:
        choices.put("rp_filter", choices.get("rp_filter").equals("1") ? "2" : "1");
    }
  }

  private String nft() {
    String policy = choices.get("policy");
    Map<String, String> heads = new LinkedHashMap<>();
    heads.put("pre", "type filter hook prerouting priority mangle; policy accept;");
    heads.put("nat", "type nat hook prerouting priority dstnat; policy accept;");
    heads.put("fwd", "type filter hook forward priority filter; policy " + policy + ";");
    heads.put("late", "type filter hook forward priority filter + 10; policy accept;");
    heads.put("inp", "type filter hook input priority filter; policy " + policy + ";");
    heads.put("out", "type route hook output priority mangle; policy accept;");
    heads.put("filterout", "type filter hook output priority filter; policy accept;");
    heads.put("outnat", "type nat hook output priority dstnat; policy accept;");
    heads.put("post", "type nat hook postrouting priority srcnat; policy accept;");
    StringBuilder text = new StringBuilder("table ip t {\n");
    text.append("set held { type ipv4_addr; elements = { ")
        .append(choices.get("held"))
        .append(" } }\nset pairs { type ipv4_addr . inet_service; elements = { ")
        .append(choices.get("pairs"))
        .append(" } }\nmap ports { type inet_service : verdict; elements = { ")
        .append(choices.get("ports"))
        .append(" } }\n");
    chains.forEach(
        (name, rules) -> {
          if (rules.isEmpty() && !List.of("sub", "fwd", "inp").contains(name)) {
            return;
          }
          text.append("chain ").append(name).append(" {\n");
          text.append(heads.getOrDefault(name, "")).append('\n');
          rules.forEach(rule -> text.append(rule).append('\n'));
          text.append("}\n");
        });
    return text + "}\n";
  }

  private String iptables() {
    String policy = choices.get("policy").toUpperCase(Locale.ROOT);
    StringBuilder text = new StringBuilder();
    table(text, "mangle", Map.of("PREROUTING", "pre", "OUTPUT", "out"), "ACCEPT");
    table(
        text,
        "nat",
        Map.of("PREROUTING", "nat", "OUTPUT", "outnat", "POSTROUTING", "post"),
        "ACCEPT");
    table(text, "filter", Map.of("FORWARD", "fwd", "INPUT", "inp", "OUTPUT", "filterout"), policy);
    return text.toString();
  }

  private void table(
      StringBuilder text, String name, Map<String, String> bases, String otherPolicy) {
    text.append('*').append(name).append('\n');
    for (String base : new TreeSet<>(bases.keySet())) {
      String policy = base.equals("OUTPUT") ? "ACCEPT" : otherPolicy;
      text.append(':').append(base).append(' ').append(policy).append(" [0:0]\n");
    }
    text.append(name.equals("filter") ? ":sub - [0:0]\n" : "");
    for (String base : new TreeSet<>(bases.keySet())) {
      add(text, base, chains.get(bases.get(base)));
    }
    add(text, "sub", name.equals("filter") ? chains.get("sub") : List.of());
    text.append("COMMIT\n");
  }

  private static void add(StringBuilder text, String chain, List<String> rules) {
    rules.forEach(rule -> text.append("-A ").append(chain).append(' ').append(rule).append('\n'));
  }

  /** The machine's dumps, by the names of their files. */
  Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    if (language == Language.NFT) {
      files.put("nft-list-ruleset.txt", nft());
    } else {
      files.put("iptables-legacy-save.txt", iptables());
      files.put(
          "ipset-save.txt",
          "create held hash:ip family inet\nadd held " + choices.get("held") + "\n");
    }
    files.put(
        "ip-route.txt",
        "10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.254\n"
            + "10.0.1.0/24 dev eth1 proto kernel scope link src 10.0.1.254\n"
            + "default via 10.0.0.1 dev eth0\n"
            + "default via 10.0.1.1 dev eth1 table 100\n"
            + choices.get("route")
            + "\n");
    files.put(
        "ip-rule.txt",
        "0: from all lookup local\n"
            + choices.get("rule")
            + "\n32766: from all lookup main\n32767: from all lookup default\n");
    files.put(
        "sysctl.txt",
        "net.ipv4.ip_forward = "
            + choices.get("ip_forward")
            + "\nnet.ipv4.conf.all.rp_filter = "
            + choices.get("rp_filter")
            + "\n");
    return files;
  }

  @Override
  public String toString() {
    return files().values() + "\n" + choices;
  }
}
