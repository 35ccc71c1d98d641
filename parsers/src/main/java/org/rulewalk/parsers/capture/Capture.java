package org.rulewalk.parsers.capture;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Network;

/**
 * A capture that was read.
 *
 * @param network machines and links
 * @param report what was read and what was not
 * @param texts files that are kept as text, by their path inside the capture: dom0's files,
 *     resolver files, scripts
 */
public record Capture(Network network, LoadReport report, Map<String, SourceText> texts) {
  /** Keeps a sorted copy. */
  public Capture {
    texts = Collections.unmodifiableMap(new TreeMap<>(texts));
  }

  /** A kept text by its path inside the capture, such as {@code dom0/qvm-ls.txt}. */
  public Optional<SourceText> text(String path) {
    return Optional.ofNullable(texts.get(path));
  }

  /** A kept text of a machine's folder, such as {@code resolv.conf}. */
  public Optional<SourceText> text(String machine, String name) {
    return text("vms/" + machine + "/" + name).or(() -> text(name));
  }
}
