package org.rulewalk.diagnostics.usage;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Parts;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/** What the rules and maps of a table name, each with the places that name it. */
public final class Named {
  private static final int MOST_PLACES = 50;

  private final Map<Thing, Set<Source>> places = new LinkedHashMap<>();
  private final Set<String> words = new HashSet<>();

  /** Sorts of things that have names. */
  public enum Kind {
    /** A chain of the table. */
    CHAIN,
    /** A set or map of the table. */
    SET,
    /** A counter, quota, limit, helper or flowtable of the table. */
    OBJECT,
    /** A set of the ipset tool, which belongs to no table. */
    IPSET
  }

  /** Something with a name. */
  public record Thing(Kind kind, String name) {}

  private Named() {}

  /** What a table names. */
  public static Named by(Table table) {
    Named named = new Named();
    for (Chain chain : table.chains()) {
      for (Rule rule : chain.rules()) {
        named.new Reading(rule.source()).read(rule);
        named.words.addAll(List.of(rule.source().text().split("[^\\w.+:/-]+")));
      }
    }
    for (NamedSet set : table.sets().values()) {
      named.new Reading(set.source()).read(set.elements());
    }
    return named;
  }

  /** Everything that is named, in the order of the table. */
  public Set<Thing> things() {
    return places.keySet();
  }

  /** The places that name something. */
  public List<Source> places(Thing thing) {
    return List.copyOf(places.getOrDefault(thing, Set.of()));
  }

  /** Whether something is named, or its name stands as a word in a rule that nobody understood. */
  public boolean names(Thing thing) {
    return places.containsKey(thing) || words.contains(thing.name());
  }

  /** What a table has under this name. */
  public static Optional<Source> definition(Table table, Thing thing) {
    switch (thing.kind()) {
      case CHAIN:
        return table.chain(thing.name()).map(Chain::source);
      case SET:
        return Optional.ofNullable(table.sets().get(thing.name())).map(NamedSet::source);
      case OBJECT:
        return table.objects().stream()
            .filter(object -> object.name().equals(thing.name()))
            .map(StatefulObject::source)
            .findFirst();
      default:
        return Optional.empty();
    }
  }

  private final class Reading extends Parts {
    private final Source source;

    Reading(Source source) {
      this.source = source;
    }

    private void add(Kind kind, String name) {
      Set<Source> known =
          places.computeIfAbsent(new Thing(kind, name), unused -> new java.util.LinkedHashSet<>());
      if (known.size() < MOST_PLACES) {
        known.add(source);
      }
    }

    @Override
    protected void chain(String name) {
      add(Kind.CHAIN, name);
    }

    @Override
    protected void set(String name) {
      add(Kind.SET, name);
    }

    @Override
    protected void changedSet(String name) {
      if (source.text().contains("@" + name)) {
        add(Kind.SET, name);
      } else {
        words.add(name);
      }
    }

    @Override
    protected void object(StatefulObject.Kind kind, String name) {
      add(Kind.OBJECT, name);
    }

    @Override
    protected void anyObject(String name) {
      add(Kind.OBJECT, name);
    }

    @Override
    protected void ipset(String name) {
      add(Kind.IPSET, name);
    }
  }
}
