package org.rulewalk.diagnostics.why;

import java.util.Optional;
import java.util.function.Function;
import org.rulewalk.diagnostics.insight.Cures;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.insight.Insights;
import org.rulewalk.diagnostics.insight.Stopped;
import org.rulewalk.diagnostics.insight.Surroundings;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.Source;

/**
 * Finds what is behind a cause. Where the network can be thought of without it, it is asked again:
 * a thing whose end changes nothing is not the cause.
 */
final class Explaining {
  private final Surroundings known;
  private final ServiceFailure journals;

  Explaining(Surroundings known, ServiceFailure journals) {
    this.known = known;
    this.journals = journals;
  }

  /**
   * The cause, with what is behind it.
   *
   * @param again finds the first cause in a changed network
   */
  Cause explained(
      Cause cause, Network network, Trace trace, Function<Network, Optional<Cause>> again) {
    Stopped stopped =
        new Stopped(network, known, trace, cause.journey(), cause.step(), cause.request());
    return Insights.of(stopped).stream()
        .filter(insight -> isTrue(insight, cause, network, again))
        .findFirst()
        .map(insight -> insight.fold(new Told(cause)))
        .orElseGet(() -> journals.explained(cause));
  }

  private static boolean isTrue(
      Insight insight, Cause cause, Network network, Function<Network, Optional<Cause>> again) {
    return Cures.of(insight)
        .map(cure -> again.apply(cure.apply(network)))
        .map(next -> next.map(other -> !isSame(other, cause)).orElse(true))
        .orElse(true);
  }

  private static boolean isSame(Cause one, Cause other) {
    return one.kind() == other.kind()
        && one.machine().equals(other.machine())
        && one.request() == other.request()
        && one.step()
            .map(step -> StepKey.of(one.machine(), step))
            .equals(other.step().map(step -> StepKey.of(other.machine(), step)));
  }

  /** The kind and place that an insight gives a cause. */
  private static final class Told implements Insight.Cases<Cause> {
    private final Cause cause;

    Told(Cause cause) {
      this.cause = cause;
    }

    private Cause as(CauseKind kind, Insight insight, Source source) {
      return cause.known(kind, insight, cause.journey(), Optional.of(source));
    }

    private Cause at(CauseKind kind, Insight insight, Journey journey, Source source) {
      return cause.known(kind, insight, journey, Optional.of(source));
    }

    @Override
    public Cause staleNetvm(Insight.StaleNetvm insight) {
      Source shown =
          insight.signs().stream()
              .map(sign -> sign.source())
              .filter(Source::isKnown)
              .findFirst()
              .orElse(Source.NONE);
      return as(CauseKind.STALE_NETVM, insight, shown);
    }

    @Override
    public Cause notRunning(Insight.NotRunning insight) {
      return as(CauseKind.NOT_RUNNING, insight, insight.row());
    }

    @Override
    public Cause spoofed(Insight.Spoofed insight) {
      return as(cause.kind(), insight, Source.NONE);
    }

    @Override
    public Cause impersonated(Insight.Impersonated insight) {
      return as(cause.kind(), insight, Source.NONE);
    }

    @Override
    public Cause namesNotTranslated(Insight.NamesNotTranslated insight) {
      return at(CauseKind.NO_NAT, insight, insight.journey(), insight.chain());
    }

    @Override
    public Cause oldResolver(Insight.OldResolver insight) {
      return at(CauseKind.UNKNOWN_DESTINATION, insight, insight.journey(), insight.rule());
    }

    @Override
    public Cause noResolver(Insight.NoResolver insight) {
      return as(cause.kind(), insight, Source.NONE);
    }

    @Override
    public Cause resolverNotListed(Insight.ResolverNotListed insight) {
      return as(cause.kind(), insight, Source.NONE);
    }

    @Override
    public Cause acceptedBefore(Insight.AcceptedBefore insight) {
      return as(cause.kind(), insight, Source.NONE);
    }

    @Override
    public Cause rulesDiscarded(Insight.RulesDiscarded insight) {
      return as(cause.kind(), insight, Source.NONE);
    }
  }
}
