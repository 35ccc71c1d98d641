package org.rulewalk.parsers.iproute;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * Writes routes and policy rules as {@code ip route show table all} and {@code ip rule} list them
 * (iproute2, ip/iproute.c and ip/iprule.c). A line that says the same keeps its own words: they
 * hold what the model lacks.
 */
public final class RouteWriter {
  private static final Pattern TABLE = Pattern.compile("(?:^|\\s)(?:table|lookup)\\s+(\\S+)");
  private static final long ALL_BITS = 0xffffffffL;

  private RouteWriter() {}

  /** One route, on several lines where it has several next hops. */
  public static String route(Route route) {
    IpVersion version = route.destination().version();
    return own(
            route.source().text(),
            (text, problems) ->
                RouteListing.parse(text, version, new RoutingTables(), problems).stream()
                    .map(each -> each.at(Source.NONE))
                    .toList(),
            route.at(Source.NONE))
        .orElseGet(() -> written(route));
  }

  /** One policy rule; empty where it is not understood and its own line is not known. */
  public static Optional<String> rule(RoutingRule rule) {
    Optional<String> own =
        own(
            rule.source().text(),
            (text, problems) ->
                RuleListing.parse(text, rule.version(), new RoutingTables(), new Problems())
                    .stream()
                    .map(each -> each.at(Source.NONE))
                    .toList(),
            rule.at(Source.NONE));
    return own.isPresent() || !rule.understood() ? own : Optional.of(written(rule));
  }

  /** The words that it was read from, if they are a whole line that still says the same. */
  private static <T> Optional<String> own(
      String text, BiFunction<SourceText, Problems, List<T>> parser, T wanted) {
    Problems problems = new Problems();
    boolean same =
        !text.isEmpty()
            && parser.apply(SourceText.of("", text), problems).equals(List.of(wanted))
            && problems.list().isEmpty();
    return same ? Optional.of(text) : Optional.empty();
  }

  private static String written(Route route) {
    StringBuilder line = new StringBuilder();
    if (route.type() != Route.Type.UNICAST) {
      line.append(route.type().name().toLowerCase(Locale.ROOT)).append(' ');
    }
    line.append(destination(route.destination()));
    add(line, "tos", route.tos() == 0 ? "" : "0x" + Integer.toHexString(route.tos()));
    boolean single = route.hops().size() == 1;
    if (single) {
      line.append(hop(route.hops().get(0), route.destination().version()));
    }
    add(line, "table", route.table() == Route.TABLE_MAIN ? "" : table(route));
    add(line, "scope", scope(route.scope()));
    route.preferredSource().ifPresent(source -> add(line, "src", source.toString()));
    add(line, "metric", route.metric() == 0 ? "" : String.valueOf(route.metric()));
    route
        .mtuBytes()
        .ifPresent(
            bytes -> add(line, route.mtuLocked() ? "mtu lock" : "mtu", String.valueOf(bytes)));
    if (!single) {
      for (Route.Hop hop : route.hops()) {
        line.append("\n\tnexthop").append(hop(hop, route.destination().version()));
        line.append(" weight ").append(hop.weight());
      }
    }
    return line.toString();
  }

  private static void add(StringBuilder line, String key, String value) {
    if (!value.isEmpty()) {
      line.append(' ').append(key).append(' ').append(value);
    }
  }

  private static String destination(Prefix prefix) {
    return prefix.length() == 0 ? "default" : prefix.toString();
  }

  private static String scope(Interface.Scope scope) {
    return scope == Interface.Scope.GLOBAL ? "" : scope.name().toLowerCase(Locale.ROOT);
  }

  private static String hop(Route.Hop hop, IpVersion version) {
    StringBuilder words = new StringBuilder();
    hop.gateway()
        .ifPresent(
            gateway -> {
              boolean other = gateway.version() != version;
              words.append(" via ").append(other ? "inet6 " : "").append(gateway);
            });
    add(words, "dev", hop.device());
    words.append(hop.onlink() ? " onlink" : "").append(hop.dead() ? " dead" : "");
    return words.toString();
  }

  private static String table(Route route) {
    return table(route.table(), route.source().text());
  }

  /** Its name or number; a table of the machine's own by the name that the line gives it. */
  private static String table(int number, String text) {
    Matcher named = TABLE.matcher(text);
    if (number < 0 && named.find()) {
      return named.group(1);
    }
    switch (number) {
      case Route.TABLE_LOCAL:
        return "local";
      case Route.TABLE_MAIN:
        return "main";
      case Route.TABLE_DEFAULT:
        return "default";
      default:
        return String.valueOf(number);
    }
  }

  private static String written(RoutingRule rule) {
    StringBuilder line = new StringBuilder().append(rule.priority()).append(":\t");
    line.append(rule.not() ? "not " : "").append("from ");
    line.append(rule.from().map(Prefix::toString).orElse("all"));
    rule.to().ifPresent(to -> add(line, "to", to.toString()));
    add(line, "tos", rule.tos() == 0 ? "" : "0x" + Integer.toHexString(rule.tos()));
    if (rule.mark().isPresent()) {
      String mask = rule.markMask() == ALL_BITS ? "" : "/0x" + Long.toHexString(rule.markMask());
      add(line, "fwmark", "0x" + Long.toHexString(rule.mark().getAsLong()) + mask);
    }
    rule.incoming().ifPresent(device -> add(line, "iif", device));
    rule.outgoing().ifPresent(device -> add(line, "oif", device));
    rule.protocol().ifPresent(number -> add(line, "ipproto", "ipproto-" + number));
    rule.sourcePorts().ifPresent(ports -> add(line, "sport", ports(ports)));
    rule.destinationPorts().ifPresent(ports -> add(line, "dport", ports(ports)));
    return line.append(action(rule)).toString();
  }

  private static String ports(RoutingRule.PortRange range) {
    return range.low() == range.high()
        ? String.valueOf(range.low())
        : range.low() + "-" + range.high();
  }

  private static String action(RoutingRule rule) {
    switch (rule.action()) {
      case LOOKUP:
        String suppressed =
            rule.suppressPrefixLength() < 0
                ? ""
                : " suppress_prefixlength " + rule.suppressPrefixLength();
        return " lookup " + table(rule.table(), rule.source().text()) + suppressed;
      case GOTO:
        return " goto " + rule.gotoPriority();
      default:
        return " " + rule.action().name().toLowerCase(Locale.ROOT);
    }
  }
}
