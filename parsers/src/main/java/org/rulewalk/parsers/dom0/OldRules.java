package org.rulewalk.parsers.dom0;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * Release 3's rules while they are read, and what either release makes of them: release 3 asks the
 * list first and DNS and ICMP after it; release 4, reading the same file, the other way round
 * (qubes-core-admin: core-modules/000QubesVm.py of release3.2, load_v1 of qubes/firewall.py).
 */
final class OldRules {
  private final boolean allows;
  private final Source source;
  private final List<Map<String, String>> listed = new ArrayList<>();
  private final List<Source> places = new ArrayList<>();
  private Optional<Boolean> dns = Optional.empty();
  private Optional<Boolean> icmp = Optional.empty();
  private boolean yumProxy;

  OldRules(boolean allows, Source source) {
    this.allows = allows;
    this.source = source;
  }

  void dns(boolean allowed) {
    dns = Optional.of(allowed);
  }

  void icmp(boolean allowed) {
    icmp = Optional.of(allowed);
  }

  void yumProxy(boolean allowed) {
    yumProxy = allowed;
  }

  /** A listed rule: dsthost, proto, dstports, expire; the policy gives it its action. */
  void rule(Map<String, String> values, Source where) {
    Map<String, String> complete = new LinkedHashMap<>();
    complete.put("action", word(!allows));
    complete.putAll(values);
    listed.add(complete);
    places.add(where);
  }

  int size() {
    return listed.size();
  }

  private static String word(boolean accepts) {
    return accepts ? "accept" : "drop";
  }

  VmRules finished(Source file) {
    List<FirewallRule> old = new ArrayList<>();
    List<FirewallRule> rules = new ArrayList<>();
    rules.add(
        new FirewallRule(
            0, Map.of("action", word(dns.orElse(allows)), "specialtarget", "dns"), source));
    rules.add(
        new FirewallRule(1, Map.of("action", word(icmp.orElse(allows)), "proto", "icmp"), source));
    for (int i = 0; i < listed.size(); i++) {
      old.add(new FirewallRule(i + 1, listed.get(i), places.get(i)));
      rules.add(new FirewallRule(rules.size(), listed.get(i), places.get(i)));
    }
    if (allows) {
      rules.add(new FirewallRule(rules.size(), Map.of("action", "accept"), source));
    }
    return new VmRules(
        rules,
        Optional.of(
            new VmRules.Old(allows, dns.orElse(false), icmp.orElse(false), yumProxy, old, source)),
        file);
  }
}
