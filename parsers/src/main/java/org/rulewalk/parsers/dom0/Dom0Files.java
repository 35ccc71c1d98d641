package org.rulewalk.parsers.dom0;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/**
 * What a capture holds of dom0: its list of VMs, their properties and firewall rules, and what
 * their QubesDB tells. What was not captured is empty.
 */
public final class Dom0Files {
  private static final String LIST = "dom0/qvm-ls.txt";
  private static final String PREFERENCES = "dom0/qvm-prefs/";
  private static final String LISTING = "dom0/qvm-firewall/";
  private static final String RAW_LISTING = "dom0/qvm-firewall-raw/";
  private static final String XML = "dom0/firewall/";
  private static final String QUBESDB = "qubesdb.txt";

  private final Map<String, VmRow> rows = new LinkedHashMap<>();
  private final Map<String, VmPreferences> preferences = new TreeMap<>();
  private final Map<String, VmRules> listings = new TreeMap<>();
  private final Map<String, VmRules> rawListings = new TreeMap<>();
  private final Map<String, VmRules> files = new TreeMap<>();
  private final Map<String, QubesDb> databases = new TreeMap<>();

  private Dom0Files() {}

  /** Is told how many entries a file holds. */
  public interface Counter {
    /** One file. */
    void counted(String file, int entries);
  }

  /** What these texts hold, by their paths inside the capture. */
  public static Dom0Files of(Map<String, SourceText> texts) {
    return read(texts, new Problems(), (file, entries) -> {});
  }

  /** The same, with what can't be read told. */
  public static Dom0Files read(Map<String, SourceText> texts, Problems problems, Counter counter) {
    Dom0Files found = new Dom0Files();
    new TreeMap<>(texts).forEach((path, text) -> found.file(path, text, problems, counter));
    return found;
  }

  /** The list of VMs and their properties alone, for those who need no rules. */
  public static Dom0Files lists(Map<String, SourceText> texts) {
    Map<String, SourceText> lists = new TreeMap<>(texts);
    lists.keySet().removeIf(path -> !path.equals(LIST) && !path.startsWith(PREFERENCES));
    return of(lists);
  }

  private void file(String path, SourceText text, Problems problems, Counter counter) {
    if (path.equals(LIST)) {
      VmList.parse(text, problems).forEach(row -> rows.putIfAbsent(row.name(), row));
      counter.counted(path, rows.size());
      return;
    }
    if (path.equals(QUBESDB) || path.startsWith("vms/") && path.endsWith("/" + QUBESDB)) {
      QubesDb read = QubesDb.parse(text, problems);
      databases.put(path.equals(QUBESDB) ? "" : path.split("/")[1], read);
      counter.counted(path, read.size());
      return;
    }
    Optional<String> preferred = name(path, PREFERENCES, ".txt");
    if (preferred.isPresent()) {
      VmPreferences read = VmPreferences.parse(text, problems);
      preferences.put(preferred.get(), read);
      counter.counted(path, read.values().size());
      return;
    }
    name(path, LISTING, ".txt")
        .ifPresent(vm -> rules(listings, vm, FirewallListing.read(text, problems), path, counter));
    name(path, RAW_LISTING, ".txt")
        .ifPresent(
            vm -> rules(rawListings, vm, FirewallListing.read(text, problems), path, counter));
    name(path, XML, ".xml")
        .ifPresent(vm -> rules(files, vm, FirewallXml.parse(text, problems), path, counter));
  }

  private static Optional<String> name(String path, String folder, String end) {
    boolean fits =
        path.startsWith(folder)
            && path.endsWith(end)
            && path.indexOf('/', folder.length()) < 0
            && path.length() > folder.length() + end.length();
    return fits
        ? Optional.of(path.substring(folder.length(), path.length() - end.length()))
        : Optional.empty();
  }

  private static void rules(
      Map<String, VmRules> all, String vm, Optional<VmRules> read, String path, Counter counter) {
    read.ifPresent(rules -> all.put(vm, rules));
    counter.counted(path, read.map(rules -> rules.rules().size()).orElse(0));
  }

  /** The VMs of {@code qvm-ls}, in its order. */
  public List<VmRow> rows() {
    return List.copyOf(rows.values());
  }

  /** The row of a VM. */
  public Optional<VmRow> row(String vm) {
    return Optional.ofNullable(rows.get(vm));
  }

  /** The VMs whose rules are in the capture, by their listing or their file. */
  public List<String> withRules() {
    Map<String, VmRules> all = new TreeMap<>(files);
    all.putAll(listings);
    all.putAll(rawListings);
    return List.copyOf(all.keySet());
  }

  /** A VM's rules as {@code qvm-firewall} lists them: without those that have expired. */
  public Optional<VmRules> listing(String vm) {
    return Optional.ofNullable(listings.get(vm)).or(() -> Optional.ofNullable(rawListings.get(vm)));
  }

  /** A VM's rules as its firewall.xml has them. */
  public Optional<VmRules> file(String vm) {
    return Optional.ofNullable(files.get(vm));
  }

  /** What dom0 told a VM. */
  public Optional<QubesDb> database(String vm) {
    return Optional.ofNullable(databases.get(vm));
  }

  /** The VMs whose QubesDB is in the capture. */
  public Map<String, QubesDb> databases() {
    return Collections.unmodifiableMap(databases);
  }

  /** A property of a VM: by {@code qvm-prefs}, or its cell of {@code qvm-ls}. */
  public Optional<String> value(String vm, String property) {
    return Optional.ofNullable(preferences.get(vm))
        .flatMap(known -> known.value(property))
        .or(() -> row(vm).flatMap(row -> row.value(property)));
  }

  /** A property by {@code qvm-prefs} alone, {@code None} as it stands there. */
  public Optional<String> preference(String vm, String property) {
    return Optional.ofNullable(preferences.get(vm)).flatMap(known -> known.told(property));
  }

  /** Every VM that dom0's files name. */
  public List<String> names() {
    Map<String, Boolean> names = new TreeMap<>();
    rows.keySet().forEach(name -> names.put(name, true));
    preferences.keySet().forEach(name -> names.put(name, true));
    withRules().forEach(name -> names.put(name, true));
    return List.copyOf(names.keySet());
  }
}
