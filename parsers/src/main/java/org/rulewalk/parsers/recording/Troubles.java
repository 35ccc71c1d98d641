package org.rulewalk.parsers.recording;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was odd in recordings: counted by kind and file, with the number of the first packet. */
public final class Troubles {
  /** Kinds of oddity. */
  public enum Kind {
    CUT_OFF("the file ends within this packet"),
    IMPOSSIBLE_LENGTH("its length can't be right; the rest of the file was not read"),
    BROKEN_BLOCK("a broken block; the rest of the file was not read"),
    NO_TIME("has no time of its own; that of the one before was taken"),
    BACK_IN_TIME("is older than the one before; the time was taken to stand still"),
    SNAPPED("was cut by the snap length; its checksum was taken as right"),
    HEADERS_SNAPPED("was cut within its headers by the snap length and was not replayed"),
    UNKNOWN_LINK("has a link layer that is not read"),
    FRAME_TOO_SHORT("is shorter than its link-layer header"),
    NOT_IP("is no IP packet (ARP and the like) and meets no rules"),
    NO_IP_HEADER("says it is IP, but has no such header"),
    NO_INTERFACE("is of an interface that the capture does not have"),
    NO_VLAN("is of a VLAN that the machine has no interface for"),
    OTHER_HOST("was meant for another host"),
    GUESSED_DIRECTION("does not tell its direction; addresses and routes were asked"),
    OFFLOADED("carries a checksum that the hardware completes; it was taken as right"),
    MERGED("is larger than the interface takes: several segments in one (offloading)"),
    FRAGMENT("is a fragment");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** What is said of one packet. */
    public String words() {
      return words;
    }
  }

  /**
   * All of a kind in one file.
   *
   * @param first the number of the first such packet in the file
   */
  public record Trouble(Kind kind, String file, long count, long first) {}

  private static final class Tally {
    private long count;
    private long first;
  }

  private final Map<String, Map<Kind, Tally>> byFile = new LinkedHashMap<>();

  /** Notes that a packet is odd. */
  public void note(Kind kind, String file, long number) {
    Tally tally =
        byFile
            .computeIfAbsent(file, unused -> new EnumMap<>(Kind.class))
            .computeIfAbsent(kind, unused -> new Tally());
    if (tally.count++ == 0) {
      tally.first = number;
    }
  }

  /** All of them, by file and kind. */
  public List<Trouble> all() {
    List<Trouble> all = new ArrayList<>();
    byFile.forEach(
        (file, kinds) ->
            kinds.forEach((kind, t) -> all.add(new Trouble(kind, file, t.count, t.first))));
    return all;
  }
}
