package org.rulewalk.parsers.iproute;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.MacAddress;

/** Reads {@code ip neigh} of both versions, as text and as JSON (iproute2, ip/ipneigh.c). */
public final class NeighbourListing {
  private static final Set<String> STATES =
      Set.of(
          "PERMANENT",
          "REACHABLE",
          "STALE",
          "DELAY",
          "PROBE",
          "FAILED",
          "INCOMPLETE",
          "NOARP",
          "NONE");
  private static final Set<String> WITH_VALUE =
      Set.of("used", "probes", "ref", "vlan", "vni", "nud", "proto", "protocol");

  private NeighbourListing() {}

  /** The neighbours of a text. */
  public static List<Neighbour> parse(SourceText text, Problems problems) {
    List<Neighbour> neighbours = new ArrayList<>();
    for (int line = 1; line <= text.lineCount(); line++) {
      Words words = Words.ofLine(text, line);
      if (words.hasNext()) {
        read(words, problems).ifPresent(neighbours::add);
      }
    }
    return neighbours;
  }

  /** The neighbours of {@code ip -j neigh}. */
  public static List<Neighbour> parseJson(SourceText text, Problems problems) {
    List<Neighbour> neighbours = new ArrayList<>();
    for (JsonNode object : JsonListing.objects(text, problems)) {
      StringBuilder words = new StringBuilder(object.path("dst").asText());
      JsonListing.add(words, object, "dev", "dev");
      JsonListing.add(words, object, "lladdr", "lladdr");
      words.append(object.has("proxy") ? " proxy" : "");
      object.path("state").forEach(state -> words.append(' ').append(JsonListing.word(state)));
      read(Words.of(words.toString(), text.whole()), problems).ifPresent(neighbours::add);
    }
    return neighbours;
  }

  private static Optional<Neighbour> read(Words words, Problems problems) {
    String first = words.next();
    Optional<IpAddress> address = IpAddress.parse(first);
    if (address.isEmpty()) {
      problems.warn(
          "neighbour-line",
          "`" + first + "` is no neighbour's address",
          words.place(),
          first.length(),
          "");
      return Optional.empty();
    }
    String device = "";
    String state = "NONE";
    boolean proxy = false;
    Optional<MacAddress> mac = Optional.empty();
    while (words.hasNext()) {
      String key = words.next();
      if (key.equals("dev")) {
        device = words.next();
      } else if (key.equals("lladdr")) {
        mac = MacAddress.parse(words.next());
      } else if (key.equals("proxy")) {
        proxy = true;
      } else if (STATES.contains(key)) {
        state = key;
      } else if (WITH_VALUE.contains(key)) {
        words.next();
      }
      // the rest are flags of no consequence: router, extern_learn, managed, offload
    }
    return Optional.of(new Neighbour(address.get(), device, mac, state, proxy, words.start()));
  }
}
