package org.rulewalk.parsers.capture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.dom0.VmList;
import org.rulewalk.parsers.dom0.VmRow;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/** Which machine provides the network of which, from dom0's {@code qvm-ls}. */
final class NetvmList {
  private static final String FILE = "dom0/qvm-ls.txt";

  private NetvmList() {}

  /** The provider by machine; nothing for machines without one. */
  static Map<String, String> parse(Map<String, SourceText> texts, Problems problems) {
    return Optional.ofNullable(texts.get(FILE))
        .map(text -> of(VmList.parse(text, problems)))
        .orElse(Map.of());
  }

  /** The same of a list that was read. */
  static Map<String, String> of(List<VmRow> rows) {
    Map<String, String> providers = new LinkedHashMap<>();
    for (VmRow row : rows) {
      row.value("netvm").ifPresent(provider -> providers.put(row.name(), provider));
    }
    return providers;
  }
}
