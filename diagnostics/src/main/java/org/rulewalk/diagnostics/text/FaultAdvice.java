package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.insight.Insight;

/** What to keep in mind when a cause is mended: where it is kept, and what not to do. */
final class FaultAdvice implements Insight.Cases<List<String>> {
  static final FaultAdvice INSTANCE = new FaultAdvice();

  private FaultAdvice() {}

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
        "The user script runs before the agent reads /etc/resolv.conf at a start.",
        "A reload alone does not help while /etc/resolv.conf lacks "
            + insight.target()
            + ": the agent reads that file, the translation asks systemd-resolved. Do not allow the"
            + " resolver by qvm-firewall: the next one would be missing again.");
  }

  @Override
  public List<String> rulesDiscarded(Insight.RulesDiscarded insight) {
    String reload = "qvm-firewall " + insight.vm() + " --reload";
    return insight.host().isPresent()
        ? List.of(
            "Names are resolved when rules are applied, not for each connection. If the name is to stay:"
                + " in dom0, "
                + reload
                + " once names are resolved again; a rule with the address (dst4=) never fails in this"
                + " way.")
        : List.of("When the rule is corrected, in dom0: " + reload + ".");
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
