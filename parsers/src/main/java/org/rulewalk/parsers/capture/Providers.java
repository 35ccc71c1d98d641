package org.rulewalk.parsers.capture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.parsers.dom0.Dom0Files;
import org.rulewalk.parsers.dom0.VmRow;
import org.rulewalk.parsers.source.SourceText;

/** The NetVM of each VM as dom0 knows it, from {@code qvm-ls} and {@code qvm-prefs}. */
public final class Providers {
  private static final String NETVM = "netvm";

  private Providers() {}

  /**
   * The provider by VM; nothing for those without one. {@code qvm-ls} counts where both tell.
   *
   * @param texts the kept texts of a capture
   */
  public static Map<String, String> of(Map<String, SourceText> texts) {
    Dom0Files files = Dom0Files.lists(texts);
    Map<String, String> found = of(files.rows());
    for (String vm : files.names()) {
      files.value(vm, NETVM).ifPresent(provider -> found.putIfAbsent(vm, provider));
    }
    return found;
  }

  /** The same of {@code qvm-ls} alone. */
  static Map<String, String> of(List<VmRow> rows) {
    Map<String, String> providers = new LinkedHashMap<>();
    for (VmRow row : rows) {
      row.value(NETVM).ifPresent(provider -> providers.put(row.name(), provider));
    }
    return providers;
  }
}
