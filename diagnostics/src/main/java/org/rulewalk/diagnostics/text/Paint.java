package org.rulewalk.diagnostics.text;

/**
 * Colours, or none.
 *
 * @param on whether the output takes them
 */
public record Paint(boolean on) {
  private String wrap(String code, String text) {
    return on ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  String good(String text) {
    return wrap("32", text);
  }

  String bad(String text) {
    return wrap("31", text);
  }

  String open(String text) {
    return wrap("33", text);
  }

  String strong(String text) {
    return wrap("1", text);
  }

  String faint(String text) {
    return wrap("2", text);
  }
}
