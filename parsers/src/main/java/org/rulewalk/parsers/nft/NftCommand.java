package org.rulewalk.parsers.nft;

import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.value.Source;

/**
 * One command of the nft language (man 8 nft), with what it names taken apart.
 *
 * @param family the table's; as nft has it, ip where none is named
 * @param table empty where all tables are meant
 * @param name of the chain, set or object; empty where the table is meant
 * @param place where a rule goes, or which one is meant
 * @param body what stands behind the names: a rule, a block in braces, a new name
 * @param line the line that the command stands on, as nft repeats it in its messages
 * @param source where it stands
 */
public record NftCommand(
    Verb verb,
    Thing thing,
    Family family,
    boolean familyNamed,
    Name table,
    Name name,
    Place place,
    String body,
    String line,
    Source source) {
  /** What is done. */
  public enum Verb {
    ADD,
    CREATE,
    INSERT,
    REPLACE,
    DELETE,
    DESTROY,
    FLUSH,
    LIST,
    RENAME,
    RESET
  }

  /** What it is done to. */
  public enum Thing {
    RULESET,
    TABLE,
    CHAIN,
    RULE,
    SET,
    MAP,
    ELEMENT,
    OBJECT,
    FLOWTABLE,
    /** {@code tables}, {@code chains} and the like, which can only be listed. */
    SEVERAL
  }

  /**
   * A name in the command.
   *
   * @param column where it starts in the line, from 0
   */
  public record Name(String text, int column) {
    /** No name. */
    public static final Name NONE = new Name("", 0);

    /** Whether there is one. */
    public boolean isGiven() {
      return !text.isEmpty();
    }
  }

  /**
   * A place in a chain.
   *
   * @param kind how it is told
   * @param name the number, with the words before it where nft points at them
   */
  public record Place(Kind kind, long number, Name name) {
    /** Nowhere in particular. */
    public static final Place NONE = new Place(Kind.NONE, 0, Name.NONE);

    /** Ways to tell a place. */
    public enum Kind {
      NONE,
      /** A rule's handle; {@code position} is its older word. */
      HANDLE,
      /** A rule's number from 0. */
      INDEX
    }
  }

  /** The keyword of an object: {@code counter}, {@code ct helper}; empty for all else. */
  public String objectKind() {
    return thing == Thing.OBJECT ? body.substring(0, Math.max(0, body.indexOf('\n'))) : "";
  }
}
