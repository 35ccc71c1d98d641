package org.rulewalk.parsers.iproute;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Reads {@code ip route show table all}, and parts of it, as text and as JSON (iproute2,
 * ip/iproute.c: print_route). Routes that the listing gives no table belong to main. Without {@code
 * -4} the command lists IPv6 routes too.
 */
public final class RouteListing {
  private static final Set<String> WITH_VALUE =
      Set.of(
          "proto",
          "protocol",
          "advmss",
          "hoplimit",
          "initcwnd",
          "initrwnd",
          "rtt",
          "rttvar",
          "window",
          "cwnd",
          "ssthresh",
          "reordering",
          "quickack",
          "congctl",
          "expires",
          "nhid",
          "error",
          "rto_min",
          "features",
          "age",
          "users",
          "used",
          "iif",
          "ttl-propagate",
          "fastopen_no_cookie",
          "from");
  private static final Set<String> FLAGS =
      Set.of(
          "pervasive",
          "offload",
          "offload_failed",
          "trap",
          "notify",
          "linkdown",
          "rt_offload",
          "rt_trap",
          "rt_offload_failed",
          "unresolved",
          "cache",
          "lock");

  private final IpVersion version;
  private final RoutingTables tables;
  private final Problems problems;
  private final List<Route> routes = new ArrayList<>();
  private Optional<RouteDraft> open = Optional.empty();

  private RouteListing(IpVersion version, RoutingTables tables, Problems problems) {
    this.version = version;
    this.tables = tables;
    this.problems = problems;
  }

  /** The routes of a text. */
  public static List<Route> parse(
      SourceText text, IpVersion version, RoutingTables tables, Problems problems) {
    RouteListing listing = new RouteListing(version, tables, problems);
    for (int line = 1; line <= text.lineCount(); line++) {
      Words words = Words.ofLine(text, line);
      if (words.hasNext()) {
        listing.line(words, Character.isWhitespace(text.line(line).charAt(0)));
      }
    }
    listing.close();
    return listing.routes;
  }

  /** The routes of {@code ip -j route}. */
  public static List<Route> parseJson(
      SourceText text, IpVersion version, RoutingTables tables, Problems problems) {
    RouteListing listing = new RouteListing(version, tables, problems);
    for (JsonNode object : JsonListing.objects(text, problems)) {
      if (object.has("encap")) {
        // iproute2 writes the tunnel's dst over the route's
        problems.warn("route-encap", "a route with encapsulation is left out", text.whole(), 0, "");
        continue;
      }
      listing.line(Words.of(spoken(object), text.whole()), false);
    }
    listing.close();
    return listing.routes;
  }

  /** The object in the words of the text form, so that both are read by the same code. */
  private static String spoken(JsonNode object) {
    StringBuilder words = new StringBuilder();
    words.append(object.path("type").asText()).append(' ').append(object.path("dst").asText());
    hop(words, object);
    JsonListing.add(words, object, "table", "table");
    JsonListing.add(words, object, "scope", "scope");
    JsonListing.add(words, object, "prefsrc", "src");
    JsonListing.add(words, object, "metric", "metric");
    JsonListing.add(words, object, "tos", "tos");
    JsonListing.add(words, object, "pref", "pref");
    for (JsonNode metrics : object.path("metrics")) {
      JsonListing.add(words, metrics, "mtu", "mtu");
    }
    for (JsonNode next : object.path("nexthops")) {
      words.append(" nexthop");
      hop(words, next);
      JsonListing.add(words, next, "weight", "weight");
    }
    return words.toString();
  }

  private static void hop(StringBuilder words, JsonNode object) {
    JsonListing.add(words, object, "gateway", "via");
    if (object.path("via").has("host")) {
      words.append(" via inet6");
      words.append(' ').append(object.path("via").path("host").asText());
    }
    JsonListing.add(words, object, "dev", "dev");
    for (JsonNode flag : object.path("flags")) {
      words.append(' ').append(JsonListing.word(flag));
    }
  }

  private void close() {
    open.ifPresent(draft -> routes.add(draft.finished()));
    open = Optional.empty();
  }

  private void line(Words words, boolean continued) {
    if (continued && words.peek().equals("cache")) {
      return;
    }
    if (continued && open.isPresent()) {
      options(open.get(), words);
      return;
    }
    close();
    Optional<Route.Type> type = type(words.peek());
    if (type.isPresent()) {
      words.next();
    }
    String destination = words.next();
    Optional<Prefix> prefix = Destinations.parse(destination, version);
    if (prefix.isEmpty()) {
      problems.warn(
          "route-line",
          "`" + destination + "` is no destination of a route",
          words.place(),
          destination.length(),
          "");
      return;
    }
    RouteDraft draft = new RouteDraft(prefix.get(), type.orElse(Route.Type.UNICAST), words.start());
    open = Optional.of(draft);
    options(draft, words);
  }

  private static Optional<Route.Type> type(String word) {
    for (Route.Type type : Route.Type.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private void options(RouteDraft draft, Words words) {
    while (words.hasNext()) {
      option(draft, words.next(), words);
    }
  }

  private void option(RouteDraft draft, String key, Words words) {
    switch (key) {
      case "nexthop":
        draft.nextHop();
        break;
      case "via":
        via(draft, words);
        break;
      case "dev":
        draft.device(words.next());
        break;
      case "table":
        draft.table(tables.number(words.next()));
        break;
      case "scope":
        draft.scope(Scopes.ofWord(words.next()));
        break;
      case "src":
        draft.source(IpAddress.parse(words.next()));
        break;
      case "metric":
        Numbers.unsigned(words.next()).ifPresent(draft::metric);
        break;
      case "tos":
      case "dsfield":
        tos(draft, words);
        break;
      case "mtu":
        boolean locked = words.take("lock");
        Numbers.unsigned(words.next()).ifPresent(bytes -> draft.mtu(bytes, locked));
        break;
      case "weight":
        Numbers.small(words.next()).ifPresent(draft::weight);
        break;
      case "onlink":
        draft.onlink();
        break;
      case "dead":
        draft.dead();
        break;
      case "realm":
      case "realms":
        words.next();
        draft.realm();
        break;
      default:
        passOver(draft, key, words);
    }
  }

  private void via(RouteDraft draft, Words words) {
    boolean named = words.take("inet6") || words.take("inet");
    String gateway = words.next();
    Optional<IpAddress> address = IpAddress.parse(gateway);
    if (address.isEmpty()) {
      notUnderstood(gateway, words);
    }
    if (!named && gateway.indexOf(':') >= 0) {
      draft.version6();
    }
    draft.gateway(address);
  }

  private void tos(RouteDraft draft, Words words) {
    String value = words.next();
    Optional<Integer> tos = ServiceType.parse(value);
    if (tos.isEmpty()) {
      notUnderstood(value, words);
    }
    tos.ifPresent(draft::tos);
  }

  private void passOver(RouteDraft draft, String key, Words words) {
    if (key.equals("pref")) {
      // IPv4 routes have no router preference
      draft.version6();
      words.next();
    } else if (WITH_VALUE.contains(key)) {
      words.take("lock");
      words.next();
    } else if (key.equals("encap")) {
      problems.warn(
          "route-encap",
          "the encapsulation of this route is not simulated",
          words.place(),
          key.length(),
          "");
      skipEncapsulation(words);
    } else if (!FLAGS.contains(key)) {
      notUnderstood(key, words);
    }
  }

  private static void skipEncapsulation(Words words) {
    while (words.hasNext() && !words.peek().equals("via") && !words.peek().equals("dev")) {
      words.next();
    }
  }

  private void notUnderstood(String word, Words words) {
    problems.warn(
        "route-option",
        "`" + word + "` in a route is not understood",
        words.place(),
        word.length(),
        "");
  }
}
