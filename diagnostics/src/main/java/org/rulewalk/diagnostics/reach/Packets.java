package org.rulewalk.diagnostics.reach;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.region.Box;
import org.rulewalk.simulator.region.Field;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/**
 * A class of packets, in as few clauses as were found.
 *
 * @param clauses packets of any of them are in it
 */
public record Packets(List<Clause> clauses) {
  /** Keeps a copy. */
  public Packets {
    clauses = List.copyOf(clauses);
  }

  /**
   * Some of the addresses that were asked about.
   *
   * @param values these
   * @param among all of that version
   */
  public record Some(IpVersion version, Intervals values, Intervals among) {}

  /**
   * Some services between some addresses.
   *
   * @param sources the addresses that ask; empty for those that the name stands for
   * @param destinations the addresses that are asked; empty for those that the name stands for
   * @param services ports by the word of their protocol; 0 where there are none
   */
  public record Clause(
      Optional<Some> sources, Optional<Some> destinations, Map<String, Intervals> services) {
    /** Keeps a copy, in order. */
    public Clause {
      services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    }
  }

  /** Which addresses are told: of those that ask, and of those that are asked. */
  record Told(boolean sources, boolean destinations) {
    static final Told NEITHER = new Told(false, false);
  }

  private record Between(Optional<Some> sources, Optional<Some> destinations) {}

  /**
   * The questions of some pieces.
   *
   * @param all those that were asked with them
   */
  static Packets of(Collection<Piece> pieces, Among all, Told told) {
    Map<String, List<Box>> byWord = new LinkedHashMap<>();
    for (Piece piece : pieces) {
      byWord
          .computeIfAbsent(piece.scope().wanted().word(), unused -> new ArrayList<>())
          .add(said(piece.box(), told));
    }
    Map<Between, Map<String, Intervals>> clauses = new LinkedHashMap<>();
    byWord.forEach(
        (word, boxes) -> {
          for (Box box : joined(boxes)) {
            Between between =
                new Between(
                    some(told.sources(), Field.SOURCE, box, all),
                    some(told.destinations(), Field.DESTINATION, box, all));
            clauses
                .computeIfAbsent(between, unused -> new LinkedHashMap<>())
                .merge(word, box.ports(), Intervals::or);
          }
        });
    List<Clause> found = new ArrayList<>();
    clauses.forEach(
        (between, services) ->
            found.add(new Clause(between.sources(), between.destinations(), services)));
    return new Packets(found);
  }

  /** Addresses that are not told do not keep boxes apart. */
  private static Box said(Box box, Told told) {
    Intervals any = Intervals.of(Bits.ZERO);
    Box said = told.sources() ? box : box.with(Field.SOURCE, any);
    said = told.destinations() ? said : said.with(Field.DESTINATION, any);
    return told.equals(Told.NEITHER)
        ? new Box(IpVersion.IPV4, said.sources(), said.destinations(), said.ports())
        : said;
  }

  private static Optional<Some> some(boolean told, Field field, Box box, Among all) {
    if (!told) {
      return Optional.empty();
    }
    return Optional.of(new Some(box.version(), box.of(field), all.of(box.version(), field)));
  }

  /** Boxes that differ in one field are one. */
  private static List<Box> joined(List<Box> boxes) {
    List<Box> all = new ArrayList<>(boxes);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Field field : Field.values()) {
        Map<Box, Box> bySame = new LinkedHashMap<>();
        for (Box box : all) {
          Box key = box.with(field, field.all(box.version()));
          bySame.merge(key, box, (a, b) -> a.with(field, a.of(field).or(b.of(field))));
        }
        changed |= bySame.size() < all.size();
        all = new ArrayList<>(bySame.values());
      }
    }
    return all;
  }
}
