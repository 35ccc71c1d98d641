package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.insight.Attachment;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.insight.Sign;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/** What is behind a cause, in sentences. */
final class InsightWords implements Insight.Cases<String> {
  static final InsightWords SENTENCE = new InsightWords();

  private InsightWords() {}

  @Override
  public String staleNetvm(Insight.StaleNetvm insight) {
    Attachment attachment = insight.attachment();
    return attachment.vm()
        + " is no longer joined to "
        + attachment.provider()
        + " (stale NetVM): "
        + insight.signs().stream()
            .map(sign -> sign(sign, attachment))
            .collect(Collectors.joining("; "))
        + ". That is what a restart of "
        + attachment.provider()
        + " leaves behind, not a rule.";
  }

  private static String sign(Sign sign, Attachment attachment) {
    String where = sign.machine();
    String address = attachment.address().toString();
    String place = sign.source().isKnown() ? " (" + sign.source() + ")" : "";
    switch (sign.kind()) {
      case NO_VIF:
        return where + " has no vif for it";
      case VIF_DOWN:
        return sign.device() + " of " + where + " is down" + place;
      case NO_ROUTE:
        return where + " has no route to " + address + " by " + sign.device();
      case NOT_ALLOWED:
        return where
            + " lets nobody in from "
            + sign.device()
            + ": \""
            + sign.device()
            + "\" . "
            + address
            + " is not among the allowed senders"
            + place;
      case ALLOWED_AT_OLD_VIF:
        return where
            + " lets "
            + address
            + " in by "
            + sign.other()
            + ", an interface of before, and not by "
            + sign.device()
            + place;
      case TWO_ROUTES:
        return where
            + " still has a route to "
            + address
            + " by "
            + sign.other()
            + ", an interface of before"
            + place;
      case UPLINK_DOWN:
        return sign.device() + " of " + where + " is down" + place;
      case NO_DEFAULT_ROUTE:
        return where + " has no default route";
      default:
        return "dom0 knows its domain as number "
            + sign.other()
            + ", but the interface is "
            + sign.device();
    }
  }

  @Override
  public String notRunning(Insight.NotRunning insight) {
    return insight.vm() + " is not running: dom0 lists it as " + insight.state() + ".";
  }

  @Override
  public String spoofed(Insight.Spoofed insight) {
    String who = insight.vm().orElse("the VM");
    String given = insight.given().address().toString();
    String place = insight.given().source().isKnown() ? " (" + insight.given().source() + ")" : "";
    return "On "
        + insight.provider()
        + ", the check of senders drops the packet: source "
        + insight.source()
        + " is not the address that PedOS gave to "
        + insight.vif()
        + " ("
        + given
        + ")"
        + place
        + ". "
        + (insight.passedOn()
            ? who + " passes it on for something behind it without masquerading."
            : who + " has changed its own address.");
  }

  @Override
  public String impersonated(Insight.Impersonated insight) {
    return "On "
        + insight.provider()
        + ", the packet is dropped because it comes in by "
        + insight.device()
        + " with the source "
        + insight.source()
        + ", which is the address of "
        + insight.client().orElse("a client")
        + " behind "
        + insight.vif()
        + ". Nobody else may send from it.";
  }

  @Override
  public String namesNotTranslated(Insight.NamesNotTranslated insight) {
    return insight.provider()
        + " does not translate questions to the virtual resolver "
        + insight.virtual()
        + " (dnat-dns is missing or empty), so the packet leaves by "
        + insight.device()
        + " for an address that is nobody's out there.";
  }

  @Override
  public String oldResolver(Insight.OldResolver insight) {
    return insight.provider()
        + " translates questions to "
        + insight.target()
        + ", a resolver that it no longer uses: its own is "
        + addresses(insight.resolvers())
        + ". Nobody answers there.";
  }

  @Override
  public String noResolver(Insight.NoResolver insight) {
    return insight.provider()
        + " drops questions to "
        + insight.virtual()
        + " because it knew no IPv4 resolver when it last wrote its translations. That is not a missing"
        + " translation: there was nothing to translate to.";
  }

  @Override
  public String resolverNotListed(Insight.ResolverNotListed insight) {
    return "On "
        + insight.provider()
        + ", questions are translated to "
        + insight.target()
        + ", but the VM's rules allow questions only to "
        + String.join(", ", insight.listed())
        + place(insight.source())
        + (insight.stub()
            ? ": /etc/resolv.conf of "
                + insight.provider()
                + " names the local stub of systemd-resolved, which no client reaches."
            : ", what /etc/resolv.conf of "
                + insight.provider()
                + " said when the rules were last applied.");
  }

  @Override
  public String acceptedBefore(Insight.AcceptedBefore insight) {
    return "The packet was accepted by iptables' "
        + insight.accepted().table().name()
        + " "
        + insight.accepted().chain().name()
        + " rule "
        + insight.accepted().rule().number()
        + place(insight.accepted().rule().source())
        + ", and then dropped by PedOS's own table \""
        + insight.table()
        + "\": an accept ends only its own chain, every table at the hook is asked. From R4.2 on such rules"
        + " belong into "
        + insight.chain()
        + " of that table.";
  }

  private static String place(Source source) {
    return source.isKnown() ? " (" + source + ")" : "";
  }

  private static String addresses(List<IpAddress> addresses) {
    return addresses.stream().map(IpAddress::toString).collect(Collectors.joining(", "));
  }

  /** What to keep in mind when it is mended. */
  static List<String> advice(Insight insight) {
    return insight.fold(new Advice());
  }

  /** Where it is kept, and what not to do. */
  private static final class Advice implements Insight.Cases<List<String>> {
    @Override
    public List<String> staleNetvm(Insight.StaleNetvm insight) {
      return List.of(
          "Nothing to persist: the commands in dom0 only renew the connection.",
          "Only "
              + insight.attachment().vm()
              + " needs it, not the VMs behind it. Do not add rules or set elements for this: PedOS writes"
              + " them anew.");
    }

    @Override
    public List<String> notRunning(Insight.NotRunning insight) {
      return List.of(
          "Nothing to persist.",
          "What "
              + insight.vm()
              + "'s own rules and services do once it runs, the capture can't tell.");
    }

    @Override
    public List<String> spoofed(Insight.Spoofed insight) {
      List<String> advice = new ArrayList<>();
      advice.add(
          "Do not edit the set \"allowed\" or the raw rules of "
              + insight.provider()
              + ": the vif script writes them anew.");
      if (!insight.passedOn()) {
        insight
            .vm()
            .ifPresent(
                vm ->
                    advice.add(
                        "Nothing to persist: PedOS gives "
                            + vm
                            + " its address at each start; remove what changes it. If it is to have the"
                            + " other address, in dom0: qvm-prefs "
                            + vm
                            + " ip "
                            + insight.source()
                            + ", and start it again."));
      }
      return advice;
    }

    @Override
    public List<String> impersonated(Insight.Impersonated insight) {
      return List.of("This drop is right: do not allow it.");
    }

    private static String why(String provider) {
      return "Nothing to persist: NetworkManager's hook runs the script at each connection. Find out why it"
          + " did not: is the service network-manager on in "
          + provider
          + "?";
    }

    @Override
    public List<String> namesNotTranslated(Insight.NamesNotTranslated insight) {
      return List.of(why(insight.provider()));
    }

    @Override
    public List<String> oldResolver(Insight.OldResolver insight) {
      return List.of(why(insight.provider()));
    }

    @Override
    public List<String> noResolver(Insight.NoResolver insight) {
      return List.of(
          "First give "
              + insight.provider()
              + " a network with an IPv4 resolver (resolvectl dns shows what it has); the script then"
              + " writes translations in the place of the drops.",
          why(insight.provider()));
    }

    @Override
    public List<String> resolverNotListed(Insight.ResolverNotListed insight) {
      return List.of(
          "To keep it, put the first of the two commands into"
              + " /rw/config/PedOS-firewall-user-script: it runs before the agent reads /etc/resolv.conf.",
          "A reload alone does not help while /etc/resolv.conf lacks "
              + insight.target()
              + ": the agent reads that file, the translation asks systemd-resolved. Do not allow the"
              + " resolver by qvm-firewall: the next one would be missing again.");
    }

    @Override
    public List<String> acceptedBefore(Insight.AcceptedBefore insight) {
      List<String> advice = new ArrayList<>();
      advice.add(
          "The counter of the iptables rule rises all the same. No priority and no place in iptables helps:"
              + " a drop in any table is final.");
      if (!insight.others().isEmpty()) {
        advice.add("The other rules of that chain that accept something, in nft's language:");
        insight
            .others()
            .forEach(
                rule ->
                    advice.add(
                        "nft add rule " + insight.table() + " " + insight.chain() + " " + rule));
      }
      return advice;
    }
  }
}
