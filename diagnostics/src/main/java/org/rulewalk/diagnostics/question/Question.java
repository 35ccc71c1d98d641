package org.rulewalk.diagnostics.question;

/** Can FROM reach TO on a service? */
public record Question(Place from, Place to, Service service, Manner manner) {
  /** Asked of a new connection and small packets. */
  public Question(Place from, Place to, Service service) {
    this(from, to, service, Manner.PLAIN);
  }

  /** The same asked in another manner. */
  public Question in(Manner other) {
    return new Question(from, to, service, other);
  }
}
