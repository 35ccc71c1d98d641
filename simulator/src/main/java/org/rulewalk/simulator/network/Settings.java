package org.rulewalk.simulator.network;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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

  /** Settings by name. */
  public Settings(Map<String, Entry> entries) {
    this.entries = Map.copyOf(entries);
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
    Entry entry = entries.get(name);
    if (entry == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(entry.value().trim());
    } catch (NumberFormatException e) {
      return otherwise;
    }
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
    return number(name(version, device, key), otherwise);
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
