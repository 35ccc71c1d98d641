package org.rulewalk.parsers.qrexec;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.parsers.dom0.Dom0Files;
import org.rulewalk.parsers.dom0.VmRow;
import org.rulewalk.parsers.source.SourceText;

/**
 * What dom0 knows of VMs that a policy may ask for: {@code qvm-ls} (which VMs there are, their
 * state and class), {@code qvm-tags} and {@code qvm-prefs}. What was not captured is empty, never a
 * guess.
 */
public final class Domains {
  private final Map<String, SourceText> texts;
  private final Dom0Files files;

  private Domains(Map<String, SourceText> texts) {
    this.texts = texts;
    this.files = Dom0Files.lists(texts);
  }

  /** What a capture's texts tell of VMs. */
  public static Domains of(Map<String, SourceText> texts) {
    return new Domains(texts);
  }

  /** Whether dom0's list of VMs was captured. */
  public boolean isListed() {
    return !files.rows().isEmpty();
  }

  /** The VMs of the list, dom0 too. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    files.rows().stream().map(VmRow::name).forEach(names::add);
    return names;
  }

  /** {@code Running}, {@code Halted} … */
  public Optional<String> state(String vm) {
    return cell(vm, "state");
  }

  /** A cell of the VM's row by its head in lower case; empty for a dash. */
  private Optional<String> cell(String vm, String head) {
    return files.row(vm).flatMap(row -> row.value(head));
  }

  /** {@code AppVM} and the like: by the list, or {@code qvm-prefs}. */
  public Optional<String> type(String vm) {
    return vm.equals("dom0")
        ? Optional.of("AdminVM")
        : cell(vm, "class").or(() -> preference(vm, "klass"));
  }

  /** The VM's tags; empty if they were not captured. */
  public Optional<Set<String>> tags(String vm) {
    return Optional.ofNullable(texts.get("dom0/qvm-tags/" + vm + ".txt"))
        .map(
            text -> {
              Set<String> tags = new TreeSet<>();
              text.text().lines().map(String::strip).filter(l -> !l.isEmpty()).forEach(tags::add);
              return tags;
            });
  }

  /**
   * A property by {@code qvm-prefs}, {@code None} as it stands there; empty if not captured or not
   * listed.
   */
  public Optional<String> preference(String vm, String name) {
    return files.preference(vm, name);
  }
}
