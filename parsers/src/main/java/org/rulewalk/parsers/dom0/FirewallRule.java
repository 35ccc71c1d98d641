package org.rulewalk.parsers.dom0;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.rulewalk.simulator.value.Source;

/**
 * One firewall rule of a VM as dom0 has it.
 *
 * @param number its place in the list, from 0, as {@code qvm-firewall VM add --before} counts; from
 *     1 in release 3
 * @param values what is set, by the names of {@code qvm-firewall --raw}; {@code dsthost} stands for
 *     addresses too where the text does not say which family it is
 */
public record FirewallRule(int number, Map<String, String> values, Source source) {
  /** All that a rule may set (qubes-core-admin, qubes/firewall.py). */
  public static final Set<String> KEYS =
      Set.of(
          "action",
          "proto",
          "dst4",
          "dst6",
          "dsthost",
          "dstports",
          "icmptype",
          "specialtarget",
          "expire",
          "comment");

  /** Keeps a copy in the given order. */
  public FirewallRule {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A value that is set. */
  public Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** Whether it lets packets pass; the other action rejects. */
  public boolean accepts() {
    return value("action").orElse("").equals("accept");
  }

  /** An address with prefix, or a name. */
  public Optional<String> host() {
    return value("dst4").or(() -> value("dst6")).or(() -> value("dsthost"));
  }

  /** Whether it is for the resolvers of whoever provides the network. */
  public boolean isForDns() {
    return value("specialtarget").orElse("").equals("dns");
  }

  /** When it ends, in Unix seconds; empty if never, or if only a span is listed. */
  public OptionalLong expires() {
    String text = value("expire").orElse("");
    boolean number =
        !text.isEmpty() && text.length() < 18 && text.chars().allMatch(Character::isDigit);
    return number ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /** As {@code qvm-firewall VM add} takes it, without its comment. */
  public String words() {
    StringBuilder words = new StringBuilder(value("action").orElse("?"));
    values.forEach(
        (key, value) -> {
          if (!key.equals("action") && !key.equals("comment")) {
            words.append(' ').append(key).append('=').append(value);
          }
        });
    return words.toString();
  }
}
