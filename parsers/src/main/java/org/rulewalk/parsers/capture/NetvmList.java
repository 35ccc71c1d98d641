package org.rulewalk.parsers.capture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.parsers.dom0.VmRow;

/** Which machine provides the network of which, from dom0's {@code qvm-ls}. */
final class NetvmList {
  private NetvmList() {}

  /** The provider by machine; nothing for machines without one. */
  static Map<String, String> of(List<VmRow> rows) {
    Map<String, String> providers = new LinkedHashMap<>();
    for (VmRow row : rows) {
      row.value("netvm").ifPresent(provider -> providers.put(row.name(), provider));
    }
    return providers;
  }
}
