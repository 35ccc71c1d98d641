package org.rulewalk.diagnostics.text;

import java.util.List;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.insight.Attachment;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.insight.Sign;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/** What is behind a cause, in sentences. */
final class FaultWords implements Insight.Cases<String> {
  static final FaultWords SENTENCE = new FaultWords();

  private FaultWords() {}

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
  public String rulesDiscarded(Insight.RulesDiscarded insight) {
    return insight
            .host()
            .map(
                host ->
                    "The name \""
                        + host
                        + "\" of "
                        + insight.vm()
                        + "'s firewall rules could not be resolved"
                        + insight
                            .listed()
                            .map(
                                rule ->
                                    " (rule " + rule.number() + " in dom0, " + rule.source() + ")")
                            .orElse(""))
            .orElse("The firewall could not use " + insight.vm() + "'s rules")
        + ", so all of them were discarded and one reject stands in their place. It is not that a rule"
        + " denies this. The journal says: \""
        + insight.message().text()
        + "\" ("
        + insight.message()
        + ").";
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
}
