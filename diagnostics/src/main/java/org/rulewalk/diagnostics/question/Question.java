package org.rulewalk.diagnostics.question;

/** Can FROM reach TO on a service? */
public record Question(Place from, Place to, Service service) {}
