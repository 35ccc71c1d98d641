package org.rulewalk.diagnostics.command;

import java.util.OptionalInt;
import org.rulewalk.simulator.network.Machine;

/**
 * What a command did.
 *
 * @param machine as it is afterwards
 * @param status its exit status; empty where it can't be known
 * @param out what it printed
 * @param message what it said of errors, or why its outcome isn't known; empty if nothing
 */
public record Outcome(Kind kind, Machine machine, OptionalInt status, Listing out, String message) {
  /** What became of it. */
  public enum Kind {
    /** The model was changed as the tool would change the machine. */
    CHANGED,
    /** It changes nothing here: it lists, tests, waits, prints. */
    NOTHING,
    /** The tool refuses it: nothing changed. */
    REFUSED,
    /** It was carried out, but a part of it isn't understood and is taken as unknown. */
    PARTLY_UNDERSTOOD,
    /** It starts something that isn't followed here. */
    NOT_FOLLOWED,
    /** It wasn't carried out, because it is not understood or depends on what isn't known. */
    NOT_UNDERSTOOD
  }

  static Outcome changed(Machine machine) {
    return new Outcome(Kind.CHANGED, machine, OptionalInt.of(0), Listing.EMPTY, "");
  }

  static Outcome printed(Machine machine, Listing out) {
    return new Outcome(Kind.NOTHING, machine, OptionalInt.of(0), out, "");
  }

  /** Without effect, and with a status. */
  public static Outcome nothing(Machine machine, int status) {
    return new Outcome(Kind.NOTHING, machine, OptionalInt.of(status), Listing.EMPTY, "");
  }

  static Outcome refused(Machine machine, int status, String message) {
    return new Outcome(Kind.REFUSED, machine, OptionalInt.of(status), Listing.EMPTY, message);
  }

  static Outcome partly(Machine machine, String message) {
    return new Outcome(Kind.PARTLY_UNDERSTOOD, machine, OptionalInt.of(0), Listing.EMPTY, message);
  }

  /** Nobody knows what it does. */
  public static Outcome notUnderstood(Machine machine, String message) {
    return new Outcome(Kind.NOT_UNDERSTOOD, machine, OptionalInt.empty(), Listing.UNKNOWN, message);
  }

  /** The same with something that the tool says besides. */
  Outcome saying(String words) {
    return new Outcome(kind, machine, status, out, words);
  }

  /** Whether its effect on the rules is known. */
  public boolean isUnderstood() {
    return kind != Kind.NOT_UNDERSTOOD && kind != Kind.PARTLY_UNDERSTOOD;
  }
}
