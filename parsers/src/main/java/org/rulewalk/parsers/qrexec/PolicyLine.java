package org.rulewalk.parsers.qrexec;

import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * One line of the policy.
 *
 * @param service in PedOS' spelling; empty for any
 * @param argument with its plus sign; empty for any
 * @param source who calls, as the line says it
 * @param target who is called, as the line says it
 * @param redirect {@code target=}: who is called instead
 * @param defaultTarget {@code default_target=}: what the question to the user proposes
 * @param user {@code user=}: whose account the service runs in
 * @param autostart whether a target that does not run is started
 * @param implied whether no file holds it: qrexec adds it behind an old file for one argument
 */
public record PolicyLine(
    Optional<String> service,
    Optional<String> argument,
    String source,
    String target,
    Action action,
    Optional<String> redirect,
    Optional<String> defaultTarget,
    Optional<String> user,
    boolean autostart,
    Source where,
    boolean implied) {
  /** What a line does with a call. */
  public enum Action {
    ALLOW,
    ASK,
    DENY
  }

  /** Whether it is about this service with this argument. */
  public boolean isAbout(String wanted, String wantedArgument) {
    return isAboutService(wanted) && argument.map(wantedArgument::equals).orElse(true);
  }

  /** Whether it is about this service with any argument. */
  public boolean isAboutService(String wanted) {
    return service.map(wanted::equals).orElse(true);
  }
}
