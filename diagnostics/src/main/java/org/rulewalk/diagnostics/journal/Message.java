package org.rulewalk.diagnostics.journal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.source.Spelling;

/**
 * The known messages of PedOS' firewall agent and units, of the kernel and of qrexec, in the order
 * in which they are tried. Sources: qubes-core-agent-linux qubesagent/firewall.py, network/*,
 * vm-systemd/*; qubes-core-qrexec; systemd src/core; the kernel's net/. The texts have PedOS'
 * spelling.
 */
public enum Message {
  SCRIPT_FORMAT(
      Severity.BROKEN, Speaker.FIREWALL, "{}OSError: [Errno 8] Exec format error: '{script}'"),
  SCRIPT_PERMISSION(
      Severity.BROKEN, Speaker.FIREWALL, "{}Error: [Errno 13] Permission denied: '{script}'"),
  RULES_UNRESOLVED(
      Severity.BLOCKED,
      Speaker.FIREWALL,
      "Failed to parse rules for {vm} (Failed to resolve {host}: {reason}), blocking traffic"),
  RULES_UNREADABLE(
      Severity.BLOCKED,
      Speaker.FIREWALL,
      "Failed to parse rules for {vm} ({reason}), blocking traffic"),
  RULES_REFUSED(
      Severity.BLOCKED,
      Speaker.FIREWALL,
      "Failed to apply rules for {vm} ({reason}), blocking traffic"),
  NOT_BLOCKED(Severity.BROKEN, Speaker.FIREWALL, "Failed to block traffic for {vm}"),
  RULES_REFUSED_R3(
      Severity.BLOCKED, Speaker.FIREWALL, "Failed applying rules for {path}: {reason}"),
  NO_NFT(Severity.BROKEN, Speaker.FIREWALL, "Sorry, iptables no longer supported"),
  NOT_NOTIFIED(Severity.FINE, Speaker.FIREWALL, "Failed to notify the user about: {}"),
  NAME_TOO_LONG(
      Severity.FINE,
      Speaker.FIREWALL,
      "Unable to add DNS information for {host} ({vm}) due to PedOSdb path length limit",
      "See https://github.com/{}"),
  SCRIPT_LINE(
      Severity.PARTLY,
      Speaker.FIREWALL,
      "Error: {reason}",
      "{place}: Error: {reason}",
      "iptables: {reason}",
      "ip6tables: {reason}",
      "iptables v{}: {reason}",
      "ip6tables v{}: {reason}",
      "RTNETLINK answers: {reason}",
      "/rw/config/{place}: line {line}: {reason}",
      "/rw/config/{place}: {line}: {reason}"),
  CRASH(Severity.BROKEN, Speaker.FIREWALL, "{error}Error: {reason}"),
  BASE_RULES(Severity.FINE, Speaker.BASE_RULES, "{tool}: Applying firewall rules: OK"),
  BASE_RULES_FAILED(
      Severity.BROKEN, Speaker.BASE_RULES, "{tool}: Applying firewall rules:{reason}", "FAIL"),
  ANTISPOOF_FAILED(Severity.BROKEN, Speaker.ANTISPOOF, "{place}: Error: {reason}"),
  ROUTES_FAILED(
      Severity.BROKEN,
      Speaker.UPLINK,
      "Missing INTERFACE argument",
      "Could not check if {reason}",
      "RTNETLINK answers: {reason}",
      "Error: {reason}"),
  FORWARDING_DNS_FAILED(
      Severity.PARTLY, Speaker.PROXY, "modprobe: {reason}", "{error}Error: {reason}"),
  DNS_HOOK_FAILED(
      Severity.PARTLY,
      Speaker.DISPATCHER,
      "{error}Error: {reason}",
      "{}script '{script}' exited with error status {status}",
      "{}Script '{script}' exited with error status {status}"),
  RC_LOCAL_LINE(
      Severity.PARTLY,
      Speaker.RC_LOCAL,
      "Error: {reason}",
      "{place}: Error: {reason}",
      "iptables: {reason}",
      "ip6tables: {reason}",
      "iptables v{}: {reason}",
      "ip6tables v{}: {reason}",
      "RTNETLINK answers: {reason}",
      "/rw/config/{place}: line {line}: {reason}",
      "/rw/config/{place}: {line}: {reason}"),
  VIF_ONLINE(
      Severity.FINE,
      Speaker.HOTPLUG,
      "{}vif-route-PedOS: Successful vif-route-PedOS online for {device}.",
      "{}vif-route-PedOS: Successful vif-route-PedOS {}"),
  VIF_NO_IPV6(
      Severity.PARTLY,
      Speaker.HOTPLUG,
      "{}Cannot set IPv6 route to {vm}, IPv6 disabled in the kernel"),
  VIF_HOOK(Severity.FINE, Speaker.HOTPLUG, "{}Executing network-hook {script}..."),
  VIF_FAILED(
      Severity.PARTLY,
      Speaker.HOTPLUG,
      "{}Bad interface name{}",
      "{}domid {} too large{}",
      "{}vif-route-PedOS failed; error detected."),
  VIF_STALE(Severity.PARTLY, Speaker.HOTPLUG, "{}Cannot purge stale conntrack entries for {vm}"),
  UNIT_NOT_EXECUTABLE(
      Severity.BROKEN,
      Speaker.SYSTEMD,
      "{unit}: Failed to execute command: {reason}",
      "{unit}: Failed at step EXEC spawning {path}: {reason}",
      "{unit}: Main process exited, code=exited, status=203/EXEC"),
  UNIT_SKIPPED(
      Severity.BROKEN,
      Speaker.SYSTEMD,
      "{unit} - {} was skipped because of an unmet condition check ({condition}).",
      "{unit} - {} was skipped because no trigger condition checks were met.",
      "{name} was skipped because of a{}condition check ({condition}).",
      "Condition check resulted in {name} being skipped."),
  UNIT_EXITED(
      Severity.BROKEN, Speaker.SYSTEMD, "{unit}: Main process exited, code={}, status={status}"),
  UNIT_FAILED(
      Severity.BROKEN,
      Speaker.SYSTEMD,
      "{unit}: Failed with result '{reason}'.",
      "Failed to start {unit} - {}.",
      "Failed to start {name}."),
  UNIT_DEPENDENCY(
      Severity.BROKEN,
      Speaker.SYSTEMD,
      "Dependency failed for {unit} - {}.",
      "Dependency failed for {name}."),
  UNIT_GIVEN_UP(Severity.BROKEN, Speaker.SYSTEMD, "{unit}: Start request repeated too quickly."),
  UNIT_RESTARTED(
      Severity.PARTLY,
      Speaker.SYSTEMD,
      "{unit}: Scheduled restart job, restart counter is at {}.",
      "{unit}: Service RestartSec={} expired, scheduling restart."),
  UNIT_STOPPED(Severity.PARTLY, Speaker.SYSTEMD, "Stopped {unit} - {}.", "Stopped {name}."),
  UNIT_MOVES(
      Severity.FINE,
      Speaker.SYSTEMD,
      "Started {}",
      "Starting {}",
      "Stopping {}",
      "Reloading {}",
      "Reloaded {}",
      "Finished {}",
      "{}: Deactivated successfully.",
      "{}: Succeeded.",
      "{}: Consumed {}"),
  CONNECTIONS_FULL(
      Severity.BLOCKED, Speaker.KERNEL, "{}nf_conntrack: {}table full, dropping packet{}"),
  NEIGHBOURS_FULL(
      Severity.BLOCKED,
      Speaker.KERNEL,
      "{}neighbor table overflow!",
      "{}Neighbour table overflow.{}"),
  LINES_LOST(
      Severity.LOST,
      Speaker.KERNEL,
      "{}callbacks suppressed",
      "{}output lines suppressed due to ratelimiting",
      "{}printk messages dropped{}"),
  MARTIAN(
      Severity.PARTLY,
      Speaker.KERNEL,
      "IPv4: martian source {destination} from {source}, on dev {device}",
      "martian source {destination} from {source}, on dev {device}",
      "IPv4: martian destination {destination} from {source}, dev {device}"),
  RULE_REFUSED(Severity.PARTLY, Speaker.KERNEL, "x_tables: {tool}: {reason}"),
  POLICY_UNREADABLE(
      Severity.BROKEN,
      Speaker.QREXEC,
      "{}error loading policy: {place}: {reason}",
      "{}error loading policy: {reason}"),
  SYSTEM_UNKNOWN(Severity.BROKEN, Speaker.QREXEC, "{}error getting system info: {reason}"),
  CALL_DENIED(Severity.BLOCKED, Speaker.QREXEC, "{service}: {vm} -> {target}: denied: {reason}"),
  CALL_ALLOWED(Severity.FINE, Speaker.QREXEC, "{service}: {vm} -> {target}: allowed to {to}"),
  RULES_UNREADABLE_DOM0(
      Severity.PARTLY,
      Speaker.DOM0,
      "{}unhandled exception while calling src={vm} meth={method} {}");

  private final Severity severity;
  private final Speaker speaker;
  private final List<Phrase> phrases;

  Message(Severity severity, Speaker speaker, String... forms) {
    this.severity = severity;
    this.speaker = speaker;
    this.phrases = java.util.Arrays.stream(forms).map(Phrase::of).toList();
  }

  /** How much it matters. */
  public Severity severity() {
    return severity;
  }

  /** Who says it. */
  Speaker speaker() {
    return speaker;
  }

  /** The word of the JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The forms of its text, for the documentation. */
  public List<String> forms() {
    return phrases.stream().map(Phrase::toString).toList();
  }

  /**
   * What its text, in either spelling, names as it stands there; empty if the text is another
   * message's.
   */
  Optional<Map<String, String>> match(String text) {
    Optional<Map<String, String>> found = matchOne(text);
    String other = found.isPresent() ? text : Spelling.pedOs(text);
    return other.equals(text) ? found : matchOne(other);
  }

  private Optional<Map<String, String>> matchOne(String text) {
    for (Phrase phrase : phrases) {
      Optional<Map<String, String>> found = phrase.match(text);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
