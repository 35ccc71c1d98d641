package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.value.Prefix;

/** The options of a new set as {@code ipset save} lists them: the usual ones written out. */
final class IpsetOptions {
  private static final List<String> TYPES =
      List.of(
          "bitmap:ip",
          "bitmap:ip,mac",
          "bitmap:port",
          "hash:ip",
          "hash:mac",
          "hash:ip,mac",
          "hash:net",
          "hash:net,net",
          "hash:ip,port",
          "hash:net,port",
          "hash:ip,port,ip",
          "hash:ip,port,net",
          "hash:ip,mark",
          "hash:net,port,net",
          "hash:net,iface",
          "list:set");
  private static final List<String> FLAGS =
      List.of("counters", "comment", "skbinfo", "forceadd", "nomatch");

  private IpsetOptions() {}

  /** The options behind a type's word; empty if there is no such type. */
  static Optional<String> listed(List<String> words) {
    String type = words.get(0);
    if (!TYPES.contains(type)) {
      return Optional.empty();
    }
    Map<String, String> given = new LinkedHashMap<>();
    for (int i = 1; i < words.size(); i++) {
      boolean flag = FLAGS.contains(words.get(i)) || i + 1 == words.size();
      given.put(words.get(i), flag ? "" : words.get(i + 1));
      i += flag ? 0 : 1;
    }
    List<String> all = new ArrayList<>();
    if (type.startsWith("hash:")) {
      if (!type.equals("hash:mac")) {
        all.add("family " + given.getOrDefault("family", "inet").replaceFirst("^-?6$", "inet6"));
      }
      all.add("hashsize " + given.getOrDefault("hashsize", "1024"));
      all.add("maxelem " + given.getOrDefault("maxelem", "65536"));
    } else if (type.startsWith("list:")) {
      all.add("size " + given.getOrDefault("size", "8"));
    }
    given.forEach(
        (key, value) -> {
          if (!List.of("family", "hashsize", "maxelem", "size").contains(key)) {
            all.add((key + " " + (key.equals("range") ? range(value) : value)).strip());
          }
        });
    return Optional.of(String.join(" ", all));
  }

  private static String range(String value) {
    return Prefix.parse(value)
        .filter(prefix -> value.indexOf('/') > 0)
        .map(prefix -> prefix.first() + "-" + prefix.last())
        .orElse(value);
  }
}
