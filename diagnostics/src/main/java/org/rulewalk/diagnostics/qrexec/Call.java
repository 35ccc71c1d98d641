package org.rulewalk.diagnostics.qrexec;

import java.util.List;
import java.util.OptionalInt;

/**
 * A call of PedOS.ConnectTCP.
 *
 * @param from the VM that calls
 * @param target whom it names, as the user wrote it; {@code @default} if nobody
 * @param port in the VM that is called
 * @param localPort the port of the caller that {@code qvm-connect-tcp} would listen on; empty if
 *     the question was not asked in its form
 */
public record Call(String from, String target, int port, OptionalInt localPort) {
  /** The service, in PedOS' spelling. */
  public static final String SERVICE = "PedOS.ConnectTCP";

  /** Nobody named. */
  public static final String DEFAULT = "@default";

  /** How the end of the question is written. */
  public static final String FORMS =
      "write PORT, VM PORT, @default PORT, or as for qvm-connect-tcp: 444:VM:444, ::444";

  /**
   * Reads what stands behind the caller: {@code 444}, {@code mytcp-service 444}, {@code
   * 10444:mytcp-service:444}, {@code ::444}.
   *
   * @throws IllegalArgumentException if it is none of these; the message says what is possible
   */
  public static Call parse(String from, List<String> words) {
    String last = words.get(words.size() - 1);
    String named = words.size() > 1 ? words.get(0) : "";
    String[] parts = last.split(":", -1);
    if (parts.length != 1 && parts.length != 3 && !last.startsWith("@dispvm")) {
      throw new IllegalArgumentException("\"" + last + "\" is no port; " + FORMS);
    }
    boolean bind = parts.length == 3;
    int port = port(parts[parts.length - 1]);
    String inside = bind ? parts[1] : "";
    if (!named.isEmpty() && !inside.isEmpty() && !named.equals(inside)) {
      throw new IllegalArgumentException("two VMs are named: " + named + " and " + inside);
    }
    String target = inside.isEmpty() ? named : inside;
    OptionalInt local =
        bind ? OptionalInt.of(parts[0].isEmpty() ? port : port(parts[0])) : OptionalInt.empty();
    return new Call(from, target.isEmpty() ? DEFAULT : target, port, local);
  }

  private static int port(String digits) {
    boolean number =
        !digits.isEmpty()
            && digits.length() < 6
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = number ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("\"" + digits + "\" is no port from 1 to 65535; " + FORMS);
    }
    return port;
  }

  /** The argument as policies write it: {@code +444}. */
  public String argument() {
    return "+" + port;
  }

  /** Whether the caller names nobody. */
  public boolean isDefault() {
    return target.equals(DEFAULT);
  }

  /** The same call that names another VM. */
  Call to(String other) {
    return new Call(from, other, port, localPort);
  }

  /** The command that makes the call. */
  public String command() {
    String local =
        localPort.isPresent() && localPort.getAsInt() != port ? "" + localPort.getAsInt() : "";
    return "qvm-connect-tcp " + local + ":" + (isDefault() ? "" : target) + ":" + port;
  }
}
