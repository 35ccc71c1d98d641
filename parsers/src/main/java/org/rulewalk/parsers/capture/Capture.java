package org.rulewalk.parsers.capture;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rulewalk.parsers.source.Naming;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;

/**
 * A capture that was read.
 *
 * @param network machines and links
 * @param report what was read and what was not
 * @param texts files that are kept as text, by their path inside the capture: dom0's files,
 *     resolver files, scripts
 */
public record Capture(Network network, LoadReport report, Map<String, SourceText> texts) {
  private static final String SCRIPTS = "rw-config/";
  private static final String POLICIES = "dom0/policy/";

  /** Keeps a sorted copy. */
  public Capture {
    texts = Collections.unmodifiableMap(new TreeMap<>(texts));
  }

  /**
   * The spelling of the system's names in this capture: of tables, chains, scripts and policies.
   * What users name, machines and the like, does not count.
   */
  public Naming naming() {
    Stream<String> tables =
        network.machines().values().stream()
            .flatMap(machine -> machine.ruleset().tables().stream())
            .flatMap(
                table ->
                    Stream.concat(
                        Stream.of(table.name()), table.chains().stream().map(Chain::name)));
    Stream<String> scripts =
        texts.keySet().stream()
            .filter(path -> path.contains(SCRIPTS))
            .map(path -> path.substring(path.indexOf(SCRIPTS) + SCRIPTS.length()));
    Stream<String> policies =
        texts.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(POLICIES))
            .flatMap(
                entry ->
                    Stream.of(
                        entry.getKey().substring(POLICIES.length()), entry.getValue().text()));
    return Naming.of(Stream.of(tables, scripts, policies).flatMap(names -> names));
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
