package org.rulewalk.diagnostics.insight;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/** What is behind a stop that rules, routes and interfaces alone do not name. */
public sealed interface Insight {
  /** One case a kind. */
  <R> R fold(Cases<R> cases);

  /** Whether nothing can be said of what would come after it. */
  default boolean isLast() {
    return false;
  }

  /** One method a kind of insight. */
  interface Cases<R> {
    R staleNetvm(StaleNetvm insight);

    R notRunning(NotRunning insight);

    R spoofed(Spoofed insight);

    R impersonated(Impersonated insight);

    R namesNotTranslated(NamesNotTranslated insight);

    R oldResolver(OldResolver insight);

    R noResolver(NoResolver insight);

    R resolverNotListed(ResolverNotListed insight);

    R acceptedBefore(AcceptedBefore insight);

    R rulesDiscarded(RulesDiscarded insight);
  }

  /**
   * A VM's connection to its provider was not made anew when one of them was started again.
   *
   * @param signs what shows it, at least one
   */
  record StaleNetvm(Attachment attachment, List<Sign> signs) implements Insight {
    /** Keeps a copy. */
    public StaleNetvm {
      signs = List.copyOf(signs);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.staleNetvm(this);
    }
  }

  /**
   * A VM on the way does not run.
   *
   * @param state the word of dom0's list
   * @param row where it stands
   * @param attachment how it would be joined if it ran, where that is known
   */
  record NotRunning(String vm, String state, Source row, Optional<Attachment> attachment)
      implements Insight {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.notRunning(this);
    }

    @Override
    public boolean isLast() {
      return true;
    }
  }

  /**
   * A VM sends from an address that is not the one that PedOS gave it.
   *
   * @param provider where the packet is dropped
   * @param vif by which it came
   * @param source the address it has
   * @param given the address it should have, with the place that says so
   * @param vm whose vif it is, where that is known
   * @param passedOn whether the VM only passed the packet on, for a container or the like
   */
  record Spoofed(
      String provider,
      String vif,
      IpAddress source,
      KnownSender given,
      Optional<String> vm,
      boolean passedOn)
      implements Insight {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.spoofed(this);
    }
  }

  /**
   * Something that is not behind a vif sends from the address of a client that is.
   *
   * @param device by which it came
   * @param client the name of who has the address, where known
   * @param vif where that one is
   */
  record Impersonated(
      String provider, String device, IpAddress source, Optional<String> client, String vif)
      implements Insight {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.impersonated(this);
    }
  }

  /**
   * A question to a virtual resolver left the last provider without being translated.
   *
   * @param journey its way through that provider
   * @param device by which it leaves
   * @param resolvers those that the provider itself uses, as far as known
   */
  record NamesNotTranslated(
      String provider,
      Journey journey,
      String device,
      IpAddress virtual,
      List<IpAddress> resolvers,
      Source chain)
      implements Insight {
    /** Keeps a copy. */
    public NamesNotTranslated {
      resolvers = List.copyOf(resolvers);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.namesNotTranslated(this);
    }

    @Override
    public boolean isLast() {
      return true;
    }
  }

  /** A question to a virtual resolver was translated to one that the provider no longer uses. */
  record OldResolver(
      String provider, Journey journey, IpAddress target, List<IpAddress> resolvers, Source rule)
      implements Insight {
    /** Keeps a copy. */
    public OldResolver {
      resolvers = List.copyOf(resolvers);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.oldResolver(this);
    }

    @Override
    public boolean isLast() {
      return true;
    }
  }

  /** A provider knew no IPv4 resolver when it wrote its translations, so it drops questions. */
  record NoResolver(String provider, IpAddress virtual) implements Insight {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.noResolver(this);
    }

    @Override
    public boolean isLast() {
      return true;
    }
  }

  /**
   * A VM's list allows resolvers, but not the one that its questions are translated to.
   *
   * @param target where the question goes
   * @param targets where the provider translates questions to, this one too
   * @param listed what the list allows, as text
   * @param source where that stands
   * @param stub whether it is the local stub of systemd-resolved, which no client can reach
   */
  record ResolverNotListed(
      String provider,
      IpAddress target,
      List<IpAddress> targets,
      List<String> listed,
      Source source,
      boolean stub)
      implements Insight {
    /** Keeps copies. */
    public ResolverNotListed {
      targets = List.copyOf(targets);
      listed = List.copyOf(listed);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.resolverNotListed(this);
    }
  }

  /**
   * The agent could not use a VM's rules, and put one reject in the place of all of them.
   *
   * @param vm whose rules; its address where the name is not known
   * @param host the name that could not be resolved; empty if something else was wrong
   * @param listed dom0's rule of that name
   * @param message the journal's line
   * @param others whether dom0's other rules alone would let the packet pass
   */
  record RulesDiscarded(
      String vm,
      Optional<String> host,
      Optional<FirewallRule> listed,
      Source message,
      boolean others)
      implements Insight {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.rulesDiscarded(this);
    }
  }

  /**
   * iptables accepted the packet, and then a chain of PedOS dropped it, which has a place for
   * people's rules.
   *
   * @param accepted the rule of iptables
   * @param table where the translation belongs, with family: {@code ip PedOS}
   * @param chain the chain for people's rules
   * @param translation that rule for nft, without the command
   * @param others the other rules of its chain that accept something, likewise
   */
  record AcceptedBefore(
      Step.OfRule accepted, String table, String chain, String translation, List<String> others)
      implements Insight {
    /** Keeps a copy. */
    public AcceptedBefore {
      others = List.copyOf(others);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.acceptedBefore(this);
    }
  }
}
