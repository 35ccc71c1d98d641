package org.rulewalk.diagnostics.text;

import java.util.EnumMap;
import java.util.Map;
import org.rulewalk.diagnostics.journal.Found;
import org.rulewalk.diagnostics.journal.Message;

/** What messages of journals mean: what happened, what it does to packets, what to do. */
public final class JournalWords {
  private static final Map<Message, Explanation> ALL = new EnumMap<>(Message.class);

  /** The three sentences, with holes for what the message names. */
  public record Explanation(String happened, String effect, String advice) {}

  static {
    add(
        Message.SCRIPT_FORMAT,
        "PedOS-firewall crashed: {script} has no first line that says what runs it (Exec format error).",
        "The base chains exist, the VMs' own chains do not: all new traffic of its clients is dropped.",
        "Make \"#!/bin/sh\" the first line of {script}, then: systemctl restart PedOS-firewall");
    add(
        Message.SCRIPT_PERMISSION,
        "PedOS-firewall crashed: it may not start {script} (Permission denied).",
        "The base chains exist, the VMs' own chains do not: all new traffic of its clients is dropped.",
        "chmod +x {script}, and see whether /rw is mounted noexec; then: systemctl restart PedOS-firewall");
    add(
        Message.RULES_UNRESOLVED,
        "The rules of {vm} name the host {host}, which could not be resolved ({reason}).",
        "All its rules were discarded and one reject put in their place: nothing it sends gets"
            + " out, whatever its rules say.",
        "Take {host} out of its rules or write an address; once names resolve: qvm-firewall --reload"
            + " {client}, in dom0");
    add(
        Message.RULES_UNREADABLE,
        "The rules of {vm} could not be read: {reason}.",
        "All its rules were discarded and one reject put in their place: nothing it sends gets out.",
        "Correct them in dom0 (qvm-firewall {client} list), then: qvm-firewall --reload {client}");
    add(
        Message.RULES_REFUSED,
        "nft refused the rules of {vm}: {reason}.",
        "One reject was put in their place: nothing it sends gets out.",
        "Correct the rule that nft names, in dom0 (qvm-firewall {client} list), then: qvm-firewall --reload {client}");
    add(
        Message.NOT_BLOCKED,
        "The traffic of {vm} could not even be blocked.",
        "Its chain holds what it held before: old rules go on to count.",
        "systemctl restart PedOS-firewall, and read what comes before this message");
    add(
        Message.RULES_REFUSED_R3,
        "The rules of a client ({path}) were refused: {reason}.",
        "That client has no rules: the policy of FORWARD drops what it sends.",
        "Correct its rules in dom0; more than 3 kB of them do not fit");
    add(
        Message.NO_NFT,
        "PedOS-firewall needs nft, and there is none.",
        "No VM's rules are loaded.",
        "Install nftables in the template of this VM");
    add(
        Message.NOT_NOTIFIED,
        "The user could not be notified of the message before.",
        "None.",
        "Nothing");
    add(
        Message.NAME_TOO_LONG,
        "A host's name is too long to be reported to dom0.",
        "None.",
        "Nothing");
    add(
        Message.SCRIPT_LINE,
        "A command of a firewall script failed: {reason}.",
        "That line was not applied; the script went on with the next, unless it says \"set -e\".",
        "Correct that line, then: systemctl restart PedOS-firewall");
    add(
        Message.CRASH,
        "PedOS-firewall ended with an error: {error}Error: {reason}.",
        "If it was still starting, the VMs' chains are missing: all new traffic of its clients is dropped.",
        "systemctl status PedOS-firewall, and restart it when what it names is mended");
    add(Message.BASE_RULES, "The base rules were loaded by {tool}.", "As it should be.", "Nothing");
    add(
        Message.BASE_RULES_FAILED,
        "The base rules could not be loaded: {reason}.",
        "The unit failed, and what needs it was not started: no network.",
        "Correct what is named, then: systemctl restart PedOS-iptables");
    add(
        Message.ANTISPOOF_FAILED,
        "The rules against forged addresses could not be loaded ({place}): {reason}.",
        "Their sets are missing; PedOS-iptables does not start without them: no network.",
        "Correct the file at that place, then: systemctl restart PedOS-antispoof PedOS-iptables");
    add(
        Message.ROUTES_FAILED,
        "The address or routes of eth0 could not be set: {reason}.",
        "This VM may have no way out.",
        "Compare ip-addr.txt and ip-route.txt; restart the VM, or in dom0 set its netvm to '' and back");
    add(
        Message.FORWARDING_DNS_FAILED,
        "Something failed while forwarding was switched on: {reason}.",
        "Packets are forwarded all the same, but the translation of DNS may be missing (chain dnat-dns).",
        "/usr/lib/PedOS/PedOS-setup-dnat-to-ns, and see whether dnat-dns has rules then");
    add(
        Message.DNS_HOOK_FAILED,
        "NetworkManager's script for DNS failed: {reason}{script}.",
        "The translation of DNS may be missing or old: names do not resolve behind this VM.",
        "/usr/lib/PedOS/PedOS-setup-dnat-to-ns, and see whether dnat-dns has rules then");
    add(
        Message.RC_LOCAL_LINE,
        "A command of rc.local failed: {reason}.",
        "That line was not applied.",
        "Correct that line in /rw/config/rc.local, and run it once by hand");
    add(
        Message.VIF_ONLINE,
        "A client's interface came up: {device}.",
        "Its route, neighbour and anti-spoofing entry were set.",
        "Nothing");
    add(
        Message.VIF_NO_IPV6,
        "No route to {vm} could be set: IPv6 is switched off in this kernel.",
        "That client has no IPv6 here.",
        "Nothing, unless it should have IPv6");
    add(
        Message.VIF_HOOK,
        "A script of network-hooks.d was run: {script}.",
        "As it says.",
        "Nothing");
    add(
        Message.VIF_FAILED,
        "A client's interface could not be set up.",
        "Its route, neighbour or anti-spoofing entry may be missing: nothing of it arrives.",
        "In dom0, set that VM's netvm to '' and back");
    add(
        Message.VIF_STALE,
        "Old connections of {vm} could not be forgotten.",
        "They may go on past new rules.",
        "conntrack -D -s {vm}");
    add(
        Message.UNIT_NOT_EXECUTABLE,
        "{unit}'s program could not be started: {reason}.",
        "The unit does nothing.",
        "See whether the program is executable and made for this CPU, then: systemctl restart {unit}");
    add(
        Message.UNIT_SKIPPED,
        "{unit} was not started: its condition does not hold ({condition}).",
        "No VM's rules are enforced here. In a VM that provides no network that is as it should be.",
        "If clients of this VM have rules: qvm-service VM PedOS-firewall on, in dom0, and restart it");
    add(
        Message.UNIT_EXITED,
        "{unit} ended with status {status}.",
        "If it ended while starting, new traffic of its clients is dropped.",
        "Read the messages before it");
    add(
        Message.UNIT_FAILED,
        "{unit} failed ({reason}).",
        "What it loads may be missing. A firewall service that crashed drops all new traffic of its clients.",
        "Read the messages before it; then: systemctl restart {unit}");
    add(
        Message.UNIT_DEPENDENCY,
        "{unit} was not started, because another unit that it needs failed.",
        "What it loads is missing.",
        "Mend the unit that failed first: systemctl --failed");
    add(
        Message.UNIT_GIVEN_UP,
        "{unit} failed again and again, and is not started any more.",
        "What it loads is missing.",
        "Mend the cause, then: systemctl reset-failed {unit} && systemctl start {unit}");
    add(
        Message.UNIT_RESTARTED,
        "{unit} was started again by itself after it failed.",
        "Each start adds the base rules once more.",
        "Read the messages before it");
    add(
        Message.UNIT_STOPPED,
        "{unit} was stopped.",
        "A firewall service that is stopped takes its tables away: until the next start, VMs' rules do"
            + " not count.",
        "See whether it runs: systemctl status {unit}");
    add(Message.UNIT_MOVES, "A unit was started or stopped.", "As it should be.", "Nothing");
    add(
        Message.CONNECTIONS_FULL,
        "The kernel's table of connections was full.",
        "New connections were dropped, whatever the rules say.",
        "Raise net.netfilter.nf_conntrack_max, or find who opens so many");
    add(
        Message.NEIGHBOURS_FULL,
        "The kernel's table of neighbours was full.",
        "Packets to new neighbours were dropped.",
        "Raise net.ipv4.neigh.default.gc_thresh3, or find who scans");
    add(
        Message.LINES_LOST,
        "The kernel left out messages because there were too many.",
        "None; but this journal does not show all that was logged.",
        "Count by rules' counters, not by log lines");
    add(
        Message.MARTIAN,
        "A packet from {source} came in by {device} with addresses that can't be there.",
        "It was dropped at routing: prerouting rules saw it, input and forward did not.",
        "See the routes back to {source}, and rp_filter of {device}");
    add(
        Message.RULE_REFUSED,
        "The kernel refused an iptables rule ({tool}): {reason}.",
        "That rule is not loaded.",
        "Correct the script that adds it");
    add(
        Message.POLICY_UNREADABLE,
        "The qrexec policy has an error: {place} {reason}.",
        "Every call of every service is denied, PedOS.ConnectTCP too.",
        "Correct that line in dom0");
    add(
        Message.SYSTEM_UNKNOWN,
        "dom0 could not say which VMs there are: {reason}.",
        "Calls are denied.",
        "systemctl status PedOSd, in dom0");
    add(
        Message.CALL_DENIED,
        "A call of {service} from {vm} to {target} was denied: {reason}.",
        "That connection was never made; no firewall was asked.",
        "If it should be allowed, a line for it in /etc/PedOS/policy.d/30-user.policy, in dom0");
    add(
        Message.CALL_ALLOWED,
        "Calls of {service} from {vm} to {target} were allowed.",
        "They pass by qrexec, not through any firewall.",
        "Nothing");
    add(
        Message.RULES_UNREADABLE_DOM0,
        "dom0 failed at {method} for {vm}.",
        "It may hold a rule that it can't read: then new rules do not reach the VM.",
        "qvm-firewall {client} list, in dom0");
  }

  private JournalWords() {}

  private static void add(Message message, String happened, String effect, String advice) {
    ALL.put(message, new Explanation(happened, effect, advice));
  }

  /** The explanation with its holes, for the documentation. */
  public static Explanation of(Message message) {
    return ALL.get(message);
  }

  /** The explanation of a message that was found, with what it names. */
  public static Explanation of(Found found) {
    Explanation open = ALL.get(found.message());
    return new Explanation(
        filled(open.happened(), found), filled(open.effect(), found), filled(open.advice(), found));
  }

  private static String filled(String text, Found found) {
    StringBuilder full = new StringBuilder();
    int at = 0;
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', at)) {
      int close = text.indexOf('}', open);
      full.append(text, at, open).append(value(text.substring(open + 1, close), found));
      at = close + 1;
    }
    return full.append(text.substring(at)).toString();
  }

  private static String value(String name, Found found) {
    String named = found.names().getOrDefault(name, "").strip();
    switch (name) {
      case "vm":
        return found
            .vm()
            .filter(vm -> !vm.equals(named))
            .map(vm -> vm + " (" + named + ")")
            .orElse(named);
      case "client":
        return found.vm().orElse("VM");
      case "unit":
        return named.isEmpty() ? unit(found) : named.replace(".service", "");
      case "condition":
        return named.isEmpty() ? "not told" : named;
      case "reason":
        return named.isEmpty() ? "see the journal" : withoutEnd(named);
      default:
        return named;
    }
  }

  /** Older systemd names the unit's description alone. */
  private static String unit(Found found) {
    String about = found.first().unit();
    return about.isEmpty()
        ? found.names().getOrDefault("name", "a unit")
        : about.replace(".service", "");
  }

  private static String withoutEnd(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
