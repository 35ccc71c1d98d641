package org.rulewalk.simulator.network;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Kernel settings as {@code sysctl -a} lists them, with Linux' defaults for what is not listed.
 *
 * <p>Names are dotted; a dot within an interface name is a slash, as sysctl prints it: {@code
 * net.ipv4.conf.vif2/0.rp_filter}.
 */
public final class Settings {
  /** No setting known: all defaults. */
  public static final Settings DEFAULTS = new Settings(Map.of());

  private final Map<String, Entry> entries;
  private final Map<String, Long> numbers = new HashMap<>();

  /** Names are long: those of interfaces that were asked for are put together once. */
  private final Map<OfDevice, OptionalLong> ofDevices = new ConcurrentHashMap<>();

  private record OfDevice(IpVersion version, String device, String key) {}

  /** Settings by name. */
  public Settings(Map<String, Entry> entries) {
    this.entries = Map.copyOf(entries);
    entries.forEach(
        (name, entry) -> number(entry.value()).ifPresent(number -> numbers.put(name, number)));
  }

  private static OptionalLong number(String value) {
    try {
      return OptionalLong.of(Long.parseLong(value.trim()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** A value as listed, and where. */
  public record Entry(String value, Source source) {}

  /** The value as listed; empty if it isn't. */
  public Optional<Entry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** All that was listed. */
  public Map<String, Entry> entries() {
    return entries;
  }

  /** A number, or the default where it isn't listed or is no number. */
  public long number(String name, long otherwise) {
    return numbers.getOrDefault(name, otherwise);
  }

  /** Whether a number is listed and not 0, or the default. */
  public boolean flag(String name, boolean otherwise) {
    return number(name, otherwise ? 1 : 0) != 0;
  }

  /** The name of an interface's setting. */
  public static String name(IpVersion version, String device, String key) {
    String family = version == IpVersion.IPV4 ? "ipv4" : "ipv6";
    return "net." + family + ".conf." + device.replace('.', '/') + "." + key;
  }

  /** An interface's own number. */
  public long device(IpVersion version, String device, String key, long otherwise) {
    OfDevice wanted = new OfDevice(version, device, key);
    OptionalLong known = ofDevices.get(wanted);
    if (known == null) {
      Long number = numbers.get(name(version, device, key));
      known = number == null ? OptionalLong.empty() : OptionalLong.of(number);
      ofDevices.put(wanted, known);
    }
    return known.orElse(otherwise);
  }

  /** The larger of the interface's number and that of {@code all}: rp_filter, arp_ignore … */
  public long larger(IpVersion version, String device, String key, long otherwise) {
    return Math.max(
        device(version, "all", key, otherwise), device(version, device, key, otherwise));
  }

  /** Whether the interface's flag or that of {@code all} is set: proxy_arp, accept_local … */
  public boolean either(IpVersion version, String device, String key) {
    return larger(version, device, key, 0) != 0;
  }

  /** Whether the interface's flag and that of {@code all} are set. */
  public boolean both(IpVersion version, String device, String key, boolean otherwise) {
    long fallback = otherwise ? 1 : 0;
    return device(version, "all", key, fallback) != 0
        && device(version, device, key, fallback) != 0;
  }

  /** The same with one more entry. */
  public Settings with(String name, Entry entry) {
    Map<String, Entry> all = new HashMap<>(entries);
    all.put(name, entry);
    return new Settings(all);
  }
}
